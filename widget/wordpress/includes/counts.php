<?php
/**
 * How many comments a post has, for lists and headings: all posts that WordPress has fetched by then are asked about
 * together, once a minute at most. While the service is away, the last known numbers are shown.
 *
 * @package Wortmeldung
 */

namespace Wortmeldung;

use WP_Post;

const COUNT = '_wortmeldung_count';
const COUNTS = 'wortmeldung_counts_';
const COUNTS_FRESH = 60;
/** As many pages as the service takes at once, and as long an address as servers on the way take. */
const MOST_PAGES = 200;
const LONGEST_ADDRESS = 6000;

function show_counts(): void
{
    add_filter('the_posts', __NAMESPACE__ . '\\note_posts');
    add_filter('get_comments_number', __NAMESPACE__ . '\\number_of', 10, 2);
    add_filter('get_comments_link', static fn($link) => str_replace('#respond', '#comments', (string) $link));
    add_filter('respond_link', static fn($link) => str_replace('#respond', '#comments', (string) $link));
}

/**
 * @param WP_Post[]|null $posts
 * @return WP_Post[]|null
 */
function note_posts($posts)
{
    noted(is_array($posts) ? $posts : []);
    return $posts;
}

/**
 * @param mixed $count WordPress's own.
 * @param mixed $post_id
 * @return mixed
 */
function number_of($count, $post_id)
{
    $post = get_post((int) $post_id);
    $settings = Settings::read();
    // Where editors work, WordPress tells of what it has itself.
    if (!$post || (is_admin() && !wp_doing_ajax()) || !is_ours($post, $settings) || !is_public($post)) {
        return $count;
    }
    $waiting = noted([$post], true);
    if ($waiting) {
        fetch_counts($waiting, $settings);
    }
    $known = get_post_meta($post->ID, COUNT, true);
    return $known === '' ? $count : (int) $known;
}

/**
 * Remembers posts that numbers may be wanted of. With `$take`, gives those that were not asked about yet.
 *
 * @param WP_Post[] $posts
 * @return WP_Post[]
 */
function noted(array $posts, bool $take = false): array
{
    static $waiting = [], $asked = [];
    foreach ($posts as $post) {
        if ($post instanceof WP_Post && !isset($asked[$post->ID])) {
            $waiting[$post->ID] = $post;
        }
    }
    if (!$take) {
        return [];
    }
    [$taken, $waiting] = [$waiting, []];
    $asked += $taken;
    return array_values($taken);
}

/** @param WP_Post[] $posts */
function fetch_counts(array $posts, Settings $settings): void
{
    $pages = [];
    foreach ($posts as $post) {
        if (is_ours($post, $settings) && is_public($post)) {
            $pages[$post->ID] = page_of($post);
        }
    }
    foreach (batches_of($pages, $settings) as $batch) {
        keep_counts($batch, $settings);
    }
}

/** @param array<int, string> $pages By post. */
function keep_counts(array $pages, Settings $settings): void
{
    $address = $settings->address('/api/v1/sites/{site}/counts', ['page' => array_values(array_unique($pages))]);
    $fresh = COUNTS . md5($address);
    if (get_transient($fresh)) {
        return;
    }
    $answer = ask_quickly($address);
    $said = $answer && wp_remote_retrieve_response_code($answer) === 200 ? json_decode(wp_remote_retrieve_body($answer), true) : null;
    if (!is_array($said['counts'] ?? null)) {
        return;
    }
    foreach ($pages as $post_id => $page) {
        $count = $said['counts'][$page] ?? null;
        if (is_int($count)) {
            // Writes nothing where nothing has changed.
            update_post_meta($post_id, COUNT, (string) max(0, $count));
        }
    }
    set_transient($fresh, 1, COUNTS_FRESH);
}

/**
 * @param array<int, string> $pages
 * @return array<int, array<int, string>>
 */
function batches_of(array $pages, Settings $settings): array
{
    $batches = [];
    $batch = [];
    $length = 0;
    foreach ($pages as $post_id => $page) {
        $more = strlen(rawurlencode($page)) + strlen('&page=');
        if ($batch && (count($batch) >= MOST_PAGES || $length + $more > LONGEST_ADDRESS)) {
            $batches[] = $batch;
            [$batch, $length] = [[], 0];
        }
        $batch[$post_id] = $page;
        $length += $more;
    }
    return $batch ? array_merge($batches, [$batch]) : $batches;
}
