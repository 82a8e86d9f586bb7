<?php
/**
 * Plugin Name:       Wortmeldung
 * Description:       Comments that people decide about: your own Wortmeldung service in place of WordPress's comments.
 * Version:           1.0.0
 * Requires at least: 6.1
 * Requires PHP:      7.4
 * Text Domain:       wortmeldung
 * Domain Path:       /languages
 *
 * @package Wortmeldung
 */

namespace Wortmeldung;

defined('ABSPATH') || exit;

const VERSION = '1.0.0';
const FILE = __FILE__;

require __DIR__ . '/includes/settings.php';
require __DIR__ . '/includes/page.php';
require __DIR__ . '/includes/service.php';
require __DIR__ . '/includes/fragment.php';
require __DIR__ . '/includes/thread.php';
require __DIR__ . '/includes/signing.php';
require __DIR__ . '/includes/area.php';
require __DIR__ . '/includes/counts.php';
require __DIR__ . '/includes/quiet.php';
require __DIR__ . '/includes/texts.php';

speak_german_in_every_variant();
show_in_place_of_comments();
show_counts();
keep_own_comments_quiet();
sign_for_the_service();
add_action('deleted_post', __NAMESPACE__ . '\\forget_thread');

if (is_admin()) {
    require __DIR__ . '/includes/admin/check.php';
    require __DIR__ . '/includes/admin/page.php';
    require __DIR__ . '/includes/admin/import.php';
    offer_settings();
    offer_import();
}
