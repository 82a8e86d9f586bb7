<?php
/**
 * What a classic theme loads in place of its own comments.php.
 *
 * @package Wortmeldung
 */

namespace Wortmeldung;

defined('ABSPATH') || exit;

$wortmeldung_post = shown_post();
if ($wortmeldung_post) {
    // Made of parts that are escaped or allow-listed where they are made.
    echo area($wortmeldung_post);
}
