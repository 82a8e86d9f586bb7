"""Figures about what came in and what became of it. Each is a plain count that SQL gives alike."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import ColumnElement, Text, cast
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.decision import Decision
from models.report import Objection, Report
from moderation.lifecycle import Action, Status

# What ends the waiting of a comment; marks and the settling of reports do not.
RULINGS = (Action.APPROVE, Action.REJECT, Action.SPAM, Action.DELETE)


@dataclass(frozen=True, slots=True)
class Span:
    """From the first moment until before the second."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Waited:
    """How long comments waited for a moderator's first ruling, in seconds; None while nothing was decided.

    `p90` by nearest rank: nine of ten waited at most so long.
    """

    decided: int
    median: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What came in during a span, by its present status and lane, and what moderators did during the same span.

    `held_by_rule` counts comments received with at least one finding of the rule that holds, `rejected_by_rule` the
    rejections that name it. `arrivals` and `rulings` are the single moments, for drawing them by day.
    """

    received: int
    by_status: dict[str, int]
    by_lane: dict[str, int]
    decisions: dict[str, int]
    held_by_rule: dict[str, int]
    rejected_by_rule: dict[str, int]
    waited: Waited
    reports: int
    objections: int
    arrivals: Sequence[datetime]
    rulings: Sequence[datetime]


async def statistics(session: AsyncSession, sites: Sequence[int], span: Span) -> Figures:
    """The figures of these sites together."""
    came = within(sites, span)
    arrivals = list(await session.exec(select(Comment.created_at).where(*came)))
    acts = await _acts(session, sites, span)
    return Figures(
        received=len(arrivals),
        by_status=dict.fromkeys((each.value for each in Status), 0) | await _count_by(session, Comment.status, came),
        by_lane={"review": 0, "spam": 0} | await _count_by(session, Comment.lane, came),
        decisions=dict(sorted(Counter(action for action, _, _ in acts).items())),
        held_by_rule=await _held_by_rule(session, came),
        rejected_by_rule=_most_first(Counter(rule for action, rule, _ in acts if action == Action.REJECT and rule)),
        waited=_waited(await _waits(session, came)),
        reports=await _count_cases(session, Report, sites, span),
        objections=await _count_cases(session, Objection, sites, span),
        arrivals=arrivals,
        rulings=[at for action, _, at in acts if action in RULINGS],
    )


def within(sites: Sequence[int], span: Span) -> tuple[ColumnElement[bool], ...]:
    """Comments that came to these sites during the span."""
    return (
        col(Comment.site_id).in_(sites),
        col(Comment.created_at) >= span.start,
        col(Comment.created_at) < span.end,
    )


async def _count_by(session: AsyncSession, column: str, came: tuple[ColumnElement[bool], ...]) -> dict[str, int]:
    found = await session.exec(select(column, func.count()).where(*came).group_by(col(column)))
    return {str(value): number for value, number in found}


async def _acts(session: AsyncSession, sites: Sequence[int], span: Span) -> list[tuple[str, str | None, datetime]]:
    """What moderators did: action, rule, time."""
    found = await session.exec(
        select(Decision.action, Decision.rule, Decision.created_at)
        .join(Comment, col(Comment.id) == col(Decision.comment_id))
        .where(
            col(Comment.site_id).in_(sites),
            col(Decision.moderator_id).is_not(None),
            col(Decision.created_at) >= span.start,
            col(Decision.created_at) < span.end,
        )
    )
    return list(found)


async def _held_by_rule(session: AsyncSession, came: tuple[ColumnElement[bool], ...]) -> dict[str, int]:
    """JSON is asked differently by every database, so the findings are counted here; most comments have none."""
    found = await session.exec(select(Comment.findings).where(*came, cast(col(Comment.findings), Text) != "[]"))
    counted: Counter[str] = Counter()
    for findings in found:
        counted.update({each["rule"] for each in findings if each["severity"] == "hold"})
    return _most_first(counted)


async def _waits(session: AsyncSession, came: tuple[ColumnElement[bool], ...]) -> list[float]:
    first = func.min(Decision.created_at)
    found = await session.exec(
        select(Comment.created_at, first)
        .join(Decision, col(Decision.comment_id) == col(Comment.id))
        .where(*came, col(Decision.moderator_id).is_not(None), col(Decision.action).in_(RULINGS))
        .group_by(col(Comment.id), col(Comment.created_at))
    )
    return sorted((decided - arrived).total_seconds() for arrived, decided in found)


def _waited(seconds: list[float]) -> Waited:
    if not seconds:
        return Waited(0, None, None)
    return Waited(len(seconds), median(seconds), seconds[math.ceil(0.9 * len(seconds)) - 1])


async def _count_cases(
    session: AsyncSession, case: type[Report] | type[Objection], sites: Sequence[int], span: Span
) -> int:
    found = await session.exec(
        select(func.count())
        .select_from(case)
        .join(Comment, col(Comment.id) == col(case.comment_id))
        .where(col(Comment.site_id).in_(sites), col(case.created_at) >= span.start, col(case.created_at) < span.end)
    )
    return found.one()


def _most_first(counted: Counter[str]) -> dict[str, int]:
    return dict(sorted(counted.items(), key=lambda each: (-each[1], each[0])))
