"""A question to the queue as the conditions and the order that the database is asked for."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, literal, or_, tuple_
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime
from models.comment import Comment, find_comment
from models.contains import Contains
from models.prompt import Prompt
from models.question import ANY, BadCursor, Lane, Question
from models.report import Objection, Report
from models.search import found_by
from models.thread import Thread
from moderation.lifecycle import Status

_FOLDED_LANES = ("review", "spam")
_BROUGHT_BACK = ("reports", "objections")
_MOST_PAGES = 500


def at_site(site: int, question: Question) -> ColumnElement[bool]:
    """The site's comments. Few are reported; the sum says to look these up and not for them among all of the site."""
    number = col(Comment.site_id)
    return number + 0 == site if question.lane in _BROUGHT_BACK else number == site


def conditions_of(question: Question) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if question.status is not None:
        conditions.append(col(Comment.status) == question.status)
    if question.lane is not None:
        conditions.append(_in_lane(question.lane, question.status))
    if question.lane is None and question.status is None and not question.author:
        conditions.append(col(Comment.status) == Status.PENDING)
    if question.lane in _FOLDED_LANES and question.status is None and not question.narrow:
        conditions.append(col(Comment.follows).is_(False))
    if question.after:
        conditions.append(_behind(question.after, newest=question.newest))
    return conditions


async def narrowing(session: AsyncSession, question: Question) -> list[ColumnElement[bool]]:
    """What is filtered by. All but words, author and wave stands in the queue's index."""
    conditions = await found_by(session, question.words)
    if question.page:
        conditions.append(col(Comment.thread_id).in_(await _threads(session, question)))
    if question.rule:
        conditions.append(Contains(col(Comment.rules), f" {question.rule} "))
    for column, asked in ((col(Comment.spam), question.spam), (col(Comment.violation), question.violation)):
        if asked != ANY:
            conditions.append(column.between(asked.least, asked.most))
    if question.since:
        conditions.append(col(Comment.created_at) >= question.since)
    if question.until:
        conditions.append(col(Comment.created_at) < question.until)
    return [*conditions, *await _belonging(session, question)]


def in_order(question: Question) -> tuple[Any, ...]:
    if question.newest:
        return col(Comment.created_at).desc(), col(Comment.id).desc()
    return col(Comment.priority).desc(), col(Comment.created_at), col(Comment.id)


async def _belonging(session: AsyncSession, question: Question) -> list[ColumnElement[bool]]:
    """To whom or to what it shall belong: a colleague, a wave, a question of a page, an author."""
    conditions: list[ColumnElement[bool]] = []
    if question.assignee:
        conditions.append(col(Comment.assignee_id) == question.assignee)
    if question.wave:
        conditions.append(col(Comment.wave) == question.wave)
    if question.prompt:
        conditions += await _under_prompt(session, question.prompt)
    if question.author:
        conditions.append(await _by_author(session, question.author))
    return conditions


async def _threads(session: AsyncSession, question: Question) -> list[int | None]:
    part = question.page.casefold()
    found = await session.exec(
        select(Thread.id)
        .where(
            col(Thread.site_id).in_(question.sites),
            or_(Contains(func.lower(Thread.page), part), Contains(func.lower(Thread.title), part)),
        )
        .limit(_MOST_PAGES)
    )
    return list(found)


async def _under_prompt(session: AsyncSession, prompt_id: str) -> list[ColumnElement[bool]]:
    """What stands under the question; its page is named, too, since the index knows that."""
    prompt = await session.get(Prompt, prompt_id)
    if prompt is None:
        return [false()]
    return [col(Comment.thread_id) == prompt.thread_id, col(Comment.question) == prompt_id]


async def _by_author(session: AsyncSession, comment_id: str) -> ColumnElement[bool]:
    """The same person, as far as anybody can know: an address that was only typed proves nothing."""
    comment = await find_comment(session, comment_id)
    if comment is None:
        return false()
    here = col(Comment.site_id) == comment.site_id
    if comment.email_mark and comment.email_confirmed:
        return and_(here, col(Comment.email_mark) == comment.email_mark, col(Comment.email_confirmed))
    if comment.sender:
        return and_(here, col(Comment.sender) == comment.sender)
    return col(Comment.id) == comment_id


def _in_lane(lane: Lane, status: Status | None) -> ColumnElement[bool]:
    if lane == "reports":
        open_ = select(Report.comment_id).where(col(Report.settled_at).is_(None))
        return col(Comment.id).in_(open_)
    if lane == "objections":
        open_ = select(Objection.comment_id).where(col(Objection.settled_at).is_(None))
        return col(Comment.id).in_(open_)
    if lane == "held":
        return and_(col(Comment.held), col(Comment.status) == Status.PENDING)
    in_lane = col(Comment.lane) == lane
    if status is not None:
        return in_lane
    return and_(in_lane, col(Comment.status) == Status.PENDING, col(Comment.held).is_(False))


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
