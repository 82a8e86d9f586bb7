"""What decisions have taught the classifier of a site: lessons without text, in the order of the decisions.

What was learned is a function of these rows alone, so every process that reads them knows the same, and taking a row
away is to have never learned it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import JSON, Column, bindparam, delete, insert, update
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime
from models.site import Site
from models.trip import InSession, Trip

SetAside = Literal["", "canaries", "rolled_back"]
# Beyond this many a day, one person's lessons weigh little: no single account can turn the classifier round.
FULL_A_DAY = 200
LITTLE = 0.1
# The newest lessons count. Old ones leave in steps, so that learning goes on from what is known instead of anew.
MOST = 1000
STEP = 250


class Lesson(SQLModel, table=True):
    """What one decision teaches. `content` holds hashed places and weights, no text.

    `set_aside` tells why it does not count: the canary texts would be judged worse, or somebody rolled back.
    """

    id: int | None = Field(default=None, primary_key=True)
    site_id: int = Field(foreign_key="site.id", index=True)
    comment_id: str = Field(foreign_key="comment.id", unique=True, max_length=64)
    moderator_id: int | None = Field(default=None, foreign_key="moderator.id")
    spam: bool
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    set_aside: str = Field(default="", max_length=12)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Counting(NamedTuple):
    """The lessons that count: all their ids, and what the `fresh` of them hold. `anew`: these are all there are."""

    ids: tuple[int, ...]
    fresh: list[dict[str, Any]]
    anew: bool


@dataclass(frozen=True, slots=True)
class Lessons:
    """How many lessons count, of either kind; how many the canaries refused, and how many were rolled back."""

    spam: int
    ham: int
    refused: int
    rolled_back: int


async def keep_lesson(trip: Trip, lesson: Lesson) -> None:
    """Store a lesson in the place of an earlier one about the same comment."""
    await forget_lesson(trip, lesson.site_id, lesson.comment_id)
    await trip.ask(_KEEP, {each: getattr(lesson, each) for each in _STORED})
    await trip.ask(_CHANGED, {"site": lesson.site_id})


async def forget_lesson(trip: Trip, site_id: int, comment_id: str) -> None:
    """As if the comment had never been decided."""
    if await trip.ask(_FORGET, {"comment": comment_id}):
        await trip.ask(_CHANGED, {"site": site_id})


async def taught_at(trip: Trip, site_id: int) -> int:
    """The site's count of changes of what decisions have taught."""
    taught: int = (await trip.ask(_TAUGHT, {"site": site_id}))[0][0]
    return taught


async def counting_lessons(trip: Trip, site_id: int, known: Sequence[int] = ()) -> Counting:
    """The lessons that count, oldest first: the newest `MOST` to `MOST + STEP`.

    Who knows the first of them, by their ids and in order, is given only those that came after.
    """
    ids = [row[0] for row in await trip.ask(_IDS, {"site": site_id})]
    ids = ids[max(0, len(ids) - MOST) // STEP * STEP :]
    goes_on = bool(known) and ids[: len(known)] == list(known)
    after = known[-1] if goes_on else ids[0] - 1 if ids else 0
    fresh = [row[0] for row in await trip.ask(_CONTENTS, {"site": site_id, "after": after})]
    return Counting(tuple(ids), fresh, anew=not goes_on)


async def latest_lessons(session: AsyncSession, site_id: int, most: int = 30) -> list[Lesson]:
    """What was learned last, newest first, with what was set aside."""
    query = select(Lesson).where(col(Lesson.site_id) == site_id).order_by(col(Lesson.id).desc()).limit(most)
    return list(await session.exec(query))


async def count_lessons(session: AsyncSession, site_id: int) -> Lessons:
    """How much was learned at the site."""
    found = await session.exec(
        select(Lesson.spam, Lesson.set_aside, func.count())
        .where(col(Lesson.site_id) == site_id)
        .group_by(col(Lesson.spam), col(Lesson.set_aside))
    )
    rows = {(bool(spam), aside): number for spam, aside, number in found}
    both = {aside: rows.get((True, aside), 0) + rows.get((False, aside), 0) for aside in ("canaries", "rolled_back")}
    return Lessons(rows.get((True, ""), 0), rows.get((False, ""), 0), both["canaries"], both["rolled_back"])


async def trust_in(trip: Trip, moderator_id: int, now: datetime) -> float:
    """How much a moderator's next lesson weighs, from 0 to 1."""
    found = await trip.ask(_OF_A_DAY, {"moderator": moderator_id, "since": now - timedelta(days=1)})
    return 1.0 if found[0][0] < FULL_A_DAY else LITTLE


async def roll_back(session: AsyncSession, site_id: int, lesson_id: int) -> int:
    """Set aside everything learned after the lesson; returns how many lessons no longer count."""
    changed = await session.exec(
        update(Lesson)
        .where(col(Lesson.site_id) == site_id, col(Lesson.id) > lesson_id, col(Lesson.set_aside) == "")
        .values(set_aside="rolled_back")
    )
    await _changed(session, site_id)
    return int(changed.rowcount)


async def restore(session: AsyncSession, site_id: int) -> int:
    """Take up again what a roll-back set aside; returns how many lessons count again."""
    changed = await session.exec(
        update(Lesson)
        .where(col(Lesson.site_id) == site_id, col(Lesson.set_aside) == "rolled_back")
        .values(set_aside="")
    )
    await _changed(session, site_id)
    return int(changed.rowcount)


async def _changed(session: AsyncSession, site_id: int) -> None:
    await InSession(session).ask(_CHANGED, {"site": site_id})


_FORGET = delete(Lesson).where(col(Lesson.comment_id) == bindparam("comment")).returning(col(Lesson.id))
_CHANGED = update(Site).where(col(Site.id) == bindparam("site")).values(taught=col(Site.taught) + 1)
_STORED = ("site_id", "comment_id", "moderator_id", "spam", "content", "set_aside", "created_at")
_KEEP = insert(Lesson).inline()
_TAUGHT = select(Site.taught).where(col(Site.id) == bindparam("site"))
_HERE = (col(Lesson.site_id) == bindparam("site"), col(Lesson.set_aside) == "")
_IDS = select(Lesson.id).where(*_HERE).order_by(col(Lesson.id))
_CONTENTS = select(Lesson.content).where(*_HERE, col(Lesson.id) > bindparam("after")).order_by(col(Lesson.id))
_OF_A_DAY = (
    select(func.count())
    .select_from(Lesson)
    .where(col(Lesson.moderator_id) == bindparam("moderator"), col(Lesson.created_at) > bindparam("since"))
)
