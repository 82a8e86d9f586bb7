"""WCAG 2.2 AA as far as a machine can tell: axe finds nothing, in any state, light or dark, wide or narrow."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from models.site import Site
from models.thread import find_thread, set_open
from service.state import Service
from tests.builders import TEXT, publish
from tests.support.access import CONTRAST, faults_of
from tests.widget.conftest import Reader, told
from tests.widget.host import DARK, PLAIN, RIGHT_TO_LEFT, Host

pytestmark = pytest.mark.browser
ARTICLE = "/artikel"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
State = Callable[[Reader], Awaitable[None]]


async def thread(reader: Reader) -> None:
    await expect(reader.comments).to_have_count(3)


async def form(reader: Reader) -> None:
    await reader.come_to_the_form()


async def asked(reader: Reader) -> None:
    await told(reader, notify=True, consent="Ich willige ein.", notice="Verantwortlich ist die Stadt.", words="Gern.")
    await reader.page.reload()
    await expect(reader.comments).to_have_count(3)
    await reader.write("Ein eigener Gedanke.")
    await reader.form.locator("[name=notify]").select_option("replies")
    await reader.form.locator(".submit").click()
    await expect(reader.trouble.locator("li")).to_have_count(2)
    await reader.page.unroute("**/form?*")


async def reply(reader: Reader) -> None:
    await reader.thread.locator(".reply").first.click()
    await expect(reader.comments.first.locator("textarea")).to_be_focused()


async def report(reader: Reader) -> None:
    await reader.thread.locator(".report").first.click()
    await expect(reader.thread.locator(".reporting select")).to_be_focused()


async def error(reader: Reader) -> None:
    await reader.write("", email="kein at")
    await reader.form.locator(".submit").click()
    await expect(reader.trouble).to_be_focused()


async def preview(reader: Reader) -> None:
    await reader.write("Das ist **wichtig**.")
    await reader.form.locator("button[aria-expanded]").click()
    await expect(reader.form.locator(".preview strong")).to_be_visible()


async def advice(reader: Reader) -> None:
    await reader.write("Der Verein ist erreichbar unter 0151 23456789 und freut sich über alle, die mitmachen.")
    await reader.form.locator(".submit").click()
    await expect(reader.form.locator(".advice")).to_be_focused()


async def pending(reader: Reader) -> None:
    await reader.write("Ein eigener Gedanke zum Schulweg in unserem Viertel.")
    await reader.form.locator(".submit").click()
    await expect(reader.thread.locator(".receipt")).to_be_focused()
    await reader.thread.locator(".receipt .secondary").first.click()
    await expect(reader.thread.locator(".receipt textarea")).to_be_focused()


@pytest.mark.parametrize("look", ["light", "dark", "rtl"])
async def test_axe_finds_nothing_in_any_state(
    reader: Reader, host: Host, site: Site, service: Service, look: str
) -> None:
    await furnish(service, site)
    host.styles = {"dark": DARK, "rtl": RIGHT_TO_LEFT}.get(look, PLAIN)
    language = "ar" if look == "rtl" else "de"
    as_in_light = [CONTRAST] if look == "rtl" else []  # it changes no colour of the page's
    states: list[State] = [thread, form, asked, reply, report, error, preview, advice, pending]
    for state in states:
        await reader.page.goto("about:blank")
        await reader.page.goto(host.put(lang=language))
        await expect(reader.comments).to_have_count(3)
        await state(reader)
        assert await faults_of(reader.page, leave_out=as_in_light) == [], state.__name__
        assert await reader.page.evaluate(SIDEWAYS) == 0, state.__name__
        if look == "light":
            assert await _faults_narrow_and_forced(reader.page) == [], state.__name__


async def _faults_narrow_and_forced(page: Page) -> list[str]:
    """The same page on a phone, and in the system's own colours; neither changes a colour of the page's."""
    await page.set_viewport_size({"width": 360, "height": 780})
    wrong = [f"narrow: {fault}" for fault in await faults_of(page, leave_out=[CONTRAST])]
    if await page.evaluate(SIDEWAYS) != 0:
        wrong.append("narrow: scrolls sideways")
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.emulate_media(forced_colors="active")
    wrong += [f"forced: {fault}" for fault in await faults_of(page, leave_out=[CONTRAST])]
    await page.emulate_media(forced_colors="none")
    return wrong


async def test_axe_finds_nothing_where_there_is_nothing(reader: Reader, host: Host, site: Site) -> None:
    await reader.open(host.put())
    await expect(reader.thread).to_contain_text("Noch keine Kommentare")
    assert await faults_of(reader.page) == []


async def test_axe_finds_nothing_in_a_closed_thread(reader: Reader, host: Host, site: Site, service: Service) -> None:
    await furnish(service, site)
    async with service.db.writing() as session:
        found = await find_thread(session, site, ARTICLE)
        assert found is not None
        await set_open(session, found, False)
    await reader.open(host.put())
    await expect(reader.thread).to_contain_text("geschlossen")
    assert await faults_of(reader.page) == []


async def test_nothing_has_to_be_scrolled_sideways_at_320_pixels(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    """320 CSS pixels are a window of 1280 at 400 % (WCAG 1.4.10)."""
    await furnish(service, site)
    await reader.page.set_viewport_size({"width": 320, "height": 640})
    await reader.open(host.put())
    await reply(reader)
    await reader.come_to_the_form()
    assert await reader.page.evaluate("document.documentElement.scrollWidth") <= 320


async def test_everything_to_press_is_at_least_24_pixels_high(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    await furnish(service, site)
    await reader.open(host.put())
    await reader.come_to_the_form()
    sizes = await reader.thread.locator("button:visible, select:visible, input:visible, summary:visible").evaluate_all(
        "all => all.filter((each) => each.name !== 'homepage')"
        ".map((each) => [each.textContent || each.name, each.getBoundingClientRect().height])"
    )
    assert [each for each in sizes if each[1] < 24] == []


async def test_nothing_moves_under_the_readers_eyes(reader: Reader, host: Host, site: Site, service: Service) -> None:
    await furnish(service, site)
    await reader.page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((each) => { window.shift += each.value }))"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    host.styles = PLAIN + " h1 { margin-bottom: 500px }"
    await reader.open(host.put())
    await expect(reader.comments).to_have_count(3)
    await reader.come_to_the_form()
    assert await reader.page.evaluate("window.shift") < 0.02


async def furnish(service: Service, site: Site) -> None:
    first = await publish(service, site, TEXT, name="Ayşe Demir", url="https://www.example.org/", page=ARTICLE)
    second = await publish(
        service,
        site,
        "> Zitat\n\nEine **Antwort** mit `Code` und https://www.example.org/.",
        parent=first.id,
        page=ARTICLE,
    )
    await publish(
        service, site, "Die Redaktion sammelt die Beispiele und veröffentlicht sie.", parent=second.id, page=ARTICLE
    )
