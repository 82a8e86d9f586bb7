"""From a WordPress with comments of its own to one whose readers talk at the service, and on when that is away."""

from html import unescape

import pytest
from playwright.async_api import Page, expect
from sqlmodel import col, select

from models.comment import Comment
from models.site import Site
from moderation.lifecycle import Action, Status
from service.state import Service
from tests.builders import a_moderator, a_token, at_work, publish, rule
from tests.conftest import serving
from tests.support.wordpress import PASSWORD, WordPress
from tests.wordpress.conftest import ARTICLE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGE = ARTICLE.rstrip("/")
_FACTS = """
    global $wpdb;
    return $wpdb->get_results($wpdb->prepare("SELECT comment_author, CONCAT(REPLACE(comment_date_gmt, ' ', 'T'), '+00:00'), comment_parent > 0
        FROM $wpdb->comments WHERE comment_approved = '1' AND comment_type = 'comment' AND comment_post_ID = %d",
        url_to_postid(home_url('/2025/handlungsmut/'))), ARRAY_N);"""
_COPIES = """
    $counts = [];
    foreach (get_posts(['numberposts' => -1]) as $each)
        if ($count = Wortmeldung\\count_in(get_option("wortmeldung_thread_$each->ID")['html'] ?? '')) $counts[] = $count;
    return $counts;"""
_STALE = """
    foreach (get_posts(['numberposts' => -1]) as $each)
        if ($kept = get_option("wortmeldung_thread_$each->ID")) update_option("wortmeldung_thread_$each->ID", ['checked' => 0] + $kept);"""


async def log_in(page: Page, wordpress: WordPress) -> None:
    await page.goto(f"{wordpress.address}/wp-login.php")
    await page.fill("#user_login", "redaktion")
    await page.fill("#user_pass", PASSWORD)
    await page.click("#wp-submit")


async def waiting(service: Service) -> Comment:
    async with service.db.reading() as session:
        query = select(Comment).where(Comment.status == Status.PENDING).order_by(col(Comment.created_at).desc())
        return (await session.exec(query)).first()  # type: ignore[return-value]


async def test_an_editor_brings_171_comments_along_and_readers_go_on_talking(wordpress, live, service, site, profile):
    token = await a_token(service, site)
    await at_work(service, site, "admin", "mira@musterstadt.example")
    desk = await profile.new_page()
    await log_in(desk, wordpress)
    await desk.goto(f"{wordpress.address}/wp-admin/options-general.php?page=wortmeldung")
    await desk.get_by_label("Adresse des Dienstes").fill(live)
    await desk.get_by_label("Schlüssel der Site").fill("musterstadt")
    await desk.get_by_role("button", name="Änderungen speichern").click()
    await expect(desk.get_by_text("Der Dienst antwortet und kennt die Site „musterstadt“.")).to_be_visible()
    await expect(desk.get_by_text(f"Von {wordpress.address} aus können Kommentare gesendet werden.")).to_be_visible()
    await desk.get_by_role("link", name="Kommentare übernehmen").click()
    await desk.get_by_label("Token").fill("falsch")
    await desk.get_by_role("button", name="Kommentare übernehmen").click()
    await expect(desk.get_by_role("alert")).to_have_text(
        "Der Dienst kennt dieses Token nicht. Ist es vollständig kopiert?"
    )
    await desk.get_by_label("Token").fill(token)
    await desk.get_by_label("die im Papierkorb").check()
    await desk.get_by_label("Spam").check()
    await desk.get_by_role("button", name="Kommentare übernehmen").click()
    await expect(desk.locator("#wortmeldung-said")).to_have_text("Fertig.")
    told = "167 übernommen, 0 waren schon da, 4 nicht übernommen. 8 warten am Desk auf eine Entscheidung."
    await expect(desk.locator("#wortmeldung-account")).to_have_text(told)
    assert await desk.locator("#wortmeldung-report tbody tr").count() == 4
    await desk.get_by_role("button", name="Kommentare übernehmen").click()
    await expect(desk.locator("#wortmeldung-account")).to_contain_text("0 übernommen, 167 waren schon da")

    async with service.db.reading() as session:
        brought = list(await session.exec(select(Comment).order_by(col(Comment.created_at))))
    assert len(brought) == 167
    assert "192.0.2." not in repr(brought)
    assert "Mozilla" not in repr(brought)
    kept = {(each.name, each.created_at.isoformat(), each.parent_id is not None) for each in brought}
    facts = await wordpress.run(_FACTS)
    assert len(facts) > 80
    assert {(unescape(name), time, parent == "1") for name, time, parent in facts} <= kept
    # Nobody has opened a page yet: each would show its thread all the same, were the service away now.
    copies = await wordpress.run(_COPIES)
    assert (len(copies), sum(copies), max(copies)) == (6, 159 - 8, len(facts))

    await talk(wordpress, service, site, await profile.new_page(), len(facts))


async def talk(wordpress: WordPress, service: Service, site: Site, reader: Page, number: int) -> None:
    """A reader finds the thread in the page's source and in the widget, and answers; it is released, and there."""
    source = await wordpress.get(ARTICLE)
    assert source.count('itemtype="https://schema.org/Comment"') == number
    await reader.goto(wordpress.address + ARTICLE)
    thread = reader.locator("wortmeldung-thread")
    await expect(thread.locator(".count")).to_have_text(f"{number} Kommentare")
    await expect(reader.locator("section.wortmeldung")).to_be_hidden()
    await thread.get_by_role("button", name="Antworten").first.click()
    await thread.locator("li.item textarea").fill("Danke, das hilft uns weiter: Wir fragen im Verein herum.")
    await thread.locator("li.item form").get_by_role("button", name="absenden").click()
    await expect(thread.locator(".receipt")).to_be_visible()
    assert "Wir fragen im Verein" not in await wordpress.get(ARTICLE)
    reply = await waiting(service)
    await rule(service, reply, Action.APPROVE, await a_moderator(service, site, "mod@musterstadt.example"))
    await wordpress.run(_STALE)
    assert "Wir fragen im Verein" in await wordpress.get(ARTICLE)
    await reader.reload()
    await expect(thread.locator("li.item", has_text="Wir fragen im Verein herum.")).to_be_visible()


@pytest.mark.parametrize("theme", ["twentytwentyone", "twentytwentythree"])
async def test_the_area_is_the_services_alone_in_classic_and_in_block_themes(
    joined, service, app, site, profile, theme
):
    await joined.run(f"switch_theme('{theme}');")
    comment = await publish(service, site, page=PAGE)
    page = await profile.new_page()
    port = int(service.settings.base_url.rsplit(":", 1)[1])
    async with serving(app, "127.0.0.1", port):
        source = await joined.get(ARTICLE)
        await page.goto(joined.address + ARTICLE)
        await expect(page.locator("wortmeldung-thread li.item")).to_have_count(1)
        await expect(page.locator("#comments h2 >> visible=true")).to_have_text(["Kommentare"])
    assert (source.count("<wortmeldung-thread"), source.count(f'id="kommentar-{comment.id}"')) == (1, 1)
    for left_over in ("comment-reply", "wp-comments-post.php", "comment-respond", "wp-block-comment", "pingback"):
        assert left_over not in source
    assert await profile.cookies() == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # The service is away now: what was read last is shown, by WordPress and by the widget.
    assert f'id="kommentar-{comment.id}"' in await joined.get(ARTICLE)
    await page.reload()
    await expect(page.locator(f".wortmeldung #kommentar-{comment.id}")).to_be_visible()


async def test_what_the_host_wrote_stays_in_sight_while_the_thread_cannot_be_had(joined, live, service, site, profile):
    comment = await publish(service, site, page=PAGE)
    page = await profile.new_page()
    await page.route("**/thread?*", lambda route: route.abort())
    async with page.expect_event("requestfailed"):
        await page.goto(joined.address + ARTICLE)
    await expect(page.locator("#comments h2 >> visible=true")).to_have_text(["1 Kommentar"])
    await expect(page.locator(f".wortmeldung #kommentar-{comment.id}")).to_be_visible()


async def test_without_javascript_the_page_leads_to_one_that_can_be_written_to(joined, live, service, site, profiles):
    async with profiles.lent(java_script_enabled=False) as profile:
        page = await profile.new_page()
        await page.goto(joined.address + ARTICLE)
        await page.get_by_role("link", name="Schreiben Sie einen Kommentar").click()
        await page.get_by_label("Ihr Kommentar").fill("Ohne Skript geht es auch, und sogar ganz ordentlich.")
        await page.get_by_role("button", name="absenden").click()
    assert (await waiting(service)).text.startswith("Ohne Skript")
