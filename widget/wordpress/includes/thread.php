<?php
/**
 * The thread of a post as HTML, kept with its ETag: an unchanged one costs the service a 304, and one that was read
 * last is shown for as long as the service is away.
 *
 * @package Wortmeldung
 */

namespace Wortmeldung;

use WP_Post;

const THREAD = 'wortmeldung_thread_';
/** Seconds for which a copy is taken as it is, so that a page that many open asks once. */
const FRESH = 10;

/** The fragment, empty where there was none yet. With `$write`, it leads to the form. */
function thread_of(WP_Post $post, Settings $settings, bool $write): string
{
    $address = $settings->address('/sites/{site}/fragment', [
        'page' => page_of($post),
        'lang' => substr(language($settings), 0, 2),
        'write' => $write ? 'yes' : 'no',
    ]);
    $kept = get_option(THREAD . $post->ID);
    if (!is_array($kept) || ($kept['address'] ?? '') !== $address) {
        $kept = ['address' => $address, 'etag' => '', 'html' => '', 'checked' => 0];
    }
    if ($kept['checked'] > time() - FRESH) {
        return $kept['html'];
    }
    $answer = ask_quickly($address, ['headers' => $kept['etag'] !== '' ? ['If-None-Match' => $kept['etag']] : []]);
    $code = $answer ? wp_remote_retrieve_response_code($answer) : 0;
    $html = $code === 200 ? clean_fragment(wp_remote_retrieve_body($answer)) : null;
    if ($html !== null) {
        $kept['html'] = $html;
        $kept['etag'] = (string) wp_remote_retrieve_header($answer, 'etag');
        update_post_meta($post->ID, COUNT, (string) count_in($html));
    }
    if ($html !== null || $code === 304) {
        $kept['checked'] = time();
        update_option(THREAD . $post->ID, $kept, false);
    }
    return $kept['html'];
}

/**
 * Fetches these posts' threads, so that pages that nobody has opened yet show theirs, too, should the service be away
 * when somebody does. What takes longer than `$seconds` together is left to the posts' first readers.
 *
 * @param int[] $post_ids
 */
function keep_copies(array $post_ids, Settings $settings, float $seconds): void
{
    $until = microtime(true) + $seconds;
    // As readers get them, whatever language is spoken where admins work.
    add_filter('pre_determine_locale', 'get_locale');
    foreach (array_filter(array_map('get_post', $post_ids)) as $post) {
        if (microtime(true) > $until) {
            break;
        }
        $kept = get_option(THREAD . $post->ID);
        if (is_array($kept)) {
            update_option(THREAD . $post->ID, ['checked' => 0] + $kept, false);
        }
        thread_of($post, $settings, comments_open($post));
    }
    remove_filter('pre_determine_locale', 'get_locale');
}

/** A post that is gone needs no copy of its thread. */
function forget_thread(int $post_id): void
{
    delete_option(THREAD . $post_id);
}
