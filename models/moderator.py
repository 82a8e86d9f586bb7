"""The people who decide: who they are, where, and how often a wrong password was tried."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Literal, get_args

from sqlalchemy import JSON, Column, Executable, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime
from models.seal import Sealed, mark_of
from models.site import Site
from models.trip import Trip, any_of, numbered, room

Role = Literal["auditor", "moderator", "editor", "admin"]
MailChoice = Literal["each", "digest", "urgent"]
ROLES: tuple[Role, ...] = get_args(Role)
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
