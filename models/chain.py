"""What comments answer, and what that answers: beside a comment, a moderator sees what it replies to."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Executable, literal
from sqlmodel import col, select

from models.comment import Comment
from models.trip import Trip, any_of, columns, numbered, room

_FAR = 20


class Answered(NamedTuple):
    """A comment that another one answers, with the columns that show it."""

    id: str
    parent_id: str | None
    name: str
    url: str | None
    role: str | None
    text: str
    html: str
    language: str
    status: str
    withdrawn: bool
    created_at: datetime
    edited_at: datetime | None
    pinned: bool
    featured: bool
    helpful: int
    question: str | None


async def chains_of(trip: Trip, comments: Iterable[Comment]) -> dict[str, tuple[Answered, ...]]:
    """By comment what it answers, beginning with the first, up to `_FAR` steps; in one question for all."""
    asked = [each.id for each in comments if each.parent_id]
    if not asked:
        return {}
    chains: defaultdict[str, list[Answered]] = defaultdict(list)
    for *answered, of in await trip.ask(_up_from(room(asked)), numbered(asked)):
        chains[of].append(Answered(*answered))
    return {of: tuple(chain) for of, chain in chains.items()}


@cache
def _up_from(number: int) -> Executable:
    step: Any = select(col(Comment.id).label("of"), col(Comment.parent_id).label("parent"), literal(1).label("far"))
    up = step.where(any_of(col(Comment.id), number)).cte("up", recursive=True)
    further = select(up.c.of, Comment.parent_id, up.c.far + 1).join(Comment, col(Comment.id) == up.c.parent)
    up = up.union_all(further.where(col(Comment.parent_id).is_not(None), up.c.far < _FAR))
    answered = columns(Comment, Answered._fields).join(up, col(Comment.id) == up.c.parent)
    return answered.add_columns(up.c.of).order_by(up.c.far.desc())
