<?php
/**
 * The plugin's words. English stands in the code; German is one file for all of its variants, always with Sie.
 *
 * @package Wortmeldung
 */

namespace Wortmeldung;

function speak_german_in_every_variant(): void
{
    add_filter('load_textdomain_mofile', __NAMESPACE__ . '\\german_file', 10, 2);
    add_action('init', static function (): void {
        load_plugin_textdomain('wortmeldung', false, dirname(plugin_basename(FILE)) . '/languages');
    });
}

/**
 * de_AT, de_CH, de_DE_formal and the like read what de_DE reads.
 *
 * @param mixed $file
 * @param mixed $domain
 */
function german_file($file, $domain): string
{
    $file = (string) $file;
    if ($domain !== 'wortmeldung' || is_readable($file) || !preg_match('/wortmeldung-de(_\w+)?\.mo$/', $file)) {
        return $file;
    }
    return dirname(FILE) . '/languages/wortmeldung-de_DE.mo';
}
