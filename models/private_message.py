"""What readers write to one person of a site, in confidence: kept sealed until it is delivered, and never published.

The words, the name and the address go in the transaction that settles the delivery: before it the server may not have
taken the message, and a courier that died in between sends it again, with the same Message-ID. After it the mail is the
recipient's; what comes back undeliverable later comes back to the sender's mailbox, words and all, by mail.
What is left for a week says only that something was delivered, for the link that the writer was given.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, delete, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime, new_id
from models.outbox import Notice, enqueue, try_again
from models.seal import Sealed

LETTER = "letter_private"


class PrivateMessage(SQLModel, table=True):
    """`contact_id` is whom it was written to, None where that contact was removed since. `hints` are what software
    noticed, by name; `spam` its probability. Everything a person wrote is sealed.
    """

    __table_args__ = (Index("ix_privatemessage_open", "site_id", "delivered_at"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=64)
    site_id: int = Field(foreign_key="site.id")
    contact_id: str | None = Field(default=None, foreign_key="contact.id", index=True, max_length=24)
    notice_id: str = Field(default="", max_length=24)
    page: str = Field(default="", max_length=2000)
    name: str = Field(default="", sa_type=Sealed)
    email: str | None = Field(default=None, sa_type=Sealed)
    email_mark: str | None = Field(default=None, max_length=64, index=True)
    text: str = Field(default="", sa_type=Sealed)
    language: str = Field(max_length=12)
    spam: float | None = None
    hints: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


async def file_message(session: AsyncSession, message: PrivateMessage, now: datetime) -> None:
    """Keep the message and put its letter into the outbox."""
    session.add(message)
    await session.flush()
    await _write(session, message, now)


async def forget_delivered(session: AsyncSession, message_id: str, now: datetime) -> None:
    """The recipient's server has it: nothing that a person wrote stays here."""
    gone: dict[str, Any] = {"name": "", "email": None, "email_mark": None, "text": "", "page": "", "spam": None}
    undelivered = (col(PrivateMessage.id) == message_id, col(PrivateMessage.delivered_at).is_(None))
    await session.exec(update(PrivateMessage).where(*undelivered).values(**gone, hints=[], delivered_at=now))


async def stuck_messages(session: AsyncSession, site_id: int) -> list[tuple[PrivateMessage, str]]:
    """What could not be delivered and is not tried any more, oldest first, each with what the mail server said."""
    found = await session.exec(
        select(PrivateMessage, Notice)
        .join(Notice, col(Notice.id) == col(PrivateMessage.notice_id), isouter=True)
        .where(col(PrivateMessage.site_id) == site_id, col(PrivateMessage.delivered_at).is_(None))
        .order_by(col(PrivateMessage.created_at), col(PrivateMessage.id))
    )
    # A notice that is gone was kept for too long: no mail server was set.
    return [(each, notice.problem if notice else "") for each, notice in found if _is_stuck(notice)]


async def send_again(session: AsyncSession, message: PrivateMessage, now: datetime) -> None:
    """Try once more to deliver it, to whoever reads for the contact by then."""
    if not await try_again(session, message.notice_id, now) and await session.get(Notice, message.notice_id) is None:
        await _write(session, message, now)


async def messages_by(session: AsyncSession, mark: str, site_id: int | None = None) -> list[PrivateMessage]:
    """What an address has written and nobody has been sent yet, oldest first."""
    query = select(PrivateMessage).where(col(PrivateMessage.email_mark) == mark)
    if site_id is not None:
        query = query.where(col(PrivateMessage.site_id) == site_id)
    return list(await session.exec(query.order_by(col(PrivateMessage.created_at), col(PrivateMessage.id))))


async def erase_message(session: AsyncSession, message_id: str) -> None:
    """Forget it altogether, also its letter if that has not left. Twice is the same as once."""
    found = await session.get(PrivateMessage, message_id)
    if found is None:
        return
    await session.exec(delete(Notice).where(col(Notice.id) == found.notice_id, col(Notice.settled_at).is_(None)))
    await session.delete(found)
    await session.flush()


async def _write(session: AsyncSession, message: PrivateMessage, now: datetime) -> None:
    notice = await enqueue(session, LETTER, {"message": message.id}, now)
    message.notice_id = notice.id
    session.add(message)
    await session.flush()


def _is_stuck(notice: Notice | None) -> bool:
    return notice is None or notice.given_up_at is not None
