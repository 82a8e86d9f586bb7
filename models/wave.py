"""Waves: comments with nearly the same text, under whatever names, so that they can be decided together.

The first text of a wave leaves its sketch; a later one belongs to it when enough of their sketches agree. Sketches
are found by their bands (locality-sensitive hashing), so filing a comment looks at a handful of rows however many
comments there are.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import JSON, BigInteger, Column, ColumnElement, Executable, Index, bindparam, delete, insert, update
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import insert_on, new_id
from models.trip import Trip, any_of, numbered, room
from moderation.lifecycle import Status
from moderation.similarity import ALIKE, PLACES, ROWS, bands, likeness

if TYPE_CHECKING:  # a comment joins its wave when it is filed, so comments know waves
    from models.comment import Comment

# So many make a wave; fewer stand for themselves.
SMALLEST = 3
_CANDIDATES = 8


class Wave(SQLModel, table=True):
    """The sketch of the text that a wave began with."""

    id: str = Field(primary_key=True, max_length=64)
    sketch: list[int] = Field(sa_column=Column(JSON, nullable=False))


class Band(SQLModel, table=True):
    """A part of a wave's sketch, by which it is found."""

    __tablename__ = "waveband"
    __table_args__ = (Index("ix_waveband_wave_id", "wave_id"),)

    site_id: int = Field(foreign_key="site.id", primary_key=True)
    band: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    wave_id: str = Field(foreign_key="wave.id", primary_key=True, max_length=64)


class Wanted(NamedTuple):
    """A comment that is about to be stored, as far as its wave is concerned."""

    id: str
    site_id: int
    lane: str
    priority: int


@dataclass(frozen=True, slots=True)
class Crowd:
    """How large a wave is: comments that wait, under how many names, and when the newest of them came."""

    size: int
    names: int
    newest: datetime


async def join_wave(trip: Trip, wanted: Wanted, sketch: Sequence[int]) -> tuple[str | None, bool]:
    """The wave of a comment's text, begun if need be, and whether the comment stands behind another card of it.

    From the third on, comments of a wave stand behind its first card. One that is more urgent does not.
    """
    if not sketch:
        return None, False
    found = bands(sketch)
    wave = await _wave_of(trip, wanted.site_id, sketch, found)
    if wave is None:
        return await _begin(trip, wanted.site_id, sketch, found), False
    here = {"wave": wave, "site": wanted.site_id, "lane": wanted.lane, "own": wanted.id, "pending": Status.PENDING}
    peers = await trip.ask(first_of_wave(), here)
    if len(peers) < SMALLEST - 1 or peers[0][2] < wanted.priority:
        return wave, False
    for peer, follows, priority in peers[1:]:
        if not follows and priority <= peers[0][2]:
            await trip.ask(_follow(), {"peer": peer})
    return wave, True


async def lead_wave(trip: Trip, comment: "Comment") -> None:
    """The comment's status has changed: see that whoever of its wave still waits can be seen."""
    if comment.wave is None:
        return
    here = {"wave": comment.wave, "site": comment.site_id, "lane": comment.lane, "pending": Status.PENDING}
    first = await trip.ask(_first_waiting(), here)
    if first and first[0][1]:
        await trip.ask(_lead(), {"peer": first[0][0]})


async def crowds(trip: Trip, comments: Collection["Comment"]) -> dict[str, Crowd]:
    """The waves of these comments that have at least `SMALLEST` waiting, by wave."""
    waves = {each.wave for each in comments if each.wave and each.status == Status.PENDING}
    if not waves:
        return {}
    found = await trip.ask(_crowds(room(waves)), {**numbered(waves), "pending": Status.PENDING})
    return {str(wave): Crowd(size, names, newest) for wave, size, names, newest in found if size >= SMALLEST}


@cache
def _crowds(number: int) -> Executable:
    kind = _comments()
    return (
        select(kind.wave, func.count(), func.count(func.distinct(kind.name)), func.max(kind.created_at))
        .where(any_of(col(kind.wave), number), col(kind.status) == bindparam("pending"), col(kind.held).is_(False))
        .group_by(col(kind.wave))
    )


async def leave_wave(session: AsyncSession, comment: "Comment") -> None:
    """The comment's text is no more; unless others have nearly the same, its sketch is forgotten as well."""
    wave, kind = comment.wave, type(comment)
    comment.wave, comment.follows = None, False
    if wave is None:
        return
    others = select(kind.id).where(col(kind.wave) == wave, col(kind.id) != comment.id).limit(1)
    if (await session.exec(others)).first() is None:
        await session.exec(delete(Band).where(col(Band.wave_id) == wave))
        await session.exec(delete(Wave).where(col(Wave.id) == wave))


@cache
def first_of_wave() -> Executable:
    """Who of a wave waits at a site in a lane besides oneself: the first few in the order of the queue."""
    kind = _comments()
    return (
        select(kind.id, kind.follows, kind.priority)
        .where(*_waiting(kind), col(kind.id) != bindparam("own"))
        .order_by(*_in_queue(kind))
        .limit(SMALLEST)
    )


@cache
def _first_waiting() -> Executable:
    kind = _comments()
    return select(kind.id, kind.follows).where(*_waiting(kind)).order_by(*_in_queue(kind)).limit(1)


def _waiting(kind: type["Comment"]) -> tuple[ColumnElement[bool], ...]:
    return (
        col(kind.wave) == bindparam("wave"),
        col(kind.status) == bindparam("pending"),
        col(kind.site_id) == bindparam("site"),
        col(kind.lane) == bindparam("lane"),
        col(kind.held).is_(False),
    )


def _in_queue(kind: type["Comment"]) -> tuple[ColumnElement[object], ...]:
    """Who can be seen first, then urgent ones, then the oldest."""
    return (col(kind.follows), col(kind.priority).desc(), col(kind.created_at), col(kind.id))  # type: ignore[return-value]


async def _wave_of(trip: Trip, site_id: int, sketch: Sequence[int], found: Sequence[int]) -> str | None:
    """The wave whose text is most alike, or None."""
    waves = await trip.ask(_CANDIDATE_WAVES, {"site": site_id, **_numbered(found)})
    nearest = max(waves, key=lambda each: likeness(each[1], sketch), default=None)
    return nearest[0] if nearest is not None and likeness(nearest[1], sketch) >= ALIKE else None


async def _begin(trip: Trip, site_id: int, sketch: Sequence[int], found: Sequence[int]) -> str:
    wave = new_id()
    told = {"site": site_id, "wave": wave, "drawn": list(sketch), **_numbered(found)}
    for statement in _begin_on(trip.dialect.name):
        await trip.ask(statement, told)
    return wave


def _numbered(found: Sequence[int]) -> dict[str, int]:
    return {f"band{number}": each for number, each in enumerate(found)}


_COMMON = func.count()
_BANDS = [bindparam(f"band{each}", type_=BigInteger) for each in range(PLACES // ROWS)]
_OF_BANDS = (
    select(Band.wave_id, _COMMON.label("common"))
    .where(
        col(Band.site_id) == bindparam("site"),
        col(Band.band).in_(_BANDS),
    )
    .group_by(col(Band.wave_id))
    .order_by(_COMMON.desc(), col(Band.wave_id))
    .limit(_CANDIDATES)
    .subquery()
)
_CANDIDATE_WAVES = (
    select(Wave.id, Wave.sketch)
    .join(_OF_BANDS, _OF_BANDS.c.wave_id == col(Wave.id))
    .order_by(_OF_BANDS.c.common.desc(), _OF_BANDS.c.wave_id)
)


@cache
def _begin_on(dialect: str) -> Sequence[Executable]:
    """All bands go in one statement, where two that are equal by chance are one; on PostgreSQL the wave as well."""
    wave = insert(Wave).values(id=bindparam("wave"), sketch=bindparam("drawn")).inline()
    each = [{"site_id": bindparam("site"), "band": band, "wave_id": bindparam("wave")} for band in _BANDS]
    its_bands = insert_on(dialect)(Band).values(each).on_conflict_do_nothing()
    return (its_bands.add_cte(wave.cte("begun")),) if dialect == "postgresql" else (wave, its_bands)


@cache
def _follow() -> Executable:
    kind = _comments()
    return update(kind).where(col(kind.id) == bindparam("peer")).values(follows=True)


@cache
def _lead() -> Executable:
    kind = _comments()
    return update(kind).where(col(kind.id) == bindparam("peer")).values(follows=False)


def _comments() -> type["Comment"]:
    from models.comment import Comment  # noqa: PLC0415  # a comment joins its wave when it is filed

    return Comment
