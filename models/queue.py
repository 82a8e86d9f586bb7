"""The moderators' queue: what waits, urgent first, then oldest."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.case import CASES, Case
from models.comment import Comment
from models.narrowing import at_site, conditions_of, in_order, narrowing
from models.question import Question


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the queue; `next` is where to go on, or None at the end."""

    cases: list[Case]
    next: str | None


class _Place(NamedTuple):
    """Where a comment stands in the queue."""

    priority: int
    created_at: datetime
    id: str


async def queue(session: AsyncSession, question: Question) -> Slice:
    """The part of the queue that is asked for. Raises `BadCursor`."""
    places = await _places(session, question)
    ids = [place.id for place in places[: question.limit]]
    rows = {row[0].id: row for row in await session.exec(CASES.where(col(Comment.id).in_(ids)))}
    cases = [Case(*rows[each]) for each in ids]
    more = len(places) > question.limit
    return Slice(cases, _cursor(cases[-1].comment) if more else None)


async def _places(session: AsyncSession, question: Question) -> list[_Place]:
    """The places to show and one more, if there is one.

    Each site is asked for itself: then an index gives its comments in order, and nothing is sorted but the few
    that come first.
    """
    places: list[_Place] = []
    conditions = [*conditions_of(question), *await narrowing(session, question)]
    for site in question.sites:
        found = await session.exec(
            select(Comment.priority, Comment.created_at, Comment.id)
            .where(at_site(site, question), *conditions)
            .order_by(*in_order(question))
            .limit(question.limit + 1)
        )
        places += [_Place(*row) for row in found]
    if question.newest:
        places.sort(key=lambda each: (each.created_at, each.id), reverse=True)
    else:
        places.sort(key=lambda each: (-each.priority, each.created_at, each.id))
    return places[: question.limit + 1]


def _cursor(comment: Comment) -> str:
    return f"{comment.priority}~{comment.created_at.isoformat()}~{comment.id}"
