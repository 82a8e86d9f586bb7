"""Who works at a site: invited, given another role, taken off, by admins alone."""

import re

import pytest

from models.api_token import create_token, deciding_by_token
from models.audit import latest_entries
from models.moderator import Moderator
from models.people import people_of
from models.site import Site
from models.trip import InSession
from service.state import Service
from tests.builders import a_moderator, add_site, at_work, both_databases
from tests.service.desk.conftest import AtDesk, words_of

UWE = "uwe@musterstadt.example"


@pytest.fixture
async def admin(desk: AtDesk, service: Service, site: Site) -> AtDesk:
    return AtDesk(desk.client, service, await at_work(service, site, "admin"))


@both_databases
async def test_somebody_is_invited_promoted_and_taken_off(admin: AtDesk, service: Service, site: Site) -> None:
    invited = await admin.post("/desk/sites/musterstadt/people", email=UWE, role="auditor")
    assert invited.status_code == 200
    assert re.search(r"/desk/sign-in/[\w-]{43}", invited.text), "no mail leaves here, so the link is handed over"
    uwe = next(each for each in await _people(service, site) if each.email == UWE)
    assert uwe.role == "auditor"
    changed = await admin.post(f"/desk/sites/musterstadt/people/{uwe.id}", role="editor")
    assert changed.headers["location"] == "/desk/sites/musterstadt/people?done=role"
    assert {each.email: each.role for each in await _people(service, site)}[UWE] == "editor"
    await admin.post(f"/desk/sites/musterstadt/people/{uwe.id}/remove")
    assert UWE not in {each.email for each in await _people(service, site)}
    async with service.db.reading() as session:
        log = [(each.action, each.subject) for each in await latest_entries(session, (site.id or 0,))]
    assert log[:3] == [("removed", str(uwe.id)), ("role_editor", str(uwe.id)), ("invited_auditor", str(uwe.id))]


@both_databases
async def test_who_is_taken_off_is_out_at_once(admin: AtDesk, service: Service, site: Site) -> None:
    theirs = AtDesk(admin.client, service, await at_work(service, site, "editor", UWE))
    uwe = await _person(service, site, UWE)
    async with service.db.writing() as session:
        token = await create_token(session, await session.get_one(Moderator, uwe), "x", service.clock())
    await admin.post(f"/desk/sites/musterstadt/people/{uwe}/remove")
    assert (await theirs.get("/desk")).status_code == 303
    async with service.db.reading() as session:
        assert await deciding_by_token(InSession(session), token) is None


@both_databases
async def test_the_last_admin_stays(admin: AtDesk, service: Service, site: Site) -> None:
    me = await _person(service, site, "admin@musterstadt.example")
    for path, fields in ((f"{me}", {"role": "editor"}), (f"{me}/remove", {})):
        answer = await admin.post(f"/desk/sites/musterstadt/people/{path}", **fields)
        assert answer.status_code == 409
        assert "mindestens eine Person" in words_of(answer)
    await at_work(service, site, "admin", UWE)
    assert (await admin.post(f"/desk/sites/musterstadt/people/{me}/remove")).headers["location"] == "/desk/sites"


@pytest.mark.parametrize(
    ("email", "role", "status"),
    [("keine", "editor", 422), (UWE, "king", 422), ("nul\0@x.example", "editor", 422), ("", "editor", 422)],
)
async def test_what_cannot_be_invited_is_said(admin: AtDesk, email: str, role: str, status: int) -> None:
    assert (await admin.post("/desk/sites/musterstadt/people", email=email, role=role)).status_code == status


async def test_who_is_here_already_is_not_demoted_by_an_invitation(admin: AtDesk, service: Service, site: Site) -> None:
    answer = await admin.post("/desk/sites/musterstadt/people", email="Admin@musterstadt.example", role="auditor")
    assert answer.status_code == 422
    assert {each.role for each in await _people(service, site) if each.email.startswith("admin")} == {"admin"}


async def test_admins_of_one_site_are_nobody_at_another(admin: AtDesk, service: Service) -> None:
    other = await add_site(service, "andersstadt")
    stranger = await a_moderator(service, other, "ina@andersstadt.example")
    assert (await admin.get("/desk/sites/andersstadt/people")).status_code == 403
    answer = await admin.post(f"/desk/sites/musterstadt/people/{stranger.id}", role="admin")
    assert answer.status_code == 404
    assert (await admin.post("/desk/sites/musterstadt/people/99999999999999", role="admin")).status_code == 404


async def _people(service: Service, site: Site):  # type: ignore[no-untyped-def]
    async with service.db.reading() as session:
        return await people_of(session, site.id or 0)


async def _person(service: Service, site: Site, email: str) -> int:
    return next(each.id for each in await _people(service, site) if each.email == email)
