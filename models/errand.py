"""An errand: something to bring to somebody outside, which may fail and is tried again.

Who runs it claims it by lease, tries, and settles; who dies in between lets the lease run out, and another tries again.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, update
from sqlmodel import Field, SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime


class Errand(SQLModel):
    """What every errand remembers. It is open until it is settled or given up; `attempts` tells its leases apart."""

    id: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    given_up_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    problem: str = Field(default="", max_length=300)


def is_open(kind: type[Errand]) -> tuple[ColumnElement[bool], ...]:
    """Neither settled nor given up."""
    return col(kind.settled_at).is_(None), col(kind.given_up_at).is_(None)


def due(kind: type[Errand], now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Open, its pause over, and leased to nobody."""
    unleased = or_(col(kind.leased_until).is_(None), col(kind.leased_until) <= now)
    return *is_open(kind), col(kind.due_at) <= now, unleased


async def lease(session: AsyncSession, errands: Iterable[Errand], until: datetime) -> None:
    """Nobody else gets them before `until`."""
    for each in errands:
        each.leased_until = until
        each.attempts += 1
        session.add(each)
    await session.flush()


async def end_lease(session: AsyncSession, errand: Errand, **values: Any) -> None:
    """Only the holder may: who was slower than their lease must not undo what the next one did."""
    kind = type(errand)
    held = (col(kind.id) == errand.id, col(kind.attempts) == errand.attempts, col(kind.settled_at).is_(None))
    await session.exec(update(kind).where(*held).values(leased_until=None, **values))


async def reopen(session: AsyncSession, kind: type[Errand], now: datetime, *chosen: ColumnElement[bool]) -> int:
    """Try again at once, as if for the first time, what is not settled among the chosen; how many there were."""
    values = {"given_up_at": None, "due_at": now, "attempts": 0, "problem": ""}
    result = await session.exec(update(kind).where(*chosen, col(kind.settled_at).is_(None)).values(values))
    return int(result.rowcount)
