"""What is stored together: each post stands for itself, and none is told yes before the commit."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Sequence

import pytest
from sqlalchemy import insert, text
from sqlmodel import func, select

from models.away import Unavailable
from models.base import new_id
from models.db import Database
from models.outbox import Notice, post_notice
from models.trip import Row, Trip
from service.state import Service
from tests.builders import both_databases

_COUNT = select(func.count()).select_from(Notice)
_SAME = insert(Notice)


async def _notices(service: Service) -> int:
    return (await service.db.look(lambda trip: trip.ask(_COUNT)))[0][0]


async def _post(service: Service, kind: str) -> None:
    await service.db.store(lambda trip: post_notice(trip, kind, {}, service.clock()))


@both_databases
async def test_all_that_come_at_once_are_stored(service: Service) -> None:
    await asyncio.gather(*(_post(service, f"kind{each}") for each in range(80)))
    assert await _notices(service) == 80


@both_databases
async def test_one_that_fails_is_taken_back_alone(service: Service) -> None:
    async def fail(trip: Trip) -> None:
        await post_notice(trip, "failing", {}, service.clock())
        raise LookupError

    errands = [_post(service, "good"), service.db.store(fail), _post(service, "good")]
    outcomes = await asyncio.gather(*errands, return_exceptions=True)
    assert [type(each) for each in outcomes] == [type(None), LookupError, type(None)]
    assert await _notices(service) == 2


@both_databases
async def test_what_the_database_refuses_does_not_harm_the_others(service: Service) -> None:
    notice = {"id": new_id(), "kind": "twice", "payload": {}, "attempts": 0, "problem": ""}
    row = {**notice, "created_at": service.clock(), "due_at": service.clock()}
    errands = [service.db.store(lambda trip: trip.ask(_SAME, row)) for _ in range(3)]
    outcomes = await asyncio.gather(*errands, _post(service, "good"), return_exceptions=True)
    assert sum(isinstance(each, Exception) for each in outcomes) == 2
    assert await _notices(service) == 2


@both_databases
async def test_what_is_built_of_a_look_is_built_in_another_thread_than_the_loop_s(service: Service) -> None:
    await _post(service, "kind")

    def make(found: Sequence[Row]) -> tuple[int, int]:
        return found[0][0], threading.get_ident()

    number, thread = await service.db.build(lambda trip: trip.ask(_COUNT), make)
    assert number == 1
    assert thread != threading.get_ident()


@both_databases
async def test_a_look_does_not_wait_until_something_is_built(service: Service) -> None:
    looked = threading.Event()
    building = asyncio.create_task(service.db.build(lambda trip: trip.ask(_COUNT), lambda _: looked.wait(5)))
    await asyncio.wait_for(_notices(service), 4)
    assert not building.done()
    looked.set()
    assert await building


@both_databases
async def test_what_goes_wrong_while_it_is_built_is_told_and_harms_nobody_else(service: Service) -> None:
    def fail(_: Sequence[Row]) -> int:
        raise LookupError

    builds = [service.db.build(lambda trip: trip.ask(_COUNT), make) for make in (fail, len, fail, len)]
    outcomes = await asyncio.gather(*builds, return_exceptions=True)
    assert [each if isinstance(each, int) else type(each) for each in outcomes] == [LookupError, 1, LookupError, 1]


async def test_none_is_told_yes_when_the_commit_fails(service: Service) -> None:
    """A row that refers to nothing is only found at the commit, when the keys are checked so late."""
    await service.db.look(lambda trip: trip.ask(_COUNT))

    async def defer(trip: Trip) -> None:
        await trip.ask(text("PRAGMA defer_foreign_keys=ON"))
        await trip.ask(text("INSERT INTO waveband (site_id, band, wave_id) VALUES (999, 1, 'none')"))

    outcomes = await asyncio.gather(_post(service, "a"), service.db.store(defer), return_exceptions=True)
    assert all(isinstance(each, sqlite3.IntegrityError) for each in outcomes)
    assert await _notices(service) == 0
    await _post(service, "afterwards")
    assert await _notices(service) == 1


async def test_a_look_cannot_change_anything(service: Service) -> None:
    with pytest.raises(Unavailable):
        await service.db.look(lambda trip: post_notice(trip, "a", {}, service.clock()))


async def test_who_goes_away_harms_nobody(service: Service) -> None:
    leaving = asyncio.create_task(_post(service, "leaving"))
    staying = asyncio.create_task(_post(service, "staying"))
    await asyncio.sleep(0)
    leaving.cancel()
    await staying
    assert await _notices(service) == 2


async def test_who_meets_a_held_file_waits_their_own_time_and_no_longer(
    service: Service, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the time of those who came before as well; by the short way as in a session."""
    monkeypatch.setattr("models.sqlite_engine.BUSY_MILLISECONDS", 20)
    monkeypatch.setattr("models.sqlite_engine.PATIENCE", 0.4)
    impatient = Database(database)
    other = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def store() -> None:
        await impatient.store(lambda trip: post_notice(trip, "late", {}, service.clock()))

    async def write() -> None:
        async with impatient.writing() as session:
            await session.exec(_COUNT)

    async def waited(number: int) -> float:
        await asyncio.sleep(0.05 * number)
        began = time.monotonic()
        with pytest.raises(Unavailable):
            await (write() if number % 3 == 2 else store())
        return time.monotonic() - began

    taken = await asyncio.gather(*map(waited, range(8)))
    assert min(taken) > 0.35
    assert max(taken) < 0.75
    late = asyncio.create_task(store())
    await asyncio.sleep(0.1)
    other.execute("ROLLBACK")
    other.close()
    await late
    await impatient.close()
