<?php
/**
 * The place where a theme shows comments: classic themes load a template there, block themes have blocks.
 *
 * @package Wortmeldung
 */

namespace Wortmeldung;

use WP_Post;

/** Blocks that are the area, in themes of whatever age; where a theme has several, the first one is. */
const AREA_BLOCKS = ['core/comments', 'core/comments-query-loop', 'core/post-comments', 'core/post-comments-form'];
/** Blocks that tell of WordPress's own comments, and mean nothing outside of the area. */
const LEFT_OVER_BLOCKS = ['core/comments-title', 'core/comment-template', 'core/comments-pagination'];

function show_in_place_of_comments(): void
{
    // Late, so that no theme or other plugin puts its own template there after us.
    add_filter('comments_template', __NAMESPACE__ . '\\take_template', 1000);
    add_filter('pre_render_block', __NAMESPACE__ . '\\take_block', 10, 2);
    add_action('wp_enqueue_scripts', __NAMESPACE__ . '\\take_style');
}

function take_template(string $template): string
{
    return shown_post() ? dirname(FILE) . '/templates/comments.php' : $template;
}

/**
 * @param string|null $rendered
 * @param array<string, mixed> $block
 */
function take_block($rendered, array $block): ?string
{
    static $shown = [];
    $name = (string) ($block['blockName'] ?? '');
    $area = in_array($name, AREA_BLOCKS, true);
    $post = $area || in_array($name, LEFT_OVER_BLOCKS, true) ? shown_post() : null;
    if (!$post) {
        return $rendered;
    }
    if (!$area || isset($shown[$post->ID])) {
        return '';
    }
    $shown[$post->ID] = true;
    return area($post);
}

function take_style(): void
{
    if (!shown_post()) {
        return;
    }
    wp_enqueue_style('wortmeldung', plugins_url('assets/thread.css', FILE), [], VERSION);
    $accent = Settings::read()->accent;
    if ($accent !== '') {
        $on = on_colour($accent);
        wp_add_inline_style('wortmeldung', ".wortmeldung-area{--wm-accent:$accent;--wm-on-accent:$on}");
    }
}

/** The post whose page this is, if its comments are the service's. */
function shown_post(): ?WP_Post
{
    $post = is_singular() ? get_queried_object() : null;
    return $post instanceof WP_Post && is_ours($post, Settings::read()) ? $post : null;
}

/** All that stands in place of WordPress's comments. */
function area(WP_Post $post): string
{
    $settings = Settings::read();
    if (is_preview() || !is_public($post)) {
        return unpublished($post);
    }
    $open = comments_open($post);
    tell_whether_open($post, $settings, $open);
    $thread = thread_of($post, $settings, $open);
    if (!$open) {
        // As everywhere in WordPress: where nobody may write and nobody wrote, nothing is shown.
        return count_in($thread) ? around($thread) : '';
    }
    $element = sprintf(
        '<wortmeldung-thread site="%s" page="%s" lang="%s"%s>%s</wortmeldung-thread>',
        esc_attr($settings->site),
        esc_attr(page_of($post)),
        esc_attr(language($settings)),
        token_attribute($settings),
        $thread !== '' ? $thread : elsewhere($post, $settings)
    );
    return around($element . module_script(plugins_url('assets/scheme.js', FILE)) . module_script($settings->address('/widget/wortmeldung.js')));
}

function module_script(string $address): string
{
    return wp_get_script_tag(['type' => 'module', 'src' => $address]);
}

function around(string $inside): string
{
    return '<div id="comments" class="comments-area default-max-width wortmeldung-area">' . $inside . '</div>';
}

/** Where the thread can be read and written to without this page. */
function elsewhere(WP_Post $post, Settings $settings): string
{
    $address = $settings->address('/sites/{site}/thread', ['page' => page_of($post)]);
    return '<p><a href="' . esc_url($address) . '">' . esc_html__('Read and write comments', 'wortmeldung') . '</a></p>';
}

/** To who may see a post that is not public: why there are no comments. */
function unpublished(WP_Post $post): string
{
    if (!current_user_can('edit_post', $post->ID)) {
        return '';
    }
    $told = $post->post_password !== '' || $post->post_status === 'private'
        ? __('There are no comments here: the comments of a post that not everybody may read would be public.', 'wortmeldung')
        : __('The comments appear here as soon as the post is published.', 'wortmeldung');
    return around('<p class="wortmeldung-note">' . esc_html($told) . '</p>');
}

/** Black or white, whichever can be read better on the colour (WCAG 2.2, relative luminance). */
function on_colour(string $hex): string
{
    $digits = strlen($hex) === 4 ? preg_replace('/[0-9a-f]/i', '$0$0', substr($hex, 1)) : substr($hex, 1);
    $luminance = 0.0;
    foreach ([0.2126, 0.7152, 0.0722] as $place => $weight) {
        $part = hexdec(substr((string) $digits, 2 * $place, 2)) / 255;
        $luminance += $weight * ($part <= 0.04045 ? $part / 12.92 : (($part + 0.055) / 1.055) ** 2.4);
    }
    return $luminance > 0.179 ? '#000' : '#fff';
}
