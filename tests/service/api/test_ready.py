"""Answers kept ready: the same bytes as the long way gives, and never an old state for longer than promised."""

import asyncio
from urllib.parse import urlencode

import pytest

from models.away import Unavailable
from models.db import Database
from models.site import site_by_key
from models.thread import advance, find_thread
from moderation.lifecycle import Action
from service.api import ready
from tests.builders import PAGE, a_moderator, add_site, both_databases, publish, rule

THREAD = "/api/v1/sites/musterstadt/thread"
COUNTS = "/api/v1/sites/musterstadt/counts"
pytestmark = both_databases


@pytest.fixture
async def site(service):
    return await add_site(service)


@pytest.fixture
def later(monkeypatch):
    """Moves the time after which an answer is no longer trusted."""
    passed = [0.0]
    monkeypatch.setattr(ready, "monotonic", lambda: passed[0])
    return lambda seconds: passed.__setitem__(0, passed[0] + seconds)


async def read(client, path=THREAD, **headers):
    return await client.get(path, params={"page": PAGE}, headers=headers)


def is_ready(service):
    return len(service.ready) > 0


@pytest.mark.parametrize("path", [THREAD, COUNTS])
@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
async def test_a_ready_answer_is_the_same_in_every_byte_and_header(client, service, site, path, encoding):
    await publish(service, site)
    long_way = await read(client, path, **{"Accept-Encoding": encoding})
    assert is_ready(service)
    short_way = await read(client, path, **{"Accept-Encoding": encoding})
    assert (short_way.status_code, short_way.content) == (200, long_way.content)
    assert dict(short_way.headers) == dict(long_way.headers)


async def test_a_ready_answer_that_the_client_has_is_304(client, service, site):
    await publish(service, site)
    etag = (await read(client)).headers["ETag"]
    long_way = await client.get(THREAD, params={"page": PAGE, "limit": "100"}, headers={"If-None-Match": etag})
    short_way = await read(client, **{"If-None-Match": etag})
    assert (short_way.status_code, short_way.content) == (304, b"")
    assert dict(short_way.headers) == dict(long_way.headers)


@pytest.mark.parametrize("path", [THREAD, COUNTS])
async def test_a_decision_is_seen_by_the_next_read(client, service, site, path):
    comment = await publish(service, site)
    before = (await read(client, path)).content
    assert is_ready(service)
    await rule(service, comment, Action.DELETE, await a_moderator(service, site))
    assert (await read(client, path)).content != before


async def test_a_setting_of_the_site_is_seen_by_the_next_read(client, service, site):
    first = await publish(service, site)
    await publish(service, site, "Das sehe ich auch so.", parent=first.id)
    assert (await read(client)).json()["comments"][1]["depth"] == 1
    async with service.db.writing() as session:
        (await site_by_key(session, site.key)).depth = 0
    assert (await read(client)).json()["comments"][1]["depth"] == 0


async def test_what_another_process_decides_is_seen_within_a_second(client, service, site, later):
    comment = await publish(service, site)
    before = (await read(client)).json()
    other = Database(service.settings.database)
    async with other.writing() as session:
        thread = await find_thread(session, site, PAGE)
        thread.title = "Handlungsmut"
        await advance(session, thread.id)
    await other.close()
    assert (await read(client)).json() == before
    later(ready.TRUSTED_SECONDS + 0.01)
    assert (await read(client)).json()["title"] == "Handlungsmut"
    assert comment.id == before["comments"][0]["id"]


async def test_of_many_that_come_after_a_decision_one_asks_the_database(client, service, site, monkeypatch):
    comment = await publish(service, site)
    before = (await read(client)).content
    await rule(service, comment, Action.PIN, await a_moderator(service, site))
    usual, asked = service.cache.answer, []

    async def counted(*given):
        asked.append(given)
        return await usual(*given)

    monkeypatch.setattr(service.cache, "answer", counted)
    answers = await asyncio.gather(*(read(client) for _ in range(20)))
    assert {each.status_code for each in answers} == {200}
    assert {each.content == before for each in answers} == {False}
    assert len(asked) == 1


@pytest.mark.parametrize("path", [THREAD, COUNTS, "/sites/musterstadt/fragment", "/sites/musterstadt/feed.atom"])
async def test_of_many_that_are_the_first_to_ask_one_asks_the_database(client, service, site, monkeypatch, path):
    """They would look for the same in turn, and everybody else would come after them."""
    await publish(service, site)
    usual, kept = service.ready.keep, []

    def counted(*given):
        kept.append(given)
        usual(*given)

    monkeypatch.setattr(service.ready, "keep", counted)
    answers = await asyncio.gather(*(read(client, path) for _ in range(20)))
    assert {(each.status_code, each.content) for each in answers} == {(200, answers[0].content)}
    assert len(kept) == 1


@pytest.mark.usefixtures("later")  # time stands still
async def test_long_answers_to_many_leave_one_a_round_of_the_loop(client, service, site, monkeypatch):
    """Whoever asks for something else waits for one of them, not for all."""
    monkeypatch.setattr(ready, "LONGEST_AT_ONCE", 100)
    monkeypatch.setattr(ready, "MOST_A_ROUND", 200)
    await publish(service, site)
    await read(client)
    answering, rounds, now = ready.AnswerReady(None), [], 0  # type: ignore[arg-type]  # nothing goes the long way
    state, query = {"service": service}, urlencode({"page": PAGE}).encode()
    scope = {"type": "http", "method": "GET", "raw_path": THREAD.encode(), "query_string": query, "headers": []}

    async def send(message):
        if message["type"] == "http.response.body":
            rounds.append(now)

    answers = [asyncio.ensure_future(answering(scope | {"state": state}, None, send)) for _ in range(30)]
    while not all(each.done() for each in answers):
        now += 1
        await asyncio.sleep(0)
    await asyncio.gather(*answers)
    assert len(set(rounds)) == 30


async def test_who_waits_for_an_answer_that_is_not_kept_asks_beside_the_others(client, service, site, monkeypatch):
    """A page without comments has many readers, too: one after the other they would wait for each other's query."""
    asked, together, usual = [], asyncio.Barrier(9), service.db.glance

    async def counted(errand):
        asked.append(errand)
        if len(asked) > 1:
            await together.wait()
        for _step in range(50):  # until all others have come
            await asyncio.sleep(0)
        return await usual(errand)

    monkeypatch.setattr(service.db, "glance", counted)
    async with asyncio.timeout(20):
        answers = await asyncio.gather(*(read(client) for _ in range(10)))
    assert {each.status_code for each in answers} == {200}
    assert not is_ready(service)


async def test_who_waits_for_another_that_fails_asks_itself(client, service, site, monkeypatch):
    comment = await publish(service, site)
    await read(client)
    await rule(service, comment, Action.PIN, await a_moderator(service, site))
    usual, failures = service.cache.answer, [Unavailable(), Unavailable()]

    async def failing(*given):
        await asyncio.sleep(0)
        if failures:
            raise failures.pop()
        return await usual(*given)

    monkeypatch.setattr(service.cache, "answer", failing)
    statuses = sorted(each.status_code for each in await asyncio.gather(*(read(client) for _ in range(5))))
    assert statuses == [200, 200, 200, 503, 503]


async def test_an_error_is_never_kept(client, service, site):
    assert (await client.get("/api/v1/sites/nirgends/thread", params={"page": PAGE})).status_code == 404
    assert (await client.get(THREAD)).status_code == 422
    assert not is_ready(service)


async def test_only_some_thousand_answers_are_kept(client, service, site, monkeypatch):
    monkeypatch.setattr(service.ready.kept, "most_entries", 3)
    await publish(service, site)
    for limit in range(1, 9):
        await client.get(THREAD, params={"page": PAGE, "limit": limit})
    assert len(service.ready) == 3


async def test_no_more_than_so_many_bytes_are_kept(client, service, site, monkeypatch):
    monkeypatch.setattr(service.ready.kept, "most", 10_000)
    await publish(service, site)
    for limit in range(1, 20):
        await client.get(THREAD, params={"page": PAGE, "limit": limit})
    assert 1 < len(service.ready) < 10


async def test_what_a_change_has_outdated_takes_no_room(client, service, site, monkeypatch):
    monkeypatch.setattr(service.ready.kept, "most", 20_000)
    comment, moderator = await publish(service, site), await a_moderator(service, site)
    await read(client)
    for _time in range(15):
        await rule(service, comment, Action.PIN, moderator)
        await read(client)
        await rule(service, comment, Action.UNPIN, moderator)
        await read(client)
    assert is_ready(service)


async def test_a_question_of_many_kilobytes_is_not_kept(client, service, site):
    await publish(service, site)
    pages = [f"{PAGE}/{number:0200}" for number in range(50)]
    assert (await client.get(COUNTS, params={"page": pages})).status_code == 200
    assert not is_ready(service)
