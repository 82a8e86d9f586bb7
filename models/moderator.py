"""The people who decide: who they are, what they may do where, and how they prove it.

Secrets (links, sessions, tokens) are random and stored as SHA-256: whoever reads the database can use none.
A plain hash is enough, because nobody can guess 256 random bits.
"""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Literal, NamedTuple, get_args

from sqlalchemy import JSON, Column, Executable, bindparam, delete, or_, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime
from models.permission import PERMISSIONS, Permission
from models.seal import Sealed, mark_of
from models.site import Site
from models.trip import Trip, any_of, columns, numbered, room

Role = Literal["auditor", "moderator", "editor", "admin"]
MailChoice = Literal["each", "digest", "urgent"]
ROLES: tuple[Role, ...] = get_args(Role)
LINK_LASTS = timedelta(days=3)
SESSION_LASTS = timedelta(days=30)
SESSION_IDLES = timedelta(days=7)
FREE_FAILURES = 5
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)


class Moderator(SQLModel, table=True):
    """A person who decides. `password` is an argon2id hash, or None: then only links sign in.

    `shortcuts`: whether single keys work at the desk, which some speech software sets off by accident; `keys` are
    those that were chosen instead of the usual ones, by what they do. `shield`: hide threats until they are opened.
    `mail`: of which new comments they are told, and when (`MailChoice`). `totp`: the secret of their one-time codes;
    `totp_step`, the period of the last code that was taken, so that none works twice.
    """

    id: int | None = Field(default=None, primary_key=True)
    # The constraint is from before addresses were sealed; SQLite could only drop it with the whole table.
    email: str = Field(unique=True, sa_type=Sealed)
    email_mark: str = Field(unique=True, index=True, max_length=64)
    name: str = Field(default="", max_length=80)
    language: str = Field(default="", max_length=12)
    password: str | None = Field(default=None, max_length=200)
    shortcuts: bool = True
    keys: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    shield: bool = True
    mail: str = Field(default="each", max_length=12)
    totp: str | None = Field(default=None, sa_type=Sealed)
    totp_step: int = 0
    failures: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Membership(SQLModel, table=True):
    """What a moderator may do at one site."""

    moderator_id: int = Field(foreign_key="moderator.id", primary_key=True)
    site_id: int = Field(foreign_key="site.id", primary_key=True)
    role: str = Field(max_length=12)


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


class Passkey(SQLModel, table=True):
    """A WebAuthn credential: `id` and `public_key` in base64url, as the browser and we exchange them."""

    id: str = Field(primary_key=True, max_length=1400)
    moderator_id: int = Field(foreign_key="moderator.id", index=True)
    name: str = Field(max_length=80)
    public_key: str = Field(max_length=4000)
    sign_count: int = 0
    transports: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ApiToken(SQLModel, table=True):
    """A bearer token for a moderator's own tools."""

    digest: str = Field(primary_key=True, max_length=64)
    moderator_id: int = Field(foreign_key="moderator.id")
    name: str = Field(default="", max_length=80)
    created_at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True, slots=True)
class Deciding:
    """A moderator as a request knows them: who, and their role by site id.

    `owes` names the sites that ask for a second factor which the moderator does not have yet: no role counts there.
    """

    id: int
    email: str
    name: str
    language: str
    roles: dict[int, str]
    shortcuts: bool = True
    keys: Mapping[str, str] = field(default_factory=dict)
    shield: bool = True
    owes: tuple[str, ...] = ()

    @property
    def sites(self) -> tuple[int, ...]:
        return tuple(sorted(self.roles))

    @property
    def administers(self) -> bool:
        """Whether there is a site whose settings they may change."""
        return any("settings" in PERMISSIONS.get(each, ()) for each in self.roles.values())

    @property
    def arranges(self) -> bool:
        """Whether there is a site of which they may change anything besides comments."""
        return self.administers or any("contacts" in PERMISSIONS.get(each, ()) for each in self.roles.values())

    def may(self, site_id: int, permission: Permission) -> bool:
        """Whether the moderator's role at the site carries the permission."""
        return permission in PERMISSIONS.get(self.roles.get(site_id, ""), ())


async def invite(session: AsyncSession, email: str, site: Site, role: Role, now: datetime) -> str:
    """Give `email` the role at the site, known or new, and return the secret of a one-time sign-in link."""
    return await new_link(session, await engage(session, email, site, role, now), now)


async def engage(session: AsyncSession, email: str, site: Site, role: Role, now: datetime) -> Moderator:
    """Give `email` the role at the site, known or new."""
    moderator = await moderator_by_email(session, email)
    if moderator is None:
        address = email.strip().casefold()
        moderator = Moderator(email=address, email_mark=mark_of(session, address), created_at=now)
        session.add(moderator)
        await session.flush()
    membership = await session.get(Membership, (moderator.id, site.id))
    if membership is None:
        membership = Membership(moderator_id=moderator.id or 0, site_id=site.id or 0, role=role)
    membership.role = role
    session.add(membership)
    await session.flush()
    return moderator


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


class Live(NamedTuple):
    """A session that opens the desk."""

    moderator_id: int
    by_link: bool
    created_at: datetime
    seen_at: datetime


async def live_session(trip: Trip, secret: str, now: datetime) -> Live | None:
    """The session with this secret, or None when it ended, idled or grew too old."""
    row = next(iter(await trip.ask(_SESSION, {"digest": digest(secret)})), None)
    found = Live(*row) if row else None
    if found is None or now - found.created_at > SESSION_LASTS or now - found.seen_at > SESSION_IDLES:
        return None
    return found


async def signed_in_by(trip: Trip, secret: str, now: datetime) -> tuple[Live, Deciding] | None:
    """The session with this secret, and who is signed in with it; or None."""
    found = await live_session(trip, secret, now)
    deciding = await deciding_of(trip, found.moderator_id) if found else None
    return (found, deciding) if found and deciding else None


_SESSION = columns(DeskSession, Live._fields).where(
    col(DeskSession.digest) == bindparam("digest"), col(DeskSession.waits).is_(False)
)


async def touch_session(session: AsyncSession, secret: str, now: datetime) -> None:
    """Note that the session is in use."""
    await session.exec(update(DeskSession).where(col(DeskSession.digest) == digest(secret)).values(seen_at=now))


def wants_touch(session: Live, now: datetime) -> bool:
    """Whether it is time to note its use: at most once an hour, so that reading pages costs no writes."""
    return now - session.seen_at > timedelta(hours=1)


async def note_failure(session: AsyncSession, moderator_id: int, now: datetime) -> None:
    """Count a wrong password. From `FREE_FAILURES` on, each one makes the next wait twice as long."""
    counted = await session.exec(
        update(Moderator)
        .where(col(Moderator.id) == moderator_id)
        .values(failures=col(Moderator.failures) + 1)
        .returning(col(Moderator.failures))
    )
    row = counted.first()
    if row is None or row[0] < FREE_FAILURES:
        return
    pause = min(FIRST_PAUSE * 2 ** min(row[0] - FREE_FAILURES, 10), LONGEST_PAUSE)
    await session.exec(update(Moderator).where(col(Moderator.id) == moderator_id).values(locked_until=now + pause))


async def forget_failures(session: AsyncSession, moderator_id: int) -> None:
    """The right password was given: the count begins anew."""
    await session.exec(update(Moderator).where(col(Moderator.id) == moderator_id).values(failures=0, locked_until=None))


def is_locked(moderator: Moderator, now: datetime) -> bool:
    """Whether passwords must wait. A link signs in all the same, so nobody can lock a moderator out."""
    return moderator.locked_until is not None and moderator.locked_until > now


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


async def moderator_by_email(session: AsyncSession, email: str) -> Moderator | None:
    found = await session.exec(select(Moderator).where(col(Moderator.email_mark) == mark_of(session, email)))
    return found.first()


async def moderators_of(session: AsyncSession, site_id: int) -> list[Moderator]:
    """Everybody who decides at the site, by address."""
    found = await session.exec(
        select(Moderator)
        .join(Membership, col(Membership.moderator_id) == col(Moderator.id))
        .where(col(Membership.site_id) == site_id)
    )
    return sorted(found, key=lambda each: each.email)


def shown_name(moderator: Moderator) -> str:
    """What colleagues read: the name, or the part of the address before the @ while no name is set."""
    return moderator.name or moderator.email.partition("@")[0]


async def names_of(trip: Trip, ids: Collection[int]) -> dict[int, str]:
    """Moderators' shown names by id."""
    found = await trip.ask(_names(room(ids)), numbered(ids)) if ids else ()
    return {each: name or address.partition("@")[0] for each, name, address in found}


@cache
def _names(number: int) -> Executable:
    return select(Moderator.id, Moderator.name, Moderator.email).where(any_of(col(Moderator.id), number))


async def deciding_of(trip: Trip, moderator_id: int) -> Deciding | None:
    """A moderator with their roles, or None."""
    found = await trip.ask(_MODERATOR, {"id": moderator_id})
    if not found:
        return None
    name, email, language, shortcuts, keys, shield = found[0]
    memberships = await trip.ask(_MEMBERSHIPS, {"id": moderator_id})
    asked = any(demands for _id, _name, demands, _role in memberships)
    short = asked and not await has_factor(trip, moderator_id)
    return Deciding(
        id=moderator_id,
        email=email,
        name=name or email.partition("@")[0],
        language=language,
        roles={site_id: role for site_id, _name, demands, role in memberships if not (demands and short)},
        shortcuts=shortcuts,
        keys=keys,
        shield=shield,
        owes=tuple(name for _id, name, demands, _role in memberships if demands and short),
    )


async def has_factor(trip: Trip, moderator_id: int) -> bool:
    """Whether the moderator has a second factor: one-time codes, or a passkey."""
    return bool(await trip.ask(_FACTOR, {"id": moderator_id}))


_MODERATOR = columns(Moderator, ("name", "email", "language", "shortcuts", "keys", "shield")).where(
    col(Moderator.id) == bindparam("id")
)
_MEMBERSHIPS = (
    select(Site.id, Site.name, Site.second_factor, Membership.role)
    .join(Membership, col(Membership.site_id) == col(Site.id))
    .where(col(Membership.moderator_id) == bindparam("id"))
    .order_by(col(Site.name))
)
_FACTOR = select(Moderator.id).where(
    col(Moderator.id) == bindparam("id"),
    or_(
        col(Moderator.totp).is_not(None),
        col(Moderator.id).in_(select(Passkey.moderator_id).where(col(Passkey.moderator_id) == bindparam("id"))),
    ),
)
_TOKEN = select(ApiToken.moderator_id).where(col(ApiToken.digest) == bindparam("digest"))


def digest(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
