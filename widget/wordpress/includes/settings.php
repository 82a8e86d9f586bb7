<?php
/**
 * What the site's admins have chosen.
 *
 * @package Wortmeldung
 */

namespace Wortmeldung;

const OPTION = 'wortmeldung';
/** How German readers are spoken to; the first is what counts where nothing is chosen. */
const SPEECHES = ['de', 'de-du', 'de-leicht'];

final class Settings
{
    /** The service's address, without a slash at its end; empty until it is chosen. */
    public string $service;
    /** The key of the site there. */
    public string $site;
    /** The secret that the service made for signing; empty where nobody is signed on. */
    public string $key;
    /** One of SPEECHES. */
    public string $speech;
    /** A colour as #rrggbb, or empty for the widget's own. */
    public string $accent;
    /** @var string[] The kinds of posts whose comments are the service's. */
    public array $types;

    /** @param array<string, mixed> $chosen */
    private function __construct(array $chosen)
    {
        $this->service = (string) ($chosen['service'] ?? '');
        $this->site = (string) ($chosen['site'] ?? '');
        $this->key = (string) ($chosen['key'] ?? '');
        $this->speech = (string) ($chosen['speech'] ?? SPEECHES[0]);
        $this->accent = (string) ($chosen['accent'] ?? '');
        $this->types = (array) ($chosen['types'] ?? ['post', 'page']);
    }

    public static function read(): self
    {
        $chosen = get_option(OPTION);
        return new self(is_array($chosen) ? $chosen : []);
    }

    /** Whether there is a service to show comments of. Until then WordPress shows its own. */
    public function complete(): bool
    {
        return $this->service !== '' && $this->site !== '';
    }

    /**
     * An address at the service, of this site.
     *
     * @param array<string, string|string[]> $query A list stands for a name that comes more than once.
     */
    public function address(string $path, array $query = []): string
    {
        $pairs = [];
        foreach ($query as $name => $values) {
            foreach ((array) $values as $value) {
                $pairs[] = rawurlencode($name) . '=' . rawurlencode($value);
            }
        }
        $path = str_replace('{site}', rawurlencode($this->site), $path);
        return $this->service . $path . ($pairs ? '?' . implode('&', $pairs) : '');
    }
}

/**
 * What was typed into the form, as it is kept. What cannot be kept is told, and stays as it was.
 *
 * @param mixed $typed
 * @return array<string, mixed>
 */
function clean_settings($typed): array
{
    $before = get_option(OPTION);
    $kept = is_array($before) ? $before : [];
    $typed = is_array($typed) ? $typed : [];
    $service = clean_address((string) ($typed['service'] ?? ''));
    if ($service === null) {
        add_settings_error(OPTION, 'service', __('The address of the service must look like https://comments.example.org.', 'wortmeldung'));
    } else {
        $kept['service'] = $service;
    }
    $site = strtolower(trim((string) ($typed['site'] ?? '')));
    if (!preg_match('/^(?:[a-z0-9][a-z0-9-]{0,62})?$/', $site)) {
        add_settings_error(OPTION, 'site', __('A site key has small letters, digits and hyphens only.', 'wortmeldung'));
    } else {
        $kept['site'] = $site;
    }
    $key = trim((string) ($typed['key'] ?? ''));
    if (!empty($typed['forget_key'])) {
        $kept['key'] = '';
    } elseif (preg_match('/^[A-Za-z0-9_-]{20,200}$/', $key)) {
        $kept['key'] = $key;
    } elseif ($key !== '') {
        add_settings_error(OPTION, 'key', __('This is no key for signing on: it has letters, digits, hyphens and underscores, 43 together.', 'wortmeldung'));
    }
    $speech = (string) ($typed['speech'] ?? '');
    $kept['speech'] = in_array($speech, SPEECHES, true) ? $speech : SPEECHES[0];
    $accent = trim((string) ($typed['accent'] ?? ''));
    $kept['accent'] = $accent === '' ? '' : (string) sanitize_hex_color($accent);
    if ($accent !== '' && $kept['accent'] === '') {
        add_settings_error(OPTION, 'accent', __('A colour looks like #1f5f53.', 'wortmeldung'));
    }
    $kept['types'] = array_values(array_intersect(array_map('strval', (array) ($typed['types'] ?? [])), commentable_types()));
    return $kept;
}

/** The address without what is not part of it; empty stays empty; null for what is none. */
function clean_address(string $typed): ?string
{
    $address = rtrim(trim($typed), '/');
    if ($address === '') {
        return '';
    }
    $parts = wp_parse_url($address);
    $right = is_array($parts) && in_array(strtolower($parts['scheme'] ?? ''), ['http', 'https'], true) && !empty($parts['host'])
        && !array_intersect(['user', 'pass', 'query', 'fragment'], array_keys($parts)) && esc_url_raw($address) === $address;
    return $right ? $address : null;
}

/** @return string[] The kinds of posts that readers can comment on at all. */
function commentable_types(): array
{
    return array_values(array_filter(get_post_types(['public' => true]), static fn($each) => post_type_supports($each, 'comments') && $each !== 'attachment'));
}
