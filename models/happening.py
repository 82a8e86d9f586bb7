"""What happens at the desk, in order: written in the transaction of its cause, read by every process.

Open desks follow it live and, after a break, from where they were. It tells that a comment changed and not what it
says. On PostgreSQL a notification wakes whoever listens; on SQLite they look.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Executable, bindparam, delete, insert
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime
from models.trip import InSession, Trip

Kind = Literal["filed", "decided", "claimed", "released", "reported", "objected", "noted"]
CHANNEL = "wortmeldung_desk"
KEPT = timedelta(days=1)
# On PostgreSQL numbers are given before the commit, so a smaller one may be seen after a larger one.
OVERLAP = 64


class Happening(SQLModel, table=True):
    """One thing that happened to one comment. `moderator_id` is None where nobody at the desk did it."""

    # Numbers are places in a stream: one that was used must not be given again once old rows are gone.
    __table_args__ = {"sqlite_autoincrement": True}  # SQLAlchemy's own name

    id: int | None = Field(default=None, primary_key=True)
    site_id: int
    comment_id: str = Field(max_length=64)
    kind: str = Field(max_length=12)
    moderator_id: int | None = None
    at: datetime = Field(sa_type=UtcDateTime, index=True)


async def happens(
    session: AsyncSession, kind: Kind, site_id: int, comment_id: str, now: datetime, moderator_id: int | None = None
) -> None:
    """Let every open desk know, once the caller's transaction is committed."""
    await note_happening(InSession(session), kind, site_id, comment_id, now, moderator_id)


async def note_happening(
    trip: Trip, kind: Kind, site_id: int, comment_id: str, now: datetime, moderator_id: int | None = None
) -> None:
    """The same, told to the driver itself."""
    values = {"site": site_id, "comment": comment_id, "what": kind, "who": moderator_id, "now": now}
    await trip.ask(_NOTE[trip.dialect.name], values)


async def latest_happening(session: AsyncSession) -> int:
    """The number of the last one, 0 before the first."""
    return (await session.exec(select(func.max(Happening.id)))).one() or 0


async def happenings_after(session: AsyncSession, number: int, most: int = 500) -> Sequence[Happening]:
    """What happened after number `number`, on PostgreSQL also a little before it, oldest first; at most `most`."""
    before = OVERLAP if session.get_bind().dialect.name == "postgresql" else 0
    found = await session.exec(
        select(Happening).where(col(Happening.id) > number - before).order_by(col(Happening.id)).limit(most)
    )
    return list(found)


async def forget_happenings(session: AsyncSession, now: datetime) -> int:
    """Drop what nobody will ask for any more; gives how many there were."""
    result = await session.exec(delete(Happening).where(col(Happening.at) < now - KEPT))
    return result.rowcount


_INSERT = (
    insert(Happening)
    .values(
        site_id=bindparam("site"),
        comment_id=bindparam("comment"),
        kind=bindparam("what"),
        moderator_id=bindparam("who"),
        at=bindparam("now"),
    )
    .inline()
)
# To store it and to wake those who listen is one statement.
_NOTE: dict[str, Executable] = {
    "sqlite": _INSERT,
    "postgresql": select(func.pg_notify(CHANNEL, "")).add_cte(_INSERT.cte("noted")),
}
