"""Sign-on from a host's site: the keys that its pages sign with, and the tokens of editors that were used already."""

import secrets
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime, new_id
from models.seal import Sealed
from models.site import Site

# One that signs and one that is on its way out, or in.
MOST_KEYS = 2


class TooManyKeys(Exception):
    """The site has two keys already: one must go before another comes."""


class TokenUsed(Exception):
    """The token has carried another comment already."""


class SignOnKey(SQLModel, table=True):
    """A secret that a site's own pages share with us. `used_at`: when an editor's token was last signed with it."""

    id: str = Field(default_factory=new_id, primary_key=True, max_length=24)
    site_id: int = Field(foreign_key="site.id", index=True)
    secret: str = Field(sa_type=Sealed)
    created_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class UsedToken(SQLModel, table=True):
    """A token that works for `comment_id` alone from now on; kept until it would be too old anyway."""

    site_id: int = Field(foreign_key="site.id", primary_key=True)
    id: str = Field(primary_key=True, max_length=64)
    comment_id: str = Field(max_length=64)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


async def keys_of(session: AsyncSession, site_id: int) -> list[SignOnKey]:
    """The site's keys, oldest first."""
    query = select(SignOnKey).where(col(SignOnKey.site_id) == site_id)
    return list(await session.exec(query.order_by(col(SignOnKey.created_at), col(SignOnKey.id))))


async def add_key(session: AsyncSession, site: Site, now: datetime) -> SignOnKey:
    """A new key beside the present one, or `TooManyKeys`. Its secret is 256 random bits in base64url."""
    await session.get_one(Site, site.id, with_for_update=True)
    if len(await keys_of(session, site.id or 0)) >= MOST_KEYS:
        raise TooManyKeys
    key = SignOnKey(site_id=site.id or 0, secret=secrets.token_urlsafe(32), created_at=now)
    session.add(key)
    await session.flush()
    return key


async def remove_key(session: AsyncSession, site_id: int, key_id: str) -> bool:
    """Take a key away; what it signed is worth nothing from now on. Whether there was one."""
    gone = await session.exec(delete(SignOnKey).where(col(SignOnKey.site_id) == site_id, col(SignOnKey.id) == key_id))
    return bool(gone.rowcount)


async def comment_of_token(session: AsyncSession, site_id: int, token_id: str) -> str | None:
    """The id of the comment that the token carried, or None for one that is unused."""
    used = await session.get(UsedToken, (site_id, token_id))
    return used.comment_id if used else None


async def use_token(session: AsyncSession, used: UsedToken, key_id: str, now: datetime) -> None:
    """Let the token work for this comment alone, in the caller's transaction; or `TokenUsed`."""
    session.add(used)
    try:
        await session.flush()
    except IntegrityError:
        raise TokenUsed from None
    await session.exec(update(SignOnKey).where(col(SignOnKey.id) == key_id).values(used_at=now))


async def forget_tokens(session: AsyncSession, now: datetime) -> None:
    """Drop the used tokens that are too old to be used again."""
    await session.exec(delete(UsedToken).where(col(UsedToken.expires_at) <= now))
