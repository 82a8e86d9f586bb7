"""A comment with what a moderator must see beside it: its place, and what it answers."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import literal
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment, comments_by_id
from models.site import Site
from models.thread import Thread

_FAR = 20


@dataclass(frozen=True, slots=True)
class Case:
    """A comment with what a moderator must see beside it. `chain`: what it answers, beginning with the first."""

    comment: Comment
    site: Site
    thread: Thread
    chain: tuple[Comment, ...] = ()

    @property
    def parent(self) -> Comment | None:
        """What the comment answers, or None."""
        return self.chain[-1] if self.chain else None


async def case_of(session: AsyncSession, comment_id: str) -> Case | None:
    """One comment with what belongs beside it, or None."""
    query = (
        select(Comment, Site, Thread)
        .join(Site, col(Site.id) == col(Comment.site_id))
        .join(Thread, col(Thread.id) == col(Comment.thread_id))
        .where(col(Comment.id) == comment_id)
    )
    row = (await session.exec(query)).first()
    if row is None:
        return None
    comment, site, thread = row
    chains = await chains_of(session, [comment])
    return Case(comment, site, thread, chains.get(comment.id, ()))


async def chains_of(session: AsyncSession, comments: list[Comment]) -> dict[str, tuple[Comment, ...]]:
    """What each comment answers, and what that answers, up to `_FAR` steps; in two questions however many there are."""
    asked = [each.id for each in comments if each.parent_id]
    if not asked:
        return {}
    step: Any = select(col(Comment.id).label("of"), col(Comment.parent_id).label("parent"), literal(1).label("far"))
    up = step.where(col(Comment.id).in_(asked)).cte("up", recursive=True)
    further = select(up.c.of, Comment.parent_id, up.c.far + 1).join(Comment, col(Comment.id) == up.c.parent)
    up = up.union_all(further.where(col(Comment.parent_id).is_not(None), up.c.far < _FAR))
    steps = list(await session.exec(select(up.c.of, up.c.parent).order_by(up.c.far.desc())))
    known = await comments_by_id(session, {parent for _of, parent in steps})
    chains: defaultdict[str, list[Comment]] = defaultdict(list)
    for of, parent in steps:
        if parent in known:
            chains[of].append(known[parent])
    return {of: tuple(chain) for of, chain in chains.items()}
