"""How much waits for a person: in each lane of some sites, and in the whole installation."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.question import Lane
from models.report import Objection, Report
from moderation.lifecycle import Status


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits for a person, over all sites, and since when the oldest does."""

    lanes: dict[str, int]
    oldest: datetime | None


async def lane_counts(session: AsyncSession, sites: tuple[int, ...]) -> dict[Lane, int]:
    """How many comments wait in each lane; those of a wave count each."""
    here = col(Comment.site_id).in_(sites)
    spam = func.sum(case((and_(col(Comment.lane) == "spam", col(Comment.held).is_(False)), 1), else_=0))
    held = func.sum(case((col(Comment.held), 1), else_=0))
    waiting = select(func.count(), spam, held).where(here, Comment.status == Status.PENDING)
    every, in_spam, kept_back = (await session.exec(waiting)).one()
    counts: dict[Lane, int] = {"review": every - (in_spam or 0) - (kept_back or 0), "spam": in_spam or 0}
    counts["reports"] = await _brought_back(session, Report, here)
    counts["objections"] = await _brought_back(session, Objection, here)
    counts["held"] = kept_back or 0
    return counts


async def backlog(session: AsyncSession) -> Backlog:
    """What waits in the whole installation, for its operator."""
    waits = Comment.status == Status.PENDING
    found = await session.exec(select(Comment.lane, func.count()).where(waits).group_by(col(Comment.lane)))
    lanes = {"review": 0, "spam": 0} | dict(found.all())
    oldest = await session.exec(select(func.min(Comment.created_at)).where(waits, Comment.lane == "review"))
    return Backlog(lanes, oldest.one())


async def _brought_back(session: AsyncSession, kind: type[Report] | type[Objection], here: ColumnElement[bool]) -> int:
    # A join might begin with all comments of the sites.
    there = select(Comment.id).where(col(Comment.id) == col(kind.comment_id), here).exists()
    open_ = select(func.count(func.distinct(kind.comment_id))).where(col(kind.settled_at).is_(None), there)
    return (await session.exec(open_)).one()
