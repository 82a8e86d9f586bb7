"""Who works at a site, and in which role."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.api_token import ApiToken
from models.desk_session import DeskSession, SignInLink
from models.identity import Identity
from models.moderator import Membership, Moderator, Role, shown_name
from models.rights import has_factor
from models.trip import InSession


class LastAdmin(Exception):
    """The only admin of a site would go, and nobody could settle anything any more."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a site. `factor`: whether they have a second factor; `seen`: when they were last here."""

    id: int
    email: str
    name: str
    role: str
    factor: bool
    seen: datetime | None


async def people_of(session: AsyncSession, site_id: int) -> list[Person]:
    """Everybody at the site, by name."""
    found = await session.exec(
        select(Moderator, Membership.role, func.max(DeskSession.seen_at))
        .join(Membership, col(Membership.moderator_id) == col(Moderator.id))
        .join(DeskSession, col(DeskSession.moderator_id) == col(Moderator.id), isouter=True)
        .where(col(Membership.site_id) == site_id)
        .group_by(col(Moderator.id), col(Membership.role))
    )
    trip = InSession(session)
    people = [
        Person(each.id or 0, each.email, shown_name(each), role, await has_factor(trip, each.id or 0), seen)
        for each, role, seen in list(found)
    ]
    return sorted(people, key=lambda each: (each.name.casefold(), each.email))


async def change_role(session: AsyncSession, site_id: int, moderator_id: int, role: Role) -> None:
    """Give somebody at the site another role. Raises `LookupError`, or `LastAdmin`."""
    membership = await _membership(session, site_id, moderator_id)
    if role != "admin":
        await _keep_an_admin(session, membership)
    membership.role = role
    session.add(membership)
    await session.flush()


async def remove_person(session: AsyncSession, site_id: int, moderator_id: int) -> None:
    """Take somebody off the site; what they decided stays in the log. Raises `LookupError`, or `LastAdmin`.

    Who is at no site any more is signed out everywhere, and their tokens and links are worth nothing.
    """
    membership = await _membership(session, site_id, moderator_id)
    await _keep_an_admin(session, membership)
    await session.delete(membership)
    await session.flush()
    left = select(func.count()).select_from(Membership).where(col(Membership.moderator_id) == moderator_id)
    if not (await session.exec(left)).one():
        for table in (DeskSession, SignInLink, ApiToken, Identity):
            await session.exec(delete(table).where(col(table.moderator_id) == moderator_id))


async def _membership(session: AsyncSession, site_id: int, moderator_id: int) -> Membership:
    # Of two admins who remove each other at once, the second waits here and then finds nobody left to keep the site.
    query = select(Membership).where(col(Membership.site_id) == site_id).order_by(col(Membership.moderator_id))
    found = [each for each in await session.exec(query.with_for_update()) if each.moderator_id == moderator_id]
    if not found:
        raise LookupError(moderator_id)
    return found[0]


async def _keep_an_admin(session: AsyncSession, leaving: Membership) -> None:
    if leaving.role != "admin":
        return
    others = (
        select(func.count())
        .select_from(Membership)
        .where(
            col(Membership.site_id) == leaving.site_id,
            col(Membership.role) == "admin",
            col(Membership.moderator_id) != leaving.moderator_id,
        )
    )
    if not (await session.exec(others)).one():
        raise LastAdmin
