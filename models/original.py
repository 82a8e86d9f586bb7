"""What a comment said before a passage was taken out: kept for a while, so that the cut can be checked or undone."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Column, delete
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime

KEPT = timedelta(days=30)


class Original(SQLModel, table=True):
    """The comment's content before one decision; `content` holds the columns that the decision changed."""

    id: int | None = Field(default=None, primary_key=True)
    comment_id: str = Field(foreign_key="comment.id", index=True, max_length=64)
    decision_id: int = Field(foreign_key="decision.id", unique=True)
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    until: datetime = Field(sa_type=UtcDateTime, index=True)


async def originals_of(session: AsyncSession, ids: Collection[str]) -> dict[str, list[Original]]:
    """What is still kept of these comments, oldest first."""
    found = await session.exec(select(Original).where(col(Original.comment_id).in_(ids)).order_by(col(Original.id)))
    kept: dict[str, list[Original]] = {}
    for each in found:
        kept.setdefault(each.comment_id, []).append(each)
    return kept


async def drop_originals(session: AsyncSession, comment_id: str) -> None:
    """Nothing of the comment's earlier texts is kept any more: its author took it back, or is forgotten."""
    await session.exec(delete(Original).where(col(Original.comment_id) == comment_id))


async def purge_originals(session: AsyncSession, now: datetime) -> int:
    """Drop what was kept long enough; gives how many there were."""
    result = await session.exec(delete(Original).where(col(Original.until) <= now))
    return result.rowcount
