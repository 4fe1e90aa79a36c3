<section id="comments">
<?php
echo do_blocks('<!-- wp:comments-title /-->');
if (have_comments()) {
    echo '<ol class="commentlist">';
    wp_list_comments(['style' => 'ol', 'short_ping' => true, 'avatar_size' => 0]);
    echo '</ol>';
}
// The words of WordPress's own block themes.
the_comments_navigation(['prev_text' => 'Older Comments', 'next_text' => 'Newer Comments']);
if (!comments_open()) {
    echo '<p class="no-comments">Comments are closed.</p>';
}
comment_form();
?>
</section>
