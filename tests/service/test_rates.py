"""How often one sender may post: no more than allowed, however they ask, and whatever counts."""

import asyncio
import shutil
import subprocess
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import httpx2
import pytest
from limits import parse
from sqlmodel import func, select
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from models.comment import Comment
from models.db import Database
from models.tally import Tally
from service.admission import sender_of
from service.counting import InDatabase, InMemory, InRedis
from service.rates import Rates, TooMany
from service.retention import purge
from service.state import shared_count, utc_now
from tests.builders import ORIGIN, PAGE, TEXT, add_site
from tests.conftest import serving
from tests.support.missing import skip_or_fail
from tests.support.postgres import free_port

POST = "/api/v1/sites/musterstadt/comments"


@pytest.fixture(scope="session")
def redis(tmp_path_factory) -> Iterator[str]:
    """The address of a real Redis of our own, which keeps nothing."""
    program = shutil.which("redis-server") or skip_or_fail("no Redis: install Debian's redis-server")
    port = free_port()
    folder = tmp_path_factory.mktemp("redis")
    command = [
        program,
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        str(folder),
    ]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    for line in server.stdout:
        if "Ready to accept connections" in line:
            break
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.stdout.close()
    server.wait(20)


@pytest.fixture
async def postgresql(spare_databases) -> AsyncIterator[Database]:
    db = Database(await spare_databases.take())
    yield db
    await db.close()
    await spare_databases.give_back()


@pytest.fixture(params=["memory", "redis", "postgresql"])
def rates(request) -> Rates:
    match request.param:
        case "memory":
            shared = None
        case "redis":
            shared = InRedis(request.getfixturevalue("redis"))
        case _:
            shared = InDatabase(request.getfixturevalue("postgresql"))
    return Rates("5/10 minutes", shared)


@pytest.fixture
def sender() -> str:
    return uuid.uuid4().hex


async def test_after_as_many_as_allowed_the_sender_must_wait(rates, sender):
    for _each in range(5):
        await rates.check(sender)
        await rates.count(sender)
    for ask in (rates.check, rates.count):
        with pytest.raises(TooMany) as caught:
            await ask(sender)
        assert 1 <= caught.value.seconds <= 600
    await rates.check("somebody else " + sender)
    await rates.check(sender, "report")


async def test_asking_counts_nothing(rates, sender):
    for _each in range(20):
        await rates.check(sender)


async def test_of_many_at_once_no_more_pass_than_allowed(rates, sender):
    tries = await asyncio.gather(*(rates.count(sender) for _ in range(20)), return_exceptions=True)
    assert sum(each is None for each in tries) == 5
    assert sum(isinstance(each, TooMany) for each in tries) == 15


async def test_attempts_have_a_wider_limit(rates, sender):
    for _each in range(60):
        await rates.attempt(sender)
    with pytest.raises(TooMany):
        await rates.attempt(sender)


async def test_once_is_once(rates, sender):
    assert [await rates.once(sender) for _ in range(3)] == [True, False, False]


async def test_several_processes_share_the_count_in_redis(redis, sender):
    one, other = (Rates("5/10 minutes", InRedis(redis)) for _ in range(2))
    for _each in range(5):
        await one.count(sender)
    with pytest.raises(TooMany):
        await other.count(sender)


@pytest.mark.parametrize("away", ["redis", "postgresql"])
async def test_without_what_is_shared_each_process_counts_for_itself(sender, away):
    port = free_port()
    nowhere = Database(f"postgresql://wer:geheim@127.0.0.1:{port}/was")
    alone = Rates("2/10 minutes", InRedis(f"redis://127.0.0.1:{port}") if away == "redis" else InDatabase(nowhere))
    for _each in range(2):
        await alone.count(sender)
    with pytest.raises(TooMany):
        await alone.count(sender)
    await nowhere.close()


async def test_one_that_is_old_enough_counts_no_more_and_the_others_do(postgresql, sender):
    rates = Rates("3/10 minutes", InDatabase(postgresql))
    for _each in range(3):
        await rates.count(sender)
    async with postgresql.writing() as session:
        tally = (await session.exec(select(Tally))).one()
        tally.times = [*tally.times[:-1], tally.times[-1] - 601]
    other_process = Rates("3/10 minutes", InDatabase(postgresql))
    await other_process.count(sender)
    with pytest.raises(TooMany) as caught:
        await other_process.count(sender)
    assert 590 <= caught.value.seconds <= 600


async def test_what_counts_no_longer_is_dropped_and_nobody_can_read_who_it_was(postgresql, sender):
    rates = Rates("3/10 minutes", InDatabase(postgresql))
    await rates.count(sender)
    await rates.count("somebody else")
    async with postgresql.writing() as session:
        one, other = (await session.exec(select(Tally))).all()
        assert not any(sender.encode() in each.key for each in (one, other))
        one.until -= timedelta(minutes=11)
        left = other.key
    await purge(postgresql, utc_now())
    async with postgresql.reading() as session:
        assert (await session.exec(select(Tally.key))).all() == [left]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_only_what_is_written_is_counted_in_the_database(client, service):
    await add_site(service)
    object.__setattr__(service, "rates", Rates("5/10 minutes", shared_count(service.settings, service.db)))
    for path in ("thread", "counts"):
        assert (await client.get(f"/api/v1/sites/musterstadt/{path}", params={"page": PAGE})).status_code == 200
    assert await _tallies(service.db) == 0
    assert (await client.post(POST, json={"page": PAGE, "text": TEXT}, headers={"Origin": ORIGIN})).status_code == 202
    assert await _tallies(service.db) == 2, "the attempt and the comment"


async def _tallies(db: Database) -> int:
    async with db.reading() as session:
        return (await session.exec(select(func.count()).select_from(Tally))).one()


async def test_memory_forgets_senders_that_count_no_more(monkeypatch):
    now = 1_000.0
    monkeypatch.setattr("service.counting.time.monotonic", lambda: now)
    count, limit = InMemory(), parse("1/minute")
    for sender in range(1_000):
        assert await count.take(limit, str(sender))
    now += 59
    assert not await count.take(limit, "0")
    now += 2
    assert await count.take(limit, "0")
    assert await count.take(limit, "1")
    assert len(count._times) == 2


async def test_off_is_off(sender):
    off = Rates("off")
    for _each in range(100):
        await off.attempt(sender)
        await off.count(sender)


@pytest.fixture
def limited(service):
    """The service with its usual limit."""
    object.__setattr__(service, "rates", Rates("5/10 minutes"))
    return service


async def test_the_sixth_comment_must_wait_and_is_not_kept(client, limited, clock):
    await add_site(limited)
    answers = []
    for number in range(6):
        clock.advance(minutes=11)  # what the database counts is not meant here
        text = f"{TEXT} Ein Gedanke mit der Nummer {number}."
        answers.append(await client.post(POST, json={"page": PAGE, "text": text}, headers={"Origin": ORIGIN}))
    assert [each.status_code for each in answers] == [202] * 5 + [429]
    last = answers[-1]
    assert 1 <= int(last.headers["retry-after"]) <= 600
    assert last.headers["access-control-allow-origin"] == ORIGIN
    assert last.headers["content-type"] == "application/problem+json"
    assert "10 min" in last.json()["detail"]
    async with limited.db.reading() as session:
        assert len(list(await session.exec(select(Comment.id)))) == 5


async def test_many_comments_at_once_do_not_slip_past_the_limit(client, limited):
    await add_site(limited)
    texts = [f"{TEXT} Ein Gedanke mit der Nummer {each}." for each in range(12)]
    answers = await asyncio.gather(
        *(client.post(POST, json={"page": PAGE, "text": each}, headers={"Origin": ORIGIN}) for each in texts)
    )
    assert sorted(each.status_code for each in answers) == [202] * 5 + [429] * 7


async def test_an_answer_that_got_lost_can_be_asked_for_again_beyond_the_limit(client, limited):
    await add_site(limited)
    draft = {"page": PAGE, "text": TEXT, "id": "mein-schluessel"}
    answers = [await client.post(POST, json=draft, headers={"Origin": ORIGIN}) for _ in range(8)]
    assert {each.status_code for each in answers} == {202}


SPOOFS = [
    "1.2.3.4",
    "1.2.3.4, 5.6.7.8",
    "127.0.0.1",
    "::1",
    "unknown",
    "",
    ",,,",
    "1.2.3.4, 127.0.0.1",
    "[2001:db8::1]:443",
    "' OR 1=1",
    "x" * 4000,
]


async def _senders(service, trusted: str, forwarded: list[str]) -> set[str]:
    """The senders that the service tells apart when these X-Forwarded-For headers arrive from loopback."""

    async def tell(scope, receive, send):
        scope["state"] = {"service": service}
        await PlainTextResponse(sender_of(Request(scope)))(scope, receive, send)

    port = free_port()
    options = {"forwarded_allow_ips": trusted, "proxy_headers": True}
    async with serving(tell, "127.0.0.1", port, **options), httpx2.AsyncClient() as client:
        answers = [
            await client.get(f"http://127.0.0.1:{port}/", headers={"X-Forwarded-For": each}) for each in forwarded
        ]
    return {each.text for each in answers}


async def test_nobody_but_the_trusted_proxy_is_believed_about_addresses(service):
    assert len(await _senders(service, "192.0.2.1", SPOOFS)) == 1


async def test_behind_the_trusted_proxy_the_rightmost_foreign_address_counts(service):
    spoofed = [f"{each}, 198.51.100.7" for each in SPOOFS if each.isprintable()]
    assert len(await _senders(service, "127.0.0.1", spoofed)) == 1
    assert len(await _senders(service, "127.0.0.1", ["198.51.100.7", "198.51.100.8"])) == 2
