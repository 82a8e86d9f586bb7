"""What is known of an author and a thread before a draft is judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, bindparam, true, union
from sqlmodel import col, func, select

from models.comment import Comment
from models.site import Site
from models.trip import Trip, any_of, numbered, room
from moderation.lifecycle import Status
from moderation.reading import MOST_RECENT, Form, Standing

RECENT = timedelta(minutes=10)
REMEMBERED = timedelta(hours=24)
MOST_PREVIOUS = 50


@dataclass(frozen=True, slots=True)
class Earlier:
    """How a person's earlier comments at this site were decided."""

    approved: int = 0
    rejected: int = 0
    spam: int = 0


def _newest(*where: ColumnElement[bool]) -> Select[Any]:
    kept = (col(Comment.status) != bindparam("deleted"), col(Comment.created_at) > bindparam("since"))
    newest = select(Comment.id, Comment.text, Comment.created_at).where(*where, *kept)
    limited = newest.order_by(col(Comment.created_at).desc()).limit(MOST_PREVIOUS).subquery()
    return select(limited)


_OF_SENDER = (col(Comment.site_id) == bindparam("site"), col(Comment.sender) == bindparam("sender"))
_LATELY = select(Comment.id).where(*_OF_SENDER, col(Comment.created_at) > bindparam("lately")).limit(MOST_RECENT)
_RECENT = select(func.count().label("recent")).select_from(_LATELY.subquery()).subquery()
# Two questions that an index answers each, instead of one with "or" that reads the day's comments of the whole site.
_BOTH = union(_newest(*_OF_SENDER), _newest(col(Comment.thread_id) == bindparam("thread"))).subquery()
# The count stands in every row, and in one of its own where there is no text.
_KNOWN = (
    select(_RECENT.c.recent, _BOTH.c.text)
    .select_from(_RECENT.outerjoin(_BOTH, true()))
    .order_by(_BOTH.c.created_at.desc())
    .limit(MOST_PREVIOUS)
)


async def standing_of(trip: Trip, site: Site, thread: int | None, sender: str, form: Form, now: datetime) -> Standing:
    """What the judges may know: the thread's and the sender's texts of the last day, and how many came just now."""
    told = {"site": site.id, "sender": sender, "thread": thread, "deleted": Status.DELETED}
    known = await trip.ask(_KNOWN, {**told, "since": now - REMEMBERED, "lately": now - RECENT})
    return Standing(
        language=site.language,
        previous=tuple([text for _recent, text in known if text is not None]),
        recent=known[0][0],
        reserved=tuple(site.names),
        form=form,
    )


async def earlier_of(trip: Trip, comments: Sequence[Comment]) -> dict[str, Earlier]:
    """For each comment whose author's address is confirmed: how that person's other comments were decided.

    An address that was only typed proves nothing, so nothing is counted for it.
    """
    known = {(each.site_id, each.email_mark) for each in comments if each.email_mark and each.email_confirmed}
    if not known:
        return {}
    marks = {mark for _, mark in known}
    found = await trip.ask(_counted(room(marks)), numbered(marks))
    counts = {(site_id, mark, status): number for site_id, mark, status, number in found}
    return {each.id: _earlier(counts, each) for each in comments if each.email_mark and each.email_confirmed}


@cache
def _counted(number: int) -> Executable:
    return (
        select(Comment.site_id, Comment.email_mark, Comment.status, func.count())
        .where(any_of(col(Comment.email_mark), number), col(Comment.email_confirmed))
        .group_by(col(Comment.site_id), col(Comment.email_mark), col(Comment.status))
    )


def _earlier(counts: dict[tuple[int, str | None, str], int], comment: Comment) -> Earlier:
    def others(status: Status) -> int:
        own = comment.status == status
        return counts.get((comment.site_id, comment.email_mark, status), 0) - own

    return Earlier(others(Status.APPROVED), others(Status.REJECTED), others(Status.SPAM))
