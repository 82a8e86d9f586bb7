<?php
/**
 * WordPress's own comments are kept, but nobody reads or adds to them any more: what was withdrawn at the service must
 * not live on in a feed, and what is written must not end in a queue that nobody looks at.
 *
 * @package Wortmeldung
 */

namespace Wortmeldung;

use WP_Comment_Query;
use WP_Error;
use WP_Post;

const PINGS = ['pingback.ping', 'pingback.extensions.getPingbacks'];

function keep_own_comments_quiet(): void
{
    if (!Settings::read()->complete()) {
        return;
    }
    // Nothing is stored on readers' devices, and no script is loaded for a form that is not there.
    remove_action('set_comment_cookies', 'wp_set_comment_cookies');
    add_action('wp_enqueue_scripts', static fn() => wp_dequeue_script('comment-reply'), 1000);
    add_action('wp_footer', static fn() => wp_dequeue_script('comment-reply'), 1);
    add_filter('pings_open', static fn($open, $post_id) => is_ours_by_id((int) $post_id) ? false : $open, 1000, 2);
    add_filter('xmlrpc_methods', static fn($methods) => array_diff_key((array) $methods, array_flip(PINGS)));
    add_filter('wp_headers', static fn($headers) => array_diff_key((array) $headers, ['X-Pingback' => 1]));
    add_action('pre_comment_on_post', __NAMESPACE__ . '\\refuse_comment');
    add_filter('rest_pre_insert_comment', __NAMESPACE__ . '\\refuse_rest_comment', 10, 2);
    add_filter('rest_endpoints', __NAMESPACE__ . '\\without_comments');
    add_filter('comments_pre_query', __NAMESPACE__ . '\\nobody_said', 10, 2);
    add_filter('post_comments_feed_link', __NAMESPACE__ . '\\feed_of_page');
    add_filter('feed_links_show_comments_feed', '__return_false');
    add_action('template_redirect', __NAMESPACE__ . '\\send_feed_on', 1);
}

function is_ours_by_id(int $post_id): bool
{
    $post = get_post($post_id);
    return $post instanceof WP_Post && is_ours($post, Settings::read());
}

/** Who sends to WordPress's own form, robots mostly, learns that there is none. */
function refuse_comment(int $post_id): void
{
    if (is_ours_by_id($post_id)) {
        wp_die(esc_html__('Comments are not taken here, but below the article.', 'wortmeldung'), '', ['response' => 403, 'back_link' => true]);
    }
}

/**
 * @param mixed $prepared
 * @param \WP_REST_Request<array<string, mixed>> $request
 * @return mixed
 */
function refuse_rest_comment($prepared, $request)
{
    // Editors' notes among themselves (WordPress 6.9) are kept as comments, too.
    $own = ($request['type'] ?? 'comment') === 'comment' && is_ours_by_id((int) ($request['post'] ?? 0));
    return $own ? new WP_Error('wortmeldung', __('Comments are not taken here, but below the article.', 'wortmeldung'), ['status' => 403]) : $prepared;
}

/**
 * @param array<string, mixed> $endpoints
 * @return array<string, mixed>
 */
function without_comments($endpoints)
{
    if (current_user_can('edit_posts')) {
        return $endpoints;
    }
    return array_filter((array) $endpoints, static fn($route) => strpos($route, '/wp/v2/comments') !== 0, ARRAY_FILTER_USE_KEY);
}

/**
 * Lists of WordPress's own comments are empty for readers. Other kinds, such as reviews, are not ours.
 *
 * @param mixed $found
 * @return mixed
 */
function nobody_said($found, WP_Comment_Query $query)
{
    $asked = $query->query_vars;
    $own = in_array($asked['type'] ?? '', ['', 'all', 'comment', 'comments'], true);
    $post_id = (int) ($asked['post_id'] ?? 0);
    $at_work = is_admin() || wp_doing_cron() || defined('WP_CLI') || (defined('REST_REQUEST') && current_user_can('edit_posts'));
    if ($at_work || !$own) {
        return $found;
    }
    if ($post_id && !is_ours_by_id($post_id)) {
        return $found;
    }
    return empty($asked['count']) ? [] : 0;
}

/** @param mixed $link */
function feed_of_page($link): string
{
    $post = shown_post();
    return $post ? Settings::read()->address('/sites/{site}/feed.atom', ['page' => page_of($post)]) : (string) $link;
}

/** WordPress's feeds of comments lead to the service's. */
function send_feed_on(): void
{
    if (!is_comment_feed()) {
        return;
    }
    $settings = Settings::read();
    $post = is_singular() ? get_queried_object() : null;
    if ($post instanceof WP_Post && !is_ours($post, $settings)) {
        return;
    }
    $public = $post instanceof WP_Post && is_public($post);
    // An address that an admin has chosen, so another host is what is meant.
    wp_redirect($settings->address('/sites/{site}/feed.atom', $public ? ['page' => page_of($post)] : []), 302, 'Wortmeldung');
    exit;
}
