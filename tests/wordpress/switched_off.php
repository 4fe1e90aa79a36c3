<?php
/*
 * Plugin Name: Application passwords, switched off
 * For all, or for each user, while a test says so by a file.
 */
$says = fn($what) => fn($is_on) => $is_on && !file_exists(dirname(ABSPATH) . "/log/$what");
add_filter('wp_is_application_passwords_available', $says('off'));
add_filter('wp_is_application_passwords_available_for_user', $says('off-for-users'));
