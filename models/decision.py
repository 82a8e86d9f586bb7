"""A person's rulings as they are remembered: append-only, one row for each thing that was done to a comment."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple, TypeVar

from sqlalchemy import Executable
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime
from models.trip import Trip, any_of, columns, numbered, room

UNDO_WITHIN = timedelta(seconds=30)
UNDO = "undo"
DISMISS = "dismiss"
OPINION = "opinion"
NOTE = "note"
HAND_OVER = "hand_over"
ANSWER = "answer"
CLOSE, REOPEN = "close", "reopen"
# What says something and changes nothing; it stands in nobody's way when a decision is taken back.
SAYINGS = (NOTE, HAND_OVER)


class Decision(SQLModel, table=True):
    """Who decided what, when, from which status to which, by which rule and with which sentence.

    `moderator_id` is None where the author acted. `seen_revision` is the comment's revision before the decision.
    `proposed`: what a first opinion would do, where a second person must agree. `batch` is shared by what was decided
    with one press. `policy`: what the site holds (models/release.py), where it published and no person did.
    """

    id: int | None = Field(default=None, primary_key=True)
    comment_id: str = Field(foreign_key="comment.id", index=True, max_length=64)
    moderator_id: int | None = Field(default=None, foreign_key="moderator.id")
    action: str = Field(max_length=12)
    from_status: str = Field(max_length=12)
    to_status: str = Field(max_length=12)
    rule: str | None = Field(default=None, max_length=40)
    statement: str = Field(default="", max_length=2000)
    seen_revision: int
    netiquette: str = Field(default="", max_length=80)
    proposed: str = Field(default="", max_length=12)
    batch: str | None = Field(default=None, max_length=24, index=True)
    policy: str = Field(default="", max_length=12)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Logged(NamedTuple):
    """A decision as a history shows it. A much decided comment has hundreds, and the class takes ten times as long."""

    comment_id: str
    moderator_id: int | None
    action: str
    from_status: str
    to_status: str
    rule: str | None
    statement: str
    proposed: str
    created_at: datetime


# A row of the log, whichever way it was read.
Act = TypeVar("Act", Decision, Logged)


async def histories(trip: Trip, ids: Collection[str]) -> dict[str, list[Logged]]:
    """By comment all decisions about it, oldest first; one that nobody has decided about is left out."""
    grouped: defaultdict[str, list[Logged]] = defaultdict(list)
    for row in await trip.ask(_histories(room(ids)), numbered(ids)) if ids else ():
        grouped[row[0]].append(Logged(*row))
    return grouped


@cache
def _histories(number: int) -> Executable:
    return columns(Decision, Logged._fields).where(any_of(col(Decision.comment_id), number)).order_by(col(Decision.id))


async def history(session: AsyncSession, comment_id: str) -> list[Decision]:
    """All decisions about a comment, oldest first."""
    found = await session.exec(
        select(Decision).where(col(Decision.comment_id) == comment_id).order_by(col(Decision.id))
    )
    return list(found)


async def batch_of(session: AsyncSession, batch: str, moderator_id: int) -> list[Decision]:
    """What the moderator decided with one press, in order."""
    found = await session.exec(
        select(Decision)
        .where(col(Decision.batch) == batch, col(Decision.moderator_id) == moderator_id, col(Decision.action) != UNDO)
        .order_by(col(Decision.id))
    )
    return list(found)


def last_act(history: Sequence[Act]) -> Act | None:
    """The last row that is more than a saying."""
    return next((each for each in reversed(history) if each.action not in SAYINGS), None)
