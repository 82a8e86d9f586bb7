"""The widget as a guest: it leaves nothing behind, asks nobody else, and holds its own in any page."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page, expect

from models.site import Site
from service.state import Service
from tests.builders import TEXT, publish
from tests.widget.conftest import Reader
from tests.widget.host import HOSTILE, PLAIN, Host

pytestmark = pytest.mark.browser
ARTICLE = "/artikel"
KEPT = """async () => ({
    cookie: document.cookie, local: {...localStorage}, session: {...sessionStorage},
    databases: await indexedDB.databases(), caches: self.caches ? await caches.keys() : [],
})"""
HARMFUL = (
    "<img src=x onerror=window.stolen=1> <script>window.stolen=1</script>",
    "[klick](javascript:window.stolen=1) [gut](https://www.example.org/) <a href='data:text/html,x'>x</a>",
    "<svg><style><img src=x onerror=window.stolen=1></style></svg> <math><mtext></p><style>*{}</style>",
    "![bild](https://www.example.org/x.png) <iframe srcdoc='<script>1</script>'></iframe> `<b>` &lt;img&gt;",
    "> <details open ontoggle=window.stolen=1> \u202e&#x6a;avascript: <form><input name=innerHTML>",
)
EMPTY = {"cookie": "", "local": {}, "session": {}, "databases": [], "caches": []}


async def kept_by(page: Page) -> dict[str, Any]:
    kept: dict[str, Any] = await page.evaluate(KEPT)
    return kept


async def send(reader: Reader, text: str = TEXT) -> None:
    await reader.write(text, name="Henrike Voss", email="henrike@example.org")
    await reader.send.click()
    await expect(reader.thread.locator(".receipt")).to_be_visible()


async def test_nothing_is_kept_on_the_readers_device_and_nobody_else_is_asked(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    await publish(service, site, "Ein Kommentar mit https://www.example.org/bild.png darin.", page=ARTICLE)
    await reader.open(host.put())
    assert await kept_by(reader.page) == EMPTY
    await send(reader)
    assert await kept_by(reader.page) == EMPTY
    assert await reader.page.context.cookies() == []
    asked = {request.url.split("/")[2] for request in reader.requests}
    assert asked == {host.origin.split("/")[2], host.service.split("/")[2]}


async def test_details_are_kept_after_ticking_and_sending_and_gone_after_unticking(
    reader: Reader, host: Host, site: Site
) -> None:
    await reader.open(host.put())
    await reader.come_to_the_form()
    box = reader.form.get_by_label("Angaben auf diesem Gerät merken")
    await expect(box).not_to_be_checked()
    await box.check()
    assert await kept_by(reader.page) == EMPTY
    await send(reader)
    await reader.page.reload()
    await reader.come_to_the_form()
    await expect(reader.form.locator("[name=name]")).to_have_value("Henrike Voss")
    await reader.form.get_by_role("button", name="Gemerkte Angaben löschen").click()
    await expect(box).not_to_be_checked()
    assert await kept_by(reader.page) == EMPTY


async def test_thread_and_form_are_one_script_until_somebody_writes(reader: Reader, host: Host, site: Site) -> None:
    await reader.open(host.put())
    await reader.come_to_the_form()
    await expect(reader.form.get_by_role("link", name="Netiquette")).to_be_visible()
    script = f"{host.service}/widget/wortmeldung.js"
    assert scripts_of(reader) == [script]
    async with reader.page.expect_request("**/wortmeldung-more.js"):
        await reader.text.focus()
    assert scripts_of(reader) == [script, f"{host.service}/widget/wortmeldung-more.js"]


async def test_nothing_is_asked_for_a_form_that_nobody_sees(reader: Reader, host: Host, site: Site) -> None:
    host.styles = PLAIN + " h1 { margin-bottom: 4000px }"
    await reader.open(host.put())
    await expect(reader.thread).to_contain_text("Noch keine Kommentare")
    assert not any("/form?" in request.url for request in reader.requests)


def scripts_of(reader: Reader) -> list[str]:
    return [request.url for request in reader.requests if request.resource_type == "script"]


async def test_attackers_text_stays_text(reader: Reader, host: Host, site: Site) -> None:
    html = (
        '<p>vorher <img src="x" onerror="window.stolen=1"> <script>window.stolen=1</script>'
        '<a href="javascript:window.stolen=1">klick</a> <a href="https://example.org/">gut</a>'
        '<svg onload="window.stolen=1"></svg><iframe srcdoc="<script>1</script>"></iframe> nachher</p>'
    )
    author = {"name": "<b>Mallory</b>", "url": "javascript:window.stolen=1", "role": None}
    comment = {
        "id": "abc", "parent": None, "depth": 0, "author": author, "html": html, "created_at": "2026-03-02T10:00:00Z",
        "edited_at": None, "pinned": False, "featured": False, "helpful": 0, "question": None, "removed": None,
    }  # fmt: skip
    thread = {"site": "x", "page": "x", "title": "", "open": True, "count": 1, "comments": [comment], "next": None}
    cors = {"Access-Control-Allow-Origin": "*"}
    await reader.page.route("**/thread?*", lambda route: route.fulfill(json=thread, headers=cors))
    await reader.open(host.put())
    body = reader.comments.first.locator(".body")
    await expect(body).to_contain_text("nachher")
    tags = await body.evaluate("node => [...node.querySelectorAll('*')].map((each) => each.localName)")
    assert tags == ["p", "a", "a"]
    assert await body.locator("a").nth(0).get_attribute("href") is None
    await expect(reader.comments.first.locator(".author")).to_have_text("<b>Mallory</b>")
    await expect(reader.comments.first.locator(".author a")).to_have_count(0)
    assert await reader.page.evaluate("window.stolen") is None


async def test_attackers_text_stays_text_in_preview_receipt_and_editor(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    """From the service's own renderer on, as typed by somebody who means harm; the page's policy would report a try."""
    await reader.open(host.put())
    await reader.write("\n\n".join(HARMFUL))
    await reader.form.get_by_role("button", name="Vorschau").click()
    preview = reader.form.locator(".preview .body")
    await expect(preview).to_contain_text("klick")
    await reader.send.click()
    await reader.form.get_by_role("button", name="Trotzdem absenden").or_(reader.thread.locator(".receipt")).click()
    receipt = reader.thread.locator(".receipt")
    await expect(receipt.locator(".body")).to_contain_text("klick")
    await receipt.get_by_role("button", name="Bearbeiten").click()
    await receipt.get_by_role("button", name="Änderung speichern").click()
    await expect(receipt.get_by_role("status")).to_contain_text("gespeichert")
    tags = await receipt.locator(".body").evaluate(
        "node => [...new Set([...node.querySelectorAll('*')].map((each) => each.localName))]"
    )
    assert set(tags) <= {"a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "strong", "ul"}
    links = await receipt.locator(".body a").evaluate_all("all => all.map((each) => each.protocol)")
    assert set(links) <= {"https:", "http:", ":"}
    assert await reader.page.evaluate("window.stolen") is None


@pytest.mark.parametrize("width", [360, 1280])
async def test_a_hostile_style_sheet_does_not_get_in(
    reader: Reader, host: Host, site: Site, service: Service, width: int
) -> None:
    await reader.page.set_viewport_size({"width": width, "height": 800})
    host.styles = HOSTILE
    await publish(service, site, "Ein Gedanke zum Schulweg in unserem Viertel.", page=ARTICLE)
    await reader.open(host.put())
    await reader.come_to_the_form()
    body = reader.comments.first.locator(".body p")
    assert await body.evaluate("node => getComputedStyle(node).textTransform") == "none"
    assert await body.evaluate("node => getComputedStyle(node).color") != "rgb(255, 0, 255)"
    await expect(reader.send).to_be_visible()
    await send(reader)
    receipt = reader.thread.locator(".write .receipt")
    await receipt.get_by_role("button", name="Bearbeiten").click()
    await receipt.locator("textarea").fill("Ein besserer Satz über den Schulweg in unserem Viertel.")
    await receipt.get_by_role("button", name="Änderung speichern").click()
    await expect(receipt.locator(".body")).to_contain_text("Ein besserer Satz")
    await receipt.get_by_role("button", name="Zurückziehen").click()
    await receipt.get_by_role("button", name="Zurückziehen").first.click()
    await expect(receipt).to_contain_text("Ihr Kommentar ist zurückgezogen.")
    await reader.thread.locator(".reply").click()
    await reader.comments.first.locator("textarea").fill("Das sehen wir in unserer Gemeinde ganz genauso wie Sie.")
    await reader.thread.locator(".report").click()
    await reader.thread.locator(".reporting select").select_option("spam")
    await reader.thread.locator(".reporting .submit").click()
    await expect(reader.thread.locator(".reporting .said")).to_be_visible()
    await reader.comments.first.get_by_role("button", name="Antwort absenden").click()
    await expect(reader.comments.first.locator(".receipt")).to_be_visible()


async def test_the_page_can_theme_it_by_properties_and_parts(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    host.styles = (
        PLAIN
        + "wortmeldung-thread { --wm-accent: rgb(120, 0, 60) } wortmeldung-thread::part(author) { color: rgb(0, 80, 0) }"
    )
    await publish(service, site, page=ARTICLE)
    await reader.open(host.put())
    await reader.come_to_the_form()
    assert await reader.send.evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(120, 0, 60)"
    assert (
        await reader.comments.first.locator(".author").evaluate("node => getComputedStyle(node).color")
        == "rgb(0, 80, 0)"
    )


async def test_a_script_that_comes_twice_changes_nothing(reader: Reader, host: Host, site: Site) -> None:
    await reader.open(host.put(script=host.script() + host.script("?v=2")))
    await expect(reader.thread).to_contain_text("Noch keine Kommentare")
    await expect(reader.thread.locator("section.thread")).to_have_count(1)


async def test_a_script_that_comes_late_finds_what_the_page_wrote_instead(
    reader: Reader, host: Host, site: Site
) -> None:
    waited = asyncio.Event()

    async def hold(route: Any) -> None:
        await waited.wait()
        await route.fallback()

    await reader.page.route("**/wortmeldung.js", hold)
    address = host.put()
    host.pages[ARTICLE] = host.pages[ARTICLE].replace(
        "></wortmeldung-thread>", "><a href='/k'>Zu den Kommentaren</a></wortmeldung-thread>"
    )
    await reader.page.goto(address, wait_until="commit")
    await expect(reader.page.get_by_role("link", name="Zu den Kommentaren")).to_be_visible()
    waited.set()
    await expect(reader.thread).to_contain_text("Noch keine Kommentare")
    await expect(reader.page.get_by_role("link", name="Zu den Kommentaren")).to_be_hidden()


async def test_an_english_page_gets_english_words(reader: Reader, host: Host, site: Site) -> None:
    await reader.page.goto(host.put(lang="en-GB"))
    await expect(reader.thread.get_by_role("heading", name="Comments", exact=True)).to_be_visible()
    await reader.come_to_the_form()
    await reader.form.get_by_role("button", name="Send comment").click()
    await expect(reader.trouble).to_contain_text("Please write your comment first.")
    await reader.text.fill("In our village it took the round table two years until people felt that it worked.")
    async with reader.page.expect_request("**/comments") as sent:
        await reader.form.get_by_role("button", name="Send comment").click()
        await reader.thread.get_by_role("button", name="Send anyway").or_(reader.thread.locator(".receipt")).click()
    assert (await (await sent.value).all_headers())["accept-language"] == "en-GB,en;q=0.5"


async def test_every_language_reaches_the_reader_and_the_service(reader: Reader, host: Host, site: Site) -> None:
    titles = {
        "de-AT": "Schreiben Sie einen Kommentar", "de-du": "Schreib einen Kommentar", "de-leicht": "Schreiben Sie einen Kommentar",
        "en": "Write a comment", "fr-CH": "Écrivez un commentaire", "tr": "Yorum yazın", "uk": "Напишіть коментар",
        "pl": "Napisz komentarz", "ar": "اكتبوا تعليقًا", "es": "Schreiben Sie einen Kommentar",
    }  # fmt: skip
    for language, title in titles.items():
        async with reader.page.expect_request("**/form?*") as asked:
            await reader.page.goto(host.put(lang=language))
            await expect(reader.thread.get_by_role("heading", name=title)).to_be_visible()
            await reader.thread.locator(".write").scroll_into_view_if_needed()
        spoken = "de" if language == "es" else language
        assert (await (await asked.value).all_headers())["accept-language"] == f"{spoken},en;q=0.5"
        section = reader.thread.locator("section.thread")
        await expect(section).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
        # What browsers and screen readers know: a way of speaking is no language of its own.
        await expect(section).to_have_attribute("lang", "de" if spoken in ("de-du", "de-leicht") else spoken)


async def test_heading_and_its_level_are_the_hosts_choice(reader: Reader, host: Host, site: Site) -> None:
    await reader.page.goto(host.put(heading="Ihre Meinung", heading_level="3"))
    await expect(reader.thread.get_by_role("region", name="Ihre Meinung")).to_be_visible()
    await expect(reader.thread.get_by_role("heading", name="Ihre Meinung", level=3)).to_be_visible()
    await reader.come_to_the_form()
    await expect(reader.thread.get_by_role("heading", name="Schreiben Sie einen Kommentar", level=4)).to_be_visible()


async def test_the_canonical_address_names_the_thread(reader: Reader, host: Host, site: Site, service: Service) -> None:
    await publish(service, site, page=ARTICLE)
    host.put()
    host.pages[ARTICLE] = host.pages[ARTICLE].replace(
        "<title>", f'<link rel="canonical" href="{host.origin}{ARTICLE}"><title>'
    )
    host.pages["/teilen"] = host.pages[ARTICLE]
    await reader.open(host.origin + "/teilen?utm_source=brief")
    await expect(reader.comments).to_have_count(1)


async def test_all_teasers_of_a_page_ask_once(reader: Reader, host: Host, site: Site, service: Service) -> None:
    await publish(service, site, page="/eins")
    host.pages["/"] = f"<!doctype html><html lang=de><title>Übersicht</title>{host.script()}" + "".join(
        f'<p><wortmeldung-count site="musterstadt" page="/{page}">…</wortmeldung-count></p>'
        for page in ("eins", "zwei", "eins")
    )
    await reader.page.goto(host.origin + "/")
    counts = reader.page.locator("wortmeldung-count")
    await expect(counts.nth(0)).to_have_text("1 Kommentar")
    await expect(counts.nth(1)).to_have_text("0 Kommentare")
    await expect(counts.nth(2)).to_have_text("1 Kommentar")
    assert len([request for request in reader.requests if "/counts?" in request.url]) == 1


async def test_leaving_with_unsent_words_is_asked_about(reader: Reader, host: Host, site: Site) -> None:
    asked: list[str] = []

    async def dismiss(dialog: Any) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    reader.page.on("dialog", dismiss)
    await reader.open(host.put())
    await reader.write("Noch nicht gesendet")
    await reader.page.close(run_before_unload=True)
    await expect(reader.text).to_have_value("Noch nicht gesendet")
    assert asked == ["beforeunload"]
