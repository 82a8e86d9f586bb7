"""Bearer tokens for moderators' own tools, kept like sessions: as a hash of what nobody can guess."""

import secrets
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime
from models.desk_session import digest
from models.moderator import Moderator
from models.rights import Deciding, deciding_of
from models.trip import Trip


class ApiToken(SQLModel, table=True):
    """A bearer token for a moderator's own tools."""

    digest: str = Field(primary_key=True, max_length=64)
    moderator_id: int = Field(foreign_key="moderator.id")
    name: str = Field(default="", max_length=80)
    created_at: datetime = Field(sa_type=UtcDateTime)


async def create_token(session: AsyncSession, moderator: Moderator, name: str, now: datetime) -> str:
    """A new bearer token; it is shown once and stored only as a hash."""
    secret = "wm_" + secrets.token_urlsafe(32)
    session.add(
        ApiToken(
            digest=digest(secret),
            moderator_id=moderator.id or 0,
            name=name,
            created_at=now,
        )
    )
    await session.flush()
    return secret


async def deciding_by_token(trip: Trip, secret: str) -> Deciding | None:
    """Whose bearer token this is, or None."""
    found = await trip.ask(_TOKEN, {"digest": digest(secret)})
    return await deciding_of(trip, found[0][0]) if found else None


_TOKEN = select(ApiToken.moderator_id).where(col(ApiToken.digest) == bindparam("digest"))
