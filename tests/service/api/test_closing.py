"""A host that signs what it says closes its own pages: nobody can write there by any way, and nobody else can say so."""

import pytest
from sqlmodel import select

from models.audit import AuditEntry
from models.sign_on import add_key
from models.thread import find_thread
from tests.builders import ORIGIN, PAGE, TEXT, add_site, both_databases, publish
from tests.service.signing import editor, signed

THREAD = "/api/v1/sites/musterstadt/thread"


@pytest.fixture
async def site(service):
    return await add_site(service)


@pytest.fixture
async def key(service, site) -> str:
    async with service.db.writing() as session:
        return (await add_key(session, site, service.clock())).secret


async def say(client, token, open_, page=PAGE):
    return await client.put(
        THREAD, params={"page": page}, json={"open": open_}, headers={"Authorization": f"Bearer {token}"}
    )


async def post(client, page=PAGE):
    body = {"page": page, "text": f"{TEXT} Das wüsste ich gern."}
    return await client.post("/api/v1/sites/musterstadt/comments", json=body, headers={"Origin": ORIGIN})


@both_databases
async def test_the_host_closes_a_page_and_opens_it_again(client, service, site, key, clock):
    await publish(service, site)
    token = signed(key, editor(clock.now, role="host", page=f"{ORIGIN}{PAGE}"))
    before = (await client.get(THREAD, params={"page": PAGE})).headers["etag"]
    for _twice in range(2):
        answer = await say(client, token, open_=False)
        assert (answer.status_code, answer.json()) == (200, {"site": "musterstadt", "page": PAGE, "open": False})
    thread = await client.get(THREAD, params={"page": PAGE})
    assert (thread.json()["open"], thread.headers["etag"] == before) == (False, False)
    assert "id=schreiben" not in (await client.get("/sites/musterstadt/thread", params={"page": PAGE})).text
    assert (await post(client)).status_code == 409
    await say(client, token, open_=True)
    assert (await post(client)).status_code == 202
    async with service.db.reading() as session:
        noted = [each.action for each in await session.exec(select(AuditEntry).order_by(AuditEntry.id))]
    assert noted == ["closed_by_host", "opened_by_host"]


async def test_a_page_on_which_nobody_wrote_is_closed_as_well(client, service, site, key, clock):
    token = signed(key, editor(clock.now, role="host", page="/neu"))
    assert (await say(client, token, open_=True, page="/neu")).status_code == 200
    async with service.db.reading() as session:
        assert await find_thread(session, site, "/neu") is None
    await say(client, token, open_=False, page="/neu")
    assert (await post(client, "/neu")).status_code == 409


async def test_only_the_host_itself_is_believed_and_only_about_the_page_it_names(client, service, site, key, clock):
    await publish(service, site)
    host = editor(clock.now, role="host", page=PAGE)
    for token in (
        "",
        "x" * 9000,
        signed("not the key", host),
        signed(key, editor(clock.now, page=PAGE)),
        signed(key, {**host, "role": "reader"}),
        signed(key, {**host, "page": "/anders"}),
        signed(key, {**host, "page": 7}),
        signed(key, editor(clock.now, role="host")),
        signed(key, {**host, "aud": "andere"}),
        signed(key, {**host, "iat": 1, "exp": 300}),
    ):
        answer = await say(client, token, open_=False)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert (await client.get(THREAD, params={"page": PAGE})).json()["open"] is True


async def test_a_hosts_token_signs_nobody_on(client, service, site, key, clock):
    body = {"page": PAGE, "text": TEXT, "token": signed(key, editor(clock.now, role="host", page=PAGE))}
    answer = await client.post("/api/v1/sites/musterstadt/comments", json=body, headers={"Origin": ORIGIN})
    assert (answer.status_code, answer.json()["code"]) == (422, "token")


@pytest.mark.parametrize("body", [[], {}, {"open": "no"}, {"open": None}, {"open": True, "page": "/x"}])
async def test_what_cannot_be_read_is_named(client, site, key, clock, body):
    token = signed(key, editor(clock.now, role="host", page=PAGE))
    headers = {"Authorization": f"Bearer {token}"}
    answer = await client.put(THREAD, params={"page": PAGE}, json=body, headers=headers)
    assert (answer.status_code, bool(answer.json()["errors"])) == (422, True)
