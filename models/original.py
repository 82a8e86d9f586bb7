"""What a comment said before a passage was taken out: kept for a while, so that the cut can be checked or undone."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import JSON, Column, Executable, delete
from sqlmodel import Field, SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime
from models.trip import Trip, any_of, columns, numbered, room

KEPT = timedelta(days=30)


class Original(SQLModel, table=True):
    """The comment's content before one decision; `content` holds the columns that the decision changed."""

    id: int | None = Field(default=None, primary_key=True)
    comment_id: str = Field(foreign_key="comment.id", index=True, max_length=64)
    decision_id: int = Field(foreign_key="decision.id", unique=True)
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    until: datetime = Field(sa_type=UtcDateTime, index=True)


class Kept(NamedTuple):
    """An original as moderators see it beside the comment."""

    comment_id: str
    content: dict[str, Any]
    until: datetime


async def originals_of(trip: Trip, ids: Collection[str]) -> dict[str, list[Kept]]:
    """What is still kept of these comments, oldest first."""
    kept: defaultdict[str, list[Kept]] = defaultdict(list)
    for row in await trip.ask(_originals(room(ids)), numbered(ids)) if ids else ():
        kept[row[0]].append(Kept(*row))
    return kept


@cache
def _originals(number: int) -> Executable:
    return columns(Original, Kept._fields).where(any_of(col(Original.comment_id), number)).order_by(col(Original.id))


async def drop_originals(session: AsyncSession, comment_id: str) -> None:
    """Nothing of the comment's earlier texts is kept any more: its author took it back, or is forgotten."""
    await session.exec(delete(Original).where(col(Original.comment_id) == comment_id))


async def purge_originals(session: AsyncSession, now: datetime) -> int:
    """Drop what was kept long enough; gives how many there were."""
    result = await session.exec(delete(Original).where(col(Original.until) <= now))
    return result.rowcount
