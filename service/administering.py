"""What admins do, for the desk's pages and the commands alike. Each deed leaves a row in the log."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import note
from models.desk_session import invite
from models.moderator import ROLES, Role, engage, moderator_by_email, moderators_of
from models.outbox import enqueue
from models.people import change_role, remove_person
from models.sign_on import SignOnKey, add_key, remove_key
from models.site import Site, site_by_key
from service.settings import RoleRule


def role_of(told: str) -> Role | None:
    """The role of that name, or None."""
    return next((each for each in ROLES if each == told), None)


async def invite_person(
    session: AsyncSession, site: Site, email: str, role: Role, now: datetime, *, by: int | None, mail: bool
) -> str:
    """The secret of a sign-in link for somebody who may work at the site from now on; with `mail`, it is sent, too.

    Who works there already gets another role. Raises `LastAdmin`.
    """
    known = await moderator_by_email(session, email)
    if known is not None:
        # Who works at other sites alone has no role here that could be lost.
        with suppress(LookupError):
            await change_role(session, site.id or 0, known.id or 0, role)
    secret = await invite(session, email, site, role, now)
    invited = await moderator_by_email(session, email)
    invited_id = invited.id if invited else None
    if mail:
        await enqueue(session, "invitation", {"moderator": invited_id, "site": site.id}, now)
    await note(session, f"invited_{role}", str(invited_id), now, site_id=site.id, moderator_id=by)
    return secret


async def engage_by_claims(
    session: AsyncSession, rules: Sequence[RoleRule], email: str, claims: Mapping[str, Any], now: datetime
) -> None:
    """Give whom a provider vouches for the roles that the operator's rules say, where they have none yet.

    A role that somebody has is neither raised nor lowered: that is for admins.
    """
    for each in rules:
        told = claims.get(each.claim)
        site = await site_by_key(session, each.site)
        if site is None or each.value not in (told if isinstance(told, list) else [told]):
            continue
        if email.strip().casefold() in {one.email for one in await moderators_of(session, site.id or 0)}:
            continue
        engaged = await engage(session, email, site, each.role, now)
        await note(session, f"provided_{each.role}", str(engaged.id), now, site_id=site.id, moderator_id=None)


async def give_role(
    session: AsyncSession, site: Site, moderator_id: int, role: Role, now: datetime, *, by: int | None
) -> None:
    """Another role at the site. Raises `LookupError` or `LastAdmin`."""
    await change_role(session, site.id or 0, moderator_id, role)
    await note(session, f"role_{role}", str(moderator_id), now, site_id=site.id, moderator_id=by)


async def take_off(session: AsyncSession, site: Site, moderator_id: int, now: datetime, *, by: int | None) -> None:
    """Somebody works at the site no more. Raises `LookupError` or `LastAdmin`."""
    await remove_person(session, site.id or 0, moderator_id)
    await note(session, "removed", str(moderator_id), now, site_id=site.id, moderator_id=by)


async def make_sign_on_key(session: AsyncSession, site: Site, now: datetime, *, by: int | None) -> SignOnKey:
    """A key with which the site's own pages sign their people on. Raises `TooManyKeys`."""
    key = await add_key(session, site, now)
    await note(session, "sign_on_key_made", key.id, now, site_id=site.id, moderator_id=by)
    return key


async def end_sign_on_key(session: AsyncSession, site: Site, key_id: str, now: datetime, *, by: int | None) -> None:
    """What the key signed is worth nothing from now on. Raises `LookupError`."""
    if not await remove_key(session, site.id or 0, key_id):
        raise LookupError(key_id)
    await note(session, "sign_on_key_removed", key_id, now, site_id=site.id, moderator_id=by)
