"""Closing every address anew after the secret has changed."""

from sqlalchemy import update
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.data_request import DataRequest, Visit
from models.moderator import Moderator
from models.outbox import Notice
from models.report import Report
from models.seal import mark_of
from models.subscription import Subscription

_SEALED: tuple[type[SQLModel], ...] = (Comment, Moderator, Report, Subscription, DataRequest, Visit)


async def reseal(session: AsyncSession) -> int:
    """Seal all addresses with the present secret, and mark them by it; gives how many there were.

    A proof of consent whose address is gone keeps the mark of its time.
    """
    resealed = 0
    for table in _SEALED:
        columns = table.__table__.c  # type: ignore[attr-defined]
        key = next(iter(table.__table__.primary_key.columns))  # type: ignore[attr-defined]
        found = await session.exec(select(key, columns.email).where(columns.email.is_not(None), columns.email != ""))
        for row_id, address in found.all():
            values = {"email": address, "email_mark": mark_of(session, address)}
            await session.exec(update(table).where(key == row_id).values(values))
            resealed += 1
    # Which mail went to whom today cannot be told any more by the new marks; the count begins anew.
    await session.exec(update(Notice).where(col(Notice.mark).is_not(None)).values(mark=None))
    return resealed
