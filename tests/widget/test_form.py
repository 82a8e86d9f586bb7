import json
import re

import pytest
from playwright.async_api import Route, expect
from sqlmodel import select

from models.comment import Comment
from models.site import Site
from models.thread import find_thread, set_open
from moderation.lifecycle import Action
from service.rates import Rates
from service.state import Service
from tests.builders import TEXT, a_moderator, publish, rule
from tests.conftest import Clock
from tests.widget.conftest import Reader, told
from tests.widget.host import Host

pytestmark = pytest.mark.browser
ARTICLE = "/artikel"


async def stored(service: Service) -> list[Comment]:
    async with service.db.reading() as session:
        return list(await session.exec(select(Comment)))


async def test_a_sent_comment_waits_unseen_until_a_moderator_approves(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    await reader.open(host.put())
    await reader.write(TEXT, name="Henrike Voss")
    status = reader.thread.locator(".writing .said")
    await expect(status).to_be_attached()  # the live region is there before it speaks
    await reader.send.click()
    await expect(status).to_contain_text("wartet auf Freischaltung")
    await expect(reader.comments).to_have_count(0)
    [comment] = await stored(service)
    assert (comment.status, comment.name, comment.text) == ("pending", "Henrike Voss", TEXT)
    await rule(service, comment, Action.APPROVE, await a_moderator(service, site))
    await reader.page.reload()
    await expect(reader.comments).to_have_count(1)


async def test_a_post_carries_what_the_form_was_given_and_the_title_of_the_page(
    reader: Reader, host: Host, site: Site
) -> None:
    await reader.open(host.put())
    await reader.write(TEXT, url="www.example.org")
    async with reader.page.expect_request("**/comments") as sent:
        await reader.send.click()
    request = await sent.value
    post = json.loads(request.post_data or "")
    assert post["page"].endswith(ARTICLE)
    assert post["title"] == "Der Artikel"
    assert post["url"] == "https://www.example.org"
    assert len(post["form_token"]) > 20
    assert re.fullmatch(r"[\w-]{16,64}", post["id"])
    assert "homepage" not in post
    assert "email" not in post
    headers = await request.all_headers()
    assert headers["accept-language"] == "de,en;q=0.5"
    assert "cookie" not in headers


async def test_the_receipt_shows_the_key_to_ones_own_comment(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    await reader.open(host.put())
    await reader.write(TEXT)
    await reader.send.click()
    receipt = reader.thread.locator(".receipt")
    await expect(receipt).to_be_focused()
    await expect(receipt).to_contain_text(
        "Über diesen Link können Sie Ihren Kommentar ansehen, ändern oder zurückziehen"
    )
    address = await receipt.get_by_role("link", name="Mein Kommentar").get_attribute("href")
    assert address
    assert address.startswith(host.service)
    await reader.page.goto(address)
    await expect(reader.page.get_by_text("runde Tisch").first).to_be_visible()


async def test_ones_own_comment_can_be_changed_and_withdrawn_at_once(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    await reader.open(host.put())
    await reader.write(TEXT)
    await reader.send.click()
    receipt = reader.thread.locator(".receipt")
    await receipt.get_by_role("button", name="Bearbeiten").click()
    await receipt.locator("textarea").fill("Ein besserer Satz über den runden Tisch in der Gemeinde.")
    await receipt.get_by_role("button", name="Änderung speichern").click()
    await expect(receipt.locator(".body")).to_have_text("Ein besserer Satz über den runden Tisch in der Gemeinde.")
    [comment] = await stored(service)
    assert comment.text.startswith("Ein besserer Satz")
    await receipt.get_by_role("button", name="Zurückziehen").click()
    await receipt.get_by_role("button", name="Zurückziehen").first.click()
    await expect(receipt).to_contain_text("Ihr Kommentar ist zurückgezogen.")
    [comment] = await stored(service)
    assert comment.status == "deleted"
    assert comment.text == ""


async def test_only_the_text_is_required(reader: Reader, host: Host, site: Site, service: Service) -> None:
    await reader.open(host.put())
    await reader.come_to_the_form()
    await reader.send.click()
    await expect(reader.trouble).to_be_focused()
    await expect(reader.text).to_have_attribute("aria-invalid", "true")
    await reader.trouble.get_by_role("button", name="Bitte schreiben Sie zuerst Ihren Kommentar.").click()
    await expect(reader.text).to_be_focused()
    await reader.text.fill(TEXT)
    await reader.send.click()
    await expect(reader.thread.locator(".receipt")).to_be_visible()
    assert len(await stored(service)) == 1


async def test_a_mistyped_address_is_named_at_its_field(reader: Reader, host: Host, site: Site) -> None:
    await reader.open(host.put())
    await reader.write(TEXT, email="kein at")
    await reader.send.click()
    await expect(reader.trouble).to_contain_text("nicht nach einer E-Mail-Adresse aus")
    described = await reader.form.locator("[name=email]").get_attribute("aria-describedby") or ""
    shown = reader.form.locator(f"#{described.split()[-1]}")
    await expect(shown).to_contain_text("nicht nach einer E-Mail-Adresse aus")
    await expect(reader.text).to_have_value(TEXT)


async def test_the_field_for_robots_is_out_of_everybodys_way(reader: Reader, host: Host, site: Site) -> None:
    await reader.open(host.put())
    await reader.come_to_the_form()
    pot = reader.form.locator("[name=homepage]")
    await expect(pot).not_to_be_in_viewport()
    assert await pot.get_attribute("tabindex") == "-1"
    assert await pot.get_attribute("autocomplete") == "off"
    assert await pot.evaluate("field => field.closest('[aria-hidden=true]') !== null")


@pytest.mark.parametrize(
    "failure",
    [
        (0, "", "antwortet gerade nicht"),
        (
            429,
            '{"title": "x", "status": 429, "detail": "Bitte versuchen Sie es in 5 Minuten noch einmal."}',
            "in 5 Minuten",
        ),
        (409, '{"status": 409, "code": "closed", "detail": "zu"}', "inzwischen geschlossen. Ihr Text ist noch da"),
        (409, '{"status": 409, "code": "duplicate", "detail": "Diesen Kommentar haben wir schon."}', "haben wir schon"),
        (500, "<html>kaputt</html>", "Auf unserer Seite ist etwas schiefgegangen"),
        (502, "", "schiefgegangen"),
    ],
)
async def test_whatever_fails_the_text_is_still_there(
    reader: Reader, host: Host, site: Site, service: Service, failure: tuple[int, str, str]
) -> None:
    status, body, said = failure

    async def fail(route: Route) -> None:
        if route.request.method != "POST":
            await route.fallback()
        elif status == 0:
            await route.abort("connectionfailed")
        else:
            cors = {"Access-Control-Allow-Origin": host.origin, "Content-Type": "application/problem+json"}
            await route.fulfill(status=status, body=body, headers=cors)

    await reader.open(host.put())
    await reader.write(TEXT, name="Henrike Voss")
    await reader.page.route("**/comments", fail)
    await reader.send.click()
    await expect(reader.trouble).to_be_focused()
    await expect(reader.trouble).to_contain_text(said)
    await expect(reader.text).to_have_value(TEXT)
    await expect(reader.form.locator("[name=name]")).to_have_value("Henrike Voss")
    await reader.page.unroute("**/comments")
    await reader.send.click()
    await expect(reader.thread.locator(".receipt")).to_be_visible()
    assert len(await stored(service)) == 1


async def test_who_is_offline_is_told_so(reader: Reader, host: Host, site: Site) -> None:
    await reader.open(host.put())
    await reader.write(TEXT)
    await reader.page.context.set_offline(True)
    await reader.page.wait_for_function("!navigator.onLine")  # the page hears of it a little later
    await reader.send.click()
    await expect(reader.trouble).to_contain_text("ohne Internetverbindung")
    await expect(reader.text).to_have_value(TEXT)
    await reader.page.context.set_offline(False)
    await reader.send.click()
    await expect(reader.thread.locator(".receipt")).to_be_visible()


async def test_a_lost_answer_and_a_second_try_make_one_comment(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    ids: list[str] = []

    async def lose(route: Route) -> None:
        ids.append(json.loads(route.request.post_data or "{}").get("id", ""))
        await route.fetch()
        await route.abort("connectionreset")

    await reader.open(host.put())
    await reader.write(TEXT)
    await reader.page.route("**/comments", lose)
    await reader.send.click()
    await expect(reader.trouble).to_contain_text("Ihr Text ist noch da")
    await reader.page.unroute("**/comments")
    await reader.send.click()
    await expect(reader.thread.locator(".receipt")).to_be_visible()
    assert [comment.id for comment in await stored(service)] == ids


async def test_changed_words_are_a_new_comment(reader: Reader, host: Host, site: Site) -> None:
    ids: list[str] = []

    async def refuse(route: Route) -> None:
        ids.append(json.loads(route.request.post_data or "{}").get("id", ""))
        await route.abort()

    await reader.open(host.put())
    await reader.page.route("**/comments", refuse)
    for text in (TEXT, TEXT, TEXT + " Und noch etwas."):
        await reader.write(text)
        await reader.send.click()
        await expect(reader.trouble).to_contain_text("Ihr Text ist noch da")
    assert ids[0] == ids[1] != ids[2]


async def test_a_thread_that_closes_meanwhile_leaves_the_text_to_be_copied(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    await publish(service, site, page=ARTICLE)
    await reader.open(host.put())
    await reader.write("Ein Text, der zu spät kommt und doch nicht verloren ist.")
    async with service.db.writing() as session:
        thread = await find_thread(session, site, ARTICLE)
        assert thread is not None
        await set_open(session, thread, False)
    await reader.send.click()
    await expect(reader.trouble).to_contain_text("inzwischen geschlossen")
    await expect(reader.text).to_have_value("Ein Text, der zu spät kommt und doch nicht verloren ist.")


async def test_the_rate_limit_speaks_for_itself(reader: Reader, host: Host, site: Site, service: Service) -> None:
    object.__setattr__(service, "rates", Rates("1/10 minutes"))
    await reader.open(host.put())
    await reader.write(TEXT)
    await reader.send.click()
    await reader.thread.get_by_role("button", name="Weiteren Kommentar schreiben").click()
    await reader.write("Ein zweiter Gedanke, der ganz anders klingt als der erste.")
    await reader.send.click()
    await expect(reader.trouble).to_contain_text("kamen gerade viele Kommentare")
    await expect(reader.text).to_have_value("Ein zweiter Gedanke, der ganz anders klingt als der erste.")


async def test_the_preview_is_the_services_own(reader: Reader, host: Host, site: Site, service: Service) -> None:
    await reader.open(host.put())
    await reader.write("Das ist **wichtig** und steht unter https://www.example.org/bericht nachzulesen.")
    button = reader.form.get_by_role("button", name="Vorschau")
    await button.click()
    await expect(reader.form.locator(".preview strong")).to_have_text("wichtig")
    await expect(reader.form.locator(".preview a").first).to_have_attribute("rel", "nofollow ugc noopener noreferrer")
    await expect(reader.form.get_by_role("button", name="Vorschau schließen")).to_have_attribute(
        "aria-expanded", "true"
    )
    assert await stored(service) == []


async def test_advice_before_sending_names_the_passage_and_never_stands_in_the_way(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    await reader.open(host.put())
    await reader.write(
        "Der Verein sitzt nebenan, erreichbar unter 0151 23456789, und freut sich über alle, die mitmachen."
    )
    await reader.send.click()
    advice = reader.form.get_by_role("group", name="Bitte prüfen Sie Ihren Text noch einmal")
    await expect(advice).to_be_focused()
    await expect(advice.locator("mark")).to_contain_text("0151 23456789")
    await advice.get_by_role("button", name="Stelle im Text zeigen").click()
    marked = await reader.text.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert "0151 23456789" in marked
    assert await stored(service) == []
    await advice.get_by_role("button", name="Trotzdem absenden").click()
    await expect(reader.thread.locator(".receipt")).to_be_visible()
    assert len(await stored(service)) == 1


async def test_a_comment_is_sent_when_the_advice_cannot_be_had(reader: Reader, host: Host, site: Site) -> None:
    await reader.page.route("**/preview", lambda route: route.abort())
    await reader.open(host.put())
    await reader.write(TEXT)
    await reader.send.click()
    await expect(reader.thread.locator(".receipt")).to_be_visible()


async def test_the_room_left_is_counted_as_the_service_counts(reader: Reader, host: Host, site: Site) -> None:
    await reader.open(host.put())
    await reader.write("👍🏽" * 10)
    await expect(reader.form.locator(".counter")).to_contain_text("noch 4.980 Zeichen")
    await reader.text.fill("a" * 5003)
    await expect(reader.form.locator(".counter").get_by_role("status")).to_have_text("3 Zeichen zu viel")


async def test_without_the_second_script_comments_are_sent_all_the_same(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    await reader.page.route("**/wortmeldung-more.js", lambda route: route.abort())
    await reader.open(host.put())
    await reader.write(TEXT)
    await reader.form.get_by_role("button", name="Vorschau").click()
    await expect(reader.trouble).to_contain_text("gerade nicht möglich")
    await reader.page.route("**/comments", lambda route: route.abort())
    await reader.send.click()
    await expect(reader.trouble).to_contain_text("Ihr Text ist noch da")
    await reader.page.unroute("**/comments")
    await reader.send.click()
    await expect(reader.thread.get_by_role("status").filter(has_text="wartet auf Freischaltung")).to_be_visible()
    await reader.thread.get_by_role("link", name="Mein Kommentar").is_visible()
    assert [comment.text for comment in await stored(service)] == [TEXT]


async def test_what_was_begun_survives_the_elements_removal(reader: Reader, host: Host, site: Site) -> None:
    await reader.open(host.put())
    await reader.write("Mitten im Satz")
    await reader.page.evaluate(
        """() => {
            const old = document.querySelector("wortmeldung-thread");
            const fresh = old.cloneNode();
            old.replaceWith(fresh);
        }"""
    )
    await reader.come_to_the_form()
    await expect(reader.text).to_have_value("Mitten im Satz")


async def test_what_a_site_asks_and_says_besides_stands_at_the_form(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    await told(
        reader, notify=True, consent="Ich willige ein.", notice="Verantwortlich ist die Stadt.", words="Wir sind gespannt.",
        expected="Voraussichtlich wird er am Montag gelesen.",
    )  # fmt: skip
    await reader.open(host.put())
    await reader.write(TEXT)
    for said in ("Verantwortlich ist die Stadt.", "Wir sind gespannt.", "am Montag gelesen"):
        await expect(reader.form).to_contain_text(said)
    await reader.form.get_by_label("Benachrichtigung per E-Mail").select_option("replies")
    await reader.send.click()
    await expect(reader.trouble).to_contain_text("brauchen wir Ihre E-Mail-Adresse")
    await expect(reader.trouble).to_contain_text("Ohne Ihre Einwilligung")
    await reader.form.get_by_label("Ich willige ein.").check()
    await reader.form.locator("[name=email]").fill("henrike@example.org")
    async with reader.page.expect_request("**/comments") as sent:
        await reader.send.click()
    post = json.loads((await sent.value).post_data or "")
    assert (post["notify"], post["consent"], post["email"]) == ("replies", True, "henrike@example.org")
    await expect(reader.thread.locator(".receipt")).to_be_visible()


async def test_a_site_that_pauses_says_why_and_keeps_what_was_begun(reader: Reader, host: Host, site: Site) -> None:
    await told(reader, paused="Wir machen Pause bis Montag.")
    await reader.open(host.put())
    await reader.thread.locator(".write").scroll_into_view_if_needed()
    await expect(reader.thread).to_contain_text("Wir machen Pause bis Montag.")
    await expect(reader.form).to_be_hidden()


async def test_where_comments_do_not_wait_ones_own_can_be_shown_at_once(
    reader: Reader, host: Host, site: Site, service: Service, clock: Clock
) -> None:
    async with service.db.writing() as session:
        stored_site = await session.get_one(Site, site.id)
        stored_site.holds = "findings"
        session.add(stored_site)
    await reader.open(host.put())
    await reader.come_to_the_form()
    await expect(reader.form).to_contain_text("an dem etwas auffällt, liest ein Mensch")
    clock.advance(minutes=1)
    await reader.write(TEXT)
    await reader.send.click()
    await reader.thread.get_by_role("button", name="1 neuen Kommentar anzeigen").click()
    await expect(reader.comments).to_have_count(1)


async def test_a_form_that_stood_open_for_days_is_still_sent(
    reader: Reader, host: Host, site: Site, service: Service, clock: Clock
) -> None:
    await reader.open(host.put())
    await reader.write(TEXT)
    clock.advance(hours=60)
    await reader.send.click()
    await expect(reader.thread.locator(".receipt")).to_be_visible()
    assert len(await stored(service)) == 1
