"""A site that embeds the widget, with its settings."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import JSON, Column, bindparam
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime
from models.legal import Legal, read_legal
from moderation.policy import Policy
from moderation.working_time import WorkingTime, spell_week, working_time

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
LANGUAGES = ("de", "en")
# What a site can speak to its readers: a language, or a way of speaking it (service/texts.py).
SPOKEN = ("de", "de-du", "de-leicht", "en")


class BadSite(ValueError):
    """A setting of a site that cannot be; the message is one sentence that names it."""


def usual_hours() -> list[list[list[str]]]:
    """Monday to Friday from nine to five."""
    return [[["09:00", "17:00"]] if day < 5 else [] for day in range(7)]


class Site(SQLModel, table=True):
    """`origins` may post from a browser. `names` belong to the site's own people: guests may not carry them.

    `taught` counts the changes of what decisions have taught the classifier here.

    `state` is one of Germany's 16 by its two letters, for its holidays; without one only the nationwide ones count.
    `hours` has seven lists, from Monday: the day's opening times as pairs such as `["09:00", "17:00"]`. Within
    `target_minutes` of working time a comment should be decided. `second_rules` and `second_bands` name what needs a
    second person's agreement: rules with a finding, and `{"head", "least", "most"}` for a probability from, up to.
    `legal` is a stored `Legal` (models/legal.py).

    `holds` names what waits for a person (models/release.py). `texts` are the site's own words to readers, by place and
    language. `paused` takes no comments for now, for the reason given; from `most_waiting` on, nothing more is taken
    until fewer wait; 0 sets no such limit. Threads close `close_days` after their first comment; 0 leaves them open.
    `editors_publish`: whom the host signs on as an editor needs nobody's release (models/release.py).
    `second_factor`: who works here must have one. `edition_id`: the site's own netiquette (models/edition.py).
    `last_resort_id`: the contact who takes what no other can read; `private_contact_id`: the one who gets what readers
    write under an article for the editors alone (models/contact.py).
    """

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=63)
    name: str = Field(max_length=200)
    language: str = Field(default="de", max_length=12)
    origins: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    names: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    imprint_url: str = Field(default="", max_length=500)
    privacy_url: str = Field(default="", max_length=500)
    contact_url: str = Field(default="", max_length=500)
    spam_threshold: float | None = None
    spam_prior: float | None = None
    depth: int = 3
    edit_minutes: int = 15
    helpful: bool = False
    taught: int = 0
    state: str = Field(default="", max_length=2)
    hours: list[list[list[str]]] = Field(default_factory=usual_hours, sa_column=Column(JSON, nullable=False))
    target_minutes: int = 480
    second_rules: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    second_bands: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    legal: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    holds: str = Field(default="everything", max_length=12)
    texts: dict[str, dict[str, str]] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    paused: bool = False
    pause_reason: str = Field(default="", max_length=500)
    most_waiting: int = 0
    close_days: int = 0
    editors_publish: bool = False
    second_factor: bool = False
    edition_id: int | None = None
    last_resort_id: str | None = Field(default=None, max_length=24)
    private_contact_id: str | None = Field(default=None, max_length=24)
    created_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def plain_language(self) -> str:
        """The language that the site speaks, without the tone."""
        return self.language.partition("-")[0]

    @property
    def terms(self) -> Legal:
        """What the site says of itself in law."""
        return read_legal(self.legal)

    @property
    def policy(self) -> Policy:
        return Policy(spam_threshold=self.spam_threshold, spam_prior=self.spam_prior)


def hours_of(site: Site) -> WorkingTime:
    """When somebody is at work for the site."""
    return working_time(spell_week(site.hours), site.state)


async def add_site(
    session: AsyncSession,
    key: str,
    origins: list[str],
    now: datetime,
    name: str = "",
    language: str = "de",
) -> Site:
    """A new site, or `BadSite`."""
    if not KEY.fullmatch(key):
        raise BadSite(f"The key “{key}” must consist of lower-case letters, digits and hyphens (at most 63).")
    if len(name) > 200:
        raise BadSite("The name of a site may have 200 characters at most.")
    if language not in SPOKEN:
        raise BadSite(f"The language “{language}” is not one of {', '.join(SPOKEN)}.")
    if not origins:
        raise BadSite("A site needs at least one origin that may post.")
    if await site_by_key(session, key):
        raise BadSite(f"A site with the key “{key}” exists already.")
    site = Site(
        key=key,
        name=name or key,
        language=language,
        origins=[normalise_origin(each) for each in origins],
        created_at=now,
    )
    session.add(site)
    await session.flush()
    return site


async def change_site(session: AsyncSession, site: Site, name: str = "", origins: Sequence[str] = ()) -> None:
    """Give the site another name or other origins that may post; what is empty stays. Or `BadSite`."""
    site.name = name or site.name
    if origins:
        site.origins = [normalise_origin(each) for each in origins]
    session.add(site)
    await session.flush()


async def set_links(session: AsyncSession, site: Site, imprint: str = "", privacy: str = "", contact: str = "") -> None:
    """Where readers find the site's legal pages and its contact form; an empty one is left as it is. Or `BadSite`."""
    for name, address in (("imprint_url", imprint), ("privacy_url", privacy), ("contact_url", contact)):
        if address:
            setattr(site, name, web_address(address))
    session.add(site)
    await session.flush()


_FIND = select(Site).where(col(Site.key) == bindparam("key"))


async def site_by_key(session: AsyncSession, key: str) -> Site | None:
    """The site, or None; what cannot be a key is not even asked for, since PostgreSQL refuses a NUL."""
    if not KEY.fullmatch(key):
        return None
    return (await session.exec(_FIND, params={"key": key})).first()


async def all_sites(session: AsyncSession) -> list[Site]:
    return list(await session.exec(select(Site).order_by(col(Site.key))))


async def terms_of_all(session: AsyncSession) -> list[tuple[str, Legal]]:
    """Of each site the key, and what it says of itself in law: as rows, since a start's first object is dear."""
    site = SQLModel.metadata.tables["site"].columns
    rows = await session.exec(select(site.key, site.legal).order_by(site.key))
    return [(key, read_legal(legal)) for key, legal in rows]


def normalise_origin(origin: str) -> str:
    """`https://host[:port]` in the spelling that browsers send in the Origin header, or `BadSite`."""
    try:
        parts = urlsplit(origin.strip())
        port = parts.port
    except ValueError:
        raise BadSite(f"The origin “{origin}” has no valid host and port.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise BadSite(f"The origin “{origin}” must look like https://www.example.org.")
    if parts.query or parts.fragment or parts.username:
        raise BadSite(f"The origin “{origin}” must look like https://www.example.org.")
    try:
        host = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode()
    except UnicodeError:
        raise BadSite(f"The origin “{origin}” has no valid host.") from None
    host = f"[{host}]" if ":" in host else host
    standard = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != standard else "")


def web_address(address: str) -> str:
    """The address, or `BadSite` for anything but http and https, and for signs that no address can hold (RFC 3986)."""
    parts = urlsplit(address.strip())
    odd = any(each <= " " or each in '<>"`\\^{|}' for each in address.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or len(address) > 500 or odd:
        raise BadSite(f"“{address[:80]}” must be an address such as https://www.example.org/impressum.")
    return address.strip()
