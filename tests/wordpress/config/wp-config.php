<?php
// WordPress of a test: its database is the private MariaDB, and nothing leaves this machine.
define('DB_NAME', 'wordpress');
define('DB_USER', 'wordpress');
define('DB_PASSWORD', 'wordpress');
define('DB_HOST', 'localhost:@FOLDER@/run/mariadb.sock');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_HOME', '@URL@');
define('WP_SITEURL', '@URL@');
define('WP_ENVIRONMENT_TYPE', '@ENVIRONMENT@');
define('DISABLE_WP_CRON', true);             // cron runs when a test asks for it
define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('WP_ACCESSIBLE_HOSTS', '127.0.0.1');
$table_prefix = 'wp_';
if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
require_once ABSPATH . 'wp-settings.php';
