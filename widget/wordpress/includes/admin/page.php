<?php
/**
 * Settings → Wortmeldung.
 *
 * @package Wortmeldung
 */

namespace Wortmeldung;

const SCREEN = 'wortmeldung';
const CHECK = 'wortmeldung_check';

function offer_settings(): void
{
    add_action('admin_init', static function (): void {
        register_setting(SCREEN, OPTION, ['type' => 'array', 'sanitize_callback' => __NAMESPACE__ . '\\clean_settings', 'default' => []]);
        add_privacy_text();
    });
    add_action('admin_menu', static function (): void {
        add_options_page('Wortmeldung', 'Wortmeldung', 'manage_options', SCREEN, __NAMESPACE__ . '\\show_screen');
    });
    add_action('admin_enqueue_scripts', static function (string $hook): void {
        if ($hook === 'settings_page_' . SCREEN) {
            wp_enqueue_style('wortmeldung-admin', plugins_url('assets/admin.css', FILE), [], VERSION);
        }
    });
    add_filter('plugin_action_links_' . plugin_basename(FILE), static function (array $links): array {
        return array_merge(['<a href="' . esc_url(screen_address()) . '">' . esc_html__('Settings', 'wortmeldung') . '</a>'], $links);
    });
    add_action('admin_notices', __NAMESPACE__ . '\\tell_of_first_step');
}

/** @param array<string, string> $query */
function screen_address(array $query = []): string
{
    return add_query_arg(['page' => SCREEN] + $query, admin_url('options-general.php'));
}

function tell_of_first_step(): void
{
    $screen = get_current_screen();
    if (!$screen || $screen->id !== 'plugins' || !current_user_can('manage_options') || Settings::read()->complete()) {
        return;
    }
    printf(
        '<div class="notice notice-info"><p>%s <a href="%s">%s</a></p></div>',
        esc_html__('Wortmeldung is switched on, and needs to know your service.', 'wortmeldung'),
        esc_url(screen_address()),
        esc_html__('Set it up', 'wortmeldung')
    );
}

function show_screen(): void
{
    if (!current_user_can('manage_options')) {
        return;
    }
    $tab = isset($_GET['tab']) && $_GET['tab'] === 'import' ? 'import' : 'settings';
    echo '<div class="wrap wortmeldung"><h1>Wortmeldung</h1>';
    show_tabs($tab);
    if ($tab === 'import') {
        show_import();
    } else {
        show_check();
        show_form(Settings::read());
    }
    echo '</div>';
}

function show_tabs(string $shown): void
{
    $tabs = ['settings' => __('Settings', 'wortmeldung'), 'import' => __('Bring comments along', 'wortmeldung')];
    echo '<nav class="nav-tab-wrapper" aria-label="' . esc_attr__('Parts of the settings', 'wortmeldung') . '">';
    foreach ($tabs as $tab => $label) {
        printf(
            '<a href="%s" class="nav-tab%s"%s>%s</a>',
            esc_url(screen_address($tab === 'settings' ? [] : ['tab' => $tab])),
            $tab === $shown ? ' nav-tab-active' : '',
            $tab === $shown ? ' aria-current="page"' : '',
            esc_html($label)
        );
    }
    echo '</nav>';
}

/** The check, after saving and when it is asked for: it only reads, but makes requests. */
function show_check(): void
{
    $saved = isset($_GET['settings-updated']);
    $asked = isset($_GET['check']) && wp_verify_nonce(sanitize_key(wp_unslash($_GET['check'])), CHECK);
    $settings = Settings::read();
    if ((!$saved && !$asked) || ($saved && !$settings->complete())) {
        return;
    }
    $classes = ['good' => 'notice-success', 'warning' => 'notice-warning', 'error' => 'notice-error'];
    foreach (check_connection($settings) as $seen) {
        printf('<div class="notice %s inline" role="status"><p>%s</p></div>', esc_attr($classes[$seen->kind]), esc_html($seen->sentence));
    }
}

function show_form(Settings $settings): void
{
    echo '<form method="post" action="options.php"><table class="form-table" role="presentation"><tbody>';
    settings_fields(SCREEN);
    row('service', __('Address of the service', 'wortmeldung'), text_field('service', 'url', $settings->service, 'https://kommentare.example.org'),
        __('Where your Wortmeldung runs. Only this address is ever asked.', 'wortmeldung'));
    row('site', __('Site key', 'wortmeldung'), text_field('site', 'text', $settings->site, 'musterstadt'),
        __('The short name that your site has there.', 'wortmeldung'));
    row('key', __('Key for signing on', 'wortmeldung'), key_field($settings),
        __('Optional; made at the desk, Site, Sign-on. Who is signed in here then need not say who they are, editors answer with their badge, and a post that is closed here is closed at the service, too.', 'wortmeldung'));
    row('speech', __('Speaking German', 'wortmeldung'), speech_field($settings), __('How readers are spoken to on German pages. Pages in other languages speak theirs.', 'wortmeldung'));
    row('accent', __('Colour', 'wortmeldung'), text_field('accent', 'text', $settings->accent, '#1f5f53'),
        __('For links and buttons, such as #1f5f53. It must be easy to read on your background. Empty: a calm blue.', 'wortmeldung'));
    types_row($settings);
    echo '</tbody></table><p class="submit">';
    submit_button('', 'primary', 'submit', false);
    if ($settings->complete()) {
        printf(
            ' <a class="button" href="%s">%s</a>',
            esc_url(screen_address(['check' => wp_create_nonce(CHECK)])),
            esc_html__('Check the connection', 'wortmeldung')
        );
    }
    echo '</p></form>';
    show_advice($settings);
}

/** @param string $field HTML that is escaped where it is made. */
function row(string $name, string $label, string $field, string $hint): void
{
    printf(
        '<tr><th scope="row"><label for="wortmeldung-%1$s">%2$s</label></th><td>%3$s<p class="description" id="wortmeldung-%1$s-hint">%4$s</p></td></tr>',
        esc_attr($name),
        esc_html($label),
        $field,
        esc_html($hint)
    );
}

function text_field(string $name, string $type, string $value, string $example): string
{
    return sprintf(
        '<input class="regular-text" type="%1$s" id="wortmeldung-%2$s" name="%3$s[%2$s]" value="%4$s" placeholder="%5$s" aria-describedby="wortmeldung-%2$s-hint" spellcheck="false" autocomplete="off">',
        esc_attr($type),
        esc_attr($name),
        esc_attr(OPTION),
        esc_attr($value),
        esc_attr($example)
    );
}

/** Never shows the key that is kept; an empty field leaves it as it is. */
function key_field(Settings $settings): string
{
    $kept = $settings->key !== '';
    $field = sprintf(
        '<input class="regular-text" type="password" id="wortmeldung-key" name="%s[key]" value="" placeholder="%s" aria-describedby="wortmeldung-key-hint" spellcheck="false" autocomplete="off">',
        esc_attr(OPTION),
        $kept ? esc_attr__('kept; enter another one to replace it', 'wortmeldung') : ''
    );
    if (!$kept) {
        return $field;
    }
    return $field . sprintf('<br><label><input type="checkbox" name="%s[forget_key]" value="1"> %s</label>', esc_attr(OPTION), esc_html__('Remove the key', 'wortmeldung'));
}

function speech_field(Settings $settings): string
{
    $labels = ['de' => __('with Sie', 'wortmeldung'), 'de-du' => __('with du', 'wortmeldung'), 'de-leicht' => __('in easy words', 'wortmeldung')];
    $options = '';
    foreach (SPEECHES as $each) {
        $options .= sprintf('<option value="%s"%s>%s</option>', esc_attr($each), selected($each, $settings->speech, false), esc_html($labels[$each]));
    }
    return sprintf('<select id="wortmeldung-speech" name="%s[speech]" aria-describedby="wortmeldung-speech-hint">%s</select>', esc_attr(OPTION), $options);
}

function types_row(Settings $settings): void
{
    echo '<tr><th scope="row">' . esc_html__('Comments of', 'wortmeldung') . '</th><td><fieldset><legend class="screen-reader-text">' . esc_html__('Comments of', 'wortmeldung') . '</legend>';
    foreach (commentable_types() as $type) {
        printf(
            '<label><input type="checkbox" name="%s[types][]" value="%s"%s> %s</label><br>',
            esc_attr(OPTION),
            esc_attr($type),
            checked(in_array($type, $settings->types, true), true, false),
            esc_html(get_post_type_object($type)->labels->name)
        );
    }
    echo '<p class="description">' . esc_html__('Whether a single post takes comments is set where you write it, as ever.', 'wortmeldung') . '</p></fieldset></td></tr>';
}

function show_advice(Settings $settings): void
{
    if (!$settings->complete()) {
        return;
    }
    $waiting = (int) wp_count_comments()->total_comments;
    if ($waiting && !get_option(IMPORT)) {
        printf(
            '<div class="notice notice-info inline"><p>%s <a href="%s">%s</a></p></div>',
            esc_html(sprintf(
                /* translators: %s: a number. */
                _n('WordPress still has %s comment of its own, which readers do not see any more.', 'WordPress still has %s comments of its own, which readers do not see any more.', $waiting, 'wortmeldung'),
                number_format_i18n($waiting)
            )),
            esc_url(screen_address(['tab' => 'import'])),
            esc_html__('Bring them along', 'wortmeldung')
        );
    }
    printf(
        '<p><a href="%s">%s</a></p>',
        esc_url($settings->service . '/desk'),
        esc_html__('To the desk, where comments are read and released', 'wortmeldung')
    );
}

/** A paragraph that WordPress offers for the site's privacy notice. */
function add_privacy_text(): void
{
    wp_add_privacy_policy_content('Wortmeldung', wp_kses_post(wpautop(__(
        'Comments on this site are taken and shown by a service of our own. To show them, your browser fetches them from there; no cookies are set, and nothing is stored on your device unless you ask for it. What you write, and your name if you give one, is public once a person has released it. Your e-mail address is optional and never shown. How long what is kept stands beside the form.',
        'wortmeldung'
    ))));
}
