"""Who is at work on which comment: a lease that shows others not to begin the same. It binds nobody."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import Executable, bindparam, delete
from sqlmodel import Field, SQLModel, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime, insert_on
from models.trip import Trip, any_of, numbered, room

LEASE = timedelta(minutes=2)


class Claim(SQLModel, table=True):
    """One moderator's lease on one comment; worth nothing after `until`."""

    comment_id: str = Field(primary_key=True, max_length=64)
    moderator_id: int = Field(foreign_key="moderator.id")
    until: datetime = Field(sa_type=UtcDateTime)


_DROP = delete(Claim).where(col(Claim.comment_id) == bindparam("comment"))


async def claim_comment(session: AsyncSession, comment_id: str, moderator_id: int, now: datetime) -> Claim:
    """Take the comment, or keep it for longer; gives the lease that stands now, which may be a colleague's.

    One statement decides, so of two who try at once one gets it.
    """
    insert = insert_on(session.get_bind().dialect.name)
    wanted = {"comment_id": comment_id, "moderator_id": moderator_id, "until": now + LEASE}
    free = or_(col(Claim.until) <= now, col(Claim.moderator_id) == moderator_id)
    await session.exec(
        insert(Claim)
        .values(wanted)
        .on_conflict_do_update(
            index_elements=["comment_id"], set_={"moderator_id": moderator_id, "until": now + LEASE}, where=free
        )
    )
    return await session.get_one(Claim, comment_id, populate_existing=True)


async def release_claim(session: AsyncSession, comment_id: str, moderator_id: int | None = None) -> bool:
    """End the moderator's lease on the comment, or anybody's; whether there was one."""
    mine = col(Claim.moderator_id) == moderator_id if moderator_id is not None else col(Claim.comment_id) == comment_id
    result = await session.exec(delete(Claim).where(col(Claim.comment_id) == comment_id, mine))
    return bool(result.rowcount)


async def drop_claim(trip: Trip, comment_id: str) -> None:
    """End anybody's lease on the comment, told to the driver itself."""
    await trip.ask(_DROP, {"comment": comment_id})


class Held(NamedTuple):
    """Who is at work on a comment."""

    comment_id: str
    moderator_id: int


async def claims_on(trip: Trip, ids: Collection[str], now: datetime) -> dict[str, Held]:
    """The leases that hold, by comment."""
    found = await trip.ask(_on(room(ids)), {**numbered(ids), "now": now}) if ids else ()
    return {row[0]: Held(*row) for row in found}


@cache
def _on(number: int) -> Executable:
    holds = col(Claim.until) > bindparam("now", type_=UtcDateTime)
    return select(Claim.comment_id, Claim.moderator_id).where(any_of(col(Claim.comment_id), number), holds)
