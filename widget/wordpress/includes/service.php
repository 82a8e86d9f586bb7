<?php
/**
 * Asking the service, and nobody else: no redirect is followed, no answer is longer than it may be, and after one that
 * failed nobody is kept waiting for a while.
 *
 * @package Wortmeldung
 */

namespace Wortmeldung;

use WP_Error;

const PATIENCE = 2;
const LONGEST_ANSWER = 4 * 1024 * 1024;
const AWAY = 'wortmeldung_away';
const AWAY_SECONDS = 30;

/**
 * What the service answers to a reader's page that is being made: the answer of WordPress's HTTP API, or null where
 * there is none that helps. Then it is not asked again for half a minute.
 *
 * @param array<string, mixed> $more Arguments of `wp_remote_request`.
 * @return array<string, mixed>|null
 */
function ask_quickly(string $address, array $more = []): ?array
{
    if (get_transient(AWAY)) {
        return null;
    }
    $answer = ask($address, $more + ['timeout' => PATIENCE]);
    if (is_wp_error($answer) || wp_remote_retrieve_response_code($answer) >= 500) {
        set_transient(AWAY, 1, AWAY_SECONDS);
        return null;
    }
    return $answer;
}

/**
 * @param array<string, mixed> $more Arguments of `wp_remote_request`.
 * @return array<string, mixed>|WP_Error
 */
function ask(string $address, array $more = [])
{
    $answer = wp_remote_request($address, $more + [
        'redirection' => 0,
        'limit_response_size' => LONGEST_ANSWER,
        'user-agent' => 'Wortmeldung for WordPress/' . VERSION,
    ]);
    if (!is_wp_error($answer) && strlen(wp_remote_retrieve_body($answer)) >= LONGEST_ANSWER) {
        return new WP_Error('too_long', __('The answer is longer than any that the service gives.', 'wortmeldung'));
    }
    return $answer;
}
