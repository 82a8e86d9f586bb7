<?php
// What a web server does for WordPress: files as they are, folders by their index, all else to index.php. And a door for
// the tests, by which they have WordPress itself do something.
$root = getenv('WORDPRESS');
$path = rawurldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
if ($path === '/__run') {
    require "$root/wp-load.php";
    require_once ABSPATH . 'wp-admin/includes/admin.php';
    wp_set_current_user(1);
    header('Content-Type: application/json');
    echo wp_json_encode(['said' => eval(file_get_contents('php://input'))]);
    return true;
}
$file = $root . $path;
if (is_dir($file)) {
    $file = rtrim($file, '/') . '/index.php';
}
if (is_file($file) && substr($file, -4) !== '.php') {
    return false;
}
if (!is_file($file)) {
    $file = "$root/index.php";
}
$_SERVER['SCRIPT_FILENAME'] = $file;
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = substr($file, strlen($root));
chdir(dirname($file));
require $file;
