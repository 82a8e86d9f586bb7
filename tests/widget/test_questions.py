"""Questions under an article, whole and for real: put at the desk, answered by a reader, read under the question."""

from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest
from playwright.async_api import Page, expect

from models.desk_session import invite
from models.prompt import keep_prompt, prompts_of
from models.site import Site
from models.thread import find_thread
from service.state import Service
from tests.builders import ask, publish
from tests.conftest import Clock
from tests.support.access import faults_of
from tests.support.profiles import Profiles
from tests.widget.conftest import Reader
from tests.widget.host import DARK, Host

pytestmark = pytest.mark.browser
ARTICLE = "/artikel"
ASKED = ["Wo wird über Werte gesprochen?", "Wie wirkt das auf die Finanzen?", "Wie gelingt mehr Zusammenarbeit?"]
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
async def desk(profiles: Profiles, service: Service, live: str, site: Site) -> AsyncIterator[Page]:
    """An editor, signed in."""
    async with profiles.lent(locale="de-DE", timezone_id="Europe/Berlin", reduced_motion="reduce") as profile:
        page = await profile.new_page()
        async with service.db.writing() as session:
            link = await invite(session, "editor@musterstadt.example", site, "editor", service.clock())
        await page.goto(f"{live}/desk/sign-in/{link}")
        await page.get_by_role("button", name="Jetzt anmelden").press("Enter")
        await page.wait_for_url(f"{live}/desk")
        yield page


async def test_three_questions_from_the_desk_to_an_answer_under_its_question(
    reader: Reader, host: Host, site: Site, service: Service, desk: Page, live: str, clock: Clock
) -> None:
    await desk.goto(f"{live}/desk/talks")
    await desk.get_by_label("Auf dieser Seite fragen").fill(host.origin + ARTICLE)
    await desk.keyboard.press("Enter")
    await desk.get_by_label("Fragen, jede auf einer eigenen Zeile").fill("\n".join(ASKED))
    await desk.get_by_role("button", name="Unter den Beitrag stellen").press("Enter")
    await expect(desk.locator(".asked textarea")).to_have_count(3)
    assert await faults_of(desk) == []

    await reader.open(host.put(ARTICLE))
    questions = reader.thread.locator(".question")
    await expect(questions.get_by_role("heading")).to_have_text(ASKED)
    second = questions.nth(1)
    await second.get_by_role("button", name="Diese Frage beantworten").click()
    form = second.get_by_role("form", name="Ihre Antwort auf diese Frage")
    await expect(form.locator("textarea")).to_be_focused()
    assert await faults_of(reader.page) == []
    await form.locator("textarea").press("Escape")
    await expect(second.get_by_role("button", name="Diese Frage beantworten")).to_be_focused()
    await second.get_by_role("button", name="Diese Frage beantworten").press("Enter")
    await form.locator("textarea").fill("Bei uns hat ein gemeinsamer Topf für Fahrten viel bewirkt.")
    await form.get_by_role("button", name="Antwort absenden").click()
    await expect(second.get_by_role("status").first).to_contain_text("wartet auf Freischaltung")

    await desk.goto(f"{live}/desk")
    await expect(desk.locator(".card .to-question")).to_contain_text(ASKED[1])
    await desk.keyboard.press("a")
    await expect(desk.get_by_text("Freigegeben.").first).to_be_visible()
    await reader.open(host.put(ARTICLE))
    await expect(second.locator("li.item")).to_contain_text("gemeinsamer Topf")
    await expect(second.locator(".asked")).to_contain_text("1 Antwort")
    await expect(reader.comments).to_have_count(1)

    # The third is closed while somebody writes: the text stays.
    third = questions.nth(2)
    await third.get_by_role("button", name="Diese Frage beantworten").click()
    area = third.locator("textarea")
    await area.fill("Wer rechtzeitig fragt, bekommt auch rechtzeitig Antwort.")
    async with service.db.writing() as session:
        thread = await find_thread(session, site, ARTICLE)
        assert thread is not None
        prompt = (await prompts_of(session, thread.id or 0))[2]
        prompt.closes_at = clock()
        await keep_prompt(session, prompt, clock())
    await third.get_by_role("button", name="Antwort absenden").click()
    await expect(third.get_by_role("alert")).to_contain_text("keine Antworten mehr angenommen")
    await expect(area).to_have_value("Wer rechtzeitig fragt, bekommt auch rechtzeitig Antwort.")
    await reader.open(host.put(ARTICLE))
    await expect(third.locator(".asked")).to_contain_text("geschlossen")
    await expect(third.get_by_role("button")).to_have_count(0)

    await desk.goto(f"{live}/desk/sites/musterstadt/digest?{urlencode({'page': ARTICLE})}")
    await expect(desk.locator("blockquote")).to_have_text("Bei uns hat ein gemeinsamer Topf für Fahrten viel bewirkt.")
    assert await faults_of(desk) == []


async def test_a_long_talk_with_questions_is_accessible_found_by_link_and_fits_a_phone(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    first, second = await ask(service, site, *ASKED[:2], page=ARTICLE)
    answer = await publish(service, site, "Im Jugendrat, seit drei Jahren.", page=ARTICLE, question=second.id)
    await publish(service, site, "Dem kann ich nur zustimmen.", page=ARTICLE, parent=answer.id)
    await publish(service, site, "Ein schöner Bericht, danke.", page=ARTICLE)
    host.styles = DARK
    await reader.page.set_viewport_size({"width": 320, "height": 800})
    await reader.open(host.put(ARTICLE) + f"#frage-{second.id}")
    section = reader.thread.locator(f"#frage-{second.id}")
    await expect(section).to_be_focused()
    await expect(section.locator("li.item")).to_have_count(2)
    await expect(reader.thread.locator(".talk > .list li.item")).to_contain_text("Ein schöner Bericht")
    assert await faults_of(reader.page) == []
    assert await reader.page.evaluate(SIDEWAYS) == 0
    await reader.page.goto(host.put(ARTICLE) + f"#kommentar-{answer.id}")
    await reader.page.reload()
    await expect(reader.thread.locator(f"#kommentar-{answer.id}")).to_be_focused()
    await expect(reader.thread.locator(f"#frage-{first.id} .asked")).to_contain_text("Noch keine Antworten")


async def test_without_the_second_script_answers_are_read_and_the_thread_works(
    reader: Reader, host: Host, site: Site, service: Service
) -> None:
    [asked] = await ask(service, site, ASKED[0], page=ARTICLE)
    await publish(service, site, "Im Jugendrat, seit drei Jahren.", page=ARTICLE, question=asked.id)
    await reader.page.route("**/wortmeldung-questions.js", lambda route: route.abort())
    await reader.open(host.put(ARTICLE))
    await expect(reader.comments).to_contain_text("Im Jugendrat")
