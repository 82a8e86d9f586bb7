"""What readers, robots and admins find on a WordPress that has the plugin, page by page and without a browser."""

import contextlib
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from unittest.mock import ANY

import pytest

from models.sign_on import add_key
from models.thread import find_thread, set_open
from moderation.lifecycle import Action
from service.api.imports import COMMENT_FIELDS
from service.sign_on import read_token
from service.state import utc_now
from tests.builders import a_moderator, add_site, ask, publish, rule, say_what_became
from tests.conftest import serving
from tests.wordpress.conftest import ARTICLE

pytestmark = pytest.mark.slow

PAGE = ARTICLE.rstrip("/")
DAY = timedelta(days=1)
CLOSED = "/2025/radwege-der-plan/"
_CHECK = """
    require_once WP_PLUGIN_DIR . '/wortmeldung/includes/admin/check.php';
    update_option('wortmeldung', ['service' => '%s', 'site' => '%s']);
    return array_map(fn($each) => [$each->kind, $each->sentence], Wortmeldung\\check_connection(Wortmeldung\\Settings::read()));"""

_SEEN = """
    require_once WP_PLUGIN_DIR . '/wortmeldung/includes/admin/check.php';
    return array_map(fn($each) => [$each->kind, $each->sentence], Wortmeldung\\check_connection(Wortmeldung\\Settings::read()));"""


class Counting:
    """An app that remembers what it was asked."""

    def __init__(self, app) -> None:
        self.app = app
        self.asked: list[str] = []

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "http":
            self.asked.append(scope["path"])
        await self.app(scope, receive, send)


@contextlib.asynccontextmanager
async def answering(app, service) -> AsyncIterator[Counting]:
    counting = Counting(app)
    async with serving(counting, "127.0.0.1", int(service.settings.base_url.rsplit(":", 1)[1])):
        yield counting


async def test_the_numbers_of_a_whole_list_cost_one_request_and_outlive_the_service(joined, service, app, site):
    await joined.run("switch_theme('twentytwentyone');")
    await publish(service, site, page=PAGE)
    await publish(service, site, page="/2025/sommer-in-der-stadt")
    say = """
        $said = [];
        foreach ((new WP_Query(['posts_per_page' => 12]))->posts as $each) $said[$each->post_name] = get_comments_number($each);
        return $said;"""
    async with answering(app, service) as service_:
        numbers = await joined.run(say)
        again = await joined.run(say)
    assert service_.asked == ["/api/v1/sites/musterstadt/counts"]
    assert (len(numbers), numbers["handlungsmut"], numbers["sommer-in-der-stadt"], numbers["haushalt-2026"]) == (
        12,
        1,
        1,
        0,
    )
    assert again == numbers
    await joined.run(
        "global $wpdb; $wpdb->query(\"DELETE FROM $wpdb->options WHERE option_name LIKE '%wortmeldung_counts%'\"); wp_cache_flush();"
    )
    assert await joined.run(say) == numbers


async def test_an_unchanged_thread_costs_a_304_and_a_service_that_is_away_keeps_nobody_waiting(
    joined, service, app, site
):
    comment = await publish(service, site, page=PAGE)
    stale = "$kept = get_option($name = 'wortmeldung_thread_' . url_to_postid(home_url('%s'))); update_option($name, ['checked' => 0] + $kept);"
    async with answering(app, service) as service_:
        first = await joined.get(ARTICLE)
        await joined.get(ARTICLE)
        assert service_.asked.count("/sites/musterstadt/fragment") == 1
        await joined.run(stale % ARTICLE)
        again = await joined.get(ARTICLE)
        assert service_.asked.count("/sites/musterstadt/fragment") == 2
    assert f'id="kommentar-{comment.id}"' in first
    assert f'id="kommentar-{comment.id}"' in again
    await joined.run(stale % ARTICLE)
    assert f'id="kommentar-{comment.id}"' in await joined.get(ARTICLE)
    assert await joined.run("return get_transient('wortmeldung_away');") == "1"
    # Where nothing was read yet, the way to the service's own page is left.
    assert "Kommentare lesen und schreiben" in await joined.get("/2025/haushalt-2026/")


async def test_the_fragment_gets_through_whole_and_nothing_else_does(joined, service, client, site):
    await publish(service, site, page=PAGE, name="Ayşe & „Co“", url="https://ayse.example/?a=1&b=2")
    top = await publish(service, site, "Ein *Wort*, `code` und eine Liste:\n\n1. eins\n2. zwei\n\n> Zitat", page=PAGE)
    reply = await publish(service, site, "Eine Antwort von 3 < 4 Leuten 👍", page=PAGE, parent=top.id)
    moderator = await a_moderator(service, site)
    await rule(service, reply, Action.FEATURE, moderator)
    asked, _closed = await ask(
        service, site, "Was fehlt & wann?", "Und sonst?", page=PAGE, closes_at=service.clock() + DAY
    )
    await publish(service, site, "Es fehlt an Bänken.", page=PAGE, question=asked.id)
    await say_what_became(service, site, "Es bleibt **alles**.", page=PAGE, title="Der Beschluss")
    html = (await client.get("/sites/musterstadt/fragment", params={"page": PAGE})).text
    clean = "return Wortmeldung\\clean_fragment(json_decode(%s));"
    said = await joined.run(clean % php(html))
    assert words(said) == words(html)
    assert all(f"wortmeldung-{each}" in html for each in ("outcome", "question", "rest", "replies"))
    for hostile in ("<script>alert(1)</script>", '<img src=x onerror="alert(1)">', '<a href="javascript:alert(1)">x</a>',
                    '<p style="position:fixed" onclick="x()">x</p>', "<iframe src=https://boese.example></iframe>"):  # fmt: skip
        said = await joined.run(clean % php(html.replace("</section>", hostile + "</section>")))
        assert not re.search(r"<(script|img|iframe)|javascript:|onclick|onerror|style=", said)
    for other in ("<!doctype html><p>Wartung", "", "<section class='fremd'>"):
        assert await joined.run(clean % php(other)) is None


def php(text: str) -> str:
    """The text as JSON in a PHP string."""
    quoted = json.dumps(text, ensure_ascii=True).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{quoted}'"


def words(html: str) -> list[str]:
    """Tags, attributes and text in order, however they are written."""
    return re.findall(
        r"<[^>]+>|[^<\s]+",
        re.sub(r'\s*/?>|=""', lambda found: ">" if ">" in found[0] else "", html).replace("&#039;", "'"),
    )


async def test_wordpress_keeps_its_own_comments_to_itself(joined, live, site):
    address = live
    for path, leads in (("/comments/feed/", f"{address}/sites/musterstadt/feed.atom"),
                        (f"{ARTICLE}feed/", f"{address}/sites/musterstadt/feed.atom?page=%2F2025%2Fhandlungsmut%2F")):  # fmt: skip
        status, headers, _body = await joined.ask(path)
        assert (status, headers["Location"]) == (302, leads)
    status, _headers, _body = await joined.ask("/wp-json/wp/v2/comments")
    assert status == 404
    post = await joined.run(f"return url_to_postid(home_url('{ARTICLE}'));")
    status, _headers, body = await joined.ask(
        "/wp-comments-post.php", f"comment_post_ID={post}&comment=Robot&author=R&email=r@robot.example"
    )
    assert (status, "unter dem Artikel" in body) == (403, True)
    page = await joined.ask(ARTICLE)
    assert page[1]["X-Pingback"] is None
    assert page[1]["Set-Cookie"] is None
    assert "In unserer Straße" not in page[2]


async def test_posts_that_are_closed_locked_private_or_drafts(joined, live, service, site):
    assert "wortmeldung" not in text_of(await joined.get(CLOSED))
    comment = await publish(service, site, page=CLOSED.rstrip("/"))
    await joined.run("delete_option('wortmeldung_thread_' . url_to_postid(home_url('/2025/radwege-der-plan/')));")
    source = await joined.get(CLOSED)
    assert f'id="kommentar-{comment.id}"' in source
    assert ("<wortmeldung-thread" in source, "#schreiben" in source) == (False, False)
    for kind, title in (("publish", "Verschlossen"), ("private", "Intern"), ("draft", "Entwurf")):
        shown = await joined.run(
            f"$post = get_page_by_title('{title}', OBJECT, 'post'); global $wp_query; $wp_query = new WP_Query(['p' => $post->ID, 'post_status' => 'any']);"
            "return Wortmeldung\\area($post);"
        )
        assert (kind, "wortmeldung-note" in shown, "<wortmeldung-thread" in shown) == (kind, True, False)


async def test_with_a_key_a_post_that_is_closed_here_is_closed_at_the_service_until_it_is_opened(
    joined, live, service, site, client, clock
):
    clock.now = utc_now()  # WordPress signs by its own clock
    async with service.db.writing() as session:
        key = (await add_key(session, site, service.clock())).secret
    kept = await joined.run(f"""
        require_once ABSPATH . 'wp-admin/includes/template.php';
        $kept = Wortmeldung\\clean_settings(['key' => '{key}', 'types' => ['post']] + get_option('wortmeldung'));
        update_option('wortmeldung', $kept);
        require_once WP_PLUGIN_DIR . '/wortmeldung/includes/admin/check.php';
        return [Wortmeldung\\clean_settings(['key' => ''] + $kept)['key'], Wortmeldung\\clean_settings(['forget_key' => '1'] + $kept)['key'],
            array_column(Wortmeldung\\check_connection(Wortmeldung\\Settings::read()), 'kind')];""")
    assert kept == [key, "", ["good"] * 3]
    for path, closes in ((CLOSED, "the page is read"), (ARTICLE, "the post is saved")):
        page = path.rstrip("/")
        change = f"wp_update_post(['ID' => url_to_postid(home_url('{path}')), 'comment_status' => '%s']);"
        if closes == "the page is read":
            await joined.get(path)
        else:
            await joined.run(change % "closed")
        assert await posted(client, page, joined.address) == 409
        await joined.run(change % "open")
        assert await posted(client, page, joined.address) == 202
        await joined.run(change % ("closed" if path == CLOSED else "open"))
    await joined.run("update_option('wortmeldung', ['key' => str_repeat('x', 43)] + get_option('wortmeldung'));")
    seen = await joined.run(_SEEN)
    assert (seen[-1][0], "Schlüssel für die Anmeldung nicht an" in seen[-1][1]) == ("error", True)


async def posted(client, page: str, origin: str) -> int:
    body = {"page": page, "text": f"Auf {page} fehlt mir noch ein Wort zum Radweg am Fluss."}
    answer = await client.post("/api/v1/sites/musterstadt/comments", json=body, headers={"Origin": origin})
    return answer.status_code


async def test_who_is_signed_in_gets_a_token_and_a_guest_gets_nothing(joined, live, service, site):
    async with service.db.writing() as session:
        key = await add_key(session, site, service.clock())
    await joined.run(f"update_option('wortmeldung', ['key' => '{key.secret}'] + get_option('wortmeldung'));")
    assert await joined.ask("/wp-admin/admin-ajax.php?action=wortmeldung_token") == (200, ANY, "")
    assert " token=" not in await joined.get(ARTICLE)
    editor, reader, attribute = await joined.run(r"""
        $reader = get_user_by('login', 'leserin') ?: get_user_by('id', wp_insert_user(['user_login' => 'leserin', 'user_pass' => 'x', 'user_email' => 'leserin@post.example',
            'display_name' => "Jana  „die“\nVogt", 'role' => 'subscriber']));
        $settings = Wortmeldung\Settings::read();
        return [Wortmeldung\token_of(wp_get_current_user(), $settings), Wortmeldung\token_of($reader, $settings), Wortmeldung\token_attribute($settings)];""")
    assert attribute == f' token="{joined.address}/wp-admin/admin-ajax.php?action=wortmeldung_token"'
    signed = [read_token(each, [key], site.key, utc_now()) for each in (editor, reader)]
    assert [(each.name, each.email, each.editor) for each in signed] == [
        ("redaktion", "redaktion@musterstadt.example", True),
        ("Jana „die“ Vogt", "leserin@post.example", False),
    ]


def text_of(source: str) -> str:
    return re.sub(r"<link[^>]*>|<style.*?</style>", "", source, flags=re.DOTALL)


async def test_a_thread_that_is_closed_at_the_service_says_so(joined, live, service, site):
    await publish(service, site, page=PAGE)
    async with service.db.writing() as session:
        await set_open(session, await find_thread(session, site, PAGE), open_=False)
    assert "wortmeldung-closed" in await joined.get(ARTICLE)


async def test_the_check_says_in_words_what_is_wrong(wordpress, live, service):
    async def check(address: str = live, key: str = "musterstadt") -> list[list[str]]:
        return await wordpress.run(_CHECK % (address, key))

    kinds = {
        "Bitte tragen Sie": await check(key=""),
        "kennt aber keine Site „musterstadt“": await check(),
        "antwortet nichts": await check("http://127.0.0.1:9"),
        "gibt es nicht": await check("http://nirgends.example"),
        "kein Wortmeldung-Dienst": await check(f"{live}/desk"),
        "verbietet Anfragen an 192.0.2.1": await check("http://192.0.2.1"),
    }
    for sentence, seen in kinds.items():
        assert (len(seen), seen[0][0]) == (1, "error"), sentence
        assert sentence in seen[0][1]


async def test_the_check_names_the_origin_that_is_missing(wordpress, live, service):
    await add_site(service)
    seen = await wordpress.run(_CHECK % (live, "musterstadt"))
    assert [kind for kind, _sentence in seen] == ["good", "error"]
    assert f"nimmt von {wordpress.address} noch keine Kommentare an" in seen[1][1]


async def test_settings_that_cannot_be_are_refused_and_the_old_ones_stay(joined):
    said = await joined.run("""
        require_once ABSPATH . 'wp-admin/includes/template.php';
        $typed = ['service' => 'https://user:x@boese.example/?a#b', 'site' => 'Ü!', 'accent' => 'red', 'speech' => 'x', 'types' => ['post', 'attachment', 'x']];
        $kept = Wortmeldung\\clean_settings($typed);
        return [$kept, count(get_settings_errors('wortmeldung')), Wortmeldung\\on_colour('#ffe000'), Wortmeldung\\on_colour('#1f5f53')];""")
    kept, faults, *on = said
    assert kept["service"].startswith("http://127.0.0.1:")
    assert (kept["site"], kept["accent"], kept["speech"], kept["types"]) == ("musterstadt", "", "de", ["post"])
    assert (faults, on) == (3, ["#000", "#fff"])


async def test_an_import_needs_a_nonce_and_an_admin_and_never_takes_an_address_of_the_network(joined):
    status, _headers, _body = await joined.ask("/wp-admin/admin-ajax.php", "action=wortmeldung_import&token=x")
    assert status in (400, 403)
    row = await joined.run("""
        require_once WP_PLUGIN_DIR . '/wortmeldung/includes/admin/import.php';
        global $wpdb;
        $comment = get_comment($wpdb->get_var("SELECT MIN(comment_ID) FROM $wpdb->comments"));
        return Wortmeldung\\comment_row($comment, get_post($comment->comment_post_ID));""")
    assert set(row) == set(COMMENT_FIELDS)


async def test_uninstalling_leaves_nothing_behind_and_wordpress_shows_its_comments_again(joined, live, service, site):
    await publish(service, site, page=PAGE)
    await joined.get(ARTICLE)
    traces = """
        global $wpdb;
        return [(int) $wpdb->get_var("SELECT COUNT(*) FROM $wpdb->options WHERE option_name LIKE '%wortmeldung%'"),
            (int) $wpdb->get_var("SELECT COUNT(*) FROM $wpdb->postmeta WHERE meta_key LIKE '%wortmeldung%'"),
            (int) $wpdb->get_var("SELECT COUNT(*) FROM $wpdb->comments")];"""
    before = await joined.run(traces)
    assert min(before) > 0
    await joined.run("deactivate_plugins('wortmeldung/wortmeldung.php');")
    assert "In unserer Straße" in await joined.get(ARTICLE)
    await joined.run("uninstall_plugin('wortmeldung/wortmeldung.php');")
    assert await joined.run(traces) == [0, 0, before[2]]
