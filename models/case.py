"""A comment with its place."""

from dataclasses import dataclass

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.site import Site
from models.thread import Thread


@dataclass(frozen=True, slots=True)
class Case:
    """A comment, and the site and the thread that it stands in."""

    comment: Comment
    site: Site
    thread: Thread


CASES = (
    select(Comment, Site, Thread)
    .join(Site, col(Site.id) == col(Comment.site_id))
    .join(Thread, col(Thread.id) == col(Comment.thread_id))
)
_CASE = CASES.where(col(Comment.id) == bindparam("id"))


async def case_of(session: AsyncSession, comment_id: str) -> Case | None:
    """One comment with its place, or None."""
    row = (await session.exec(_CASE, params={"id": comment_id})).first()
    return Case(*row) if row else None
