"""Writing to a contact from a stranger's page: no address, no trace on the device, and the words never get lost."""

import pytest
from playwright.async_api import expect
from sqlmodel import select

from models.comment import Comment
from models.private_message import PrivateMessage
from models.site import Site
from service.state import Service
from tests.builders import a_contact, publish, say_what_became
from tests.conftest import Clock
from tests.widget.conftest import Reader
from tests.widget.host import DARK, HOSTILE, Host
from tests.widget.test_access import SIDEWAYS, faults_of

pytestmark = pytest.mark.browser
STORED = """async () => [document.cookie, localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"""


def put(host: Host, person: str, lang: str = "de") -> str:
    inside = '<a href="/kontakt">Kontakt</a>'
    host.put("/kontaktseite")
    host.pages["/kontaktseite"] = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Kontakt</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/style.css">'
        f'<script type="module" src="{host.service}/widget/wortmeldung-contact.js"></script></head><body><main>'
        f'<h1>Rückfragen?</h1><wortmeldung-contact site="musterstadt" person="{person}">{inside}</wortmeldung-contact>'
        "</main></body></html>"
    )
    return host.origin + "/kontaktseite"


async def test_a_reader_writes_to_a_named_person(
    reader: Reader, host: Host, site: Site, service: Service, clock: Clock
) -> None:
    bo = await a_contact(service, site, "bo")
    await a_contact(service, site, function="Jugendhilfe", languages=["de", "en"], active=False, substitute_id=bo.id)
    page = reader.page
    await page.goto(put(host, "anna"))
    form = page.locator("wortmeldung-contact form")
    await expect(page.get_by_role("heading", name="An Anna Scheibe schreiben")).to_be_visible()
    await expect(page.get_by_text("Ihre Nachricht liest Bo Scheibe.")).to_be_visible()
    await expect(page.get_by_role("link", name="Kontakt", exact=True)).to_be_hidden()
    assert await faults_of(page) == []
    send = form.get_by_role("button", name="Nachricht senden")
    await form.locator("[name=email]").fill("kein at")
    await send.press("Enter")
    await expect(form.get_by_role("alert")).to_be_focused()
    await expect(form.get_by_role("alert").locator("li")).to_have_count(2)
    assert await faults_of(page) == []
    clock.advance(seconds=30)
    await form.locator("textarea").fill("Guten Tag,\n\nich hätte eine Frage.")
    await form.locator("[name=email]").fill("jo@post.example")
    await page.context.set_offline(True)
    await send.click()
    await expect(form.get_by_role("alert")).to_contain_text("Ihr Text ist noch da")
    await page.context.set_offline(False)
    await send.click()
    await expect(page.get_by_text("Ihre Nachricht ist unterwegs an Bo Scheibe.")).to_be_visible()
    assert await faults_of(page) == []
    await page.get_by_text("Ihr Wortlaut, zum Aufheben").click()
    await expect(page.get_by_text("ich hätte eine Frage.")).to_be_visible()
    assert await page.evaluate(STORED) == ["", 0, 0, 0]
    assert {each.url.split("/")[2] for each in reader.requests} == {host.origin[7:], host.service[7:]}
    async with service.db.reading() as session:
        [message] = list(await session.exec(select(PrivateMessage)))
    assert (message.text, message.email, message.hints) == (
        "Guten Tag,\n\nich hätte eine Frage.",
        "jo@post.example",
        [],
    )
    receipt = await page.get_by_role("link", name="Meine Nachricht").get_attribute("href")
    await page.goto(receipt or "")
    assert await faults_of(page) == []
    await page.get_by_role("button", name="Nachricht zurücknehmen").click()
    await expect(page.get_by_text("Ihre Nachricht ist zurückgenommen.")).to_be_visible()


async def test_it_stands_in_any_page_in_any_language_and_leaves_the_link_where_nobody_is(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    await a_contact(service, site)
    page = reader.page
    await page.set_viewport_size({"width": 360, "height": 640})
    for styles, lang, title in ((HOSTILE, "en", "Write to Anna Scheibe"), (DARK, "ar", "الكتابة إلى Anna Scheibe")):
        host.styles = styles
        await page.goto(put(host, "anna", lang))
        await expect(page.locator("wortmeldung-contact").get_by_role("heading", name=title)).to_be_visible()
        assert await page.evaluate(SIDEWAYS) == 0
    assert await faults_of(page) == []
    await page.goto(put(host, "niemand"))
    await page.wait_for_load_state("networkidle")
    await expect(page.get_by_role("link", name="Kontakt", exact=True)).to_be_visible()
    await a_contact(service, site, "weg", active=False)
    await page.goto(put(host, "weg"))
    await expect(page.get_by_text("gerade nicht erreichbar")).to_be_visible()
    await expect(page.locator("wortmeldung-contact textarea")).to_have_count(0)


async def test_in_the_threads_form_the_reader_chooses_and_the_note_stands_on_top(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    anna = await a_contact(service, site)
    async with service.db.writing() as session:
        (await session.get_one(Site, site.id)).private_contact_id = anna.id
    await reader.open(host.put())
    await reader.write("Mein Sohn bekommt seit drei Wochen keinen Bescheid vom Jugendamt, bitte helfen Sie mir.")
    whom = reader.form.get_by_label("Wer soll das lesen?")
    await expect(whom).to_have_value("")
    await whom.select_option("yes")
    await expect(reader.form.get_by_text("Anna Scheibe liest es")).to_be_visible()
    await reader.send.click()
    await expect(reader.thread.get_by_text("Ihre Nachricht ist unterwegs an Anna Scheibe.")).to_be_visible()
    await expect(reader.thread.get_by_role("link", name="Meine Nachricht")).to_be_visible()
    assert await faults_of(reader.page) == []
    async with service.db.reading() as session:
        assert len(list(await session.exec(select(PrivateMessage)))) == 1
        assert list(await session.exec(select(Comment))) == []
    await publish(service, site, page="/artikel")
    await say_what_became(service, site, "Der Rat hat **zugestimmt**.", page="/artikel", title="Der Beschluss")
    await reader.page.reload()
    note = reader.thread.get_by_role("region", name="Der Beschluss")
    await expect(note.locator("strong")).to_have_text("zugestimmt")
    await expect(reader.comments).to_have_count(1)
    assert await faults_of(reader.page) == []
