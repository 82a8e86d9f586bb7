"""Contacts: people of a site whom readers can write to without learning their address.

Somebody who is away has a substitute, who may have one in turn. What nobody in such a row can read goes to the site's
contact of last resort, if it has one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime, new_id
from models.private_message import PrivateMessage
from models.seal import Sealed
from models.site import KEY, Site
from moderation.working_time import ZONE


class Contact(SQLModel, table=True):
    """`key` stands in articles, so it outlives the person who bears it. `absent_from` and `absent_until` are the first
    and the last day of an absence, in Germany; without the last one it lasts until further notice.
    """

    __table_args__ = (UniqueConstraint("site_id", "key"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=24)
    site_id: int = Field(foreign_key="site.id")
    key: str = Field(max_length=63)
    name: str = Field(max_length=80)
    function: str = Field(default="", max_length=120)
    address: str = Field(sa_type=Sealed)
    languages: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    absent_from: date | None = None
    absent_until: date | None = None
    substitute_id: str | None = Field(default=None, foreign_key="contact.id", max_length=24)
    active: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)

    def reads_at(self, now: datetime) -> bool:
        """Whether the person reads mail that day."""
        if not self.active:
            return False
        today = now.astimezone(ZONE).date()
        return self.absent_from is None or not self.absent_from <= today <= (self.absent_until or date.max)


@dataclass(frozen=True, slots=True)
class Contacts:
    """All contacts of a site by id, and who takes what nobody else can read."""

    by_id: Mapping[str, Contact]
    last_resort: str | None = None

    def reader_of(self, contact_id: str | None, now: datetime) -> Contact | None:
        """Who reads what is written to a contact now: the person, the first substitute who is there, or the contact of
        last resort, who takes it even when away; None where nobody does. A ring of substitutes ends where it began.
        """
        passed = set[str]()
        at = self.by_id.get(contact_id or "")
        while at is not None and at.id not in passed:
            if at.reads_at(now):
                return at
            passed.add(at.id)
            at = self.by_id.get(at.substitute_id or "")
        last = self.by_id.get(self.last_resort or "")
        return last if last is not None and last.active else None


@dataclass(frozen=True, slots=True)
class ArrivingContact:
    """A contact of another installation: its columns, the key of who stands in, and what the site asks of it there."""

    columns: Mapping[str, Any]
    substitute: str | None = None
    last_resort: bool = False
    private: bool = False

    @property
    def key(self) -> str:
        return str(self.columns["key"])


async def contacts_of(session: AsyncSession, site: Site) -> Contacts:
    """The site's contacts, by name."""
    found = await session.exec(select(Contact).where(col(Contact.site_id) == site.id))
    ordered = sorted(found, key=lambda each: (not each.active, each.name.casefold(), each.key))
    return Contacts({each.id: each for each in ordered}, site.last_resort_id)


async def contact_by_key(session: AsyncSession, site: Site, key: str) -> Contact | None:
    """The site's contact of that key, or None."""
    if not KEY.fullmatch(key):
        return None
    here = (col(Contact.site_id) == site.id, col(Contact.key) == key)
    return (await session.exec(select(Contact).where(*here))).first()


async def settle_contacts(session: AsyncSession, site: Site, arriving: Sequence[ArrivingContact]) -> int:
    """Add those whose key nobody has here, with who stands in for them; gives how many those are.

    A duty is theirs where the site has given it to nobody.
    """
    stored = await session.get_one(Site, site.id, with_for_update=True)
    here = {each.key: each for each in (await contacts_of(session, stored)).by_id.values()}
    fresh = {each.key: each for each in arriving if each.key not in here}
    for key, each in fresh.items():
        here[key] = Contact(**each.columns, site_id=stored.id or 0)
        session.add(here[key])
    await session.flush()
    for key, each in fresh.items():
        substitute = here.get(each.substitute or "")
        here[key].substitute_id = substitute.id if substitute and substitute is not here[key] else None
        stored.last_resort_id = stored.last_resort_id or (here[key].id if each.last_resort else None)
        stored.private_contact_id = stored.private_contact_id or (here[key].id if each.private else None)
    session.add(stored)
    await session.flush()
    return len(fresh)


async def remove_contact(session: AsyncSession, site: Site, contact: Contact) -> None:
    """Forget a contact. What waits for it goes to the contact of last resort; it stands in for nobody any more."""
    stands_in = col(Contact.substitute_id) == contact.id
    await session.exec(update(Contact).where(stands_in).values(substitute_id=None))
    waiting = col(PrivateMessage.contact_id) == contact.id
    await session.exec(update(PrivateMessage).where(waiting).values(contact_id=None))
    if site.last_resort_id == contact.id:
        site.last_resort_id = None
    if site.private_contact_id == contact.id:
        site.private_contact_id = None
    session.add(site)
    await session.delete(contact)
    await session.flush()
