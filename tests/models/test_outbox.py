"""The outbox: what was committed is sent, by one courier at a time, and what fails comes back later and later."""

import asyncio
from datetime import timedelta

import pytest

from models.outbox import (
    LEASE,
    PAUSES,
    Notice,
    claim,
    enqueue,
    give_up,
    is_due,
    put_back,
    release,
    settle,
    waiting,
)
from service.state import Service
from tests.builders import both_databases
from tests.conftest import Clock

KINDS = ("mail",)


async def fill(service: Service, number: int = 1, kind: str = "mail") -> list[Notice]:
    async with service.db.writing() as session:
        return [await enqueue(session, kind, {"number": each}, service.clock()) for each in range(number)]


async def claimed(service: Service, most: int = 20) -> list[Notice]:
    async with service.db.writing() as session:
        return await claim(session, service.clock(), KINDS, most)


async def stored(service: Service, notice: Notice) -> Notice:
    async with service.db.reading() as session:
        return await session.get_one(Notice, notice.id)


async def test_a_notice_exists_exactly_if_its_cause_was_committed(service: Service) -> None:
    async def fail() -> None:
        async with service.db.writing() as session:
            await enqueue(session, "mail", {}, service.clock())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await claimed(service) == []


@both_databases
async def test_what_one_courier_claimed_no_other_gets_before_the_lease_runs_out(service: Service, clock: Clock) -> None:
    await fill(service, 3)
    assert len(await claimed(service)) == 3
    assert await claimed(service) == []
    clock.advance(seconds=LEASE.total_seconds() - 1)
    assert await claimed(service) == []
    clock.advance(seconds=1)
    assert [each.attempts for each in await claimed(service)] == [2, 2, 2]


@both_databases
async def test_couriers_at_once_share_the_work_and_nobody_gets_more_than_asked(service: Service) -> None:
    await fill(service, 40)
    shares = await asyncio.gather(*(claimed(service, 7) for _ in range(6)))
    ids = [each.id for share in shares for each in share]
    assert all(len(share) <= 7 for share in shares)
    assert len(ids) == len(set(ids))
    while more := await claimed(service, 7):
        ids += [each.id for each in more]
    assert len(ids) == len(set(ids)) == 40


@both_databases
async def test_the_longest_due_comes_first_and_only_what_is_asked_for(service: Service, clock: Clock) -> None:
    (first,) = await fill(service)
    await fill(service, kind="other")
    clock.advance(seconds=1)
    (second,) = await fill(service)
    assert [each.id for each in await claimed(service)] == [first.id, second.id]


@both_databases
async def test_looking_for_work_finds_what_claiming_would_give(service: Service, clock: Clock) -> None:
    async def due() -> bool:
        async with service.db.reading() as session:
            return await is_due(session, clock(), KINDS)

    assert not await due()
    await fill(service)
    assert await due()
    (notice,) = await claimed(service)
    assert not await due()
    async with service.db.writing() as session:
        await put_back(session, notice, "busy", clock())
    assert not await due()
    clock.advance(seconds=PAUSES[0].total_seconds())
    assert await due()


@both_databases
async def test_a_settled_notice_never_comes_back(service: Service, clock: Clock) -> None:
    await fill(service)
    (notice,) = await claimed(service)
    async with service.db.writing() as session:
        await settle(session, notice.id, clock())
    clock.advance(days=30)
    assert await claimed(service) == []


@both_databases
async def test_pauses_grow_and_end_in_giving_up(service: Service, clock: Clock) -> None:
    await fill(service)
    pauses = []
    for _ in PAUSES:
        (notice,) = await claimed(service)
        async with service.db.writing() as session:
            await put_back(session, notice, "451 busy", clock())
        due = (await stored(service, notice)).due_at
        pauses.append(due - clock())
        clock.now = due
    (notice,) = await claimed(service)
    async with service.db.writing() as session:
        await put_back(session, notice, "451 still busy", clock())
    assert tuple(pauses) == PAUSES == tuple(sorted(PAUSES))
    assert (await stored(service, notice)).problem == "451 still busy"
    async with service.db.reading() as session:
        assert await waiting(session) == type(await waiting(session))(open=0, oldest=None, given_up=1)


@both_databases
async def test_a_notice_that_was_not_tried_is_handed_back_without_an_attempt(service: Service, clock: Clock) -> None:
    await fill(service)
    (notice,) = await claimed(service)
    async with service.db.writing() as session:
        await release(session, notice, "server away", clock() + timedelta(seconds=30))
    assert await claimed(service) == []
    clock.advance(seconds=30)
    assert [each.attempts for each in await claimed(service)] == [1]


@both_databases
async def test_a_courier_slower_than_its_lease_undoes_nothing(service: Service, clock: Clock) -> None:
    await fill(service)
    (slow,) = await claimed(service)
    clock.advance(seconds=LEASE.total_seconds())
    (quick,) = await claimed(service)
    async with service.db.writing() as session:
        await put_back(session, slow, "too slow", clock())
        await give_up(session, slow, "too slow", clock())
        await release(session, slow, "too slow", clock())
    present = await stored(service, quick)
    assert (present.leased_until, present.given_up_at, present.problem) == (clock() + LEASE, None, "")
    async with service.db.writing() as session:
        await settle(session, quick.id, clock())
        await give_up(session, quick, "after all", clock())
    assert (await stored(service, quick)).given_up_at is None


@both_databases
async def test_the_state_of_the_outbox_can_be_told(service: Service, clock: Clock) -> None:
    begun = clock()
    await fill(service, 2)
    clock.advance(hours=1)
    await fill(service)
    (first, *_) = await claimed(service, 1)
    async with service.db.writing() as session:
        await give_up(session, first, "550 no", clock())
    async with service.db.reading() as session:
        found = await waiting(session)
    assert (found.open, found.oldest, found.given_up) == (2, begun, 1)
