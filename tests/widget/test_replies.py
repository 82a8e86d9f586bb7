import pytest
from playwright.async_api import expect
from sqlmodel import col, select

from models.comment import Comment
from models.report import Report
from models.site import Site
from service.state import Service
from tests.builders import publish
from tests.widget.conftest import Reader
from tests.widget.host import Host

pytestmark = pytest.mark.browser
ARTICLE = "/artikel"


async def test_a_reply_opens_under_its_comment_and_is_stored_as_one(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    first = await publish(service, site, name="Ayşe Demir", page=ARTICLE)
    await reader.open(host.put())
    await reader.thread.get_by_role("button", name="Antworten").click()
    reply = reader.comments.first.get_by_role("form", name="Ihre Antwort an Ayşe Demir")
    await expect(reply.locator("textarea")).to_be_focused()
    await reply.locator("textarea").fill("Das sehen wir in unserer Gemeinde ganz genauso wie Sie.")
    await reply.get_by_role("button", name="Antwort absenden").click()
    await expect(reader.comments.first.get_by_role("status").first).to_contain_text("wartet auf Freischaltung")
    async with service.db.reading() as session:
        answer = (await session.exec(select(Comment).where(col(Comment.parent_id) == first.id))).one()
    assert answer.text.startswith("Das sehen wir")


async def test_cancelling_gives_the_focus_back_and_keeps_the_text(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    await publish(service, site, page=ARTICLE)
    await reader.open(host.put())
    button = reader.thread.get_by_role("button", name="Antworten")
    field = reader.comments.first.locator("textarea")
    for cancel in ("button", "Escape"):
        await button.click()
        await field.fill(f"Begonnen, dann {cancel}")
        if cancel == "button":
            await reader.comments.first.get_by_role("button", name="Antwort abbrechen").click()
        else:
            await field.press("Escape")
        await expect(button).to_be_focused()
        await expect(field).to_have_count(0)
        await button.click()
        await expect(field).to_have_value(f"Begonnen, dann {cancel}")
        await field.press("Escape")


async def test_one_reply_form_is_open_at_a_time_and_none_loses_its_text(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    for name in ("Anna", "Berta"):
        await publish(service, site, f"Ein Gedanke von {name} zum Artikel.", name=name, page=ARTICLE)
    await reader.open(host.put())
    replies = reader.thread.get_by_role("button", name="Antworten")
    await replies.nth(0).click()
    await reader.comments.nth(0).locator("textarea").fill("Für die erste")
    await replies.nth(1).click()
    await expect(reader.thread.locator("li.item textarea")).to_have_count(1)
    await replies.nth(0).click()
    await expect(reader.comments.nth(0).locator("textarea")).to_have_value("Für die erste")


async def test_nobody_writes_their_name_twice(reader: Reader, host: Host, site: Site, service: Service) -> None:
    await publish(service, site, page=ARTICLE)
    await reader.open(host.put())
    await reader.write("Ein eigener Gedanke zum Schulweg in unserem Viertel.", name="Henrike Voss")
    await reader.send.click()
    await expect(reader.thread.locator(".receipt")).to_be_visible()
    await reader.thread.get_by_role("button", name="Antworten").click()
    await expect(reader.comments.first.locator("[name=name]")).to_have_value("Henrike Voss")


async def test_from_first_tab_to_the_pending_notice_by_keyboard_alone(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    await publish(service, site, name="Ayşe Demir", page=ARTICLE)
    await reader.open(host.put())
    await expect(reader.comments).to_have_count(1)
    keyboard = reader.page.keyboard
    for _ in range(20):
        await keyboard.press("Tab")
        if await reader.thread.locator(".reply:focus").count():
            break
    await keyboard.press("Enter")
    await expect(reader.comments.first.locator("textarea")).to_be_focused()
    await keyboard.type("Ohne Maus geschrieben, von Anfang bis Ende.")
    await keyboard.press("Escape")
    await expect(reader.thread.locator(".reply")).to_be_focused()
    await keyboard.press("Enter")
    for _ in range(20):
        await keyboard.press("Tab")
        if await reader.thread.locator(".item button.submit:focus").count():
            break
    await keyboard.press("Enter")
    await expect(reader.comments.first.locator(".receipt")).to_be_focused()
    await expect(reader.comments.first.locator(".said").first).to_contain_text("wartet auf Freischaltung")


async def test_report_change_and_withdrawal_by_keyboard_alone(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    await publish(service, site, page=ARTICLE)
    await reader.open(host.put())
    await expect(reader.comments).to_have_count(1)
    await tab_to(reader, ".report")
    await reader.page.keyboard.press("Enter")
    await expect(reader.thread.locator(".reporting select")).to_be_focused()
    await reader.page.keyboard.press("ArrowDown")
    await tab_to(reader, ".reporting .submit")
    await reader.page.keyboard.press("Enter")
    await expect(reader.thread.locator(".reporting .said")).to_be_focused()
    await tab_to(reader, ".write textarea")
    await reader.page.keyboard.type("Ohne Maus geschrieben, von Anfang bis Ende.")
    await tab_to(reader, ".write form > .row .submit")
    await reader.page.keyboard.press("Enter")
    await expect(reader.thread.locator(".receipt")).to_be_focused()
    await tab_to(reader, ".receipt .secondary")
    await reader.page.keyboard.press("Enter")
    await reader.page.keyboard.press("End")
    await reader.page.keyboard.type(" Und geändert.")
    await tab_to(reader, ".receipt .submit")
    await reader.page.keyboard.press("Enter")
    await expect(reader.thread.locator(".receipt .body")).to_contain_text("Und geändert.")
    await reader.page.keyboard.press("Tab")
    await reader.page.keyboard.press("Enter")
    await reader.page.keyboard.press("Enter")
    await expect(reader.thread.locator(".receipt")).to_contain_text("Ihr Kommentar ist zurückgezogen.")


async def tab_to(reader: Reader, selector: str) -> None:
    for _ in range(30):
        if await reader.thread.locator(f"{selector}:focus").count():
            return
        await reader.page.keyboard.press("Tab")
    pytest.fail(f"Tab does not lead to {selector}")


async def test_anybody_can_report_a_comment(reader: Reader, host: Host, site: Site, service: Service) -> None:
    comment = await publish(service, site, name="Ayşe Demir", page=ARTICLE)
    await reader.open(host.put())
    await reader.thread.get_by_role("button", name="Melden: Kommentar von Ayşe Demir").click()
    report = reader.thread.get_by_role("form", name="Kommentar von Ayşe Demir melden")
    await report.get_by_role("button", name="Meldung absenden").click()
    await expect(report.get_by_role("alert")).to_contain_text("Bitte wählen Sie aus")
    await report.get_by_label("Worum geht es?").select_option("personal_data")
    await report.get_by_label("Was sollen wir wissen?").fill("Hier steht der Name eines Kindes.")
    await report.get_by_role("button", name="Meldung absenden").click()
    await expect(reader.comments.first.get_by_role("status")).to_be_focused()
    async with service.db.reading() as session:
        filed = (await session.exec(select(Report))).one()
    assert (filed.comment_id, filed.reason, filed.statement) == (
        comment.id,
        "personal_data",
        "Hier steht der Name eines Kindes.",
    )


async def test_helpful_is_counted_where_the_site_wants_it(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    await publish(service, site, page=ARTICLE)
    await reader.open(host.put())
    await reader.come_to_the_form()
    await expect(reader.thread.locator(".helpful")).to_be_hidden()
    async with service.db.writing() as session:
        stored = await session.get_one(Site, site.id)
        stored.helpful = True
        session.add(stored)
    await reader.page.reload()
    await reader.come_to_the_form()
    await reader.thread.locator(".helpful").click()
    await expect(reader.thread.locator(".helpful")).to_have_text("Hilfreich (1)")
