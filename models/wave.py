"""Waves: comments with nearly the same text, under whatever names, so that they can be decided together.

The first text of a wave leaves its sketch; a later one belongs to it when enough of their sketches agree. Sketches
are found by their bands (locality-sensitive hashing), so filing a comment looks at a handful of rows however many
comments there are.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import JSON, BigInteger, Column, ColumnElement, Index, delete, insert
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import new_id
from moderation.lifecycle import Status
from moderation.similarity import ALIKE, bands, likeness

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


@dataclass(frozen=True, slots=True)
class Crowd:
    """How large a wave is: comments that wait, under how many names, and when the newest of them came."""

    size: int
    names: int
    newest: datetime


async def join_wave(session: AsyncSession, comment: "Comment", sketch: Sequence[int]) -> None:
    """Let a comment that is about to be stored belong to the wave of its text, or begin one.

    From the third on, comments of a wave stand behind its first card. One that is more urgent does not.
    """
    await leave_wave(session, comment)
    if not sketch:
        return
    comment.wave = await _wave_of(session, comment.site_id, sketch)
    if comment.wave is None:
        await _begin(session, comment, sketch)
        return
    kind = type(comment)
    query = select(kind).where(*_waiting(comment), col(kind.id) != comment.id)
    peers = list(await session.exec(query.order_by(*_in_queue(kind)).limit(SMALLEST)))
    if len(peers) < SMALLEST - 1 or peers[0].priority < comment.priority:
        return
    comment.follows = True
    for each in peers[1:]:
        if not each.follows and each.priority <= peers[0].priority:
            each.follows = True
            session.add(each)


async def lead_wave(session: AsyncSession, comment: "Comment") -> None:
    """The comment's status has changed: see that whoever of its wave still waits can be seen."""
    if comment.wave is None:
        return
    kind = type(comment)
    first = (await session.exec(select(kind).where(*_waiting(comment)).order_by(*_in_queue(kind)).limit(1))).first()
    if first is not None and first.follows:
        first.follows = False
        session.add(first)
        await session.flush()


async def crowds(session: AsyncSession, comments: Collection["Comment"]) -> dict[str, Crowd]:
    """The waves of these comments that have at least `SMALLEST` waiting, by wave."""
    waves = {each.wave for each in comments if each.wave and each.status == Status.PENDING}
    if not waves:
        return {}
    kind = type(next(iter(comments)))
    found = await session.exec(
        select(kind.wave, func.count(), func.count(func.distinct(kind.name)), func.max(kind.created_at))
        .where(col(kind.wave).in_(waves), kind.status == Status.PENDING, col(kind.held).is_(False))
        .group_by(col(kind.wave))
    )
    return {str(wave): Crowd(size, names, newest) for wave, size, names, newest in found if size >= SMALLEST}


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


def _waiting(comment: "Comment") -> tuple[ColumnElement[bool], ...]:
    kind = type(comment)
    return (
        col(kind.wave) == comment.wave,
        col(kind.status) == Status.PENDING,
        col(kind.site_id) == comment.site_id,
        col(kind.lane) == comment.lane,
        col(kind.held).is_(False),
    )


def _in_queue(kind: type["Comment"]) -> tuple[ColumnElement[object], ...]:
    """Who can be seen first, then urgent ones, then the oldest."""
    return (col(kind.follows), col(kind.priority).desc(), col(kind.created_at), col(kind.id))  # type: ignore[return-value]


async def _wave_of(session: AsyncSession, site_id: int, sketch: Sequence[int]) -> str | None:
    """The wave whose text is most alike, or None."""
    shared = func.count()
    found = await session.exec(
        select(Band.wave_id, shared)
        .where(col(Band.site_id) == site_id, col(Band.band).in_(bands(sketch)))
        .group_by(col(Band.wave_id))
        .order_by(shared.desc(), col(Band.wave_id))
        .limit(_CANDIDATES)
    )
    ids = [wave for wave, _number in found]
    if not ids:
        return None
    waves = list(await session.exec(select(Wave).where(col(Wave.id).in_(ids))))
    nearest = max(waves, key=lambda each: likeness(each.sketch, sketch))
    return nearest.id if likeness(nearest.sketch, sketch) >= ALIKE else None


async def _begin(session: AsyncSession, comment: "Comment", sketch: Sequence[int]) -> None:
    comment.wave = new_id()
    await session.exec(insert(Wave), params={"id": comment.wave, "sketch": list(sketch)})
    rows = [{"site_id": comment.site_id, "band": each, "wave_id": comment.wave} for each in set(bands(sketch))]
    await session.exec(insert(Band), params=rows)
