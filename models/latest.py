"""What was published last, for feeds."""

from datetime import datetime
from typing import NamedTuple

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.prompt import Prompt
from models.site import Site
from models.thread import Thread
from moderation.lifecycle import Status


class Latest(NamedTuple):
    """A published comment as a feed tells it; `page` and `title` are those of its thread. `question`: what it answers,
    as the page asks it.
    """

    id: str
    page: str
    title: str
    parent: str | None
    name: str
    url: str | None
    html: str
    published_at: datetime
    edited_at: datetime | None
    question: str | None


async def latest(session: AsyncSession, site: Site, thread: Thread | None = None, limit: int = 50) -> list[Latest]:
    """The comments published last at the site, or in one of its threads; newest first."""
    where = [col(Comment.site_id) == site.id, col(Comment.status) == Status.APPROVED]
    if thread is not None:
        where.append(col(Comment.thread_id) == thread.id)
    found = await session.exec(
        select(  # type: ignore[call-overload]  # SQLModel knows at most four columns
            Comment.id,
            Thread.page,
            Thread.title,
            Comment.parent_id,
            Comment.name,
            Comment.url,
            Comment.html,
            Comment.published_at,
            Comment.edited_at,
            Prompt.text,
        )
        .join(Thread, col(Thread.id) == col(Comment.thread_id))
        .join(Prompt, col(Prompt.id) == col(Comment.question), isouter=True)
        .where(*where, col(Comment.published_at).is_not(None))
        .order_by(col(Comment.published_at).desc(), col(Comment.id))
        .limit(limit)
    )
    return [Latest(*row) for row in found]
