"""What people ask about their data: visits by a mailed link, and requests that a person has to answer in time."""

import secrets
from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import delete
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime, new_id
from models.comment import Comment
from models.desk_session import digest
from models.private_message import PrivateMessage
from models.report import Report
from models.seal import Sealed
from models.subscription import Subscription

RequestKind = Literal["correct", "restrict", "object", "other"]
REQUEST_KINDS: tuple[RequestKind, ...] = get_args(RequestKind)
VISIT_LASTS = timedelta(minutes=30)
WANTED_LASTS = timedelta(days=2)
# GDPR Art. 12(3) says one month; the shortest has 28 days.
ANSWER_WITHIN = timedelta(days=28)


class Visit(SQLModel, table=True):
    """Somebody who reads an address's mail, on the way to their data.

    The mailed link is used up by the button on its page; what opens then has a secret of its own.
    """

    digest: str = Field(primary_key=True, max_length=64)
    site_id: int = Field(foreign_key="site.id")
    email: str = Field(sa_type=Sealed)
    email_mark: str = Field(max_length=64, index=True)
    inside: bool = False
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class DataRequest(SQLModel, table=True):
    """Something that only a person can answer, within a month."""

    id: str = Field(default_factory=new_id, primary_key=True, max_length=24)
    site_id: int = Field(foreign_key="site.id", index=True)
    email: str = Field(sa_type=Sealed)
    email_mark: str = Field(max_length=64, index=True)
    kind: str = Field(max_length=12)
    statement: str = Field(default="", max_length=4000)
    created_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


async def new_visit(session: AsyncSession, site_id: int, email: str, mark: str, now: datetime) -> str:
    """The secret of a link that opens somebody's data once, within half an hour."""
    return await _visit(session, site_id, email, mark, now, inside=False)


async def want_visit(session: AsyncSession, site_id: int, email: str, mark: str, now: datetime) -> str:
    """Note that somebody wants to see an address's data; gives the id of the note, which opens nothing.

    The link is made while its mail is written, so that the outbox holds no secret.
    """
    wanted = Visit(
        digest=secrets.token_hex(32), site_id=site_id, email=email, email_mark=mark, expires_at=now + WANTED_LASTS
    )
    session.add(wanted)
    await session.flush()
    return wanted.digest


async def has_data(session: AsyncSession, site_id: int, mark: str) -> bool:
    """Whether anything is stored about the address at the site."""
    for table in (Comment, Subscription, DataRequest, PrivateMessage):
        here = (col(table.site_id) == site_id, col(table.email_mark) == mark)
        if (await session.exec(select(table.email_mark).where(*here).limit(1))).first() is not None:
            return True
    reported = (
        select(Report.id)
        .join(Comment, col(Comment.id) == col(Report.comment_id))
        .where(col(Report.email_mark) == mark, col(Comment.site_id) == site_id)
    )
    return (await session.exec(reported.limit(1))).first() is not None


async def enter(session: AsyncSession, secret: str, now: datetime) -> str | None:
    """Use the link up and give the secret of the open page; None for a link that is used, old or invented.

    The row that is deleted is the right to enter: of two that try at once, one deletes it.
    """
    link = await visit_of(session, secret, now, inside=False)
    used = await session.exec(delete(Visit).where(col(Visit.digest) == digest(secret), col(Visit.inside).is_(False)))
    if link is None or not used.rowcount:
        return None
    return await _visit(session, link.site_id, link.email, link.email_mark, now, inside=True)


async def visit_of(session: AsyncSession, secret: str, now: datetime, *, inside: bool) -> Visit | None:
    """The visit with this secret while it lasts; asking uses nothing up."""
    found = await session.get(Visit, digest(secret))
    return found if found and found.inside is inside and found.expires_at > now else None


async def leave(session: AsyncSession, mark: str, site_id: int) -> None:
    """End every visit of the address."""
    await session.exec(delete(Visit).where(col(Visit.email_mark) == mark, col(Visit.site_id) == site_id))


async def file_request(
    session: AsyncSession, visit: Visit, kind: RequestKind, statement: str, now: datetime
) -> DataRequest:
    """Lay a request before the people who answer it."""
    request = DataRequest(
        site_id=visit.site_id,
        email=visit.email,
        email_mark=visit.email_mark,
        kind=kind,
        statement=statement,
        created_at=now,
        due_at=now + ANSWER_WITHIN,
    )
    session.add(request)
    await session.flush()
    return request


async def open_requests(session: AsyncSession, site_ids: tuple[int, ...]) -> list[DataRequest]:
    """What has to be answered, the most pressing first."""
    query = select(DataRequest).where(col(DataRequest.site_id).in_(site_ids), col(DataRequest.settled_at).is_(None))
    return list(await session.exec(query.order_by(col(DataRequest.due_at), col(DataRequest.id))))


async def settle_request(session: AsyncSession, request: DataRequest, now: datetime) -> None:
    """A person has answered it. Twice is the same as once."""
    request.settled_at = request.settled_at or now
    session.add(request)
    await session.flush()


async def _visit(session: AsyncSession, site_id: int, email: str, mark: str, now: datetime, *, inside: bool) -> str:
    secret = secrets.token_urlsafe(32)
    session.add(
        Visit(
            digest=digest(secret),
            site_id=site_id,
            email=email,
            email_mark=mark,
            inside=inside,
            expires_at=now + VISIT_LASTS,
        )
    )
    await session.flush()
    return secret
