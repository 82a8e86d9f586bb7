"""The whole way of a reader and an author by keyboard alone, with JavaScript switched off, on a desk and on a phone."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Locator, expect
from sqlmodel import select

from models.comment import Comment
from models.report import Objection, Report
from moderation.lifecycle import Action
from service.state import Service
from tests.builders import a_moderator, add_site, publish, rule
from tests.conftest import Clock
from tests.service.pages.test_browser import Reader
from tests.support.profiles import Profiles

pytestmark = pytest.mark.browser
MOST_TABS = 40


@pytest.fixture(params=[1280, 360])
async def reader(
    request: pytest.FixtureRequest, live: str, profiles: Profiles, service: Service
) -> AsyncIterator[Reader]:
    site = await add_site(service)
    async with service.db.writing() as session:
        site = await session.merge(site)
        site.helpful = True
    async with profiles.lent(
        locale="de-DE", java_script_enabled=False, viewport={"width": request.param, "height": 740}
    ) as profile:
        yield Reader(await profile.new_page(), service, site, live)


async def _go_to(reader: Reader, wanted: Locator, key: str = "Tab") -> None:
    """Press Tab until the focus is there, and see that it can be seen there."""
    await expect(wanted).to_have_count(1)
    for _ in range(MOST_TABS):
        await reader.tab.keyboard.press(key)
        if await wanted.evaluate("node => node === document.activeElement"):
            await expect(wanted).to_be_in_viewport()
            return
    raise AssertionError(f"the keyboard does not reach {wanted}")


async def _press(reader: Reader, role: str, name: str, key: str = "Enter") -> None:
    await _go_to(reader, reader.tab.get_by_role(role, name=name, exact=True))  # type: ignore[arg-type]
    await reader.tab.keyboard.press(key)


async def _write(reader: Reader, field: str, text: str) -> None:
    await _go_to(reader, reader.tab.get_by_role("textbox", name=field))
    await reader.tab.keyboard.press("Control+a")
    await reader.tab.keyboard.type(text)


async def test_all_can_be_done_by_keyboard_alone(reader: Reader, clock: Clock) -> None:
    tab, service = reader.tab, reader.service
    parent = await publish(service, reader.site, name="Jo")
    await tab.goto(reader.thread)
    await _reply_and_cancel(reader)
    await _press(reader, "link", "Antworten: auf den Kommentar von Jo")
    await _write(reader, "Ihr Kommentar", "Danke, das hilft uns bei der Planung weiter.")
    clock.advance(seconds=30)
    await _press(reader, "button", "Antwort absenden")
    await expect(tab.get_by_role("heading", name="Vielen Dank! Ihr Kommentar ist angekommen.")).to_be_in_viewport()
    own = tab.url

    await _write(reader, "Ihr Kommentar", "Danke, das hilft uns bei der *weiteren* Planung.")
    await _press(reader, "button", "Vorschau")
    await expect(tab.locator(".preview em")).to_have_text("weiteren")
    await _press(reader, "button", "Änderung speichern")
    await expect(tab.get_by_role("heading", name="Ihre Änderung ist gespeichert.")).to_be_in_viewport()

    reply = next(each for each in await reader.stored() if each.parent_id == parent.id)
    moderator = await a_moderator(service, reader.site)
    await rule(service, reply, Action.REJECT, moderator, rule="respect", statement="Bitte sachlich.")
    await tab.goto(own)
    await _write(reader, "Ihr Widerspruch", "Das war als Lob gemeint.")
    await _press(reader, "button", "Widerspruch absenden")
    await expect(tab.get_by_text("Ihr Widerspruch ist angekommen.")).to_be_in_viewport()

    await _go_to(reader, tab.locator("summary", has_text="Kommentar zurückziehen"))
    await tab.keyboard.press("Enter")
    await _press(reader, "button", "Ja, zurückziehen")
    await expect(tab.get_by_role("heading", name="Ihr Kommentar ist zurückgezogen.")).to_be_in_viewport()
    async with service.db.reading() as session:
        assert len(list(await session.exec(select(Objection)))) == 1
        assert (await session.get_one(Comment, reply.id)).text == ""


async def _reply_and_cancel(reader: Reader) -> None:
    await _press(reader, "link", "Antworten: auf den Kommentar von Jo")
    await expect(reader.tab.get_by_role("heading", name="Ihre Antwort an Jo")).to_be_in_viewport()
    await _press(reader, "link", "Antwort abbrechen")
    await expect(reader.tab.get_by_role("article", name="Jo")).to_be_in_viewport()
    # The focus is at the comment that was going to be answered: its link is the next but one.
    await _go_to(reader, reader.tab.get_by_role("link", name="Antworten: auf den Kommentar von Jo"))


async def test_helping_and_reporting_by_keyboard_alone(reader: Reader) -> None:
    tab, service = reader.tab, reader.service
    comment = await publish(service, reader.site, name="Jo")
    await tab.goto(reader.thread)
    await _press(reader, "button", "Hilfreich: der Kommentar von Jo", "Space")
    await expect(tab.get_by_text("Danke, gezählt.")).to_be_in_viewport()
    await _press(reader, "link", "Melden: den Kommentar von Jo")
    await _press(reader, "button", "Meldung absenden")
    await expect(tab.get_by_role("alert")).to_be_in_viewport()
    await _press(reader, "link", "Worum geht es? – Bitte wählen Sie eine Antwort aus.")
    await expect(tab.get_by_label("Beleidigung, Herabsetzung oder Drohung")).to_be_focused()
    await tab.keyboard.press("ArrowDown")
    await _write(reader, "Was sollen wir wissen?", "Der zweite Satz stimmt nicht.")
    await _press(reader, "button", "Meldung absenden")
    await expect(tab.get_by_role("heading", name="Meldung eingegangen")).to_be_visible()
    async with service.db.reading() as session:
        [report] = list(await session.exec(select(Report)))
        assert (await session.get_one(Comment, comment.id)).helpful == 1
    assert (report.reason, report.statement) == ("illegal", "Der zweite Satz stimmt nicht.")
