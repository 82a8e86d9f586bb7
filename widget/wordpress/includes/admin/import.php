<?php
/**
 * Brings WordPress's own comments to the service, in parts that the page asks for one after the other: so it goes on
 * after a pause, shows how far it is, and needs no long request. What was sent twice is there once.
 *
 * Sent are text, name, address and website as authors gave them, time, place and status. Never sent are network
 * addresses, browsers, passwords of posts, and what is no comment. The token is kept nowhere.
 *
 * @package Wortmeldung
 */

namespace Wortmeldung;

use WP_Comment;
use WP_Error;
use WP_Post;

const IMPORT = 'wortmeldung_import';
const IMPORT_ACTION = 'wortmeldung_import';
const ROWS = 100;
const BYTES = 1024 * 1024;
const LONGEST_COMMENT = 262144;
const MOST_REMARKS = 5000;
const IMPORT_PATIENCE = 60;
/** Seconds of a request that may go into fetching what was brought. */
const COPYING = 8.0;
/** First all comments, then once more the answers that are older than what they answer. */
const PHASES = ['all', 'late', 'done'];

function offer_import(): void
{
    add_action('wp_ajax_' . IMPORT_ACTION, __NAMESPACE__ . '\\carry_on');
    add_action('admin_enqueue_scripts', static function (string $hook): void {
        if ($hook === 'settings_page_' . SCREEN && isset($_GET['tab']) && $_GET['tab'] === 'import') {
            wp_enqueue_script('wortmeldung-import', plugins_url('assets/import.js', FILE), [], VERSION, true);
            wp_localize_script('wortmeldung-import', 'wortmeldungImport', import_facts());
        }
    });
}

/** @return array<string, mixed> What the page's script needs to know. */
function import_facts(): array
{
    return [
        'address' => admin_url('admin-ajax.php'),
        'action' => IMPORT_ACTION,
        'nonce' => wp_create_nonce(IMPORT_ACTION),
        'comment' => admin_url('comment.php?action=editcomment&c='),
        'state' => import_state(),
        'words' => [
            /* translators: 1: how many are done, 2: how many there are. */
            'progress' => __('%1$s of %2$s', 'wortmeldung'),
            /* translators: 1 to 4: numbers. */
            'account' => __('%1$s brought along, %2$s were there already, %3$s not taken. %4$s wait at the desk for a decision.', 'wortmeldung'),
            'stopped' => __('Stopped. Go on whenever you like.', 'wortmeldung'),
            'finished' => __('Done.', 'wortmeldung'),
            'again' => __('The service did not answer; trying again …', 'wortmeldung'),
            'offline' => __('This WordPress does not answer. Please try again.', 'wortmeldung'),
            'refused' => __('Not taken', 'wortmeldung'),
            'changed' => __('Changed', 'wortmeldung'),
            'comment' => __('Comment', 'wortmeldung'),
            'why' => __('Why', 'wortmeldung'),
        ],
    ];
}

function show_import(): void
{
    $settings = Settings::read();
    if (!$settings->complete()) {
        echo '<p>' . esc_html__('Please enter the service first.', 'wortmeldung') . '</p>';
        return;
    }
    $counts = wp_count_comments();
    echo '<p class="wortmeldung-lead">' . esc_html__('All comments keep their times, names, places in the talk and status. Nothing is changed in WordPress, and what is at the service already stays as it is: you may do this as often as you like.', 'wortmeldung') . '</p>';
    echo '<form id="wortmeldung-import" autocomplete="off"><table class="form-table" role="presentation"><tbody>';
    row('token', __('Token', 'wortmeldung'), '<input class="regular-text" type="password" id="wortmeldung-token" required autocomplete="off" aria-describedby="wortmeldung-token-hint">',
        __('Somebody who administers the site at the service makes it there with “python -m service token create YOUR@ADDRESS”. It is not kept here.', 'wortmeldung'));
    echo '<tr><th scope="row">' . esc_html__('Which comments', 'wortmeldung') . '</th><td><fieldset><legend class="screen-reader-text">' . esc_html__('Which comments', 'wortmeldung') . '</legend>';
    choice('', __('released and waiting ones', 'wortmeldung'), (int) $counts->approved + (int) $counts->moderated, true);
    choice('trash', __('those in the trash', 'wortmeldung'), (int) $counts->trash, false);
    choice('spam', __('spam', 'wortmeldung'), (int) $counts->spam, false);
    echo '</fieldset></td></tr></tbody></table><p class="submit">';
    echo '<button type="submit" class="button button-primary" id="wortmeldung-start">' . esc_html__('Bring comments along', 'wortmeldung') . '</button> ';
    echo '<button type="button" class="button" id="wortmeldung-stop" hidden>' . esc_html__('Stop', 'wortmeldung') . '</button></p></form>';
    echo '<div id="wortmeldung-progress" hidden><p><progress max="1" value="0" aria-labelledby="wortmeldung-said"></progress> <span id="wortmeldung-said" role="status"></span></p><p id="wortmeldung-account"></p></div>';
    echo '<div id="wortmeldung-trouble" class="notice notice-error inline" role="alert" hidden><p></p></div>';
    echo '<div id="wortmeldung-report" hidden><h2>' . esc_html__('What was not taken as it is', 'wortmeldung') . '</h2>';
    echo '<p><a id="wortmeldung-file" class="button" download="wortmeldung-report.csv" href="#">' . esc_html__('Save as a table (CSV)', 'wortmeldung') . '</a></p>';
    echo '<table class="widefat striped"><thead><tr><th scope="col">' . esc_html__('Comment', 'wortmeldung') . '</th><th scope="col">' . esc_html__('What became of it', 'wortmeldung') . '</th><th scope="col">' . esc_html__('Why', 'wortmeldung') . '</th></tr></thead><tbody></tbody></table></div>';
    show_other_way($settings);
}

function choice(string $name, string $label, int $number, bool $always): void
{
    printf(
        '<label><input type="checkbox" name="%s"%s> %s (%s)</label><br>',
        esc_attr($name),
        $always ? ' checked disabled' : '',
        esc_html($label),
        esc_html(number_format_i18n($number))
    );
}

function show_other_way(Settings $settings): void
{
    echo '<h2>' . esc_html__('Or by a file', 'wortmeldung') . '</h2><p>';
    printf(
        /* translators: 1: link to the export, 2: a command. */
        esc_html__('For very many comments, or where this server cannot reach the service: save an %1$s of all content, and have the service read it with %2$s. Both ways know each other, so nothing comes twice.', 'wortmeldung'),
        '<a href="' . esc_url(admin_url('export.php')) . '">' . esc_html__('export file', 'wortmeldung') . '</a>',
        '<code>python -m service import ' . esc_html($settings->site) . ' --from wordpress export.xml</code>'
    );
    echo '</p>';
}

/** One part, as the page's script asks for it: answers with the state, or with what is wrong. */
function carry_on(): void
{
    check_ajax_referer(IMPORT_ACTION);
    if (!current_user_can('manage_options')) {
        wp_send_json_error(['said' => __('You may not do this.', 'wortmeldung'), 'again' => false], 403);
    }
    $typed = wp_unslash($_POST);
    $chosen = ['to' => Settings::read()->address('/{site}'), 'trash' => !empty($typed['trash']), 'spam' => !empty($typed['spam'])];
    $state = import_state();
    if (!empty($typed['anew']) || array_intersect_key($state, $chosen) !== $chosen) {
        // What was begun with another choice, or for another site, cannot be gone on with.
        $state = $chosen + import_state([]);
    }
    $part = next_part($state);
    $account = $part['comments'] ? send_part($part, is_string($typed['token'] ?? null) ? trim($typed['token']) : '') : [];
    if (is_wp_error($account)) {
        wp_send_json_error(['said' => $account->get_error_message(), 'again' => $account->get_error_code() === 'again']);
    }
    keep_copies(array_keys($part['posts']), Settings::read(), COPYING);
    $state = after_part($state, $part, $account);
    update_option(IMPORT, $state, false);
    wp_send_json_success($state);
}

/**
 * How far the import is.
 *
 * @param array<string, mixed>|null $known
 * @return array<string, mixed>
 */
function import_state(?array $known = null): array
{
    $known = $known ?? get_option(IMPORT);
    return (is_array($known) ? $known : []) + [
        'to' => '', 'trash' => false, 'spam' => false,
        'phase' => PHASES[0], 'after' => 0, 'done' => 0, 'total' => 0, 'added' => 0, 'present' => 0, 'refused' => 0, 'waiting' => 0,
        'remarks' => [],
    ];
}

/**
 * The next comments by their ids, as many as fit: what can be sent, what cannot and why, and the last one looked at.
 *
 * @param array<string, mixed> $state
 * @return array<string, mixed>
 */
function next_part(array $state): array
{
    $ids = next_ids($state, ROWS);
    $part = ['seen' => 0, 'after' => (int) $state['after'], 'last' => count($ids) < ROWS, 'posts' => [], 'comments' => [], 'remarks' => []];
    $bytes = 0;
    foreach (array_map('get_comment', $ids) as $place => $comment) {
        if ($bytes > BYTES) {
            $part['last'] = false;
            break;
        }
        $part['after'] = $ids[$place];
        $part['seen']++;
        $post = $comment instanceof WP_Comment ? get_post((int) $comment->comment_post_ID) : null;
        $fault = $comment instanceof WP_Comment ? fault_of_row($comment, $post) : '';
        if ($fault !== '') {
            $part['remarks'][] = ['kind' => 'refused', 'comment' => (int) $ids[$place], 'reason' => $fault];
        } elseif ($comment instanceof WP_Comment && $post instanceof WP_Post) {
            $part['posts'][$post->ID] = post_row($post);
            $part['comments'][] = comment_row($comment, $post);
            $bytes += strlen($comment->comment_content);
        }
    }
    return $part;
}

/** Why a comment is not even sent, or nothing. */
function fault_of_row(WP_Comment $comment, ?WP_Post $post): string
{
    if (!in_array($comment->comment_type, ['', 'comment'], true)) {
        /* translators: %s: a word such as pingback. */
        return sprintf(__('no comment, but of the kind “%s”', 'wortmeldung'), $comment->comment_type);
    }
    if (!$post || !is_public($post)) {
        return __('on a post that not everybody may read, or that is gone', 'wortmeldung');
    }
    return mb_strlen($comment->comment_content) > LONGEST_COMMENT ? __('too long', 'wortmeldung') : '';
}

/** @return array<string, string> */
function post_row(WP_Post $post): array
{
    return [
        'link' => (string) get_permalink($post),
        'title' => mb_substr($post->post_title, 0, 2000),
        'comment_status' => comments_open($post) ? 'open' : 'closed',
    ];
}

/** @return array<string, string> The fields that are sent, and no others. */
function comment_row(WP_Comment $comment, WP_Post $post): array
{
    return [
        'id' => $comment->comment_ID,
        'link' => (string) get_permalink($post),
        'parent' => $comment->comment_parent,
        'type' => $comment->comment_type,
        'approved' => $comment->comment_approved,
        'author' => $comment->comment_author,
        'author_email' => $comment->comment_author_email,
        'author_url' => $comment->comment_author_url,
        'date' => $comment->comment_date,
        'date_gmt' => $comment->comment_date_gmt,
        'content' => $comment->comment_content,
    ];
}

/**
 * @param array<string, mixed> $part
 * @return array<string, mixed>|WP_Error The service's account of these rows.
 */
function send_part(array $part, string $token)
{
    $settings = Settings::read();
    $body = ['blog' => home_url(), 'posts' => array_values($part['posts']), 'comments' => $part['comments']];
    $answer = ask($settings->address('/api/v1/moderation/sites/{site}/import/wordpress', ['lang' => language($settings) === 'en' ? 'en' : 'de']), [
        'method' => 'POST',
        'timeout' => IMPORT_PATIENCE,
        'headers' => ['Authorization' => 'Bearer ' . $token, 'Content-Type' => 'application/json'],
        'body' => (string) wp_json_encode($body),
    ]);
    if (is_wp_error($answer)) {
        return new WP_Error('again', fault_of_way($answer, $settings));
    }
    $code = wp_remote_retrieve_response_code($answer);
    $said = json_decode(wp_remote_retrieve_body($answer), true);
    if ($code === 200 && is_array($said) && isset($said['remarks'])) {
        return $said;
    }
    if ($code >= 500 || $code === 429) {
        /* translators: %d: a number such as 503. */
        return new WP_Error('again', sprintf(__('The service cannot take them at the moment (%d).', 'wortmeldung'), $code));
    }
    if ($code === 401) {
        return new WP_Error('token', __('The service does not know this token. Was it copied whole?', 'wortmeldung'));
    }
    if ($code === 403) {
        return new WP_Error('role', __('The token works, but who it belongs to does not administer this site at the service.', 'wortmeldung'));
    }
    $detail = is_array($said) && is_string($said['detail'] ?? null) ? $said['detail'] : fault_of_answer($settings);
    /* translators: 1: a number such as 422, 2: the service's own words. */
    return new WP_Error('other', sprintf(__('The service did not take them (%1$d). %2$s', 'wortmeldung'), $code, $detail));
}

/**
 * @param array<string, mixed> $state
 * @param array<string, mixed> $part
 * @param array<string, mixed> $account Empty where nothing had to be sent.
 * @return array<string, mixed>
 */
function after_part(array $state, array $part, array $account): array
{
    $remarks = $part['remarks'];
    foreach ($account['remarks'] ?? [] as $each) {
        $id = preg_match('/(\d+)$/', (string) $each['where'], $found) ? (int) $found[1] : 0;
        $remarks[] = ['kind' => $each['kind'] === 'changed' ? 'changed' : 'refused', 'comment' => $id, 'reason' => (string) $each['reason']];
    }
    if ($state['phase'] === 'late') {
        // What was said the first time does not hold any more.
        $again = array_map('intval', array_column($part['comments'], 'id'));
        $state['remarks'] = array_values(array_filter($state['remarks'], static fn($each) => !in_array($each['comment'], $again, true)));
    } else {
        foreach (['added', 'present', 'refused', 'waiting'] as $name) {
            $state[$name] += (int) ($account[$name] ?? 0);
        }
        $state['refused'] += count($part['remarks']);
        $state['done'] += $part['seen'];
    }
    $state['remarks'] = array_slice(array_merge($state['remarks'], $remarks), 0, MOST_REMARKS);
    $state['after'] = $part['after'];
    if ($part['last']) {
        $state['phase'] = PHASES[array_search($state['phase'], PHASES, true) + 1] ?? 'done';
        $state['after'] = 0;
    }
    $state['total'] = $state['phase'] === 'done' ? $state['done'] : max($state['done'], count_ids($state));
    return $state;
}

/**
 * @param array<string, mixed> $state
 * @return int[]
 */
function next_ids(array $state, int $most): array
{
    global $wpdb;
    if ($state['phase'] === 'done') {
        return [];
    }
    $where = chosen_statuses($state) . ($state['phase'] === 'late' ? ' AND comment_parent > comment_ID' : '');
    // The statuses are ours, not typed by anybody.
    $query = $wpdb->prepare("SELECT comment_ID FROM {$wpdb->comments} WHERE comment_ID > %d AND $where ORDER BY comment_ID LIMIT %d", $state['after'], $most);
    return array_map('intval', $wpdb->get_col($query));
}

/** @param array<string, mixed> $state */
function count_ids(array $state): int
{
    global $wpdb;
    return (int) $wpdb->get_var("SELECT COUNT(*) FROM {$wpdb->comments} WHERE " . chosen_statuses($state));
}

/** @param array<string, mixed> $state */
function chosen_statuses(array $state): string
{
    $statuses = array_merge(["'0'", "'1'"], $state['trash'] ? ["'trash'"] : [], $state['spam'] ? ["'spam'"] : []);
    return 'comment_approved IN (' . implode(',', $statuses) . ')';
}
