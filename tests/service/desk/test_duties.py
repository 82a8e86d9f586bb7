"""Danger, full addresses, requests about data, and one's own mails, at the desk."""

import pytest
from sqlmodel import select

from models.audit import AuditEntry
from models.comment import Comment
from models.data_request import enter, file_request, new_visit, visit_of
from models.desk_session import invite
from models.evidence import Evidence
from models.moderator import Moderator
from models.seal import mark_of
from service.retention import purge
from tests.builders import a_session, add_site, file

MIRA = "mira@musterstadt.example"
ADDRESS = "leser@post.example"


@pytest.fixture
async def place(service, client):
    site = await add_site(service)
    secret = await a_session(service, site)
    client.cookies.set("wortmeldung", secret)
    token = service.tokens.desk_form(secret)

    async def send(path, role="admin", **fields):
        async with service.db.writing() as session:
            await invite(session, MIRA, site, role, service.clock())
        own = {"Origin": service.settings.base_url}
        return await client.post(path, data={"form_token": token, **fields}, headers=own)

    return site, send


async def test_danger_freezes_a_signed_bundle_that_outlives_every_period(service, client, place, clock):
    site, send = place
    comment = await file(service, site, "Morgen komme ich ins Rathaus, und dann wird es Tote geben.", email=ADDRESS)
    assert (await send(f"/desk/comments/{comment.id}/danger")).status_code == 303
    page = await client.get(f"/desk/comments/{comment.id}/danger")
    assert "110" in page.text
    async with service.db.reading() as session:
        evidence = (await session.exec(select(Evidence))).one()
    taken = (await client.get(f"/desk/evidence/{evidence.id}.json")).json()
    assert taken["signature_is_ours"] is True
    assert taken["bundle"]["email"] == ADDRESS
    assert "Rathaus" in taken["bundle"]["comment"]["text"]
    assert not service.tokens.signed_evidence(evidence.signature, evidence.bundle + " ")
    clock.advance(days=400)
    await purge(service.db, clock())
    async with service.db.reading() as session:
        assert "Rathaus" in (await session.get_one(Comment, comment.id)).text


@pytest.mark.parametrize("role, status", [("moderator", 403), ("editor", 200), ("admin", 200), ("auditor", 403)])
async def test_a_full_address_is_shown_to_some_roles_and_written_down(service, place, role, status):
    site, send = place
    comment = await file(service, site, email=ADDRESS)
    answer = await send(f"/desk/comments/{comment.id}/address", role)
    assert answer.status_code == status
    assert (ADDRESS in answer.text) is (status == 200)
    async with service.db.reading() as session:
        noted = [(each.action, each.subject) for each in await session.exec(select(AuditEntry))]
    assert (("address", comment.id) in noted) is (status == 200)


async def test_an_overdue_request_stands_out_and_is_settled(service, client, place, clock):
    site, send = place
    now = clock()
    async with service.db.writing() as session:
        mark = mark_of(session, ADDRESS)
        inside = await enter(session, await new_visit(session, site.id, ADDRESS, mark, now), now)
        request = await file_request(
            session, await visit_of(session, inside, now, inside=True), "correct", "Bitte.", now
        )
    assert (await send("/desk/notices", mail="digest")).status_code == 303
    assert "überfällig" not in (await client.get("/desk/requests")).text
    clock.advance(days=6)
    clock.now = now
    assert (await send(f"/desk/requests/{request.id}")).status_code == 303
    assert "Es liegt kein Anliegen vor." in (await client.get("/desk/requests")).text
    async with service.db.reading() as session:
        assert (await session.exec(select(Moderator))).one().mail == "digest"
