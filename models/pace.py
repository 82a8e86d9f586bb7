"""How long comments wait for a person, by the clock and in working time, and how often the promise is kept."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.decision import Decision
from models.site import Site, hours_of
from models.statistics import RULINGS, Span, Waited, within
from moderation.working_time import ZONE, WorkingTime

# The steps of the distribution, in working hours; what is beyond the last is counted as more.
STEPS = (1, 4, 8, 16, 40)
_DAY = timedelta(days=1)
Openings = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Pace:
    """`clock` and `working` are seconds to a person's first ruling. `promised` counts the comments for which a promise
    has come due: decided, or later than promised; `kept` those of them that were decided in time.

    `steps`: how many were decided within so many working hours, and more than the last but one; beyond the last one
    the key is None.
    """

    clock: Waited
    working: Waited
    promised: int
    kept: int
    steps: tuple[tuple[int | None, int], ...]


async def pace(session: AsyncSession, sites: Sequence[Site], span: Span, now: datetime) -> Pace:
    """The pace for what was received during the span at these sites together."""
    by_id = {each.id: each for each in sites}
    meters = {each.id: _Meter(hours_of(each)) for each in sites}
    first = func.min(Decision.created_at)
    decided = (
        (col(Decision.comment_id) == col(Comment.id))
        & col(Decision.moderator_id).is_not(None)
        & col(Decision.action).in_(RULINGS)
    )
    found = await session.exec(
        select(Comment.site_id, Comment.status, Comment.created_at, first)
        .join(Decision, decided, isouter=True)
        .where(*within([each.id or 0 for each in sites], span))
        .group_by(col(Comment.id), col(Comment.site_id), col(Comment.status), col(Comment.created_at))
    )
    clock, working, promised, kept = [], [], 0, 0
    for site_id, status, came, ruled in found:
        site = by_id[site_id]
        worked = meters[site_id].until(ruled or now) - meters[site_id].until(came)
        if ruled is not None:
            clock.append((ruled - came).total_seconds())
            working.append(worked)
        late = worked > site.target_minutes * 60
        if site.target_minutes and (ruled is not None or (late and status == "pending")):
            promised += 1
            kept += not late
    return Pace(waited(clock), waited(working), promised, kept, _steps(working))


class _Meter:
    """Working seconds since the first day it is asked about, each day worked out once: so many waits are added fast."""

    def __init__(self, working: WorkingTime) -> None:
        self._working = working
        self._days: dict[date, tuple[float, Openings]] = {}

    def until(self, at: datetime) -> float:
        """Working seconds up to a moment; only differences mean anything."""
        before, openings = self._day(at.astimezone(ZONE).date())
        now = at.timestamp()
        return before + sum(min(now, end) - start for start, end in openings if now > start)

    def _day(self, day: date) -> tuple[float, Openings]:
        known = self._days
        if day in known:
            return known[day]
        if not known:
            known[day] = (0.0, self._openings(day))
        first, last = min(known), max(known)
        while last < day:
            before, openings = known[last]
            last += _DAY
            known[last] = (before + _length(openings), self._openings(last))
        while day < first:
            before = known[first][0]
            first -= _DAY
            openings = self._openings(first)
            known[first] = (before - _length(openings), openings)
        return known[day]

    def _openings(self, day: date) -> Openings:
        return tuple(
            (datetime.combine(day, each.start, ZONE).timestamp(), datetime.combine(day, each.end, ZONE).timestamp())
            for each in self._working.day(day)
        )


def _length(openings: Openings) -> float:
    return sum(end - start for start, end in openings)


def waited(seconds: Sequence[float]) -> Waited:
    """Median and, by nearest rank, the ninetieth percentile."""
    if not seconds:
        return Waited(0, None, None)
    ordered = sorted(seconds)
    return Waited(len(ordered), median(ordered), ordered[math.ceil(0.9 * len(ordered)) - 1])


def _steps(seconds: Sequence[float]) -> tuple[tuple[int | None, int], ...]:
    limits = [timedelta(hours=each).total_seconds() for each in STEPS]
    places = [next((place for place, limit in enumerate(limits) if each <= limit), len(limits)) for each in seconds]
    return tuple((step, places.count(place)) for place, step in enumerate((*STEPS, None)))
