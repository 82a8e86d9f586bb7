<?php
/**
 * Which page of the service belongs to a post, and whether any does.
 *
 * @package Wortmeldung
 */

namespace Wortmeldung;

use WP_Post;

/** The page as the service knows it: the permalink's path, and its query where permalinks are plain. */
function page_of(WP_Post $post): string
{
    $parts = wp_parse_url((string) get_permalink($post));
    $query = isset($parts['query']) ? '?' . $parts['query'] : '';
    return ($parts['path'] ?? '/') . $query;
}

/** Whether the post's comments are the service's at all. */
function is_ours(WP_Post $post, Settings $settings): bool
{
    return $settings->complete() && in_array($post->post_type, $settings->types, true);
}

/** Whether everybody may read the post. What is said about another one must not be read elsewhere. */
function is_public(WP_Post $post): bool
{
    return $post->post_status === 'publish' && $post->post_password === '' && is_post_publicly_viewable($post);
}

/** What the widget and the fragment speak on this page. */
function language(Settings $settings): string
{
    $spoken = strtolower(strtok(str_replace('_', '-', determine_locale()), '-') ?: 'de');
    return $spoken === 'de' ? $settings->speech : $spoken;
}
