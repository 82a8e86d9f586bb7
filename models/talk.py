"""The talks of sites, page by page: how much was said, what waits, what is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.contains import Contains
from models.prompt import Prompt
from models.site import Site
from models.thread import Thread
from moderation.lifecycle import Status


@dataclass(frozen=True, slots=True)
class Talk:
    """A page that people talk on: comments that are published, comments that wait, questions that are asked."""

    site: Site
    thread: Thread
    count: int
    waiting: int
    questions: int


async def talks(session: AsyncSession, sites: Sequence[int], words: str, before: int | None, limit: int) -> list[Talk]:
    """At most `limit` talks, the newest page first, beginning `before` a thread; `words` are part of path or title."""
    query = select(Thread, Site).join(Site, col(Site.id) == col(Thread.site_id)).where(col(Thread.site_id).in_(sites))
    if words:
        part = words.casefold()
        query = query.where(or_(Contains(func.lower(Thread.page), part), Contains(func.lower(Thread.title), part)))
    if before is not None:
        query = query.where(col(Thread.id) < before)
    found = list(await session.exec(query.order_by(col(Thread.id).desc()).limit(limit)))
    ids = [thread.id or 0 for thread, _site in found]
    counts, asked = await _counts(session, ids), await _asked(session, ids)
    return [
        Talk(
            site,
            thread,
            counts.get((thread.id or 0, Status.APPROVED), 0),
            counts.get((thread.id or 0, Status.PENDING), 0),
            asked.get(thread.id or 0, 0),
        )
        for thread, site in found
    ]


async def _counts(session: AsyncSession, threads: Sequence[int]) -> dict[tuple[int, str], int]:
    found = await session.exec(
        select(Comment.thread_id, Comment.status, func.count())
        .where(col(Comment.thread_id).in_(threads), col(Comment.status).in_([Status.APPROVED, Status.PENDING]))
        .group_by(col(Comment.thread_id), col(Comment.status))
    )
    return {(thread, status): number for thread, status, number in found}


async def _asked(session: AsyncSession, threads: Sequence[int]) -> dict[int, int]:
    found = await session.exec(
        select(Prompt.thread_id, func.count())
        .where(col(Prompt.thread_id).in_(threads), col(Prompt.retired).is_(False))
        .group_by(col(Prompt.thread_id))
    )
    return dict(found.all())
