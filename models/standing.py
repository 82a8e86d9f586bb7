"""What is known of an author and a thread before a draft is judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.site import Site
from models.thread import Thread
from moderation.lifecycle import Status
from moderation.reading import Form, Standing

RECENT = timedelta(minutes=10)
REMEMBERED = timedelta(hours=24)
MOST_PREVIOUS = 50


@dataclass(frozen=True, slots=True)
class Earlier:
    """How a person's earlier comments at this site were decided."""

    approved: int = 0
    rejected: int = 0
    spam: int = 0


async def standing_of(
    session: AsyncSession,
    site: Site,
    thread: Thread | None,
    sender: str,
    form: Form,
    now: datetime,
) -> Standing:
    """What the judges may know: the thread's and the sender's texts of the last day, and how many came just now."""
    recent = select(func.count()).where(
        Comment.site_id == site.id,
        Comment.sender == sender,
        col(Comment.created_at) > now - RECENT,
    )
    return Standing(
        language=site.language,
        previous=await _previous(session, site, thread, sender, now),
        recent=(await session.exec(recent)).one(),
        reserved=tuple(site.names),
        form=form,
    )


async def earlier_of(session: AsyncSession, comments: Sequence[Comment]) -> dict[str, Earlier]:
    """For each comment whose author's address is confirmed: how that person's other comments were decided.

    An address that was only typed proves nothing, so nothing is counted for it.
    """
    known = {(each.site_id, each.email_mark) for each in comments if each.email_mark and each.email_confirmed}
    if not known:
        return {}
    found = await session.exec(
        select(Comment.site_id, Comment.email_mark, Comment.status, func.count())
        .where(
            col(Comment.email_mark).in_({mark for _, mark in known}),
            col(Comment.email_confirmed),
        )
        .group_by(col(Comment.site_id), col(Comment.email_mark), col(Comment.status))
    )
    counts = {(site_id, mark, status): number for site_id, mark, status, number in found}
    return {each.id: _earlier(counts, each) for each in comments if each.email_mark and each.email_confirmed}


def _earlier(counts: dict[tuple[int, str | None, str], int], comment: Comment) -> Earlier:
    def others(status: Status) -> int:
        own = comment.status == status
        return counts.get((comment.site_id, comment.email_mark, status), 0) - own

    return Earlier(others(Status.APPROVED), others(Status.REJECTED), others(Status.SPAM))


async def _previous(
    session: AsyncSession, site: Site, thread: Thread | None, sender: str, now: datetime
) -> tuple[str, ...]:
    here = col(Comment.sender) == sender
    if thread is not None:
        here = or_(here, col(Comment.thread_id) == thread.id)
    found = await session.exec(
        select(Comment.text)
        .where(
            Comment.site_id == site.id,
            here,
            col(Comment.status) != Status.DELETED,
            col(Comment.created_at) > now - REMEMBERED,
        )
        .order_by(col(Comment.created_at).desc())
        .limit(MOST_PREVIOUS)
    )
    return tuple(found)
