"""Reading a whole site, a part at a time, in an order that does not depend on when rows were written."""

from collections.abc import AsyncGenerator
from typing import Any

from sqlalchemy import ColumnElement, tuple_
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.site import Site
from models.thread import Thread

CHUNK = 500


async def pages_of(session: AsyncSession, site: Site) -> list[Thread]:
    """All threads of the site, by page."""
    found = await session.exec(select(Thread).where(col(Thread.site_id) == site.id))
    return sorted(found, key=lambda each: each.page)


async def comments_of(
    session: AsyncSession, thread: Thread, question: str | None = None
) -> AsyncGenerator[list[Comment]]:
    """The thread's comments in every status, or those under a question; oldest first, at most `CHUNK` at once."""
    place = (col(Comment.created_at), _by_bytes(session))
    which = [col(Comment.question) == question] if question else []
    after: list[ColumnElement[bool]] = []
    while True:
        query = select(Comment).where(col(Comment.thread_id) == thread.id, *which, *after).order_by(*place).limit(CHUNK)
        chunk = list(await session.exec(query))
        if chunk:
            yield chunk
        if len(chunk) < CHUNK:
            return
        after = [tuple_(*place) > tuple_(chunk[-1].created_at, chunk[-1].id)]
        session.expunge_all()


async def kinship(session: AsyncSession, thread: Thread) -> list[tuple[str, str | None]]:
    """Each comment of the thread with what it answers, what is answered before its answers."""
    rows = await session.exec(
        select(Comment.id, Comment.parent_id)
        .where(col(Comment.thread_id) == thread.id)
        .order_by(col(Comment.created_at), _by_bytes(session))
    )
    below: dict[str | None, list[str]] = {}
    parents: dict[str, str | None] = {}
    for own, parent in rows:
        below.setdefault(parent, []).append(own)
        parents[own] = parent
    order: list[tuple[str, str | None]] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        own = waiting.pop()
        order.append((own, parents[own]))
        waiting += reversed(below.get(own, []))
    return order


async def count_comments(session: AsyncSession, site: Site) -> int:
    """How many comments the site has, in every status."""
    return (await session.exec(select(func.count()).where(col(Comment.site_id) == site.id))).one()


def _by_bytes(session: AsyncSession) -> Any:
    """The id in an order that is the same in every database, whatever its language."""
    postgresql = session.get_bind().dialect.name == "postgresql"
    return col(Comment.id).collate("C") if postgresql else col(Comment.id)
