<?php
/**
 * Whether the connection works, and in words what is wrong where it does not.
 *
 * @package Wortmeldung
 */

namespace Wortmeldung;

use WP_Error;

const CHECK_PATIENCE = 8;

/** One thing that was looked at: `good`, `warning` or `error`, and a sentence. */
final class Seen
{
    public string $kind;
    public string $sentence;

    public function __construct(string $kind, string $sentence)
    {
        $this->kind = $kind;
        $this->sentence = $sentence;
    }
}

/** @return Seen[] What was found, in order; after an error nothing else is looked at. */
function check_connection(Settings $settings): array
{
    if (!$settings->complete()) {
        return [new Seen('error', __('Please enter the address of the service and the key of your site.', 'wortmeldung'))];
    }
    $fault = fault_of_answer($settings);
    if ($fault !== '') {
        return [new Seen('error', $fault)];
    }
    delete_transient(AWAY);
    $seen = [new Seen('good', sprintf(
        /* translators: %s: the site's key. */
        __('The service answers, and knows the site “%s”.', 'wortmeldung'),
        $settings->site
    ))];
    $seen[] = seen_of_origin($settings);
    if ($settings->key !== '') {
        $seen[] = seen_of_key($settings);
    }
    if (is_ssl() && strncmp($settings->service, 'http:', 5) === 0) {
        $seen[] = new Seen('error', __('Your pages come by https, the service by http: browsers will not load the form. Please give the service a certificate and enter its address with https.', 'wortmeldung'));
    }
    return $seen;
}

/** Why the service does not answer as it should, or nothing. */
function fault_of_answer(Settings $settings): string
{
    $answer = ask($settings->address('/api/v1/sites/{site}/thread', ['page' => '/', 'limit' => '1']), ['timeout' => CHECK_PATIENCE]);
    if (is_wp_error($answer)) {
        return fault_of_way($answer, $settings);
    }
    $code = wp_remote_retrieve_response_code($answer);
    $said = json_decode(wp_remote_retrieve_body($answer), true);
    if ($code === 200 && is_array($said) && ($said['site'] ?? null) === $settings->site) {
        return '';
    }
    if ($code >= 300 && $code < 400) {
        /* translators: %s: an address. */
        return sprintf(__('This address only leads on, to %s. Please enter the address that it leads to.', 'wortmeldung'), (string) wp_remote_retrieve_header($answer, 'location'));
    }
    if ($code === 404 && is_service($settings)) {
        /* translators: 1: the site's key, 2: a command. */
        return sprintf(__('The service answers, but knows no site “%1$s”. Is the key right? A site is made there with “%2$s”.', 'wortmeldung'), $settings->site, 'python -m service site add ' . $settings->site . ' --origin ' . own_origin());
    }
    if ($code >= 500) {
        /* translators: %d: a number such as 503. */
        return sprintf(__('The service answers that it cannot work at the moment (%d). Its operator finds the reason with “python -m service doctor”.', 'wortmeldung'), $code);
    }
    /* translators: %d: a number such as 404. */
    return sprintf(__('Something answers at this address, but it is no Wortmeldung service (%d). Is the address complete, and without a path that does not belong to it?', 'wortmeldung'), $code);
}

/** Whether a service of ours is at the address, whatever sites it has. */
function is_service(Settings $settings): bool
{
    $answer = ask($settings->address('/api/v1/openapi.json'), ['timeout' => CHECK_PATIENCE]);
    $said = is_wp_error($answer) ? null : json_decode(wp_remote_retrieve_body($answer), true);
    return is_array($said) && ($said['info']['title'] ?? null) === 'Wortmeldung';
}

/** What keeps WordPress from reaching the service at all. */
function fault_of_way(WP_Error $error, Settings $settings): string
{
    $host = (string) wp_parse_url($settings->service, PHP_URL_HOST);
    $said = $error->get_error_message();
    if ($error->get_error_code() === 'http_request_not_executed') {
        /* translators: 1: a host, 2: the name of a constant. */
        return sprintf(__('WordPress itself forbids requests to %1$s. Please add the host to %2$s in wp-config.php.', 'wortmeldung'), $host, 'WP_ACCESSIBLE_HOSTS');
    }
    $faults = [
        /* translators: %s: a host. */
        '/resolve|getaddrinfo|cURL error 6\b/i' => __('There is no host %s, or this server cannot look it up. Is the address spelled right?', 'wortmeldung'),
        /* translators: %s: a host. */
        '/timed? ?out|cURL error 28\b/i' => __('%s does not answer in time. Does a firewall keep this server from reaching it?', 'wortmeldung'),
        /* translators: %s: a host. */
        '/certificate|SSL|TLS|cURL error (35|51|58|60)\b/i' => __('The certificate of %s cannot be trusted: it has run out, is for another name, or its issuer is unknown to this server.', 'wortmeldung'),
        /* translators: %s: a host. */
        '/refused|Failed to connect|cURL error 7\b/i' => __('Nothing answers at %s. Is the service running, and is the port right?', 'wortmeldung'),
    ];
    foreach ($faults as $pattern => $sentence) {
        if (preg_match($pattern, $said)) {
            return sprintf($sentence, $host) . ' (' . $said . ')';
        }
    }
    /* translators: 1: a host, 2: what the server said. */
    return sprintf(__('%1$s cannot be reached: %2$s', 'wortmeldung'), $host, $said);
}

/** Whether pages of this WordPress may post: the service names the origins from which it takes comments. */
function seen_of_origin(Settings $settings): Seen
{
    $answer = ask($settings->address('/api/v1/sites/{site}/comments'), [
        'method' => 'OPTIONS', 'timeout' => CHECK_PATIENCE,
        'headers' => ['Origin' => own_origin(), 'Access-Control-Request-Method' => 'POST'],
    ]);
    $allowed = is_wp_error($answer) ? '' : (string) wp_remote_retrieve_header($answer, 'access-control-allow-origin');
    if ($allowed === own_origin()) {
        /* translators: %s: an origin such as https://www.example.org. */
        return new Seen('good', sprintf(__('Comments can be sent from %s.', 'wortmeldung'), own_origin()));
    }
    return new Seen('error', sprintf(
        /* translators: 1: an origin such as https://www.example.org, 2: a command. */
        __('The service takes no comments from %1$s yet. Please add this origin there: at the desk under “Settings”, or with “%2$s”, which names all of them.', 'wortmeldung'),
        own_origin(),
        'python -m service site change ' . $settings->site . ' --origin ' . own_origin()
    ));
}

/** This WordPress as browsers name it in the header Origin. */
function own_origin(): string
{
    $parts = wp_parse_url(home_url());
    $port = isset($parts['port']) ? ':' . $parts['port'] : '';
    return strtolower(($parts['scheme'] ?? 'http') . '://' . ($parts['host'] ?? '')) . $port;
}

/** Whether the service takes what is signed here: asked about a page that is not there, which changes nothing. */
function seen_of_key(Settings $settings): Seen
{
    delete_transient(UNHEARD);
    [$address, $more] = put_thread('/wortmeldung-check', $settings, true);
    $answer = ask($address, $more + ['timeout' => CHECK_PATIENCE]);
    if (!is_wp_error($answer) && wp_remote_retrieve_response_code($answer) === 200) {
        return new Seen('good', __('The service takes what is signed here: who is signed in is known to it.', 'wortmeldung'));
    }
    return new Seen('error', __('The service does not take the key for signing on. Is it complete, of this site, and is the clock of this server right? A new one is made at the desk, Site, Sign-on.', 'wortmeldung'));
}
