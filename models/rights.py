"""A moderator as a request knows them: who, and what they may do where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import JSON, Column, bindparam, or_
from sqlmodel import Field, SQLModel, col, select

from models.base import UtcDateTime
from models.moderator import Membership, Moderator
from models.permission import PERMISSIONS, Permission
from models.site import Site
from models.trip import Trip, columns


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
