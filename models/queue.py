"""The moderators' queue: what waits, urgent first, then oldest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, and_, literal, or_, tuple_
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime
from models.comment import Comment, comments_by_id
from models.report import Objection, Report
from models.search import found_by
from models.site import Site
from models.thread import Thread
from moderation.lifecycle import Status

Lane = Literal["review", "spam", "reports", "objections"]
LANES: tuple[Lane, ...] = get_args(Lane)


class BadCursor(ValueError):
    """The place to go on from was not made by `queue`."""


@dataclass(frozen=True, slots=True)
class Question:
    """What of the queue is asked for. Without a status: what waits in the lane; with one: whatever has it.

    `newest`: the newest first, whatever its priority, for looking at what was decided.
    """

    sites: tuple[int, ...]
    lane: Lane | None = None
    status: Status | None = None
    words: str = ""
    after: str | None = None
    limit: int = 50
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A comment with what a moderator must see beside it, without a click."""

    comment: Comment
    site: Site
    thread: Thread
    parent: Comment | None


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


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits for a person, over all sites, and since when the oldest does."""

    lanes: dict[str, int]
    oldest: datetime | None


async def queue(session: AsyncSession, question: Question) -> Slice:
    """The part of the queue that is asked for. Raises `BadCursor`."""
    places = await _places(session, question)
    ids = [place.id for place in places[: question.limit]]
    query = (
        select(Comment, Site, Thread)
        .join(Site, col(Site.id) == col(Comment.site_id))
        .join(Thread, col(Thread.id) == col(Comment.thread_id))
        .where(col(Comment.id).in_(ids))
    )
    rows = {row[0].id: row for row in await session.exec(query)}
    parents = await _parents(session, [comment for comment, _, _ in rows.values()])
    cases = [
        Case(comment, site, thread, parents.get(comment.parent_id or ""))
        for comment, site, thread in (rows[each] for each in ids)
    ]
    more = len(places) > question.limit
    return Slice(cases, _cursor(cases[-1].comment) if more else None)


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
    parents = await _parents(session, [comment])
    return Case(comment, site, thread, parents.get(comment.parent_id or ""))


async def lane_counts(session: AsyncSession, sites: tuple[int, ...]) -> dict[Lane, int]:
    """How many comments wait in each lane."""
    here = col(Comment.site_id).in_(sites)
    found = await session.exec(
        select(Comment.lane, func.count()).where(here, Comment.status == Status.PENDING).group_by(col(Comment.lane))
    )
    waiting = {str(lane): number for lane, number in found}
    counts: dict[Lane, int] = {"review": waiting.get("review", 0), "spam": waiting.get("spam", 0)}
    for lane in ("reports", "objections"):
        brought_back = select(func.count()).select_from(Comment).where(here, _in_lane(lane, None))
        counts[lane] = (await session.exec(brought_back)).one()
    return counts


async def backlog(session: AsyncSession) -> Backlog:
    """What waits in the whole installation, for its operator."""
    waits = Comment.status == Status.PENDING
    found = await session.exec(select(Comment.lane, func.count()).where(waits).group_by(col(Comment.lane)))
    lanes = {"review": 0, "spam": 0} | dict(found.all())
    oldest = await session.exec(select(func.min(Comment.created_at)).where(waits, Comment.lane == "review"))
    return Backlog(lanes, oldest.one())


async def _places(session: AsyncSession, question: Question) -> list[_Place]:
    """The places to show and one more, if there is one.

    Each site is asked for itself: then an index gives its comments in order, and nothing is sorted but the few
    that come first.
    """
    places: list[_Place] = []
    conditions = [*_conditions(question), *await found_by(session, question.words)]
    for site in question.sites:
        found = await session.exec(
            select(Comment.priority, Comment.created_at, Comment.id)
            .where(Comment.site_id == site, *conditions)
            .order_by(*_order(question))
            .limit(question.limit + 1)
        )
        places += [_Place(*row) for row in found]
    if question.newest:
        places.sort(key=lambda each: (each.created_at, each.id), reverse=True)
    else:
        places.sort(key=lambda each: (-each.priority, each.created_at, each.id))
    return places[: question.limit + 1]


def _conditions(question: Question) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if question.status is not None:
        conditions.append(col(Comment.status) == question.status)
    if question.lane is not None:
        conditions.append(_in_lane(question.lane, question.status))
    if question.lane is None and question.status is None:
        conditions.append(col(Comment.status) == Status.PENDING)
    if question.after:
        conditions.append(_behind(question.after, newest=question.newest))
    return conditions


def _order(question: Question) -> tuple[Any, ...]:
    if question.newest:
        return col(Comment.created_at).desc(), col(Comment.id).desc()
    return col(Comment.priority).desc(), col(Comment.created_at), col(Comment.id)


def _in_lane(lane: Lane, status: Status | None) -> ColumnElement[bool]:
    if lane == "reports":
        open_ = select(Report.comment_id).where(col(Report.settled_at).is_(None))
        return col(Comment.id).in_(open_)
    if lane == "objections":
        open_ = select(Objection.comment_id).where(col(Objection.settled_at).is_(None))
        return col(Comment.id).in_(open_)
    in_lane = col(Comment.lane) == lane
    return in_lane if status is not None else and_(in_lane, col(Comment.status) == Status.PENDING)


def _cursor(comment: Comment) -> str:
    return f"{comment.priority}~{comment.created_at.isoformat()}~{comment.id}"


def _behind(cursor: str, *, newest: bool) -> ColumnElement[bool]:
    try:
        priority, at, comment_id = cursor.split("~", 2)
        rank, time = int(priority), datetime.fromisoformat(at)
    except ValueError:
        raise BadCursor(cursor) from None
    if time.tzinfo is None or abs(rank) > 9 or not comment_id.isascii() or not comment_id.isprintable():
        raise BadCursor(cursor)
    place = tuple_(col(Comment.created_at), col(Comment.id))
    here = tuple_(literal(time, UtcDateTime), literal(comment_id))
    if newest:
        return place < here
    # The first half says nothing new, but an index can start from it.
    return and_(col(Comment.priority) <= rank, or_(col(Comment.priority) < rank, place > here))


async def _parents(session: AsyncSession, comments: list[Comment]) -> dict[str, Comment]:
    return await comments_by_id(session, {each.parent_id for each in comments if each.parent_id})
