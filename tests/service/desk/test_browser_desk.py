"""The desk in a real Chromium: by keyboard alone, without a script, on a phone, and for those who do not see it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect
from sqlmodel import col, select, update

from models.claim import claim_comment
from models.comment import Comment
from models.decision import Decision
from models.desk_session import invite
from models.happening import happens
from models.moderator import Moderator
from models.report import file_objection, file_report
from models.sentence import add_sentence
from models.site import Site
from moderation.lifecycle import Action
from service.state import Service
from tests.builders import a_moderator, both_databases, file, publish, rule
from tests.support.access import faults_light_and_dark
from tests.support.profiles import Profiles

pytestmark = pytest.mark.browser
# Milliseconds. It takes half a second and a little on a quiet machine.
WITHIN = 5000
MIRA = "mira@musterstadt.example"
REASONS = [
    {"head": "spam", "label": "word", "text": "Danke", "start": 0, "end": 5, "weight": -1.2},
    {"head": "spam", "label": "word", "text": "Bericht", "start": 14, "end": 21, "weight": 0.7},
    {"head": "violation", "label": "exclamations", "text": "", "start": None, "end": None, "weight": 0.3},
]

Open = Callable[..., Awaitable[Page]]


@pytest.fixture
async def open_desk(profiles: Profiles, live: str, service: Service, site: Site) -> AsyncIterator[Open]:
    """Sign in by link and open a path of the desk; what the page logs as an error fails the test."""
    faults: list[str] = []
    desks = AsyncExitStack()

    async def open_(path: str = "/desk", **options: Any) -> Page:
        profile = profiles.lent(**{"locale": "de-DE", "timezone_id": "Europe/Berlin", **options})
        page = await (await desks.enter_async_context(profile)).new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        async with service.db.writing() as session:
            link = await invite(session, MIRA, site, "moderator", service.clock())
        await page.goto(f"{live}/desk/sign-in/{link}")
        await page.get_by_role("button", name="Jetzt anmelden").press("Enter")
        await page.wait_for_url(f"{live}/desk")
        await page.goto(live + path)
        return page

    async with desks:
        yield open_
    assert [each for each in faults if "status of 4" not in each and "CONNECTION_REFUSED" not in each] == []


@both_databases
async def test_a_queue_is_worked_off_by_keyboard_alone(open_desk: Open, service: Service, site: Site) -> None:
    first, second, third = [await _waits(service, site, name) for name in ("Ada", "Ben", "Cem")]
    page = await open_desk()
    await page.keyboard.press("a")
    await expect(page.locator(".told")).to_contain_text("Freigegeben")
    await expect(_card(page, second)).to_be_focused()
    await page.keyboard.press("r")
    await expect(_card(page, second).locator("[data-rule]")).to_be_focused()
    await page.keyboard.type("Beim Thema")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Es ging um den runden Tisch, a r s.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(_card(page, third)).to_be_focused()
    await page.keyboard.press("u")
    await expect(_card(page, second)).to_be_focused()
    await page.keyboard.press("s")
    await expect(_card(page, third)).to_be_focused()
    assert await _log(service) == [
        (first, "approve", None),
        (second, "reject", "off_topic"),
        (second, "undo", None),
        (second, "spam", None),
    ]


async def test_fifty_are_approved_with_one_key_each(open_desk: Open, service: Service, site: Site) -> None:
    ids = [await _waits(service, site, f"Name {number}", number) for number in range(50)]
    page = await open_desk()
    for comment in ids:
        await expect(_card(page, comment)).to_have_attribute("data-current", "")
        await page.keyboard.press("a")
    await expect(page.get_by_text("Hier wartet nichts")).to_be_visible()
    assert [each[0] for each in await _log(service)] == ids


async def test_sentences_for_the_chosen_rule_begin_what_the_author_is_told(
    open_desk: Open, service: Service, site: Site
) -> None:
    async with service.db.writing() as session:
        for language, text in (("de", "Dafür gibt es das Bürgerbüro."), ("en", "Please ask the citizens' office.")):
            await add_sentence(session, site.id or 0, "off_topic", language, text, service.clock())
    await _waits(service, site, "Ada")
    page = await open_desk()
    await page.keyboard.press("r")
    offered = page.locator("[data-sentences] button")
    await page.locator("[data-rule]").select_option("off_topic")
    await expect(offered).to_have_text(["Dafür gibt es das Bürgerbüro.", "Satz der Regel übernehmen"])
    await offered.first.press("Enter")
    await expect(page.locator("[data-statement]")).to_have_value("Dafür gibt es das Bürgerbüro.")
    await page.locator("[data-rule]").select_option("threat")
    await expect(offered).to_have_count(1)


async def test_keys_rest_while_somebody_types_and_when_they_are_switched_off(
    open_desk: Open, service: Service, site: Site
) -> None:
    await _waits(service, site, "Ada")
    page = await open_desk()
    await page.get_by_role("searchbox").press("a")
    await page.keyboard.press("Control+s")
    async with service.db.writing() as session:
        await session.exec(update(Moderator).values(shortcuts=False))
    await page.goto(page.url)
    await page.keyboard.press("a")
    await page.keyboard.press("s")
    await expect(page.locator("kbd:visible")).to_have_count(0)
    assert await _log(service) == []


async def test_two_decide_the_same_and_the_slower_sees_what_happened(
    open_desk: Open, service: Service, site: Site
) -> None:
    comment = await _waits(service, site, "Ada")
    page = await open_desk()
    async with service.db.reading() as session:
        stored = await session.get_one(Comment, comment)
    await rule(service, stored, Action.APPROVE, await a_moderator(service, site, "uwe@musterstadt.example"))
    await page.keyboard.press("r")
    await page.get_by_label("Welche Regel").select_option("off_topic")
    await page.get_by_label("Worum geht es?").fill("Mein Satz")
    await page.get_by_role("button", name="Ablehnen", exact=True).click()
    card = _card(page, comment)
    await expect(card).to_contain_text("Jemand war schneller: uwe – freigegeben")
    await expect(card).to_contain_text("Freigegeben")
    await expect(page.get_by_label("Worum geht es?")).to_have_value("Mein Satz")
    assert [each[1] for each in await _log(service)] == ["approve"]


async def test_a_service_that_is_gone_takes_nothing_for_done(open_desk: Open, service: Service, site: Site) -> None:
    comment = await _waits(service, site, "Ada")
    page = await open_desk()
    await page.route("**/decisions", lambda route: route.abort("connectionrefused"))
    await page.keyboard.press("a")
    await expect(page.locator(".told")).to_contain_text("nicht erreichbar")
    await expect(_card(page, comment)).to_be_visible()


async def test_the_help_opens_and_closes_by_key(open_desk: Open, service: Service, site: Site) -> None:
    await _waits(service, site, "Ada")
    page = await open_desk()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("a")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    assert await _log(service) == []


async def test_everything_works_without_a_script(open_desk: Open, service: Service, site: Site) -> None:
    first, second = [await _waits(service, site, name) for name in ("Ada", "Ben")]
    page = await open_desk(java_script_enabled=False)
    await _card(page, first).get_by_role("button", name="Freigeben").click()
    await expect(page.get_by_text("Ada: Freigegeben.")).to_be_visible()
    await page.get_by_role("button", name="Rückgängig").click()
    await expect(_card(page, first)).to_be_visible()
    card = _card(page, second)
    await card.get_by_text("Ablehnen …").click()
    await card.get_by_label("Welche Regel").select_option("off_topic")
    await card.get_by_label("Worum geht es?").fill("Ein Satz.")
    await card.get_by_role("button", name="Ablehnen", exact=True).click()
    await expect(card).to_have_count(0)
    await page.get_by_label("Kommentar von Ada auswählen").check()
    await page.get_by_text("Für alle ausgewählten").click()
    await page.get_by_role("button", name="Ausgewählte als Spam").click()
    await expect(page.get_by_text("1 von 1 ausgeführt.")).to_be_visible()
    assert [each[1] for each in await _log(service)] == ["approve", "undo", "reject", "spam"]


@both_databases
async def test_what_comes_and_what_others_decide_is_seen_at_once(open_desk: Open, service: Service, site: Site) -> None:
    first = await _waits(service, site, "Ada")
    page = await open_desk()
    await expect(page.locator(".list[data-following]")).to_have_count(1)
    second = await _waits(service, site, "Ben")
    await expect(_card(page, second)).to_be_visible(timeout=WITHIN)
    await expect(page.locator("[data-count=review]")).to_have_text("2", timeout=2 * WITHIN)
    uwe = await a_moderator(service, site, "uwe@musterstadt.example")
    async with service.db.reading() as session:
        stored = await session.get_one(Comment, first)
    await rule(service, stored, Action.APPROVE, uwe)
    await expect(page.locator(".decided")).to_contain_text("uwe hat darüber entschieden", timeout=WITHIN)
    async with service.db.writing() as session:
        await claim_comment(session, second, uwe.id or 0, service.clock())
        await happens(session, "claimed", site.id or 0, second, service.clock(), uwe.id)
    await expect(_card(page, second)).to_contain_text("In Bearbeitung von uwe", timeout=WITHIN)


async def test_a_wave_is_decided_with_two_keys_and_comes_back_with_one(
    open_desk: Open, service: Service, site: Site
) -> None:
    text = "Hallo {}, verdienen auch Sie {} Euro in der Woche von zu Hause aus! Mehr auf https://geld{}.example/jetzt."
    wave = [await file(service, site, text.format(n, n, n), name=f"Name {n}", wave=True) for n in range(20)]
    other = await _waits(service, site, "Ada")
    page = await open_desk()
    await expect(page.locator("[data-card]")).to_have_count(2)
    await page.keyboard.press("s")
    await page.keyboard.press("Enter")
    await expect(_card(page, other)).to_be_focused()
    assert [each[:2] for each in await _log(service)] == [(each, "spam") for each in sorted(each.id for each in wave)]
    await page.keyboard.press("u")
    await expect(_card(page, wave[0].id)).to_be_visible()
    assert len(await _log(service)) == 40


async def test_notes_answers_and_cuts_leave_the_card_where_it_is(open_desk: Open, service: Service, site: Site) -> None:
    comment = (await file(service, site, "Rufen Sie mich an: 0171 2345678. Ich erzähle gern mehr.", name="Kim")).id
    page = await open_desk()
    await page.keyboard.press("n")
    await page.keyboard.type("Bitte prüfen.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(_card(page, comment)).to_contain_text("Bitte prüfen.")
    await _card(page, comment).get_by_text("Mehr …").click()
    await _card(page, comment).get_by_label("Stelle entfernen").fill("0171 2345678")
    await _card(page, comment).get_by_role("button", name="Entfernen", exact=True).click()
    await expect(_card(page, comment).locator(".text").first).to_contain_text("[Kontaktdaten entfernt]")
    await page.keyboard.press("u")
    await expect(_card(page, comment).locator(".text").first).to_contain_text("0171 2345678")
    assert [each[1] for each in await _log(service)] == ["note", "redact", "undo"]


async def test_no_page_shuts_anybody_out(open_desk: Open, service: Service, site: Site, live: str) -> None:
    comment = await _everything(service, site)
    page = await open_desk()
    paths = [
        "/desk", "/desk?lane=spam", "/desk?lane=reports", "/desk?lane=objections", "/desk?lane=decided",
        "/desk?lane=held", "/desk?q=danke&spam=0-99", "/desk/keys", "/desk/statistics", "/desk/learning", "/desk/account",
        f"/desk/comments/{comment}",
    ]  # fmt: skip
    for path in paths:
        await page.goto(live + path)
        await page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        assert await faults_light_and_dark(page) == [], path
    await page.goto(f"{live}/desk")
    await page.keyboard.press("?")
    assert await faults_light_and_dark(page) == [], "help"
    await page.get_by_role("dialog").get_by_role("button").click()
    await page.keyboard.press("s")
    await expect(page.locator(".decided")).to_be_visible()
    assert await faults_light_and_dark(page) == [], "decided"
    await page.context.clear_cookies()
    for path in ("/desk/sign-in", "/desk/sign-in/invented"):
        await page.goto(live + path)
        assert await faults_light_and_dark(page) == [], path


async def test_nothing_sticks_out(open_desk: Open, service: Service, site: Site, live: str) -> None:
    comment = await _everything(service, site)
    page = await open_desk()
    for path in (
        "/desk",
        "/desk?lane=reports",
        "/desk/statistics",
        "/desk/learning",
        "/desk/account",
        "/desk/keys",
        f"/desk/comments/{comment}",
    ):
        await page.goto(live + path)
        await page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        for width in (320, 360, 1280):
            await page.set_viewport_size({"width": width, "height": 800})
            wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (path, width)


async def _waits(service: Service, site: Site, name: str, minutes: int | None = None) -> str:
    at = service.clock() + timedelta(minutes=minutes if minutes is not None else ord(name[0]))
    comment = await file(service, site, name=name, now=at)
    return comment.id


async def _everything(service: Service, site: Site) -> str:
    """One comment of every kind; gives the id of one with everything on its card."""
    parent = await publish(service, site, name="Uwe")
    full = await file(
        service, site, "Danke für den Bericht! Rufen Sie an: 0171 2345678, *gern* abends. " + "x" * 90,
        parent=parent.id, name="Kim", email="kim@beispiel.example", url="https://kim.example/seite",
    )  # fmt: skip
    spam, rejected, _plain = [await file(service, site) for _ in range(3)]
    async with service.db.writing() as session:
        await session.exec(
            update(Comment).where(col(Comment.id) == full.id).values(
                spam=0.41, violation=0.93, reasons=REASONS, failed=["netiquette"], priority=2
            )
        )  # fmt: skip
        await session.exec(update(Comment).where(col(Comment.id) == spam.id).values(lane="spam", spam=0.98))
        await file_report(session, parent, "insult", "Das trifft mich.", "Anja", "", service.clock())
    await rule(
        service, rejected, Action.REJECT, await a_moderator(service, site), rule="off_topic", statement="Ein Satz."
    )
    async with service.db.writing() as session:
        await file_objection(session, await session.get_one(Comment, rejected.id), "Es war Kritik.", service.clock())
    return full.id


def _card(page: Page, comment: str) -> Any:
    return page.locator(f"#c-{comment}")


async def _log(service: Service) -> list[tuple[str, str, str | None]]:
    async with service.db.reading() as session:
        found = await session.exec(select(Decision).order_by(col(Decision.id)))
        return [(each.comment_id, each.action, each.rule) for each in found]
