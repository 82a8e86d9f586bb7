"""A moderator's own settings."""

import pytest

from models.desk_session import invite, open_session, sign_in_by_link
from models.moderator import Moderator
from models.site import Site
from service.passwords import hash_password, matches
from service.state import Service
from tests.builders import a_moderator
from tests.service.desk.conftest import AtDesk, words_of

OLD, NEW = "korrekt Pferd Batterie Heftklammer", "vier ganz neue Wörter"


async def test_name_language_and_keys_are_kept(desk: AtDesk, service: Service) -> None:
    answer = await desk.post("/desk/account", name="  Mira   Beispiel ", language="en")
    assert answer.headers["location"] == "/desk/account?saved=profile"
    page = await desk.get("/desk/account", saved="profile")
    assert "Your settings are saved." in words_of(page)
    moderator = await _own(service)
    assert (moderator.name, moderator.language, moderator.shortcuts) == ("Mira Beispiel", "en", False)
    assert 'data-shortcuts="on"' not in (await desk.get("/desk")).text


@pytest.mark.parametrize(
    ("new", "again", "told"),
    [
        ("zu kurz", "zu kurz", "mindestens 12 Zeichen"),
        ("x" * 201, "x" * 201, "mindestens 12 Zeichen"),
        (NEW, NEW + "!", "unterscheiden sich"),
        ("passwort1234", "passwort1234", "schnell erraten"),
        ("Musterstadt2026!", "Musterstadt2026!", "schnell erraten"),
        ("mira@musterstadt.example", "mira@musterstadt.example", "schnell erraten"),
    ],
)
async def test_a_poor_password_is_refused(desk: AtDesk, service: Service, new: str, again: str, told: str) -> None:
    answer = await desk.post("/desk/account/password", new=new, again=again)
    assert answer.status_code == 422
    assert told in words_of(answer)
    assert (await _own(service)).password is None


async def test_a_new_password_signs_out_all_other_browsers(desk: AtDesk, service: Service, site: Site) -> None:
    other = await _session(service, site)
    answer = await desk.post("/desk/account/password", new=NEW, again=NEW)
    assert answer.headers["location"] == "/desk/account/security?saved=password"
    assert matches((await _own(service)).password, NEW)
    assert (await desk.get("/desk")).status_code == 200
    assert (await desk.client.get("/desk", headers={"Cookie": f"wortmeldung={other}"})).status_code == 303


async def test_who_came_by_password_must_know_it(desk: AtDesk, service: Service, site: Site) -> None:
    moderator = await a_moderator(service, site)
    async with service.db.writing() as session:
        stored = await session.get_one(Moderator, moderator.id)
        stored.password = hash_password(OLD)
        session.add(stored)
        secret = await open_session(session, moderator.id or 0, service.clock())
    by_password = AtDesk(desk.client, service, secret)
    answer = await by_password.post("/desk/account/password", new=NEW, again=NEW, present="falsch")
    assert answer.status_code == 422
    assert matches((await _own(service)).password, OLD)
    assert (await by_password.post("/desk/account/password", new=NEW, again=NEW, present=OLD)).status_code == 303
    assert (await desk.get("/desk")).status_code == 303, "the session by link has ended"
    by_link = AtDesk(desk.client, service, await _session(service, site))
    assert (await by_link.post("/desk/account/password", new=OLD, again=OLD)).status_code == 303


async def _session(service: Service, site: Site) -> str:
    async with service.db.writing() as session:
        link = await invite(session, "mira@musterstadt.example", site, "moderator", service.clock())
        secret = await sign_in_by_link(session, link, service.clock())
        assert secret is not None
        return secret


async def _own(service: Service) -> Moderator:
    async with service.db.reading() as session:
        return await session.get_one(Moderator, 1)
