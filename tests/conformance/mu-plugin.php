<?php
/*
 * Plugin Name: Conformance peer
 * Approves every comment, whoever writes it and however many links it has, so that what readers see of it can be
 * compared.
 */
add_filter('pre_option_comment_previously_approved', fn() => '0');
add_filter('pre_option_comment_max_links', fn() => '0');
