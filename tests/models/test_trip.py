"""What is told to the driver itself belongs to the transaction that it is told in, on both databases."""

from functools import partial

import pytest
from sqlmodel import col, select

from models.comment import Comment
from models.outbox import Notice, enqueue, post_notice
from models.trip import InSession, Trip, any_of, columns, numbered, room, within
from service.state import Service
from tests.builders import add_site, both_databases, publish


async def _kinds(trip: Trip) -> list[str]:
    return sorted(row[0] for row in await trip.ask(select(Notice.kind)))


async def _titles(trip: Trip) -> list[str]:
    return [row[0] for row in await trip.ask(select(Comment.title))]


@both_databases
async def test_an_errand_sees_what_its_session_has_not_yet_stored(service: Service) -> None:
    site = await add_site(service)
    comment = await publish(service, site)
    async with service.db.writing() as session:
        (await session.get_one(Comment, comment.id)).title = "Neu"
        titles = await within(session, _titles)
    assert titles == ["Neu"]


@both_databases
async def test_an_errand_is_taken_back_with_its_session(service: Service) -> None:
    async def begin() -> None:
        async with service.db.writing() as session:
            await enqueue(session, "of the session", {}, service.clock())
            await within(session, partial(post_notice, kind="of the errand", payload={}, now=service.clock()))
            assert await _kinds(InSession(session)) == ["of the errand", "of the session"]
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        await begin()
    assert await service.db.look(_kinds) == []


@both_databases
@pytest.mark.parametrize("number", [1, 3, 8])
async def test_a_statement_has_room_for_any_number_of_values(service: Service, number: int) -> None:
    site = await add_site(service)
    ids = [(await publish(service, site)).id for _each in range(number)]
    await publish(service, site)
    asked = columns(Comment, ("id",)).where(any_of(col(Comment.id), room(ids)))
    found = await service.db.look(lambda trip: trip.ask(asked, numbered(ids)))
    assert sorted(row[0] for row in found) == sorted(ids)


def test_few_statements_serve_for_any_number_of_values() -> None:
    assert {room(range(number)) for number in range(1, 1001)} == {2**power for power in range(11)}
