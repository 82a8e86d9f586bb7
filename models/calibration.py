"""Whether the classifier's probabilities hold: of ten comments that it calls spam with 80 %, eight should be.

Only what people decided counts as truth, and only comments that it judged. A reliability diagram shows each tenth of
the scale with its mean probability and the share that people confirmed (Murphy and Winkler 1977); the expected
calibration error weighs the distances by how many comments each tenth has (Naeini et al. 2015).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.decision import Decision
from models.statistics import RULINGS, Span, within
from moderation.lifecycle import Status

Head = Literal["spam", "violation"]
TENTHS = 10
MOST_MISTAKES = 20
_JUDGED = (Status.APPROVED, Status.REJECTED, Status.SPAM)


@dataclass(frozen=True, slots=True)
class Tenth:
    """One tenth of the scale: how many comments, their mean probability, and the share that people confirmed."""

    comments: int
    expected: float
    confirmed: float


@dataclass(frozen=True, slots=True)
class Mistake:
    """A comment about which people thought otherwise, with the probability it was given."""

    comment: str
    probability: float
    status: str


@dataclass(frozen=True, slots=True)
class Reliability:
    """`tenths` without the empty ones; `error`, the expected calibration error, is None without comments.

    `too_strict`: called likely and approved. `too_lenient`: called unlikely, and people saw it.
    """

    comments: int
    tenths: tuple[Tenth, ...]
    error: float | None
    too_strict: tuple[Mistake, ...]
    too_lenient: tuple[Mistake, ...]


async def reliability(session: AsyncSession, sites: Sequence[int], span: Span) -> dict[Head, Reliability]:
    """For both heads. A violation is a rejection; what is spam says nothing about violations."""
    ruled = select(Decision.comment_id).where(
        col(Decision.moderator_id).is_not(None), col(Decision.action).in_(RULINGS)
    )
    found = await session.exec(
        select(Comment.id, Comment.spam, Comment.violation, Comment.status).where(
            *within(sites, span), col(Comment.status).in_(_JUDGED), col(Comment.id).in_(ruled)
        )
    )
    rows = list(found)
    spam = [Mistake(each, score, status) for each, score, _, status in rows if score is not None]
    other = [Mistake(each, s, status) for each, _, s, status in rows if s is not None and status != Status.SPAM]
    return {"spam": _reliability(spam, Status.SPAM), "violation": _reliability(other, Status.REJECTED)}


def _reliability(rows: Sequence[Mistake], meant: Status) -> Reliability:
    groups: list[list[Mistake]] = [[] for _ in range(TENTHS)]
    for each in rows:
        groups[min(int(each.probability * TENTHS), TENTHS - 1)].append(each)
    tenths = tuple(_tenth(group, meant) for group in groups if group)
    off = sum(each.comments * abs(each.expected - each.confirmed) for each in tenths)
    strict = (each for each in rows if each.probability >= 0.5 and each.status == Status.APPROVED)
    lenient = (each for each in rows if each.probability < 0.5 and each.status == meant)
    return Reliability(
        comments=len(rows),
        tenths=tenths,
        error=off / len(rows) if rows else None,
        too_strict=_first(strict, lambda each: -each.probability),
        too_lenient=_first(lenient, lambda each: each.probability),
    )


def _tenth(group: Sequence[Mistake], meant: Status) -> Tenth:
    expected = sum(each.probability for each in group) / len(group)
    return Tenth(len(group), expected, sum(each.status == meant for each in group) / len(group))


def _first(mistakes: Iterable[Mistake], rank: Callable[[Mistake], float]) -> tuple[Mistake, ...]:
    return tuple(sorted(mistakes, key=rank)[:MOST_MISTAKES])
