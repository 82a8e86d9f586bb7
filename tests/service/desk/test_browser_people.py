"""People and settings in a real Chromium: a passkey made and used, codes, settings, figures, for everybody to use."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from playwright.async_api import Page, expect

from models.desk_session import invite
from models.moderator import Moderator
from models.site import Site
from moderation.lifecycle import Action
from service.settings import Settings
from service.state import Service
from tests.builders import a_moderator, file, rule
from tests.conftest import Clock
from tests.support.access import faults_light_and_dark
from tests.support.profiles import Profiles

pytestmark = pytest.mark.browser
MIRA = "mira@musterstadt.example"
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
PAGES = (
    "/desk/account", "/desk/account/security", "/desk/statistics", "/desk/sites", "/desk/sites/musterstadt",
    "/desk/sites/musterstadt/people", "/desk/sites/musterstadt/netiquette",
    "/desk/sites/musterstadt/netiquette/respect",
)  # fmt: skip

Open = Callable[..., Awaitable[Page]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Under a name: browsers make no passkey for a bare address."""
    settings.base_url = settings.base_url.replace("127.0.0.1", "localhost")
    return settings


@pytest.fixture
async def open_page(profiles: Profiles, live: str) -> AsyncIterator[Open]:
    """A page of a browser of its own; what it logs as an error fails the test."""
    faults: list[str] = []
    browsers = AsyncExitStack()

    async def open_(path: str, **options: Any) -> Page:
        profile = profiles.lent(**{"locale": "de-DE", **options})
        page = await (await browsers.enter_async_context(profile)).new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        await page.goto(live + path)
        return page

    async with browsers:
        yield open_
    assert [each for each in faults if "status of 4" not in each] == []


async def test_a_passkey_is_made_named_used_and_removed(
    open_page: Open, service: Service, site: Site, clock: Clock
) -> None:
    page = await open_page(await _link(service, site))
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    await page.get_by_role("button", name="Jetzt anmelden").click()
    await page.goto(service.settings.base_url + "/desk/account/security")
    await page.get_by_label("Name des Passkeys").fill("Mein Laptop")
    await page.get_by_role("button", name="Passkey hinzufügen").click()
    await expect(page.get_by_role("heading", name="Ihre Wiederherstellungscodes")).to_be_visible()
    await expect(page.get_by_role("strong").get_by_text("Mein Laptop")).to_be_visible()
    await page.get_by_role("button", name="Abmelden", exact=True).first.click()
    await page.wait_for_url("**/desk/sign-in")
    for _ in range(2):
        clock.advance(minutes=1)
        await page.get_by_role("button", name="Mit Passkey anmelden").click()
        await page.wait_for_url("**/desk")
        await page.locator("header").get_by_role("button", name="Abmelden").click()
        await page.wait_for_url("**/desk/sign-in")
    clock.advance(minutes=1)
    await page.get_by_role("button", name="Mit Passkey anmelden").click()
    await page.wait_for_url("**/desk")
    await page.goto(service.settings.base_url + "/desk/account/security")
    await page.get_by_role("button", name="Entfernen Mein Laptop").click()
    await expect(page.get_by_role("status")).to_contain_text("Der Passkey ist entfernt")
    await page.locator("header").get_by_role("button", name="Abmelden").click()
    await page.get_by_role("button", name="Mit Passkey anmelden").click()
    await expect(page.get_by_role("alert").first).to_contain_text("hat nicht geklappt")


async def test_the_second_step_takes_a_passkey_or_a_code(
    open_page: Open, service: Service, site: Site, clock: Clock
) -> None:
    secret = pyotp.random_base32()
    moderator = await a_moderator(service, site)
    async with service.db.writing() as session:
        stored = await session.get_one(Moderator, moderator.id)
        stored.totp = secret
        session.add(stored)
    page = await open_page(await _link(service, site), java_script_enabled=False)
    await page.get_by_role("button", name="Jetzt anmelden").click()
    await expect(page.get_by_role("heading", name="Noch ein Schritt")).to_be_visible()
    await page.get_by_label("Code aus Ihrer App").fill("000000")
    await page.get_by_role("button", name="Anmelden").click()
    await expect(page.get_by_role("alert")).to_contain_text("Dieser Code stimmt nicht")
    await page.get_by_label("Code aus Ihrer App").fill(pyotp.TOTP(secret).at(clock.now))
    await page.get_by_role("button", name="Anmelden").click()
    await page.wait_for_url("**/desk")


async def test_every_page_is_for_everybody_on_every_screen(
    open_page: Open, service: Service, site: Site, clock: Clock
) -> None:
    await _something_to_show(service, site, clock)
    page = await open_page(await _link(service, site, "admin"))
    assert await faults_light_and_dark(page) == []
    await page.get_by_role("button", name="Jetzt anmelden").click()
    await page.wait_for_url("**/desk")
    await page.set_viewport_size({"width": 360, "height": 740})
    for path in PAGES:
        await page.goto(service.settings.base_url + path)
        for details in await page.locator("main details").all():
            await details.evaluate("each => { each.open = true }")
        assert (path, await faults_light_and_dark(page)) == (path, [])
        assert (path, await page.evaluate("document.documentElement.scrollWidth <= innerWidth")) == (path, True)
    await page.get_by_label("Titel (Deutsch)").fill("Freundlich bleiben")
    await page.get_by_role("button", name="Zeigen, was sich ändern würde").click()
    await expect(page.get_by_role("status")).to_contain_text("Freundlich bleiben")
    assert await faults_light_and_dark(page) == []
    await page.goto(service.settings.base_url + "/desk/sites/musterstadt")
    await page.get_by_label("Ebenen von Antworten").fill("99")
    await page.locator("form[action*=release] button").click()
    await expect(page.get_by_role("alert")).to_contain_text("ganze Zahl von 1 bis 6")
    assert await faults_light_and_dark(page) == []


async def _link(service: Service, site: Site, role: Any = "moderator") -> str:
    async with service.db.writing() as session:
        return "/desk/sign-in/" + await invite(session, MIRA, site, role, service.clock())


async def _something_to_show(service: Service, site: Site, clock: Clock) -> None:
    moderator = await a_moderator(service, site)
    clock.now -= timedelta(days=2)
    for number in range(6):
        comment = await file(service, site, f"Nummer {number} über den runden Tisch in unserer Gemeinde.")
        if number < 4:
            await rule(service, comment, Action.APPROVE if number else Action.SPAM, moderator)
    clock.now += timedelta(days=2)
