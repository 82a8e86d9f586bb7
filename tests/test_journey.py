"""The journey of one comment, whole and for real: from a form on the site's own page, past a moderator, into the thread.

The service runs as its operator runs it, in its own process with its courier; readers and moderators use Chromium; mail
goes to a real SMTP server that catches it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx2
import pytest
from playwright.async_api import Page, expect

from tests.builders import both_databases
from tests.conftest import serving
from tests.support.catcher import Catcher, catching
from tests.support.postgres import free_port
from tests.support.process import Serving
from tests.support.profiles import Profiles
from tests.widget.conftest import Reader
from tests.widget.host import Host

pytestmark = [pytest.mark.browser, pytest.mark.slow, both_databases]

ARTICLE = "/artikel/handlungsmut"
MIRA = "mira@musterstadt.example"
TEXT = "Danke für den Bericht! Wer mitmachen will, ruft mich unter 0171 2345678 an: Der runde Tisch wirkt."
APPROVED = "Danke für den Bericht!"
# Which words carry a mark, with its note, is the classifier's to say and changes with its training.
_WITHOUT_NOTES = """text => {
    const copy = text.cloneNode(true);
    copy.querySelectorAll("a[href^='#g-']").forEach(note => note.remove());
    return copy.textContent.trim();
}"""


@dataclass
class World:
    """Everything outside the service: the site, the mailbox, browsers, and a program that fetches the thread."""

    service: Serving
    host: Host
    catcher: Catcher
    profiles: Profiles
    program: httpx2.AsyncClient
    tabs: AsyncExitStack

    async def fetch(self, known: str = "") -> httpx2.Response:
        """The thread as the main site fetches it."""
        headers = {"If-None-Match": known} if known else {}
        return await self.program.get("/api/v1/sites/musterstadt/thread", params={"page": ARTICLE}, headers=headers)

    async def open_tab(self, *, script: bool) -> Page:
        profile = self.profiles.lent(
            locale="de-DE", timezone_id="Europe/Berlin", java_script_enabled=script, reduced_motion="reduce"
        )
        return await (await self.tabs.enter_async_context(profile)).new_page()

    async def mail(self) -> str:
        """What the moderator was told of the comment."""
        async with asyncio.timeout(30):
            while not (caught := [each for each in self.catcher.to(MIRA) if "/desk/comments/" in each.text]):  # noqa: ASYNC110  # another process sends
                await asyncio.sleep(0.05)
        assert len(caught) == 1
        return caught[0].text


@pytest.fixture
async def world(database, tmp_path, profiles) -> AsyncIterator[World]:
    catcher, port = Catcher(), free_port()
    async with catching(catcher):
        sender = {"SMTP_URL": catcher.url, "MAIL_FROM": "kommentare@musterstadt.example"}
        service = Serving(database, tmp_path, **sender)
        host = Host(f"http://127.0.0.1:{port}", service.address)
        await service.command("site", "add", "musterstadt", "--origin", host.origin, "--name", "Musterstadt")
        await service.start()
        try:
            async with (
                serving(host.app, "127.0.0.1", port),
                httpx2.AsyncClient(base_url=service.address) as program,
                AsyncExitStack() as tabs,
            ):
                yield World(service, host, catcher, profiles, program, tabs)
        finally:
            await service.stop()


async def sign_in(world: World, *, script: bool) -> Page:
    """The moderator opens the one-time link that the operator was given."""
    printed = await world.service.command("moderator", "invite", MIRA, "--site", "musterstadt")
    (link,) = [word for word in printed.split() if "/desk/sign-in/" in word]
    desk = await world.open_tab(script=script)
    await desk.goto(link)
    await desk.get_by_role("button", name="Jetzt anmelden").press("Enter")
    await desk.wait_for_url(f"{world.service.address}/desk")
    return desk


async def assert_the_case_lies_open(desk: Page) -> None:
    """The moderator sees the comment with score, reasons and the passage marked."""
    (card,) = await desk.locator("article.card").all()
    assert await card.locator(".text").evaluate(_WITHOUT_NOTES) == TEXT
    await expect(card.locator(".text mark", has_text="0171 2345678")).to_be_visible()
    await expect(card.locator(".grounds")).to_contain_text("Keine privaten Daten")
    await expect(card.locator(".judgement")).to_contain_text("Spam")


async def assert_nothing_shows(world: World, before: httpx2.Response) -> None:
    now = await world.fetch()
    assert (now.content, now.headers["etag"]) == (before.content, before.headers["etag"])
    assert (await world.fetch(before.headers["etag"])).status_code == 304


async def assert_the_thread_moved_on(world: World, before: httpx2.Response) -> None:
    after = await world.fetch(before.headers["etag"])
    assert after.status_code == 200
    assert [APPROVED in each["html"] for each in after.json()["comments"]] == [True]
    known = await world.fetch(after.headers["etag"])
    assert (known.status_code, known.content) == (304, b"")


async def test_from_the_widget_over_the_desk_into_the_thread(world):
    before = await world.fetch()
    assert before.json()["comments"] == []
    desk = await sign_in(world, script=True)

    reader = Reader(await world.open_tab(script=True))
    await reader.open(world.host.put(ARTICLE))
    await reader.write(TEXT, name="Henrike Voss", email="henrike@post.example")
    await reader.send.click()
    receipt = reader.thread.locator(".receipt")
    await reader.thread.get_by_role("button", name="Trotzdem absenden").or_(receipt).first.click()
    await expect(receipt).to_contain_text(APPROVED)
    await expect(reader.thread.locator(".writing .said")).to_contain_text("wartet auf Freischaltung")
    await expect(reader.comments).to_have_count(0)
    await assert_nothing_shows(world, before)

    # Who is told of a comment that was decided meanwhile would look for it in vain; so the mail comes first.
    assert f"{world.service.address}/desk/comments/" in await world.mail()
    await desk.reload()
    await assert_the_case_lies_open(desk)
    await desk.keyboard.press("a")
    await expect(desk.get_by_text("Hier wartet nichts")).to_be_visible()

    await reader.page.reload()
    await expect(reader.comments).to_have_count(1)
    await expect(reader.comments.first).to_contain_text(APPROVED)
    await expect(reader.comments.first).to_contain_text("Henrike Voss")
    await assert_the_thread_moved_on(world, before)
    assert "henrike@post.example" not in await reader.page.content()
    assert reader.errors == []


async def test_the_same_way_without_javascript(world):
    before = await world.fetch()
    desk = await sign_in(world, script=False)

    reader = await world.open_tab(script=False)
    thread = f"{world.service.address}/sites/musterstadt/thread?page={ARTICLE}"
    await reader.goto(thread)
    await reader.get_by_role("textbox", name="Ihr Kommentar").fill(TEXT)
    await reader.get_by_label("Name").fill("Henrike Voss")
    await reader.get_by_label("E-Mail", exact=False).first.fill("henrike@post.example")
    await reader.get_by_role("button", name="Kommentar absenden", exact=True).click()
    await expect(reader.get_by_role("heading", name="Vielen Dank! Ihr Kommentar ist angekommen.")).to_be_visible()
    await assert_nothing_shows(world, before)
    await reader.goto(thread)
    await expect(reader.get_by_text("Noch keine Kommentare.")).to_be_visible()

    # Who is told of a comment that was decided meanwhile would look for it in vain; so the mail comes first.
    assert f"{world.service.address}/desk/comments/" in await world.mail()
    await desk.reload()
    await assert_the_case_lies_open(desk)
    await desk.get_by_role("button", name="Freigeben").press("Enter")
    await expect(desk.get_by_text("Henrike Voss: Freigegeben.")).to_be_visible()

    await reader.goto(thread)
    await expect(reader.get_by_role("article", name="Henrike Voss")).to_contain_text(APPROVED)
    await assert_the_thread_moved_on(world, before)
    assert "henrike@post.example" not in await reader.content()
