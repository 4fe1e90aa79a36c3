<?php
add_theme_support('html5', ['comment-list', 'comment-form']);
add_theme_support('automatic-feed-links');
