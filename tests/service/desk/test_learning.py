"""The desk shows what was learned, and lets an admin go back."""

import pytest

from models.desk_session import invite
from models.lesson import latest_lessons
from models.moderator import moderator_by_email
from models.site import Site
from service.state import Service
from tests.builders import add_site, file
from tests.service.desk.conftest import AtDesk, words_of

SPAM = "Fensterputzer gesucht? Jetzt Termin sichern und zwei Fenster gratis putzen lassen."


async def mark_as_spam(desk: AtDesk, site: Site, text: str) -> None:
    comment = await file(desk.service, site, text)
    answer = await desk.post(f"/desk/comments/{comment.id}/decisions", action="spam", revision="1")
    assert answer.status_code == 303, answer.text


@pytest.fixture
async def admin(desk: AtDesk, service: Service, site: Site) -> AtDesk:
    async with service.db.writing() as session:
        await invite(session, "mira@musterstadt.example", site, "admin", service.clock())
        assert await moderator_by_email(session, "mira@musterstadt.example")
    return desk


async def test_a_new_site_has_learned_nothing(desk: AtDesk) -> None:
    assert "Noch nichts" in words_of(await desk.get("/desk/learning"))


async def test_the_page_shows_what_was_learned_from_whom_and_which_words(desk: AtDesk, site: Site) -> None:
    # What the shipped classifier takes for spam already would move no word.
    await mark_as_spam(desk, site, "Der Heimatverein trifft sich am Donnerstag zum Singen im Gemeindehaus.")
    page = words_of(await desk.get("/desk/learning"))
    assert "Der Heimatverein trifft sich" in page
    assert "eher Spam" in page


async def test_only_an_admin_can_go_back(desk: AtDesk, service: Service, site: Site) -> None:
    await mark_as_spam(desk, site, SPAM)
    assert "Bis hierher" not in words_of(await desk.get("/desk/learning"))
    assert (await desk.post(f"/desk/learning/{site.key}/roll-back", to="0")).status_code == 403
    assert (await desk.post(f"/desk/learning/{site.key}/restore")).status_code == 403


async def test_an_admin_goes_back_and_takes_up_again(admin: AtDesk, service: Service, site: Site) -> None:
    await mark_as_spam(admin, site, SPAM)
    await mark_as_spam(admin, site, "Billige Zigaretten ohne Steuer, sofort lieferbar, jede Menge.")
    async with service.db.reading() as session:
        first = (await latest_lessons(session, site.id or 0))[-1]
    assert (await admin.post(f"/desk/learning/{site.key}/roll-back", to=str(first.id))).status_code == 303
    assert "zurückgesetzt" in words_of(await admin.get("/desk/learning"))
    assert (await admin.post(f"/desk/learning/{site.key}/restore")).status_code == 303
    assert "beiseitegelegt: zurückgesetzt" not in words_of(await admin.get("/desk/learning"))


@pytest.mark.parametrize("to", ["", "-1", "x", "9" * 30])
async def test_a_wrong_place_to_go_back_to_is_refused(admin: AtDesk, site: Site, to: str) -> None:
    assert (await admin.post(f"/desk/learning/{site.key}/roll-back", to=to)).status_code == 422


async def test_another_site_cannot_be_rolled_back(admin: AtDesk, service: Service) -> None:
    other = await add_site(service, "andere")
    assert (await admin.post(f"/desk/learning/{other.key}/roll-back", to="0")).status_code == 403
