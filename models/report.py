"""Reports by readers, and objections by authors: both bring a comment back to the moderators."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Literal, NamedTuple

from sqlalchemy import Executable, bindparam, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime, new_id
from models.comment import Comment
from models.happening import happens
from models.outbox import enqueue
from models.seal import Sealed, mark_of
from models.trip import Trip, any_of, columns, numbered, room
from moderation.lifecycle import Status

ReportReason = Literal["illegal", "insult", "personal_data", "spam", "copyright", "child_abuse", "other"]


class AlreadyObjected(Exception):
    """An author objects once to a decision."""


class Report(SQLModel, table=True):
    """What a reader reported, open until a moderator has looked."""

    id: str = Field(default_factory=new_id, primary_key=True, max_length=24)
    comment_id: str = Field(foreign_key="comment.id", index=True, max_length=64)
    reason: str = Field(max_length=20)
    statement: str = Field(default="", max_length=4000)
    name: str = Field(default="", max_length=200)
    email: str = Field(default="", sa_type=Sealed)
    email_mark: str | None = Field(default=None, max_length=64, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Objection(SQLModel, table=True):
    """An author's objection to a rejection, open until a moderator has decided again."""

    id: str = Field(default_factory=new_id, primary_key=True, max_length=24)
    comment_id: str = Field(foreign_key="comment.id", unique=True, max_length=64)
    statement: str = Field(max_length=4000)
    created_at: datetime = Field(sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class OpenReport(NamedTuple):
    """A report as moderators see it beside the comment."""

    comment_id: str
    reason: str
    statement: str
    name: str
    created_at: datetime


class OpenObjection(NamedTuple):
    """An objection as moderators see it beside the comment."""

    comment_id: str
    statement: str
    created_at: datetime


class Settled(NamedTuple):
    """What a look at a comment has settled: how many reports, and which of them by somebody with an address."""

    reports: int
    addressed: Sequence[str]
    objection: bool

    @property
    def nothing(self) -> bool:
        """Whether no case was open."""
        return not self.reports and not self.objection


_SETTLE_REPORTS = (
    update(Report)
    .where(col(Report.comment_id) == bindparam("comment"), col(Report.settled_at).is_(None))
    .values(settled_at=bindparam("now"))
    .returning(col(Report.id), col(Report.email_mark))
)
_SETTLE_OBJECTION = (
    update(Objection)
    .where(col(Objection.comment_id) == bindparam("comment"), col(Objection.settled_at).is_(None))
    .values(settled_at=bindparam("now"))
    .returning(col(Objection.id))
)
_OPEN_OBJECTION = select(Objection.id).where(
    col(Objection.comment_id) == bindparam("comment"), col(Objection.settled_at).is_(None)
)


async def file_report(
    session: AsyncSession,
    comment: Comment,
    reason: str,
    statement: str,
    name: str,
    email: str,
    now: datetime,
) -> Report:
    """Store a report, with the notice to the moderators, in the caller's transaction."""
    report = Report(
        comment_id=comment.id,
        reason=reason,
        statement=statement,
        name=name,
        email=email,
        email_mark=mark_of(session, email) if email else None,
        created_at=now,
    )
    session.add(report)
    await session.flush()
    await happens(session, "reported", comment.site_id, comment.id, now)
    await enqueue(
        session,
        "comment_reported",
        {"report": report.id, "comment": comment.id, "site": comment.site_id},
        now,
    )
    return report


async def file_objection(session: AsyncSession, comment: Comment, statement: str, now: datetime) -> Objection:
    """Store an author's objection, or raise `AlreadyObjected`; only what was rejected can be objected to."""
    found = await session.exec(select(Objection).where(col(Objection.comment_id) == comment.id))
    if found.first() or comment.status not in (Status.REJECTED, Status.SPAM):
        raise AlreadyObjected
    objection = Objection(comment_id=comment.id, statement=statement, created_at=now)
    session.add(objection)
    await session.flush()
    await happens(session, "objected", comment.site_id, comment.id, now)
    await enqueue(
        session,
        "objection_waits",
        {"comment": comment.id, "site": comment.site_id},
        now,
    )
    return objection


async def erase_objection(session: AsyncSession, comment_id: str) -> None:
    """Take the words out of the author's objection, if there is one."""
    await session.exec(update(Objection).where(col(Objection.comment_id) == comment_id).values(statement=""))


async def settle_cases(trip: Trip, comment_id: str, now: datetime) -> Settled:
    """A moderator has looked at the comment: its open reports and its open objection are settled."""
    told = {"comment": comment_id, "now": now}
    reports = await trip.ask(_SETTLE_REPORTS, told)
    objections = await trip.ask(_SETTLE_OBJECTION, told)
    return Settled(len(reports), [each[0] for each in reports if each[1]], bool(objections))


async def reopen_cases(session: AsyncSession, comment_id: str, settled_at: datetime) -> None:
    """A decision was taken back: what it settled, at exactly that time, is open again."""
    for case in (Report, Objection):
        await session.exec(
            update(case)
            .where(col(case.comment_id) == comment_id, col(case.settled_at) == settled_at)
            .values(settled_at=None)
        )


async def open_reports(session: AsyncSession, comment_id: str) -> list[Report]:
    """A comment's reports that nobody has looked at yet, oldest first."""
    found = await session.exec(
        select(Report)
        .where(col(Report.comment_id) == comment_id, col(Report.settled_at).is_(None))
        .order_by(col(Report.created_at))
    )
    return list(found)


async def reports_settled(session: AsyncSession, comment_id: str, at: datetime) -> list[Report]:
    """The reports that the decision of exactly that time has settled."""
    found = await session.exec(select(Report).where(col(Report.comment_id) == comment_id, col(Report.settled_at) == at))
    return list(found)


async def open_cases(trip: Trip, ids: Collection[str]) -> tuple[dict[str, list[OpenReport]], dict[str, OpenObjection]]:
    """By comment the open reports, oldest first, and the open objection."""
    reports: defaultdict[str, list[OpenReport]] = defaultdict(list)
    if not ids:
        return reports, {}
    of_reports, of_objections = _open_cases(room(ids))
    for row in await trip.ask(of_reports, numbered(ids)):
        reports[row[0]].append(OpenReport(*row))
    return reports, {row[0]: OpenObjection(*row) for row in await trip.ask(of_objections, numbered(ids))}


@cache
def _open_cases(number: int) -> tuple[Executable, Executable]:
    reports = columns(Report, OpenReport._fields).where(
        any_of(col(Report.comment_id), number), col(Report.settled_at).is_(None)
    )
    objections = columns(Objection, OpenObjection._fields).where(
        any_of(col(Objection.comment_id), number), col(Objection.settled_at).is_(None)
    )
    return reports.order_by(col(Report.created_at), col(Report.id)), objections


async def is_objected(trip: Trip, comment_id: str) -> bool:
    """Whether there is an objection by the author that nobody has decided yet."""
    return bool(await trip.ask(_OPEN_OBJECTION, {"comment": comment_id}))


async def objection_to(session: AsyncSession, comment_id: str) -> Objection | None:
    """The author's objection, open or settled."""
    return (await session.exec(select(Objection).where(col(Objection.comment_id) == comment_id))).first()
