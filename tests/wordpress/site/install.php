<?php
// A German WordPress of a town: twelve articles, and 171 comments of every kind that a real one has.
$_SERVER += ['HTTP_HOST' => getenv('HOST'), 'REQUEST_URI' => '/', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'REQUEST_METHOD' => 'GET'];
define('WP_INSTALLING', true);
require getenv('WORDPRESS') . '/wp-config.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Musterstadt', 'redaktion', 'redaktion@musterstadt.example', true, '', getenv('PASSWORD'), 'de_DE');
update_option('WPLANG', 'de_DE');
update_option('siteurl', 'http://' . getenv('HOST'));
update_option('home', 'http://' . getenv('HOST'));
update_option('timezone_string', 'Europe/Berlin');
update_option('date_format', 'j. F Y');
update_option('permalink_structure', '/%year%/%postname%/');
update_option('posts_per_page', 12);
update_option('default_pingback_flag', 1);
$GLOBALS['wp_rewrite']->init();
flush_rewrite_rules(false);
foreach (get_comments(['status' => 'all']) as $each) {
    wp_delete_comment($each, true);
}
foreach (get_posts(['post_type' => 'any', 'numberposts' => -1]) as $each) {
    wp_delete_post($each->ID, true);
}

// As an editor writes, who may use all HTML.
wp_set_current_user(1);
kses_init();

$titles = [
    'Handlungsmut', 'Wärme & Wohnen – eine „Nachlese“', 'Der runde Tisch tagt', 'Neues vom Stadtpark', 'Mehr Busse am Abend',
    'Die Bücherei zieht um', 'Was Vereine brauchen', 'Spielplätze im Test', 'Haushalt 2026', 'Sommer in der Stadt', 'Jugend redet mit',
    'Radwege: der Plan',
];
$posts = [];
foreach ($titles as $place => $title) {
    $posts[] = wp_insert_post([
        'post_title' => $title, 'post_status' => 'publish', 'post_author' => 1, 'comment_status' => $place === 11 ? 'closed' : 'open',
        'post_date' => sprintf('2025-10-%02d 09:00:00', 20 - $place), 'ping_status' => 'open',
        'post_content' => "<!-- wp:paragraph -->\n<p>Vier Kommunen haben erzählt, was ihnen geholfen hat, und was nicht. Der Abend war lang, die Fragen waren gut, "
            . "und am Ende stand eine Liste mit zwölf Punkten.</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:paragraph -->\n<p>Was fehlt Ihnen darin? Schreiben Sie es uns.</p>\n<!-- /wp:paragraph -->",
    ]);
}
$more = ['post_status' => 'publish', 'post_author' => 1, 'comment_status' => 'open', 'post_content' => 'Ein Text.', 'post_date' => '2025-09-01 09:00:00'];
$locked = wp_insert_post(['post_title' => 'Verschlossen', 'post_password' => 'sesam'] + $more);
$draft = wp_insert_post(['post_title' => 'Entwurf', 'post_status' => 'draft'] + $more);
$private = wp_insert_post(['post_title' => 'Intern', 'post_status' => 'private'] + $more);
$page = wp_insert_post(['post_title' => 'Impressum', 'post_type' => 'page', 'comment_status' => 'closed'] + $more);

$names = ['Ayşe Demir', 'Bernd „der Bär“ &amp; Co', 'Carla', 'Dora Lindner', 'Emil', 'Frida Sommer', '', 'Gregor', 'Hanna W.', 'Ibrahim', 'Jutta', 'Karl-Heinz'];
$openings = ['In unserer Straße', 'Bei uns im Ort', 'In der Nachbarstadt', 'Im Verein', 'An der Schule meiner Kinder', 'Auf dem Markt', 'Im Seniorenrat'];
$sayings = [
    'hat sich genau das bewährt: erst reden, dann rechnen.', 'fehlt dafür seit Jahren das Geld & der Mut.', 'geht es <strong>viel</strong> langsamer voran.',
    "hat der runde Tisch zwei Jahre gebraucht.\n\nDanach lief es.", 'fragt niemand die Jugendlichen; 3 < 4 reicht nicht.', 'wäre ein Bus nach 20 Uhr schon ein Anfang.',
    'steht dazu mehr im <a href="https://plan.example/a?b=1&amp;c=2" rel="nofollow ugc">Plan</a>.', 'sind wir gern dabei. 👍',
];
$made = [];
$count = 0;
function comment($post, $text, $more = []) {
    global $count;
    $time = strtotime('2025-10-21 08:00:00 UTC') + 1800 * $count++;
    $local = (new DateTime("@$time"))->setTimezone(wp_timezone())->format('Y-m-d H:i:s');
    return wp_insert_comment($more + [
        'comment_post_ID' => $post, 'comment_content' => $text, 'comment_author' => 'Ayşe Demir', 'comment_author_email' => "leser$count@post.example",
        'comment_author_url' => '', 'comment_approved' => 1, 'comment_type' => 'comment', 'comment_author_IP' => '192.0.2.' . ($count % 250),
        'comment_agent' => 'Mozilla/5.0 (geheim)', 'comment_date' => $local, 'comment_date_gmt' => gmdate('Y-m-d H:i:s', $time),
    ]);
}
for ($number = 0; $number < 150; $number++) {
    // Half of all talk is on the first article.
    $post = $number % 2 ? $posts[0] : $posts[$number % 12];
    $above = $made[$post] ?? [];
    $parent = $above && $number % 3 === 0 ? $above[intdiv(count($above), 2)] : 0;
    $name = $names[$number % 12];
    $made[$post][] = comment($post, $openings[$number % 7] . ' ' . $sayings[$number % 8], [
        'comment_author' => $name, 'comment_parent' => $parent, 'comment_author_email' => $name === '' ? '' : "leser$number@post.example",
        'comment_author_url' => $number % 10 === 1 ? 'https://bernd.example/?a=1&b=2' : '',
    ]);
}
for ($number = 0; $number < 8; $number++) {
    comment($posts[$number], $openings[$number % 7] . ' wartet das noch auf jemanden, der es liest.', ['comment_approved' => 0, 'comment_author' => "Wartende $number"]);
}
for ($number = 0; $number < 5; $number++) {
    $spam = comment($posts[0], 'Billige Uhren auf https://uhren.example', ['comment_approved' => 'spam', 'comment_author' => 'Uhren']);
}
comment($posts[0], 'Antwort auf etwas, das Spam war.', ['comment_parent' => $spam, 'comment_author' => 'Carla']);
for ($number = 0; $number < 3; $number++) {
    comment($posts[1], 'Im Papierkorb.', ['comment_approved' => 'trash', 'comment_author' => 'Emil']);
}
comment($posts[0], '[…] Handlungsmut […]', ['comment_type' => 'pingback', 'comment_author' => 'Anderer Blog', 'comment_author_url' => 'https://anderer.example/a?x=1&y=2']);
comment($posts[0], 'Verweis', ['comment_type' => 'trackback', 'comment_author' => 'Dritter Blog']);
comment($posts[0], 'Nur für die Redaktion.', ['comment_type' => 'note', 'comment_author' => 'Redaktion']);
comment($private, 'Unter uns.', ['comment_author' => 'Hans']);
foreach (array_merge($posts, [$private]) as $each) {
    wp_update_comment_count_now($each);
}
echo $count;
