<?php
/**
 * Leaves nothing behind. WordPress's own comments were never touched; those at the service stay there.
 *
 * @package Wortmeldung
 */

namespace Wortmeldung;

defined('WP_UNINSTALL_PLUGIN') || exit;

function remove_traces(): void
{
    global $wpdb;
    $ours = ['wortmeldung', 'wortmeldung_%', '_transient_wortmeldung_%', '_transient_timeout_wortmeldung_%'];
    foreach ($ours as $pattern) {
        $like = str_replace('_', '\\_', $pattern);
        foreach ((array) $wpdb->get_col($wpdb->prepare("SELECT option_name FROM {$wpdb->options} WHERE option_name LIKE %s", $like)) as $name) {
            delete_option($name);
        }
    }
    delete_post_meta_by_key('_wortmeldung_count');
    delete_post_meta_by_key('_wortmeldung_closed');
}

if (is_multisite()) {
    foreach (get_sites(['fields' => 'ids', 'number' => 0]) as $wortmeldung_blog) {
        switch_to_blog($wortmeldung_blog);
        remove_traces();
        restore_current_blog();
    }
} else {
    remove_traces();
}
