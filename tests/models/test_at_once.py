"""What is asked in the event loop's own thread: always the newest state, never a wait, and no word of a change."""

import asyncio
import sqlite3

import pytest
from sqlalchemy import text
from sqlmodel import func, select

from models.away import Unavailable
from models.db import Database
from models.outbox import Notice, post_notice
from models.trip import Trip
from service.state import Service

_COUNT = select(func.count()).select_from(Notice)


async def _count(trip: Trip) -> int:
    return (await trip.ask(_COUNT))[0][0]


async def test_each_glance_sees_what_was_stored_before_and_changes_nothing(service: Service) -> None:
    assert await service.db.glance(_count) == 0
    await service.db.store(lambda trip: post_notice(trip, "new", {}, service.clock()))
    assert await service.db.glance(_count) == 1
    with pytest.raises(Unavailable):
        await service.db.glance(lambda trip: post_notice(trip, "stolen", {}, service.clock()))
    assert await service.db.glance(_count) == 1


async def test_what_an_errand_raises_is_told_and_the_next_one_is_answered(service: Service) -> None:
    async def fail(trip: Trip) -> None:
        await trip.ask(text("SELECT 1"))
        raise LookupError

    with pytest.raises(LookupError):
        await service.db.glance(fail)
    assert await service.db.glance(_count) == 0


async def test_while_the_file_is_held_it_goes_the_long_way(service: Service, database: str) -> None:
    own = Database(database)
    assert await own.glance(_count) == 0
    await own.close()
    await service.db.close()
    holding = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
    holding.execute("PRAGMA locking_mode=EXCLUSIVE")
    holding.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(own.glance(_count))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    holding.close()
    assert await waiting == 0
    await own.close()
