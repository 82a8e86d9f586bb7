"""Who did what at the desk besides deciding: looked at a full address, changed a setting. Append-only, without text."""

from datetime import datetime

from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime


class AuditEntry(SQLModel, table=True):
    """`action` names what was done, `subject` the id of what it was done to. `moderator_id` is None for a command."""

    id: int | None = Field(default=None, primary_key=True)
    site_id: int | None = Field(default=None, foreign_key="site.id", index=True)
    moderator_id: int | None = Field(default=None, foreign_key="moderator.id")
    action: str = Field(max_length=40)
    subject: str = Field(default="", max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)


async def note(
    session: AsyncSession, action: str, subject: str, now: datetime, *, site_id: int | None, moderator_id: int | None
) -> None:
    """Write down what is done, in the transaction that does it: if this fails, it is not done."""
    session.add(
        AuditEntry(site_id=site_id, moderator_id=moderator_id, action=action, subject=subject[:64], created_at=now)
    )
    await session.flush()


async def latest_entries(session: AsyncSession, site_ids: tuple[int, ...], most: int = 100) -> list[AuditEntry]:
    """What was done last at these sites, newest first."""
    query = select(AuditEntry).where(col(AuditEntry.site_id).in_(site_ids))
    return list(await session.exec(query.order_by(col(AuditEntry.id).desc()).limit(most)))
