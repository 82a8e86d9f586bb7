<?php
// Sets up a WordPress, has it hold comments of every kind that a real one has, and prints its export.
$folder = getenv('WORDPRESS');
file_put_contents("$folder/wp-config.php", '<?php
define("DB_NAME", "wordpress"); define("DB_USER", "root"); define("DB_PASSWORD", "");
define("DB_HOST", "localhost:' . getenv('SOCKET') . '"); define("DB_CHARSET", "utf8mb4"); define("DB_COLLATE", "");
define("WP_HTTP_BLOCK_EXTERNAL", true); define("DISABLE_WP_CRON", true); define("AUTOMATIC_UPDATER_DISABLED", true);
define("WPLANG", "de_DE");
foreach (["AUTH_KEY","SECURE_AUTH_KEY","LOGGED_IN_KEY","NONCE_KEY","AUTH_SALT","SECURE_AUTH_SALT","LOGGED_IN_SALT","NONCE_SALT"] as $k)
    define($k, "of no use to anybody");
$table_prefix = "wp_"; if (!defined("ABSPATH")) define("ABSPATH", __DIR__ . "/");
require_once ABSPATH . "wp-settings.php";');
$_SERVER += ['HTTP_HOST' => 'blog.musterstadt.example', 'REQUEST_URI' => '/', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'REQUEST_METHOD' => 'GET'];
$_SERVER['HTTP_HOST'] = 'blog.musterstadt.example';
define('WP_INSTALLING', true);
require "$folder/wp-config.php";
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Musterstadt', 'redaktion', 'redaktion@musterstadt.example', true, '', 'only for this fixture', 'de_DE');
update_option('siteurl', 'https://blog.musterstadt.example');
update_option('home', 'https://blog.musterstadt.example');
update_option('timezone_string', 'Europe/Berlin');
update_option('permalink_structure', '/%year%/%postname%/');
$GLOBALS['wp_rewrite']->init();
foreach (get_comments(['status' => 'all']) as $each) wp_delete_comment($each, true);

function post($title, $content, $comments = 'open') {
    return wp_insert_post(['post_title' => $title, 'post_content' => $content, 'post_status' => 'publish',
        'comment_status' => $comments, 'post_date' => '2025-10-07 09:00:00', 'post_author' => 1]);
}
function comment($post, $text, $more = []) {
    return wp_insert_comment($more + ['comment_post_ID' => $post, 'comment_content' => $text, 'comment_author' => 'Ayşe Demir',
        'comment_author_email' => 'ayse@example.org', 'comment_author_url' => '', 'comment_approved' => 1, 'comment_type' => 'comment',
        'comment_author_IP' => '192.0.2.7', 'comment_date' => '2025-10-08 10:00:00', 'comment_date_gmt' => '2025-10-08 08:00:00']);
}
$eins = post('Wärme & Wohnen – eine „Nachlese“', "Ein Text mit <wp:comment>, der keiner ist, und mit ]]> darin.");
$zwei = post('Geschlossen', 'Hier ist zu.', 'closed');
post('Ohne Kommentare', 'Still ruht der See.');
$top = comment($eins, "Ein <strong>Wort</strong> zum Anfang: 3 < 4 & mehr.\nZweite Zeile.\n\nZweiter Absatz ]]> Ende.");
$reply = comment($eins, 'Mehr dazu auf <a href="https://bernd.example/a?b=1&amp;c=2" rel="nofollow ugc">meiner Seite</a>.',
    ['comment_parent' => $top, 'comment_author' => 'Bernd „der Bär“ & Co', 'comment_author_url' => 'https://bernd.example/?a=1&b=2',
     'comment_author_email' => 'bernd@example.org', 'comment_date' => '2025-10-08 11:00:00', 'comment_date_gmt' => '2025-10-08 09:00:00']);
comment($eins, 'Dritte Ebene, und 😀.', ['comment_parent' => $reply, 'comment_author' => '', 'comment_author_email' => '']);
$spam = comment($eins, 'Billige Uhren https://uhren.example', ['comment_approved' => 'spam', 'comment_author' => 'Uhren']);
comment($eins, 'Antwort auf etwas, das Spam war.', ['comment_parent' => $spam, 'comment_author' => 'Carla']);
comment($eins, 'Wartet noch auf jemanden, der liest.', ['comment_approved' => 0, 'comment_author' => 'Dora']);
comment($eins, 'Im Papierkorb.', ['comment_approved' => 'trash', 'comment_author' => 'Emil']);
comment($eins, '[…] Nachlese […]', ['comment_type' => 'pingback', 'comment_author' => 'Anderer Blog', 'comment_author_url' => 'https://anderer.example/a?x=1&y=2']);
comment($eins, 'Verweis', ['comment_type' => 'trackback', 'comment_author' => 'Dritter Blog']);
comment($eins, 'Ohne Weltzeit, wie in alten Blogs.', ['comment_author' => 'Frida', 'comment_date' => '2006-01-02 03:04:05', 'comment_date_gmt' => '0000-00-00 00:00:00']);
comment($eins, "Ein Steuerzeichen\x0b und eine Adresse: gerda@example.org", ['comment_author' => 'Gerda']);
comment($zwei, 'Am geschlossenen Ort.', ['comment_author' => 'Hans']);
require_once ABSPATH . 'wp-admin/includes/export.php';
ob_start();
export_wp(['content' => 'all']);
echo ob_get_clean();
