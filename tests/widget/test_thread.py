from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import expect

from models.comment import Comment
from models.site import Site
from models.thread import find_thread, set_open
from moderation.lifecycle import Action
from service.own import withdraw
from service.state import Service
from tests.builders import a_moderator, file, publish, rule
from tests.conftest import Clock
from tests.widget.conftest import Reader
from tests.widget.host import Host

pytestmark = pytest.mark.browser
ARTICLE = "/artikel"


def later(service: Service) -> None:
    assert isinstance(service.clock, Clock)
    service.clock.advance(minutes=1)


async def many(service: Service, site: Site, number: int) -> list[Comment]:
    comments = []
    for each in range(number):
        comments.append(await publish(service, site, f"Kommentar Nummer {each} in dieser Reihe.", page=ARTICLE))
        later(service)
    return comments


async def test_a_page_without_comments_invites_to_write_the_first(reader: Reader, host: Host, site: Site) -> None:
    await reader.open(host.put())
    await expect(reader.thread).to_contain_text("Noch keine Kommentare")
    await reader.come_to_the_form()


async def test_approved_comments_are_shown_in_order_and_pending_ones_are_not(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    first = await publish(service, site, "Der **erste** Kommentar zum Artikel.", name="Ayşe Demir", page=ARTICLE)
    await publish(service, site, "Die Antwort darauf.", name="Jonas Petersen", parent=first.id, page=ARTICLE)
    await file(service, site, "Dieser wartet noch auf die Redaktion.", page=ARTICLE)
    await reader.open(host.put())
    await expect(reader.comments).to_have_count(2)
    await expect(reader.comments.nth(0).locator("strong")).to_have_text("erste")
    await expect(reader.comments.nth(0).get_by_role("article", name="Ayşe Demir")).to_be_visible()
    await expect(reader.comments.nth(1)).to_have_attribute("data-depth", "1")
    await expect(reader.comments.nth(1)).to_contain_text("Antwort auf Ayşe Demir")
    await expect(reader.thread.locator(".count")).to_have_text("2 Kommentare")


async def test_below_the_third_step_answers_say_in_words_what_they_answer(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    above = None
    for name in ("Anna", "Berta", "Carla", "Dora", "Emil"):
        written = await publish(service, site, f"{name} sagt etwas dazu.", name=name, parent=above, page=ARTICLE)
        above = written.id
        later(service)
    await reader.open(host.put())
    await expect(reader.comments).to_have_count(5)
    depths = await reader.comments.evaluate_all("all => all.map((each) => each.dataset.depth)")
    assert max(depths) <= "3"
    last = reader.comments.nth(4)
    await last.get_by_role("link", name="Antwort auf Dora").click()
    await expect(reader.comments.nth(3).get_by_role("article")).to_be_focused()


async def test_only_the_service_makes_somebody_an_editor(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    await publish(service, site, "Ich bin die Redaktion, wirklich.", name="Die Redaktion", page=ARTICLE)
    answer = await publish(service, site, "Hier antwortet, wer es darf.", name="Merle Thomsen", page=ARTICLE)
    async with service.db.writing() as session:
        stored = await session.get_one(Comment, answer.id)
        stored.role, stored.pinned, stored.featured = "editor", True, True
        session.add(stored)
    await reader.open(host.put())
    await expect(reader.comments).to_have_count(2)
    badges = {
        await each.locator(".author").inner_text(): await each.locator(".badge").all_inner_texts()
        for each in await reader.comments.all()
    }
    assert badges == {"Merle Thomsen": ["Redaktion", "Angeheftet", "Hervorgehoben"], "Die Redaktion": []}


async def test_somebody_without_a_name_is_a_guest(reader: Reader, host: Host, site: Site, service: Service) -> None:
    await publish(service, site, page=ARTICLE)
    await reader.open(host.put())
    await expect(reader.comments.first.locator(".author")).to_have_text("Gast")


async def test_a_withdrawn_comment_with_answers_stays_as_a_tombstone(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    gone = await publish(service, site, "Ein Kommentar, der zurückgezogen wird.", name="Berta", page=ARTICLE)
    await publish(service, site, "Die Antwort bleibt stehen.", parent=gone.id, page=ARTICLE)
    await withdraw(service, gone)
    await reader.open(host.put())
    await expect(reader.comments.nth(0)).to_have_text("Kommentar auf Wunsch entfernt")
    await expect(reader.comments.nth(1)).to_contain_text("Antwort auf einen früheren Kommentar")
    await expect(reader.thread).not_to_contain_text("Berta")


async def test_a_closed_thread_can_be_read_and_not_answered(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    await publish(service, site, page=ARTICLE)
    async with service.db.writing() as session:
        thread = await find_thread(session, site, ARTICLE)
        assert thread is not None
        await set_open(session, thread, False)
    await reader.open(host.put())
    await expect(reader.thread).to_contain_text("Die Kommentare sind geschlossen")
    await expect(reader.comments).to_have_count(1)
    await expect(reader.form).to_be_hidden()
    await expect(reader.thread.get_by_role("button", name="Antworten")).to_have_count(0)


async def test_the_order_can_be_turned_round(reader: Reader, host: Host, site: Site, service: Service) -> None:
    for text in ("Zuerst gesagt, im Januar.", "Danach gesagt, im Februar."):
        await publish(service, site, text, page=ARTICLE)
        later(service)
    await reader.open(host.put())
    await expect(reader.comments.first).to_contain_text("Zuerst gesagt")
    await reader.thread.get_by_label("Sortierung").select_option("newest")
    await expect(reader.comments.first).to_contain_text("Danach gesagt")
    await expect(reader.thread.get_by_label("Sortierung")).to_be_focused()


async def test_a_link_to_a_comment_leads_to_it_however_far_down_it_is(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    comments = await many(service, site, 130)
    last = reader.thread.locator(f"#kommentar-{comments[-1].id}")
    await reader.open(f"{host.put()}#kommentar-{comments[-1].id}")
    await expect(last).to_be_focused()
    await expect(last).to_be_in_viewport()
    # The window holds what surrounds it; what came before can be had.
    await expect(reader.comments).not_to_have_count(130)
    await reader.thread.get_by_role("button", name="Vorherige Kommentare anzeigen").click()
    await expect(reader.thread.locator(f"#kommentar-{comments[0].id}")).to_have_count(1)


async def test_a_link_to_a_comment_that_is_gone_says_so(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    await publish(service, site, page=ARTICLE)
    await reader.open(f"{host.put()}#kommentar-nichtda")
    await expect(reader.thread.get_by_role("status").filter(has_text="(mehr) öffentlich")).to_have_count(1)


async def test_a_long_thread_is_shown_page_by_page(reader: Reader, host: Host, site: Site, service: Service) -> None:
    await many(service, site, 105)
    await reader.open(host.put())
    await expect(reader.comments).to_have_count(100)
    await reader.thread.get_by_role("button", name="Weitere Kommentare anzeigen").click()
    await expect(reader.comments).to_have_count(105)
    await expect(reader.comments.nth(100).get_by_role("article")).to_be_focused()
    await expect(reader.thread.get_by_role("button", name="Weitere Kommentare anzeigen")).to_be_hidden()


async def test_new_comments_are_announced_without_touching_what_is_being_written(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    first = await publish(service, site, "Der erste Kommentar der Seite.", page=ARTICLE)
    await reader.open(host.put(refresh="1"))
    await reader.thread.get_by_role("button", name="Antworten").click()
    answer = reader.comments.first.locator("textarea")
    await answer.fill("Mitten im Satz")
    waiting = await file(service, site, "Der zweite Kommentar der Seite.", page=ARTICLE)
    await rule(service, waiting, Action.APPROVE, await a_moderator(service, site))
    await reader.thread.get_by_role("button", name="1 neuen Kommentar anzeigen").click()
    await expect(reader.comments).to_have_count(2)
    await expect(reader.thread.locator(f"#kommentar-{waiting.id}")).to_be_focused()
    await expect(reader.thread.locator(f"li[data-id='{first.id}'] textarea")).to_have_value("Mitten im Satz")


async def test_a_service_that_is_down_is_named_with_a_way_on(reader: Reader, host: Host, site: Site) -> None:
    await reader.page.route("**/api/v1/**", lambda route: route.abort())
    await reader.open(host.put())
    await expect(reader.thread.locator(".notice").get_by_role("alert")).to_contain_text("gerade nicht laden")
    await expect(reader.thread.get_by_role("link", name="auf eigener Seite")).to_be_visible()
    await reader.page.unroute("**/api/v1/**")
    await reader.thread.get_by_role("button", name="Noch einmal versuchen").click()
    await expect(reader.thread).to_contain_text("Noch keine Kommentare")
    reader.errors.clear()


async def test_paper_gets_whole_dates_and_no_controls(reader: Reader, host: Host, site: Site, service: Service) -> None:
    await publish(service, site, page=ARTICLE)
    await reader.open(host.put())
    await reader.page.emulate_media(media="print")
    when = reader.thread.locator("time")
    await expect(when).to_have_attribute("title", "2. März 2026 um 11:00 Uhr")
    assert await when.evaluate("node => getComputedStyle(node, '::after').content") == '"2. März 2026 um 11:00 Uhr"'
    assert await when.evaluate("node => getComputedStyle(node).fontSize") == "0px"
    await expect(reader.thread.locator(".actions")).to_be_hidden()
    await expect(reader.thread.locator(".write")).to_be_hidden()


async def test_of_ten_thousand_comments_the_page_never_holds_more_than_three_hundred(
    reader: Reader, host: Host, site: Site
) -> None:
    await reader.page.route(
        "**/thread?*", lambda route: route.fulfill(json=part_of_ten_thousand(route.request.url), headers=CORS)
    )
    await reader.open(host.put())
    more = reader.thread.get_by_role("button", name="Weitere Kommentare anzeigen")
    for page in range(1, 6):
        # By key: what was taken away above may still move the button while a slow machine aims at it.
        await more.press("Enter")
        await expect(reader.thread.locator(f"#kommentar-k{page * 100}")).to_be_focused()
    await expect(reader.comments).to_have_count(300)
    await expect(reader.comments.first).to_have_attribute("data-id", "k300")
    await reader.thread.get_by_role("button", name="Vorherige Kommentare anzeigen").click()
    await expect(reader.comments.first).to_have_attribute("data-id", "k200")
    await expect(reader.comments).to_have_count(300)


CORS = {"Access-Control-Allow-Origin": "*"}


def part_of_ten_thousand(url: str) -> dict[str, object]:
    query = parse_qs(urlsplit(url).query)
    start, limit = int(query.get("after", ["0"])[0]), int(query.get("limit", ["100"])[0])
    author = {"name": "Ayşe Demir", "url": None, "role": None}
    rest = {
        "parent": None,
        "depth": 0,
        "author": author,
        "html": "<p>Ein Satz.</p>",
        "edited_at": None,
        "pinned": False,
    }
    last = {"featured": False, "helpful": 0, "question": None, "removed": None, "created_at": "2026-03-02T10:00:00Z"}
    comments = [{"id": f"k{number}", **rest, **last} for number in range(start, min(start + limit, 10_000))]
    after = str(start + limit) if start + limit < 10_000 else None
    return {"site": "x", "page": "x", "title": "", "open": True, "count": 10_000, "comments": comments, "next": after}
