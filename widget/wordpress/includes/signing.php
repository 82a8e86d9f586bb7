<?php
/**
 * What WordPress signs with the key that the service made for the site (JWT, HS256): who is signed in here, so that
 * they need not say it again and editors carry their badge; and which posts take no comments, so that nobody can write
 * to them by another way either.
 *
 * @package Wortmeldung
 */

namespace Wortmeldung;

use WP_Post;
use WP_User;

const TOKEN = 'wortmeldung_token';
const TOKEN_SECONDS = 300;
const LONGEST_NAME = 80;
/** Kept with a post that the service knows to be closed. */
const CLOSED = '_wortmeldung_closed';
/** The service did not take what was said about a post: then nothing is said for an hour. */
const UNHEARD = 'wortmeldung_unheard';

function sign_for_the_service(): void
{
    add_action('wp_ajax_' . TOKEN, __NAMESPACE__ . '\\give_token');
    add_action('wp_ajax_nopriv_' . TOKEN, __NAMESPACE__ . '\\give_token');
    add_action('wp_after_insert_post', __NAMESPACE__ . '\\tell_after_change', 10, 2);
    add_action('update_option_' . OPTION, static fn() => delete_transient(UNHEARD));
}

/** The attribute by which the widget finds the token, for who is signed in. Guests have none, and ask for none. */
function token_attribute(Settings $settings): string
{
    if ($settings->key === '' || !is_user_logged_in()) {
        return '';
    }
    return sprintf(' token="%s"', esc_url(add_query_arg('action', TOKEN, admin_url('admin-ajax.php'))));
}

/** Answers with the token of who asks; with nothing for a guest, or for one whose session has ended. */
function give_token(): void
{
    nocache_headers();
    header('Content-Type: text/plain; charset=utf-8');
    $user = wp_get_current_user();
    $settings = Settings::read();
    echo $user->exists() && $settings->key !== '' ? token_of($user, $settings) : '';
    exit;
}

function token_of(WP_User $user, Settings $settings): string
{
    $claims = ['name' => mb_substr(trim((string) preg_replace('/\s+/u', ' ', $user->display_name)), 0, LONGEST_NAME)];
    $claims += is_email($user->user_email) ? ['email' => $user->user_email] : [];
    $claims += $user->has_cap('moderate_comments') ? ['role' => 'editor'] : [];
    return signed($claims, $settings);
}

/** @param array<string, string> $claims */
function signed(array $claims, Settings $settings): string
{
    $plain = static fn(string $bytes): string => rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    $claims += ['aud' => $settings->site, 'iat' => time(), 'exp' => time() + TOKEN_SECONDS, 'jti' => bin2hex(random_bytes(16))];
    $told = $plain('{"alg":"HS256","typ":"JWT"}') . '.' . $plain((string) wp_json_encode($claims));
    return $told . '.' . $plain(hash_hmac('sha256', $told, $settings->key, true));
}

/** Of a post that was changed, the service hears at once; of one that has become too old, with the next reader. */
function tell_after_change(int $post_id, WP_Post $post): void
{
    $settings = Settings::read();
    // An import of many posts waits for nobody: those are told with their first readers.
    if (!defined('WP_IMPORTING') && !wp_is_post_revision($post_id) && in_array($post->post_status, ['publish', 'private'], true) && is_ours($post, $settings)) {
        tell_whether_open($post, $settings, comments_open($post) && is_public($post));
    }
}

function tell_whether_open(WP_Post $post, Settings $settings, bool $open): void
{
    $known_closed = (bool) get_post_meta($post->ID, CLOSED, true);
    if ($settings->key === '' || $known_closed === !$open || get_transient(UNHEARD)) {
        return;
    }
    $answer = ask_quickly(...put_thread(page_of($post), $settings, $open));
    if ($answer && wp_remote_retrieve_response_code($answer) !== 200) {
        set_transient(UNHEARD, 1, HOUR_IN_SECONDS);
    } elseif ($answer && $open) {
        delete_post_meta($post->ID, CLOSED);
    } elseif ($answer) {
        update_post_meta($post->ID, CLOSED, '1');
    }
}

/** @return array{string, array<string, mixed>} Address and arguments of the request. */
function put_thread(string $page, Settings $settings, bool $open): array
{
    return [$settings->address('/api/v1/sites/{site}/thread', ['page' => $page]), [
        'method' => 'PUT',
        'headers' => ['Authorization' => 'Bearer ' . signed(['role' => 'host', 'page' => $page], $settings), 'Content-Type' => 'application/json'],
        'body' => $open ? '{"open": true}' : '{"open": false}',
    ]];
}
