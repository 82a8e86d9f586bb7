"""The readers' pages in a real Chromium with JavaScript switched off."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal

import pytest
from playwright.async_api import BrowserContext, Page, expect
from sqlmodel import select

from models.comment import Comment
from models.report import Report
from models.site import Site
from models.thread import find_thread, set_open
from moderation.lifecycle import Action
from service.own import withdraw
from service.state import Service
from tests.builders import PAGE, a_moderator, add_site, file, publish, rule
from tests.conftest import Clock
from tests.support.access import faults_of
from tests.support.profiles import Profiles

pytestmark = pytest.mark.browser
LOOKS: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1280), ("dark", 360))
_STORED = """async () => [
    document.cookie.length, localStorage.length, sessionStorage.length,
    (await indexedDB.databases()).length, (await caches.keys()).length,
]"""


@dataclass
class Reader:
    """A reader at a browser, and the service behind it."""

    tab: Page
    service: Service
    site: Site
    base: str

    @property
    def thread(self) -> str:
        return f"{self.base}/sites/musterstadt/thread?page={PAGE}"

    def own(self, comment: Comment) -> str:
        return f"{self.base}/comments/{comment.id}/{self.service.tokens.manage(comment.id)}"

    async def press(self, button: str) -> None:
        await self.tab.get_by_role("button", name=button, exact=True).click()

    async def stored(self) -> list[Comment]:
        async with self.service.db.reading() as session:
            return list(await session.exec(select(Comment).order_by(Comment.created_at)))  # type: ignore[arg-type]


@pytest.fixture
async def reader(live: str, profiles: Profiles, service: Service) -> AsyncIterator[Reader]:
    async with profiles.lent(locale="de-DE", java_script_enabled=False) as profile:
        yield Reader(await profile.new_page(), service, await add_site(service), live)


async def test_a_comment_goes_its_whole_way_without_javascript(reader: Reader, clock: Clock) -> None:
    tab = reader.tab
    await tab.goto(reader.thread)
    clock.advance(seconds=30)
    await tab.get_by_role("textbox", name="Ihr Kommentar").fill("Ein **Gedanke** zum Artikel, mit Bedacht geschrieben.")
    await tab.get_by_label("Name").fill("Ayşe Demir")
    await reader.press("Kommentar absenden")
    await expect(tab.get_by_role("heading", name="Vielen Dank! Ihr Kommentar ist angekommen.")).to_be_visible()
    own = tab.url
    await tab.goto(reader.thread)
    await expect(tab.get_by_text("Noch keine Kommentare.")).to_be_visible()

    await tab.goto(own)
    await tab.get_by_role("textbox", name="Ihr Kommentar").fill("Ein *besserer* Gedanke zum Artikel.")
    await reader.press("Änderung speichern")
    await expect(tab.get_by_role("heading", name="Ihre Änderung ist gespeichert.")).to_be_visible()

    [comment] = await reader.stored()
    await rule(reader.service, comment, Action.APPROVE, await a_moderator(reader.service, reader.site))
    await tab.goto(reader.thread)
    await expect(tab.get_by_role("article", name="Ayşe Demir").locator("em")).to_have_text("besserer")

    await tab.goto(own)
    await expect(tab.get_by_role("heading", name="Ihr Kommentar ist veröffentlicht.")).to_be_visible()
    await tab.get_by_text("Kommentar zurückziehen …").click()
    await reader.press("Ja, zurückziehen")
    await expect(tab.get_by_role("heading", name="Ihr Kommentar ist zurückgezogen.")).to_be_visible()
    await tab.goto(reader.thread)
    await expect(tab.get_by_text("Noch keine Kommentare.")).to_be_visible()


async def test_our_own_form_arrives_with_its_origin(reader: Reader) -> None:
    """With `Referrer-Policy: no-referrer` browsers send `Origin: null`, which no site allows."""
    await reader.tab.goto(reader.thread)
    await reader.tab.get_by_role("textbox", name="Ihr Kommentar").fill(
        "Ein Gedanke zum Artikel, mit Bedacht geschrieben."
    )
    async with reader.tab.expect_request(lambda request: request.method == "POST") as sent:
        await reader.press("Kommentar absenden")
    assert (await (await sent.value).all_headers())["origin"] == reader.base
    assert len(await reader.stored()) == 1


async def test_the_secret_of_an_own_page_travels_to_no_other_site(reader: Reader) -> None:
    comment = await file(reader.service, reader.site)
    told: list[str | None] = []

    async def note(route, request) -> None:  # type: ignore[no-untyped-def]
        told.append((await request.all_headers()).get("referer"))
        await route.fulfill(body="angekommen")

    await reader.tab.route("https://www.musterstadt.example/**", note)
    await reader.tab.goto(reader.own(comment))
    await reader.tab.get_by_role("link", name="Zurück zum Beitrag").click()
    assert told == [None]


async def test_a_preview_stands_above_the_form_and_the_text_stays(reader: Reader) -> None:
    tab = reader.tab
    await tab.goto(reader.thread)
    await tab.get_by_role("textbox", name="Ihr Kommentar").fill(
        "Rufen Sie mich **bitte** an: 0171 2345678, gern abends."
    )
    await reader.press("Vorschau")
    await expect(tab.get_by_role("region", name="So wird Ihr Kommentar aussehen")).to_be_in_viewport()
    await expect(tab.locator(".preview strong").first).to_have_text("bitte")
    await expect(tab.locator("mark").first).to_be_visible()
    await expect(tab.get_by_role("textbox", name="Ihr Kommentar")).to_have_value(
        "Rufen Sie mich **bitte** an: 0171 2345678, gern abends."
    )
    assert await reader.stored() == []


async def test_an_error_leads_to_its_field_and_keeps_everything(reader: Reader) -> None:
    tab = reader.tab
    await tab.goto(reader.thread)
    await tab.get_by_role("textbox", name="Ihr Kommentar").fill("Ein Gedanke, der nicht verloren gehen darf.")
    await tab.get_by_label("E-Mail").fill("keine-adresse")
    await reader.press("Kommentar absenden")
    await expect(tab.get_by_role("alert")).to_be_in_viewport()
    await tab.get_by_role("link", name="E-Mail – Das sieht nicht").click()
    await expect(tab.get_by_label("E-Mail")).to_be_focused()
    await expect(tab.get_by_role("textbox", name="Ihr Kommentar")).to_have_value(
        "Ein Gedanke, der nicht verloren gehen darf."
    )
    await tab.get_by_label("E-Mail").fill("")
    await reader.press("Kommentar absenden")
    await expect(tab.get_by_role("heading", name="Vielen Dank!")).to_be_visible()


async def test_the_way_back_from_an_error_page_finds_the_text_again(reader: Reader) -> None:
    tab = reader.tab
    await tab.goto(reader.thread)
    text = "Ü" * 90_000
    await tab.get_by_role("textbox", name="Ihr Kommentar").fill(text)
    await reader.press("Kommentar absenden")
    await expect(tab.get_by_role("heading", name="Zu groß")).to_be_visible()
    await tab.go_back()
    await expect(tab.get_by_role("textbox", name="Ihr Kommentar")).to_have_value(text)


async def test_a_thread_that_closes_meanwhile_gives_the_text_back(reader: Reader) -> None:
    await publish(reader.service, reader.site)
    tab = reader.tab
    await tab.goto(reader.thread)
    await tab.get_by_role("textbox", name="Ihr Kommentar").fill("Eine Minute zu spät, aber nicht verloren.")
    async with reader.service.db.writing() as session:
        thread = await find_thread(session, await session.merge(reader.site), PAGE)
        assert thread is not None
        await set_open(session, thread, False)
    await reader.press("Kommentar absenden")
    await expect(tab.get_by_label("Ihr Text zum Kopieren")).to_have_value("Eine Minute zu spät, aber nicht verloren.")
    await expect(tab.get_by_role("button", name="Kommentar absenden")).to_have_count(0)


async def test_a_comment_is_reported_without_an_account(reader: Reader) -> None:
    comment = await publish(reader.service, reader.site, name="Jo")
    tab = reader.tab
    await tab.goto(reader.thread)
    await tab.get_by_role("link", name="Melden: den Kommentar von Jo").click()
    await tab.get_by_label("Private Daten von Menschen").check()
    await tab.get_by_label("Was sollen wir wissen?").fill("Der zweite Satz nennt ein Kind.")
    await reader.press("Meldung absenden")
    await expect(tab.get_by_role("heading", name="Meldung eingegangen")).to_be_visible()
    async with reader.service.db.reading() as session:
        [report] = list(await session.exec(select(Report)))
    assert (report.comment_id, report.reason) == (comment.id, "personal_data")
    await tab.get_by_role("link", name="Zurück zum Kommentar").click()
    await expect(tab.get_by_role("article", name="Jo")).to_be_in_viewport()


async def test_an_author_objects_to_a_rejection(reader: Reader) -> None:
    comment = await file(reader.service, reader.site)
    moderator = await a_moderator(reader.service, reader.site)
    await rule(reader.service, comment, Action.REJECT, moderator, rule="respect", statement="Bitte sachlich.")
    tab = reader.tab
    await tab.goto(reader.own(comment))
    await expect(tab.get_by_text("Bitte sachlich.")).to_be_visible()
    await tab.get_by_label("Ihr Widerspruch").fill("Das war als Zitat gemeint.")
    await reader.press("Widerspruch absenden")
    await expect(tab.get_by_text("Ihr Widerspruch ist angekommen.")).to_be_visible()
    await expect(tab.get_by_label("Ihr Widerspruch")).to_have_count(0)


async def test_people_never_meet_the_honeypot(reader: Reader) -> None:
    await reader.tab.goto(reader.thread)
    await expect(reader.tab.locator("[name=homepage]")).to_be_hidden()


async def test_nothing_is_stored_on_the_device_and_nothing_comes_from_elsewhere(
    reader: Reader, profiles: Profiles
) -> None:
    """With JavaScript switched on: only then can be asked what is stored."""
    asked: list[str] = []
    async with profiles.lent(locale="de-DE") as profile:
        tab = await profile.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        await tab.goto(reader.thread)
        assert await tab.evaluate(_STORED) == [0, 0, 0, 0, 0]
        await tab.get_by_role("textbox", name="Ihr Kommentar").fill("Ein Gedanke zum Artikel, mit Bedacht geschrieben.")
        await tab.get_by_role("button", name="Kommentar absenden").click()
        await expect(tab.get_by_role("heading", name="Vielen Dank!")).to_be_visible()
        assert await tab.evaluate(_STORED) == [0, 0, 0, 0, 0]
        assert await profile.cookies() == []
    assert [each for each in asked if not each.startswith(reader.base)] == []


async def test_print_shows_what_was_said_and_when_and_nothing_to_press(reader: Reader) -> None:
    await publish(reader.service, reader.site, name="Jo", text="Der Schulweg ist [hier](https://a.example/weg) besser.")
    await reader.tab.goto(reader.thread)
    await reader.tab.emulate_media(media="print")
    article = reader.tab.get_by_role("article", name="Jo")
    await expect(article).to_contain_text("2. März 2026 um 11:00 Uhr")
    for hidden in (".form", ".actions", ".sorting", ".skip", "button", ".ago"):
        for each in await reader.tab.locator(hidden).all():
            await expect(each).to_be_hidden()


async def test_every_page_is_accessible(reader: Reader, profiles: Profiles, clock: Clock) -> None:
    """WCAG 2.2 AA by axe, light and wide, dark and narrow, and no sideways scrolling at 320 px (400 % zoom), in every
    state that a page can be in.
    """
    states = await _states(reader, clock)
    wrong: list[str] = []
    async with profiles.lent(locale="de-DE", reduced_motion="reduce") as profile:
        tab = await profile.new_page()
        for name, path in states.items():
            await tab.goto(reader.base + path)
            wrong += await _faults(tab, name)
        wrong += await _faults_of_forms(profile, reader, states["report"])
    assert wrong == []


async def _states(reader: Reader, clock: Clock) -> dict[str, str]:
    """The path of every page in every state that a GET can show."""
    service, site = reader.service, reader.site
    moderator = await a_moderator(service, site)
    top = await publish(
        service, site, "Danke für den **Bericht**.\n\n> Zitat\n\n- Punkt", name="Ayşe Demir", url="https://a.example"
    )
    parent = top
    for number in range(4):
        clock.advance(minutes=50)
        parent = await publish(service, site, f"Antwort Nummer {number} auf das Gesagte.", name="Kim", parent=parent.id)
    gone = await publish(service, site, "Ein Satz, der wieder verschwinden soll, und zwar ganz.")
    await publish(service, site, "Eine Antwort, die stehen bleibt, obwohl die Frage geht.", parent=gone.id)
    await withdraw(service, gone)
    await rule(service, top, Action.PIN, moderator)
    await rule(service, top, Action.FEATURE, moderator)
    waiting = await file(service, site, "Ein Kommentar, der auf Freischaltung wartet.")
    rejected = await file(service, site, "Ein Kommentar, der nicht erscheinen wird.")
    await rule(service, rejected, Action.REJECT, moderator, rule="respect", statement="Bitte sachlich.")
    paths = {
        "thread": f"/sites/musterstadt/thread?page={PAGE}",
        "reply": f"/sites/musterstadt/thread?page={PAGE}&reply={top.id}",
        "empty": "/sites/musterstadt/thread?page=/neu",
        "answered long ago": f"/sites/musterstadt/thread?page={PAGE}&after=gone&helped={top.id}",
        "easy language": f"/sites/musterstadt/thread?page={PAGE}&lang=de-leicht",
        "english": f"/sites/musterstadt/thread?page={PAGE}&lang=en",
        "report": f"/comments/{top.id}/report",
        "reported": f"/comments/{top.id}/report?sent=1",
        "netiquette": "/sites/musterstadt/netiquette",
        "start": "/",
        "problem": "/nirgends",
    }
    for state, comment in {"waiting": waiting, "rejected": rejected, "published": parent, "withdrawn": gone}.items():
        paths[state] = reader.own(comment).removeprefix(reader.base)
    return paths


async def _faults_of_forms(context: BrowserContext, reader: Reader, report: str) -> list[str]:
    """What only sending a form shows: errors, preview, and a thread that is closed."""
    tab = await context.new_page()
    await tab.goto(reader.thread)
    await tab.get_by_label("E-Mail").fill("nichts")
    await tab.get_by_role("button", name="Kommentar absenden").click()
    wrong = await _faults(tab, "errors")
    await tab.get_by_role("textbox", name="Ihr Kommentar").fill(
        "RUFEN SIE MICH DOCH EINFACH AN!!!! 0171 2345678, immer abends, wirklich immer."
    )
    await tab.get_by_label("E-Mail").fill("")
    await tab.get_by_role("button", name="Vorschau").click()
    wrong += await _faults(tab, "preview")
    await tab.goto(reader.base + report)
    await tab.get_by_role("button", name="Meldung absenden").click()
    wrong += await _faults(tab, "report errors")
    async with reader.service.db.writing() as session:
        site = await session.merge(reader.site)
        site.legal = {"controller": "Stadt Musterstadt", "address": "Markt 1", "basis": "a"}
    await tab.goto(reader.thread)
    await tab.get_by_role("button", name="Kommentar absenden").click()
    wrong += await _faults(tab, "consent")
    async with reader.service.db.writing() as session:
        site = await session.merge(site)
        site.paused = True
    await tab.goto(reader.thread)
    wrong += await _faults(tab, "paused")
    async with reader.service.db.writing() as session:
        thread = await find_thread(session, await session.merge(reader.site), PAGE)
        assert thread is not None
        await set_open(session, thread, False)
    await tab.goto(reader.thread)
    return wrong + await _faults(tab, "closed")


async def _faults(tab: Page, name: str) -> list[str]:
    """One look after the other at the same page: loading it and axe takes half of the time."""
    wrong: list[str] = []
    for scheme, width in LOOKS:
        await tab.emulate_media(color_scheme=scheme)
        await tab.set_viewport_size({"width": width, "height": 800})
        wrong += [f"{name}, {scheme} at {width}: {fault}" for fault in await faults_of(tab)]
    await tab.set_viewport_size({"width": 320, "height": 800})
    for direction in ("ltr", "rtl"):
        await tab.evaluate("direction => { document.dir = direction }", direction)
        if await tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"{name}: scrolls sideways ({direction})")
    return wrong
