"""Errands to PostgreSQL outlive the connections they go over, and each is carried out once or not at all."""

import asyncio

import pytest
from sqlalchemy import text
from sqlmodel import func, select

from models.outbox import Notice, post_notice
from models.trip import PostgresTrip, Trip
from service.state import Service

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
_COUNT = select(func.count()).select_from(Notice)
_LONG = text("SELECT pg_sleep(30)")
_END_ALL = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def _notices(service: Service) -> int:
    return (await service.db.look(lambda trip: trip.ask(_COUNT)))[0][0]


async def _post(service: Service) -> None:
    await service.db.store(lambda trip: post_notice(trip, "kind", {}, service.clock()))


async def _end_connections(service: Service) -> None:
    async with service.db.writing() as session:
        await (await session.connection()).execute(text(_END_ALL))


async def test_connections_that_ended_between_two_errands_are_not_noticed(service: Service) -> None:
    for _round in range(3):
        await asyncio.gather(*(_post(service) for _ in range(8)))
        await _end_connections(service)
    await asyncio.gather(*(_post(service) for _ in range(8)))
    assert await _notices(service) == 32


async def test_an_errand_whose_connection_ends_under_way_is_stored_once(service: Service) -> None:
    tries = []

    async def interrupted(trip: Trip) -> None:
        tries.append(await post_notice(trip, "kind", {}, service.clock()))
        if len(tries) == 1:
            await _end_connections(service)
        await post_notice(trip, "kind", {}, service.clock())

    await service.db.store(interrupted)
    assert len(tries) == 2
    assert await _notices(service) == 2


async def test_a_kept_line_is_laid_anew_when_it_has_ended_or_somebody_hung_up(service: Service) -> None:
    async def note(trip: Trip) -> None:
        await post_notice(trip, "kind", {}, service.clock())

    await service.db.jot(note)
    await _end_connections(service)
    await service.db.jot(note)
    hung_up = asyncio.create_task(service.db.jot(lambda trip: trip.ask(_LONG)))
    await asyncio.wait([hung_up], timeout=0.05)
    hung_up.cancel()
    await asyncio.gather(hung_up, service.db.jot(note), return_exceptions=True)
    assert await _notices(service) == 3


async def test_whoever_asks_between_the_servers_last_word_and_its_hanging_up_is_carried_anew(service: Service) -> None:
    last_word = b"SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"

    async def heard(trip: PostgresTrip) -> None:
        if not told:
            told.append(True)
            trip._connection._protocol.data_received(b"E" + (len(last_word) + 4).to_bytes(4, "big") + last_word)
        await post_notice(trip, "kind", {}, service.clock())

    for carry in (service.db.jot, service.db.store):
        told: list[bool] = []
        await carry(heard)
    assert await _notices(service) == 2


async def test_one_that_is_cancelled_stores_nothing_and_holds_nothing_up(service: Service) -> None:
    stored = asyncio.Event()

    async def waiting(trip: Trip) -> None:
        await post_notice(trip, "kind", {}, service.clock())
        stored.set()
        await asyncio.Event().wait()

    errands = [asyncio.create_task(service.db.store(waiting)) for _ in range(8)]
    await stored.wait()
    for each in errands:
        each.cancel()
    await asyncio.gather(*errands, return_exceptions=True)
    await _post(service)
    assert await _notices(service) == 1
