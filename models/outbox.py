"""Messages to send, written in the transaction of their cause.

A notice exists exactly if what it tells of was committed. The price is that a courier may send one twice: it
claims by lease, sends, and settles; when it dies in between, the lease runs out and another sends again, with
the same id, from which the Message-ID is made.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Index, bindparam, insert, update
from sqlmodel import Field, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import new_id
from models.errand import Errand, due, end_lease, is_open, lease, reopen
from models.trip import Trip

LEASE = timedelta(minutes=5)
PAUSES = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 240, 720, 1440))


class Notice(Errand, table=True):
    """One message to send. It is open until it is settled or given up.

    `mark` is that of the address of somebody who may not have asked for it: such mail is counted.
    """

    __table_args__ = (Index("ix_notice_due", "settled_at", "given_up_at", "due_at"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=24)
    kind: str = Field(max_length=40)
    payload: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    mark: str | None = Field(default=None, max_length=64, index=True)


_INSERT = insert(Notice)
_UNASKED = (
    select(func.count())
    .select_from(Notice)
    .where(col(Notice.mark) == bindparam("mark"), col(Notice.created_at) > bindparam("since"))
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How the outbox stands: open notices, the time of the oldest, and how many were given up."""

    open: int
    oldest: datetime | None
    given_up: int


async def enqueue(
    session: AsyncSession, kind: str, payload: dict[str, Any], now: datetime, *, mark: str | None = None
) -> Notice:
    """One more message to send, in the caller's transaction."""
    notice = Notice(kind=kind, payload=payload, created_at=now, due_at=now, mark=mark)
    session.add(notice)
    await session.flush()
    return notice


async def post_notice(
    trip: Trip,
    kind: str,
    payload: dict[str, Any],
    now: datetime,
    *,
    mark: str | None = None,
    after: timedelta = timedelta(0),
) -> None:
    """The same, told to the driver itself; to be sent `after` a while."""
    told = {"id": new_id(), "kind": kind, "payload": payload, "created_at": now, "due_at": now + after, "mark": mark}
    await trip.ask(_INSERT, {**told, "attempts": 0, "problem": ""})


async def unasked_today(trip: Trip, mark: str, since: datetime) -> int:
    """How many mails an address got, or will get, that its owner may not have asked for."""
    counted: int = (await trip.ask(_UNASKED, {"mark": mark, "since": since}))[0][0]
    return counted


async def is_due(session: AsyncSession, now: datetime, kinds: Collection[str]) -> bool:
    """Whether there is anything to claim; looking costs no write."""
    found = await session.exec(select(Notice.id).where(*_due(now, kinds)).limit(1))
    return found.first() is not None


async def claim(session: AsyncSession, now: datetime, kinds: Collection[str], most: int = 20) -> list[Notice]:
    """Lease at most `most` due notices of these kinds to the caller; nobody else gets them before the lease runs out.

    PostgreSQL skips rows that another courier is about to lease. SQLite knows no row locks and needs none: its
    writing transactions stand in line. `attempts` tells the leases of a notice apart.
    """
    found = await session.exec(
        select(Notice)
        .where(*_due(now, kinds))
        .order_by(col(Notice.due_at), col(Notice.id))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    claimed = list(found)
    await lease(session, claimed, now + LEASE)
    return claimed


async def settle(session: AsyncSession, notice_id: str, now: datetime) -> None:
    """The message has arrived where it should, whoever holds the lease by now."""
    done = {"settled_at": now, "given_up_at": None, "leased_until": None, "problem": ""}
    await session.exec(update(Notice).where(col(Notice.id) == notice_id).values(done))


async def put_back(session: AsyncSession, notice: Notice, problem: str, now: datetime) -> None:
    """Try again later, after a growing pause; after the last pause the notice is given up."""
    if notice.attempts > len(PAUSES):
        await give_up(session, notice, problem, now)
        return
    await end_lease(session, notice, due_at=now + PAUSES[notice.attempts - 1], problem=problem[:300])


async def release(session: AsyncSession, notice: Notice, problem: str, due_at: datetime) -> None:
    """Hand back a notice that was not tried: the server was away, or the courier stops. It counts as no attempt."""
    await end_lease(session, notice, due_at=due_at, problem=problem[:300], attempts=notice.attempts - 1)


async def give_up(session: AsyncSession, notice: Notice, problem: str, now: datetime) -> None:
    """The message can never be delivered; it stays, with the reason, where the operator can see it."""
    await end_lease(session, notice, given_up_at=now, problem=problem[:300])


async def given_up(session: AsyncSession, most: int = 200) -> list[Notice]:
    """What could not be delivered, newest first."""
    query = select(Notice).where(col(Notice.given_up_at).is_not(None)).order_by(col(Notice.given_up_at).desc())
    return list(await session.exec(query.limit(most)))


async def try_again(session: AsyncSession, notice_id: str | None, now: datetime) -> int:
    """Open a notice again that was given up, or all of them; gives how many there were."""
    chosen: list[ColumnElement[bool]] = [col(Notice.given_up_at).is_not(None)]
    if notice_id is not None:
        chosen.append(col(Notice.id) == notice_id)
    return await reopen(session, Notice, now, *chosen)


async def was_sent(session: AsyncSession, kind: str, comment_id: str) -> bool:
    """Whether a notice of this kind about the comment has been settled, as far back as the outbox remembers."""
    found = await session.exec(
        select(Notice.payload).where(col(Notice.kind) == kind, col(Notice.settled_at).is_not(None))
    )
    return any(payload.get("comment") == comment_id for payload in found)


async def waiting(session: AsyncSession) -> Waiting:
    """How the outbox stands."""
    row = (await session.exec(select(func.count(), func.min(Notice.created_at)).where(*is_open(Notice)))).one()
    given_up = await session.exec(select(func.count()).where(col(Notice.given_up_at).is_not(None)))
    return Waiting(open=row[0], oldest=row[1], given_up=given_up.one())


def _due(now: datetime, kinds: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    return *due(Notice, now), col(Notice.kind).in_(kinds)
