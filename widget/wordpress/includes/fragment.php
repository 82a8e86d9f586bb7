<?php
/**
 * The approved thread as the service writes it, once more reduced to what it may be made of.
 *
 * The service has cleaned every comment, and its widget runs on the page anyway. But what is put into the page here is
 * kept in WordPress's database and shown for as long as the service is away. So a service that was taken over, or an
 * answer that was changed on a way without TLS, must not leave a script behind: nothing gets through but these elements
 * and attributes. That is done once for each change of a thread, not for each reader.
 *
 * @package Wortmeldung
 */

namespace Wortmeldung;

const BEGINNING = '<section class="wortmeldung"';

/** The fragment, or null for something else: an error page, a maintenance notice, a log-in. */
function clean_fragment(string $html): ?string
{
    $html = trim($html);
    if (strncmp($html, BEGINNING, strlen(BEGINNING)) !== 0 || !seems_utf8($html)) {
        return null;
    }
    return wp_kses($html, allowed_elements(), ['http', 'https']);
}

/** How many comments the fragment says that there are. */
function count_in(string $html): int
{
    return preg_match('/<meta itemprop="commentCount" content="(\d{1,9})"/', $html, $found) ? (int) $found[1] : 0;
}

/** @return array<string, array<string, true>> */
function allowed_elements(): array
{
    $anywhere = array_fill_keys(['class', 'id', 'lang', 'dir', 'itemprop', 'itemscope', 'itemtype', 'itemid', 'aria-label', 'aria-labelledby', 'aria-describedby'], true);
    $allowed = array_fill_keys(['section', 'article', 'header', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'div', 'span', 'ul', 'li', 'blockquote', 'br', 'code', 'em', 'strong', 'pre'], $anywhere);
    $allowed['a'] = $anywhere + ['href' => true, 'rel' => true];
    $allowed['ol'] = $anywhere + ['start' => true];
    $allowed['time'] = $anywhere + ['datetime' => true, 'title' => true];
    $allowed['meta'] = ['itemprop' => true, 'content' => true];
    return $allowed;
}
