"""What became of reports and objections, and how much was published without a person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.decision import Decision
from models.release import EDITORS
from models.report import Objection, Report
from models.statistics import Span
from moderation.lifecycle import Action, Status


@dataclass(frozen=True, slots=True)
class Cases:
    """What was brought back during a span: still open, followed by a change for who brought it, or left as it was.

    `followed`: a reported comment is public no more; a comment was published after its author's objection. `seconds`
    holds how long each settled case took.
    """

    open: int
    followed: int
    left: int
    seconds: tuple[float, ...]

    @property
    def all(self) -> int:
        return self.open + self.followed + self.left


@dataclass(frozen=True, slots=True)
class Published:
    """How often something was published during a span, by people and by a site's policy."""

    by_people: int
    by_policy: int


async def report_outcomes(session: AsyncSession, sites: Sequence[int], span: Span) -> Cases:
    """Of the reports that came during the span."""
    rows = await _settled(session, Report, sites, span)
    return _cases(rows, lambda status: status != Status.APPROVED)


async def objection_outcomes(session: AsyncSession, sites: Sequence[int], span: Span) -> Cases:
    """Of the objections that came during the span."""
    rows = await _settled(session, Objection, sites, span)
    return _cases(rows, lambda status: status == Status.APPROVED)


async def published(session: AsyncSession, sites: Sequence[int], span: Span) -> Published:
    """Every publication is a row in the log, with a moderator or with a policy; an editor is a person."""
    found = await session.exec(
        select(Decision.policy, func.count())
        .join(Comment, col(Comment.id) == col(Decision.comment_id))
        .where(
            col(Comment.site_id).in_(sites),
            col(Decision.action) == Action.APPROVE,
            col(Decision.to_status) == Status.APPROVED,
            col(Decision.created_at) >= span.start,
            col(Decision.created_at) < span.end,
        )
        .group_by(col(Decision.policy))
    )
    counts = dict(found.all())
    by_people = counts.pop("", 0) + counts.pop(EDITORS, 0)
    return Published(by_people, sum(counts.values()))


_Row = tuple[str, datetime, datetime | None, str | None]


async def _settled(
    session: AsyncSession, case: type[Report] | type[Objection], sites: Sequence[int], span: Span
) -> list[_Row]:
    """Each case with when it came and was settled, and the status after the decision that settled it.

    A decision settles cases with its own time, so it is found by it.
    """
    settling = (col(Decision.comment_id) == col(case.comment_id)) & (col(Decision.created_at) == col(case.settled_at))
    found = await session.exec(
        select(case.id, case.created_at, case.settled_at, func.max(Decision.to_status))
        .join(Comment, col(Comment.id) == col(case.comment_id))
        .join(Decision, settling, isouter=True)
        .where(col(Comment.site_id).in_(sites), col(case.created_at) >= span.start, col(case.created_at) < span.end)
        .group_by(col(case.id), col(case.created_at), col(case.settled_at))
    )
    return [(each, came, settled, status) for each, came, settled, status in found]


def _cases(rows: Sequence[_Row], follows: Callable[[str], bool]) -> Cases:
    settled = [(came, at, status) for _, came, at, status in rows if at is not None]
    followed = sum(follows(status) for _, _, status in settled if status is not None)
    return Cases(
        open=len(rows) - len(settled),
        followed=followed,
        left=len(settled) - followed,
        seconds=tuple(sorted((at - came).total_seconds() for came, at, _ in settled)),
    )
