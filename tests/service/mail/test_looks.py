"""The HTML part, in a real browser: legible in light and dark, on a phone, and asking the network for nothing."""

from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from models.outbox import enqueue
from models.report import file_objection, file_report
from moderation.lifecycle import Action
from service.state import Service
from tests.builders import a_moderator, add_site, file, rule
from tests.service.mail.test_courier import carry
from tests.support.catcher import Catcher

_LONG = "https://" + "a" * 120 + ".example und Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenfabrikantinnen"


@pytest.fixture
async def mails(mailing: Service, catcher: Catcher) -> list[str]:
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
        await enqueue(session, "invitation", {"moderator": moderator.id, "site": site.id}, mailing.clock())
    await carry(mailing)
    assert len(catcher.caught) == 5
    return [each.html for each in catcher.caught]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_mail_can_be_read_on_a_phone(
    browser: Browser, mails: list[str], tmp_path: Path, scheme: str
) -> None:
    context = await browser.new_context(viewport={"width": 360, "height": 640}, color_scheme=scheme)  # type: ignore[arg-type]
    asked: list[str] = []
    for number, html in enumerate(mails):
        path = tmp_path / f"{number}.html"
        path.write_text(html, encoding="utf-8")
        page = await context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(path.as_uri())
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        found = await Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        await page.close()
    await context.close()
    assert all(each.startswith("file:") for each in asked)
