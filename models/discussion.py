"""What was said on a page, for those who sum it up: the published comments, and how many wait."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.thread import Thread
from moderation.lifecycle import Status


class Said(NamedTuple):
    """A published comment. `mark` is that of a confirmed address, so the same for everything by the same person."""

    id: str
    parent: str | None
    question: str | None
    name: str
    role: str | None
    html: str
    created_at: datetime
    featured: bool
    helpful: int
    mark: str | None


@dataclass(frozen=True, slots=True)
class Discussion:
    """The published comments of a thread, oldest first, and how many wait for a decision."""

    said: list[Said]
    waiting: int


async def discussion_of(session: AsyncSession, thread: Thread) -> Discussion:
    """All that was said in the thread and is published."""
    here = col(Comment.thread_id) == thread.id
    found = await session.exec(
        select(  # type: ignore[call-overload]  # SQLModel knows at most four columns
            Comment.id,
            Comment.parent_id,
            Comment.question,
            Comment.name,
            Comment.role,
            Comment.html,
            Comment.created_at,
            Comment.featured,
            Comment.helpful,
            Comment.email_mark,
            Comment.email_confirmed,
        )
        .where(here, Comment.status == Status.APPROVED)
        .order_by(col(Comment.created_at), col(Comment.id))
    )
    said = [Said._make((*row[:9], row[9] if row[10] else None)) for row in found]
    waiting = await session.exec(select(func.count()).where(here, Comment.status == Status.PENDING))
    return Discussion(said, waiting.one())
