"""Who a person is at the operator's sign-in provider.

An e-mail address can be given to somebody else, what a provider calls a person never is (OpenID Connect Core, 5.7). So
the address finds a person once, at the first sign-in; from then on it is the provider's own name for them that counts.
"""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import UniqueConstraint, delete
from sqlmodel import Field, SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime, insert_on
from models.moderator import Moderator


class BoundOtherwise(Exception):
    """The provider knows somebody else by this address than who has signed in here with it."""


class Identity(SQLModel, table=True):
    """One person of one provider. `id` is a hash of both names, of which the provider's for a person may be telling."""

    __table_args__ = (UniqueConstraint("moderator_id", "issuer"),)

    id: str = Field(primary_key=True, max_length=64)
    issuer: str = Field(max_length=300)
    moderator_id: int = Field(foreign_key="moderator.id")
    created_at: datetime = Field(sa_type=UtcDateTime)


def identity_of(issuer: str, subject: str) -> str:
    """The id of what an issuer calls a person."""
    return sha256(f"{issuer}\0{subject}".encode("utf-8", "surrogatepass")).hexdigest()


async def moderator_by_identity(session: AsyncSession, issuer: str, subject: str) -> Moderator | None:
    """Who has signed in before as this person of the provider."""
    known = await session.get(Identity, identity_of(issuer, subject))
    return await session.get(Moderator, known.moderator_id) if known else None


async def bind(session: AsyncSession, issuer: str, subject: str, moderator: Moderator, now: datetime) -> None:
    """From now on this person of the provider is this moderator; `BoundOtherwise` where another already is."""
    insert = insert_on(session.get_bind().dialect.name)
    own = identity_of(issuer, subject)
    row = {"id": own, "issuer": issuer, "moderator_id": moderator.id, "created_at": now}
    await session.exec(insert(Identity).values(row).on_conflict_do_nothing())
    known = await session.get(Identity, own, populate_existing=True)
    if known is None or known.moderator_id != moderator.id:
        raise BoundOtherwise


async def unbind(session: AsyncSession, moderator_id: int) -> None:
    """Let the address find the person again, once: their account at the provider is a new one."""
    await session.exec(delete(Identity).where(col(Identity.moderator_id) == moderator_id))
