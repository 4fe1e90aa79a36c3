<?php
/*
 * Plugin Name: Conformance door
 * Puts this WordPress into the state that a scenario begins with, and tells in what state it is after. A request
 * with the header X-Conformance calls the function of that name with the JSON of its body.
 * The flood check is WordPress's own, unless the option comment_flood_seconds is 0.
 */
add_action('muplugins_loaded', fn() => remove_filter('comment_flood_filter', '__return_false', 99));
add_filter('wp_is_application_passwords_available', '__return_true'); // over http, on loopback
add_filter('rest_allow_anonymous_comments', fn() => get_option('rest_allow_anonymous_comments') === '1');
add_filter('comment_flood_filter', fn($flood) => get_option('comment_flood_seconds') === '0' ? false : $flood, 99);
add_action('init', function () {
    if (get_option('xmlrpc_pingback_error') === 'raw') {
        remove_filter('xmlrpc_pingback_error', 'xmlrpc_pingback_error');
    }
    $name = $_SERVER['HTTP_X_CONFORMANCE'] ?? '';
    if ($name !== '') {
        wp_send_json(call_user_func('conformance_' . $name, json_decode(file_get_contents('php://input'), true)));
    }
}, 99);

/* Users by WordPress's own function; posts and comments as rows, for their numbers and dates are given. */
function conformance_seed(array $given): array
{
    global $wpdb;
    $wpdb->query('START TRANSACTION'); // one flush of the disk for all of it
    foreach ($given['users'] as $user) {
        $user += ['ID' => (int) username_exists($user['user_login'])];
        if (is_wp_error($id = wp_insert_user($user))) {
            return ['error' => $id->get_error_message()];
        }
    }
    wp_delete_comment(1, true); // every installation's first
    foreach ($given['posts'] as $post) {
        $post['post_author'] = username_exists($post['post_author']);
        $wpdb->insert($wpdb->posts, $post + ['post_excerpt' => '', 'to_ping' => '', 'pinged' => '', 'post_content_filtered' => '']);
    }
    foreach ($given['comments'] as $comment) {
        $comment['user_id'] = (int) username_exists($comment['user_id']);
        $wpdb->insert($wpdb->comments, $comment);
    }
    foreach ($given['posts'] as $post) {
        wp_update_comment_count_now($post['ID']);
    }
    $passwords = [];
    foreach ($given['users'] as $user) {
        $id = username_exists($user['user_login']);
        $passwords[$user['user_login']] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'conformance'])[0];
    }
    $error = $wpdb->last_error;
    $wpdb->query('COMMIT');
    $users = array_column(get_users(), 'user_login', 'ID');
    return ['error' => $error ?: $wpdb->last_error, 'passwords' => $passwords, 'users' => $users];
}

function conformance_options(array $options): array
{
    foreach ($options as $name => $value) {
        update_option($name, $value);
    }
    delete_option('rewrite_rules'); // made anew with the next request
    return [];
}

function conformance_comments(array $given): array
{
    global $wpdb;
    return [
        'count' => (int) $wpdb->get_var($wpdb->prepare("SELECT comment_count FROM $wpdb->posts WHERE ID = %d", $given['post'])),
        'rows' => $wpdb->get_results($wpdb->prepare(
            "SELECT comment_ID AS id, comment_approved AS status, comment_type AS type, comment_parent AS parent,
                comment_author AS author, comment_author_email AS email, comment_author_url AS url,
                comment_content AS content, comment_agent AS agent, comment_author_IP AS ip, IFNULL(user_login, '') AS user
            FROM $wpdb->comments LEFT JOIN $wpdb->users ON $wpdb->users.ID = user_id
            WHERE comment_post_ID = %d ORDER BY comment_ID",
            $given['post']
        ), ARRAY_A),
    ];
}

/* What the buttons of wp-admin/edit-comments.php call. */
function conformance_act(array $given): array
{
    $id = $given['comment'];
    match ($given['verb']) {
        'approve' => wp_set_comment_status($id, 'approve'),
        'unapprove' => wp_set_comment_status($id, 'hold'),
        'spam' => wp_spam_comment($id),
        'unspam' => wp_unspam_comment($id),
        'trash' => wp_trash_comment($id),
        'untrash' => wp_untrash_comment($id),
        'delete' => wp_delete_comment($id),
    };
    return [];
}
