"""A site's own netiquette, each edition kept with what was changed, when and by whom."""

from datetime import datetime

from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime
from models.site import Site


class Edition(SQLModel, table=True):
    """`content` is the netiquette as TOML; `note` one sentence for the change log that readers see.

    `moderator_id` is None for one that came by command. Rows are never changed.
    """

    id: int | None = Field(default=None, primary_key=True)
    site_id: int = Field(foreign_key="site.id", index=True)
    version: str = Field(max_length=80)
    note: str = Field(default="", max_length=300)
    content: str
    moderator_id: int | None = Field(default=None, foreign_key="moderator.id")
    created_at: datetime = Field(sa_type=UtcDateTime)


async def put_in_force(
    session: AsyncSession, site: Site, version: str, content: str, note: str, moderator_id: int | None, now: datetime
) -> Edition:
    """A new edition, in force from now on."""
    edition = Edition(
        site_id=site.id or 0, version=version, note=note, content=content, moderator_id=moderator_id, created_at=now
    )
    session.add(edition)
    await session.flush()
    site.edition_id = edition.id
    session.add(site)
    await session.flush()
    return edition


async def edition_in_force(session: AsyncSession, site: Site) -> Edition | None:
    """The site's own netiquette, or None while it has that of the installation."""
    return await session.get(Edition, site.edition_id) if site.edition_id else None


async def editions_of(session: AsyncSession, site_id: int, most: int = 50) -> list[Edition]:
    """The site's editions, newest first."""
    query = select(Edition).where(col(Edition.site_id) == site_id).order_by(col(Edition.id).desc()).limit(most)
    return list(await session.exec(query))


async def count_editions(session: AsyncSession, site_id: int) -> int:
    """How many there have been."""
    return (await session.exec(select(func.count()).select_from(Edition).where(col(Edition.site_id) == site_id))).one()


async def edition_of(session: AsyncSession, site_id: int, edition_id: int) -> Edition | None:
    """One edition of the site, or None."""
    found = await session.get(Edition, edition_id) if edition_id < 2**31 else None
    return found if found and found.site_id == site_id else None
