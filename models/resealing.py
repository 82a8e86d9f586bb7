"""Closing every address anew after the secret has changed."""

from sqlalchemy import update
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.contact import Contact
from models.data_request import DataRequest, Visit
from models.evidence import Evidence
from models.moderator import Moderator
from models.outbox import Notice
from models.private_message import PrivateMessage
from models.report import Report
from models.seal import Sealed, mark_of
from models.sign_on import SignOnKey
from models.subscription import Subscription
from models.webhook import Webhook

_SEALED: tuple[type[SQLModel], ...] = (
    Comment, Moderator, Report, Subscription, DataRequest, Visit, Evidence, Webhook, SignOnKey, Contact,
    PrivateMessage,
)  # fmt: skip


async def reseal(session: AsyncSession) -> int:
    """Seal everything sealed with the present secret, and mark addresses by it; gives how many texts there were.

    A proof of consent whose address is gone keeps the mark of its time.
    """
    resealed = 0
    for table in _SEALED:
        columns = table.__table__.c  # type: ignore[attr-defined]
        key = next(iter(table.__table__.primary_key.columns))  # type: ignore[attr-defined]
        for sealed in (each for each in columns if isinstance(each.type, Sealed)):
            found = await session.exec(select(key, sealed).where(sealed.is_not(None), sealed != ""))
            for row_id, text in found.all():
                values = {sealed.name: text}
                if sealed.name == "email":
                    values["email_mark"] = mark_of(session, text)
                await session.exec(update(table).where(key == row_id).values(values))
                resealed += 1
    # Which mail went to whom today cannot be told any more by the new marks; the count begins anew.
    await session.exec(update(Notice).where(col(Notice.mark).is_not(None)).values(mark=None))
    return resealed
