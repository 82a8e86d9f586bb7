"""How a browser is signed in at the desk: by a link that works once, then by a session.

Secrets are random and stored as SHA-256: whoever reads the database can use none. A plain hash is enough, because
nobody can guess 256 random bits.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime
from models.moderator import Moderator, Role, engage
from models.rights import Deciding, deciding_of
from models.site import Site
from models.trip import Trip, columns

LINK_LASTS = timedelta(days=3)
SESSION_LASTS = timedelta(days=30)
SESSION_IDLES = timedelta(days=7)


class SignInLink(SQLModel, table=True):
    """A link that signs in once. Opening it changes nothing; the button on its page uses it up."""

    digest: str = Field(primary_key=True, max_length=64)
    moderator_id: int = Field(foreign_key="moderator.id")
    expires_at: datetime = Field(sa_type=UtcDateTime)


class DeskSession(SQLModel, table=True):
    """A signed-in browser. Who came `by_link` has proved to read the address's mail, as for a forgotten password.

    One that `waits` has yet to show the second factor and opens nothing. `agent` says which browser it is.
    """

    digest: str = Field(primary_key=True, max_length=64)
    moderator_id: int = Field(foreign_key="moderator.id", index=True)
    by_link: bool = False
    waits: bool = False
    agent: str = Field(default="", max_length=80)
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)


class Live(NamedTuple):
    """A session that opens the desk."""

    moderator_id: int
    by_link: bool
    created_at: datetime
    seen_at: datetime


async def invite(session: AsyncSession, email: str, site: Site, role: Role, now: datetime) -> str:
    """Give `email` the role at the site, known or new, and return the secret of a one-time sign-in link."""
    return await new_link(session, await engage(session, email, site, role, now), now)


async def new_link(session: AsyncSession, moderator: Moderator, now: datetime) -> str:
    """The secret of a new one-time sign-in link."""
    secret = secrets.token_urlsafe(32)
    session.add(
        SignInLink(
            digest=digest(secret),
            moderator_id=moderator.id or 0,
            expires_at=now + LINK_LASTS,
        )
    )
    await session.flush()
    return secret


async def link_is_good(session: AsyncSession, secret: str, now: datetime) -> bool:
    """Whether the link would sign in; nothing is used up by asking."""
    link = await session.get(SignInLink, digest(secret))
    return link is not None and link.expires_at > now


async def sign_in_by_link(session: AsyncSession, secret: str, now: datetime, agent: str = "") -> str | None:
    """Use the link up and return the secret of a new session, or None for a link that is used, old or invented.

    The row that is deleted is the right to sign in: of two that try at once, one deletes it.
    """
    used = await session.exec(
        delete(SignInLink)
        .where(col(SignInLink.digest) == digest(secret), col(SignInLink.expires_at) > now)
        .returning(col(SignInLink.moderator_id))
    )
    row = used.first()
    return await open_session(session, row[0], now, by_link=True, agent=agent) if row else None


async def open_session(
    session: AsyncSession, moderator_id: int, now: datetime, *, by_link: bool = False, agent: str = ""
) -> str:
    """The secret of a new session."""
    secret = secrets.token_urlsafe(32)
    session.add(
        DeskSession(
            digest=digest(secret),
            moderator_id=moderator_id,
            by_link=by_link,
            agent=agent[:80],
            created_at=now,
            seen_at=now,
        )
    )
    await session.flush()
    return secret


async def close_session(session: AsyncSession, secret: str) -> None:
    """End a session; its secret is worth nothing from now on."""
    await session.exec(delete(DeskSession).where(col(DeskSession.digest) == digest(secret)))


async def close_other_sessions(session: AsyncSession, moderator_id: int, secret: str) -> None:
    """End every session of the moderator but the one with this secret."""
    await session.exec(
        delete(DeskSession).where(
            col(DeskSession.moderator_id) == moderator_id, col(DeskSession.digest) != digest(secret)
        )
    )


async def sessions_of(session: AsyncSession, moderator_id: int, now: datetime) -> list[DeskSession]:
    """The moderator's signed-in browsers, the one that was used last first."""
    query = select(DeskSession).where(
        col(DeskSession.moderator_id) == moderator_id,
        col(DeskSession.waits).is_(False),
        col(DeskSession.created_at) > now - SESSION_LASTS,
        col(DeskSession.seen_at) > now - SESSION_IDLES,
    )
    return list(await session.exec(query.order_by(col(DeskSession.seen_at).desc(), col(DeskSession.digest))))


async def end_session(session: AsyncSession, moderator_id: int, session_digest: str) -> None:
    """End one of the moderator's own sessions, named by its digest."""
    await session.exec(
        delete(DeskSession).where(
            col(DeskSession.digest) == session_digest, col(DeskSession.moderator_id) == moderator_id
        )
    )


async def signed_in_by(trip: Trip, secret: str, now: datetime) -> tuple[Live, Deciding] | None:
    """The session with this secret, and who is signed in with it; or None."""
    found = await live_session(trip, secret, now)
    deciding = await deciding_of(trip, found.moderator_id) if found else None
    return (found, deciding) if found and deciding else None


async def live_session(trip: Trip, secret: str, now: datetime) -> Live | None:
    """The session with this secret, or None when it ended, idled or grew too old."""
    row = next(iter(await trip.ask(_SESSION, {"digest": digest(secret)})), None)
    found = Live(*row) if row else None
    if found is None or now - found.created_at > SESSION_LASTS or now - found.seen_at > SESSION_IDLES:
        return None
    return found


async def touch_session(session: AsyncSession, secret: str, now: datetime) -> None:
    """Note that the session is in use."""
    await session.exec(update(DeskSession).where(col(DeskSession.digest) == digest(secret)).values(seen_at=now))


def wants_touch(session: Live, now: datetime) -> bool:
    """Whether it is time to note its use: at most once an hour, so that reading pages costs no writes."""
    return now - session.seen_at > timedelta(hours=1)


def digest(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


_SESSION = columns(DeskSession, Live._fields).where(
    col(DeskSession.digest) == bindparam("digest"), col(DeskSession.waits).is_(False)
)
