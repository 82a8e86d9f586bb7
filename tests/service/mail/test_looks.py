"""The HTML part, in a real browser: legible in light and dark, on a phone, and asking the network for nothing."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser
from sqlmodel import select

from models.data_request import want_visit
from models.outbox import enqueue
from models.private_message import PrivateMessage, file_message
from models.report import file_objection, file_report
from models.site import Site
from models.subscription import Subscription, ask_to_subscribe, confirm
from models.telling import tell_of_arrival
from models.trip import InSession
from moderation.lifecycle import Action
from service.state import Service
from tests.builders import a_contact, a_moderator, add_site, file, rule, say_what_became
from tests.conftest import Clock
from tests.service.mail.test_courier import carry
from tests.support.access import faults_light_and_dark
from tests.support.catcher import Catcher

_LONG = "https://" + "a" * 120 + ".example und Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenfabrikantinnen"


@pytest.fixture
async def mails(mailing: Service, catcher: Catcher, clock: Clock) -> list[str]:
    """One of each kind, as HTML."""
    site = await add_site(mailing)
    moderator = await a_moderator(mailing, site)
    first = await file(
        mailing, site, f"Ein **langer** Text.\n\n- eins\n- zwei\n\n{_LONG}", name="ا" * 40, title="Ä" * 200
    )
    urgent = await file(mailing, site, "Noch ein Kommentar, der dringend ist.")
    rejected = await file(mailing, site, "Ein dritter Kommentar, der abgelehnt wurde.")
    rejected, _ = await rule(mailing, rejected, Action.REJECT, moderator, rule="respect", statement="Freundlicher!")
    async with mailing.db.writing() as session:
        urgent.priority = 2
        session.add(urgent)
        await file_report(session, first, "insult", f"Der zweite Satz. {_LONG}", "", "", mailing.clock())
        await file_objection(session, rejected, "Bitte sehen Sie noch einmal hin.", mailing.clock())
        await enqueue(session, "sign_in_link", {"moderator": moderator.id}, mailing.clock())
        await enqueue(session, "letter_factors", {"moderator": moderator.id, "change": "reset"}, mailing.clock())
        await enqueue(session, "invitation", {"moderator": moderator.id, "site": site.id}, mailing.clock())
    await carry(mailing)
    await _to_readers(mailing, site, clock)
    templates = {each.stem for each in (Path(__file__).parents[3] / "service/mail/templates").glob("*.html")}
    titles = {re.findall(r"<h1[^>]*>(.*?)</h1>", each.html)[0] for each in catcher.caught}
    assert len(titles) >= len(templates - {"layout", "parts"})
    return [each.html for each in catcher.caught]


async def _to_readers(mailing: Service, site: Site, clock: Clock) -> None:
    """Everything that authors, reporters and subscribers are sent."""
    address, now = "leser@post.example", clock()
    moderator = await a_moderator(mailing, site, "zweite@musterstadt.example")
    author = await file(mailing, site, f"Ein Gedanke zum Platz am Fluss. {_LONG}", email=address, title="Der Platz")
    refused = await file(mailing, site, "Etwas, das nicht erscheint.", email="b@post.example", title="Der Platz")
    objecting = await file(mailing, site, "Etwas Umstrittenes.", email="c@post.example", title="Der Platz")
    forgotten = await file(mailing, site, "Etwas, das liegen blieb.", email="d@post.example", title="Der Platz")
    async with mailing.db.writing() as session:
        await tell_of_arrival(InSession(session), author.id, author.email_mark or "", now)
        await ask_to_subscribe(session, author, "thread", now)
        asked = (await session.exec(select(Subscription))).one()
        visit = await want_visit(session, site.id or 0, address, author.email_mark or "", now)
        await enqueue(session, "letter_my_data", {"visit": visit, "language": "de"}, now)
        await enqueue(session, "letter_expired", {"comment": forgotten.id}, now)
        report = await file_report(session, refused, "insult", "", "", "r@post.example", now)
        await enqueue(session, "letter_report_received", {"report": report.id}, now)
    await carry(mailing)
    async with mailing.db.writing() as session:
        await confirm(session, asked.id, now)
    await rule(mailing, author, Action.APPROVE, moderator)
    await rule(mailing, author, Action.FEATURE, moderator)
    await rule(mailing, refused, Action.REJECT, moderator, rule="respect", statement=f"Der Satz {_LONG} beleidigt.")
    objecting, _ = await rule(mailing, objecting, Action.REJECT, moderator, rule="off_topic", statement="Anderswo.")
    async with mailing.db.writing() as session:
        await file_objection(session, objecting, "Bitte noch einmal.", now)
    clock.advance(minutes=1)
    await rule(mailing, objecting, Action.APPROVE, await a_moderator(mailing, site))
    await _to_a_contact(mailing, site)
    await say_what_became(mailing, site, f"Der Rat hat **zugestimmt**. {_LONG}", title=_LONG[:180])
    clock.advance(hours=2)
    await carry(mailing)


async def _to_a_contact(mailing: Service, site: Site) -> None:
    """A private message with everything that can be said beside it."""
    bo = await a_contact(mailing, site, "bo")
    anna = await a_contact(mailing, site, "anna", active=False, substitute_id=bo.id)
    async with mailing.db.writing() as session:
        message = PrivateMessage(
            site_id=site.id or 0, contact_id=anna.id, name="ا" * 40, email="jo@post.example", text=f"Zwei\n\nAbsätze {_LONG}",
            page="/artikel/handlungsmut", language="de", spam=0.97, hints=["urgent", "spam", "automatic"],
            created_at=mailing.clock(),
        )  # fmt: skip
        await file_message(session, message, mailing.clock())


@pytest.mark.browser
async def test_every_mail_can_be_read_on_a_phone(browser: Browser, mails: list[str], tmp_path: Path) -> None:
    context = await browser.new_context(viewport={"width": 360, "height": 640})
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for number, html in enumerate(mails):
        path = tmp_path / f"{number}.html"
        path.write_text(html, encoding="utf-8")
        await page.goto(path.as_uri())
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        assert await faults_light_and_dark(page) == []
    await context.close()
    assert all(each.startswith("file:") for each in asked)
