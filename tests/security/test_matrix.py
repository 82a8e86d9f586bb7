"""Every field, by every way into the service, at every place where it comes out: nothing in it acts.

The payloads are ours (`tests/moderation/corpus`). Each is marked with the way and the field by which it came, so the
matrix also shows that it did come out. Two judge: a parser of Python's own, and Chromium on the real pages, once with
our policy, which must have nothing to stop, and once without it, when nothing else stands between an attack and its aim.
"""

import re
from collections import defaultdict

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from service.app import create_app
from tests.builders import PAGE, a_contact, add_site, at_work
from tests.conftest import serving
from tests.moderation.corpus import lines
from tests.security.judge import IN_BROWSER, Law, active_in, told_to_browser
from tests.security.outputs import DESK, OUTPUTS, PUBLIC, queue_paths, thread_paths
from tests.security.ways import WAYS, World, approve_all
from tests.service.desk.conftest import AtDesk
from tests.service.mail.conftest import catcher, mailing
from tests.service.mail.test_courier import carry
from tests.service.pages.reader import talking_to

__all__ = ["catcher", "mailing"]
PAYLOADS = list(dict.fromkeys(lines("xss.txt") + lines("contexts.txt")))
FRIENDS = frozenset(["www.musterstadt.example"])
_MARK = re.compile(r"Wm([a-z])([a-h])q")


@pytest.fixture
async def world(mailing, clock, tmp_path, catcher):
    """Everything written that can be written, and what may be published published."""
    site = await add_site(mailing)
    await a_contact(mailing, site)
    async with talking_to(mailing) as client:
        desk = AtDesk(client, mailing, "")
        world = World(mailing, client, site, clock, desk, tmp_path, PAYLOADS)
        for number, (name, way) in enumerate(WAYS.items()):
            await _sign_in_again(world)
            before = world.taken
            await way.write(world, cases_of(number))
            assert world.taken > before, f"nothing came in by {name}"
        await approve_all(world)
        clock.advance(hours=2)
        await carry(mailing)
        await _sign_in_again(world)
        world.caught = catcher.caught
        yield world


def cases_of(number: int) -> list[dict[str, str]]:
    """What is written by the way of that number. Its share is every payload, or one in 40, another for each way;
    every field gets the whole share, shifted by field. A text has room for three.
    """
    way = list(WAYS.values())[number]
    mine = PAYLOADS if way.every else PAYLOADS[number::40]
    cases = []
    for case in range(len(mine))[:: 3 if way.every else 1]:
        values = {}
        for place, (field, longest) in enumerate(way.fields.items()):
            mark = f" Wm{chr(97 + number)}{chr(97 + place)}q"
            payload = mine[(case + 7 * place) % len(mine)]
            if field == "text" and way.every:
                payload = "\n\n".join(mine[(case + more) % len(mine)] for more in range(3)) + "\n"
            before = ("https://x.example/", "")[case // 3 % 2] if field == "url" else ""
            values[field] = (before + payload)[: longest - len(mark)] + (mark.strip() if field == "url" else mark)
        cases.append(values)
    return cases


async def _sign_in_again(world: World) -> None:
    world.desk.secret = await at_work(world.service, world.site, "admin", "chefin@musterstadt.example")
    world.desk.headers["Cookie"] = f"wortmeldung={world.desk.secret}"


@pytest.mark.slow
@pytest.mark.browser
async def test_nothing_acts_wherever_it_came_in_and_wherever_it_comes_out(world: World, browser: Browser) -> None:
    base, found, bare = world.service.settings.base_url, [], list[tuple[Law, str]]()
    reached = defaultdict(set)
    for output, collect in OUTPUTS.items():
        law = Law(base, FRIENDS, mail=output == "mails")
        async for label, html in collect(world):
            found += [(output, label, each) for each in active_in(html, law)]
            reached[output] |= set(_MARK.findall(html))
            if output in ALONE:
                bare.append((law, html))
    assert found == []
    assert _cells(reached) >= EXPECTED
    port = int(base.rsplit(":", 1)[1])
    async with serving(create_app(world.service.settings, service=world.service), "127.0.0.1", port):
        assert await _in_chromium(browser, world, bare) == []


# What readers' programs show without a policy of ours: there, nothing else stands in an attack's way.
ALONE = ("thread JSON", "fragment", "feed", "preview", "mails")
# Ways and fields that must come out somewhere, or the matrix has looked at nothing. Not: what is refused, or is for
# moderators alone while a comment waits, or has no place in that system's file.
_OUT_OF_SIGHT = {("netiquette", "note"), ("rejection", "title"), ("widget", "question"), ("import commento", "title")}
EXPECTED = {
    (way, name) for way, told in WAYS.items() for name in told.fields if name not in ("page", "url", "passage", "legal")
} - _OUT_OF_SIGHT


def _cells(reached: dict[str, set[tuple[str, str]]]) -> set[tuple[str, str]]:
    ways = list(WAYS.items())
    marks = {mark for marks in reached.values() for mark in marks}
    return {(ways[ord(way) - 97][0], list(ways[ord(way) - 97][1].fields)[ord(place) - 97]) for way, place in marks}


async def _in_chromium(browser: Browser, world: World, bare: list[tuple[Law, str]]) -> list[str]:
    base, found = world.service.settings.base_url, list[str]()
    paths = [
        *(await thread_paths(world))[:6], f"/sites/musterstadt/fragment?page={PAGE}", *(await queue_paths(world)), *DESK,
        *(each.removeprefix(base) for each in world.own[::40]), *PUBLIC,
    ]  # fmt: skip
    with_policy = await browser.new_context(locale="de-DE")
    await with_policy.add_cookies([{"name": "wortmeldung", "value": world.desk.secret, "url": base}])
    found += await _look(with_policy, Law(base, FRIENDS), [base + each for each in paths])
    without = await browser.new_context(bypass_csp=True)
    await without.add_cookies([{"name": "wortmeldung", "value": world.desk.secret, "url": base}])
    found += await _look(without, Law(base, FRIENDS), [base + each for each in paths[:1] + paths[6:9]])
    for law in {each for each, _html in bare}:
        whole = "\n".join(f"<div>{html}</div>" for each, html in bare if each == law)
        found += await _look(without, law, [], whole)
    await with_policy.close()
    await without.close()
    return found


async def _look(context: BrowserContext, law: Law, addresses: list[str], html: str = "") -> list[str]:
    """Open each; what ran, what asked anybody else for something, what the policy stopped, and what could have."""
    tab, found = await context.new_page(), list[str]()
    await tab.add_init_script("window.ran = 0; window.attack = () => { window.ran += 1 };")
    tab.on("request", lambda sent: None if _is_ours(sent.url, law) else found.append(f"asked for {sent.url[:90]}"))
    tab.on("console", lambda said: found.append(said.text[:300]) if "Content Security Policy" in said.text else None)
    tab.on("dialog", lambda dialog: found.append(f"dialog {dialog.message[:60]}"))
    for address in addresses:
        await tab.goto(address, wait_until="load")
        found += [f"{address[len(law.own) :][:60]}: {each}" for each in await _told(tab, law)]
    if html:
        await tab.goto(f"{law.own}/healthz")
        await tab.set_content(html, wait_until="load")
        found += await _told(tab, law)
    await tab.close()
    return found


async def _told(tab: Page, law: Law) -> list[str]:
    ran = await tab.evaluate("window.ran")
    return await tab.evaluate(IN_BROWSER, told_to_browser(law)) + ([f"{ran} scripts ran"] if ran else [])


def _is_ours(address: str, law: Law) -> bool:
    return address.startswith((f"{law.own}/", "about:"))
