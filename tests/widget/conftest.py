"""A real reader: Chromium on a page of another origin, before the real service."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import BrowserContext, Page, Request, Route, expect

from models.site import Site
from service.state import Service
from tests.builders import add_site
from tests.conftest import serving
from tests.support.postgres import free_port
from tests.support.profiles import Profiles
from tests.widget.host import Host

expect.set_options(timeout=10_000)


@pytest.fixture
async def host(live: str) -> AsyncIterator[Host]:
    """The site's own web server."""
    port = free_port()
    host = Host(f"http://127.0.0.1:{port}", live)
    host.put()
    async with serving(host.app, "127.0.0.1", port):
        yield host


@pytest.fixture
async def site(service: Service, host: Host) -> Site:
    return await add_site(service, origins=[host.origin])


@pytest.fixture
async def profile(profiles: Profiles) -> AsyncIterator[BrowserContext]:
    """A fresh browser profile in German."""
    async with profiles.lent(
        locale="de-DE", timezone_id="Europe/Berlin", viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    ) as profile:
        yield profile


class Reader:
    """A page under somebody's eyes, with all that it asked for and all that went wrong in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[Request] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request))  # noqa: PLW0108  # Playwright cannot wrap a built-in method
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console", lambda said: self.errors.append(said.text) if "Content Security Policy" in said.text else None
        )
        self.thread = page.locator("wortmeldung-thread")
        self.comments = self.thread.locator("li.item")
        self.form = self.thread.locator(".write form")
        self.text = self.form.locator("textarea")
        self.send = self.form.get_by_role("button", name="Kommentar absenden")
        self.trouble = self.form.get_by_role("alert")

    async def open(self, address: str) -> None:
        await self.page.goto(address)
        await expect(self.thread.get_by_role("heading", name="Kommentare", exact=True)).to_be_visible()

    async def come_to_the_form(self) -> None:
        await self.thread.locator(".write").scroll_into_view_if_needed()
        await expect(self.form).to_be_visible()

    async def write(self, text: str, **fields: str) -> None:
        await self.come_to_the_form()
        await self.text.fill(text)
        for name, value in fields.items():
            await self.form.locator(f"[name={name}]").fill(value)


@pytest.fixture
async def reader(profile: BrowserContext) -> AsyncIterator[Reader]:
    reader = Reader(await profile.new_page())
    yield reader
    assert reader.errors == []


async def told(reader: Reader, **facts: object) -> None:
    """The service's own answer about its form, with these facts changed."""

    async def change(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, json={**await answer.json(), **facts})

    await reader.page.route("**/form?*", change)
