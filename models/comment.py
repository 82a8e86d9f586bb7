"""A comment: a stored draft with what the judges said, and the ways it is read."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, bindparam, inspect, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime, new_id, searchable
from models.seal import Sealed
from models.thread import advance
from models.trip import InSession, Trip
from models.wave import Wanted, join_wave, lead_wave, leave_wave
from models.webhook import announce
from moderation.lifecycle import Status
from moderation.verdict import Finding, Judged, Reason

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PRIORITIES = {"normal": 0, "high": 1, "urgent": 2}


class ThreadClosed(Exception):
    """The thread takes no comments."""


class UnknownParent(Exception):
    """The comment that is answered is not in this thread, or cannot be seen."""


class IdTaken(Exception):
    """The id belongs to another comment."""


class Comment(SQLModel, table=True):
    """`text` is the author's Markdown and `html` what is shown, both with e-mail addresses hidden.

    `revision` counts every change; who decides names the revision they saw. `sender` is a keyed hash whose key
    changes daily. `email_mark` finds what one address wrote. `search` holds the words of text and name, folded.
    `title` is what the sender said the page is called; readers see it only once a moderator has approved a comment
    that said so.

    `rules` names the rules with a finding, each with a space before and after it. `held`: a moderator keeps it back.
    `wave` is what comments with nearly the same text share, None for a text that came once; one that `follows` stands
    behind another card of its wave. `assignee_id`: the moderator it was handed to. `redacted`: a passage was taken out.
    """

    __table_args__ = (
        # What came when, for figures and for what was decided last.
        Index("ix_comment_arrival", "site_id", "created_at", "id", "status", "lane"),
        Index("ix_comment_thread", "thread_id", "status", "created_at"),
        # The newest of a thread whatever their status, which every post asks for.
        Index("ix_comment_newest", "thread_id", "created_at"),
        Index("ix_comment_sender", "site_id", "sender", "created_at"),
        Index("ix_comment_published", "site_id", "published_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=64)
    site_id: int = Field(foreign_key="site.id")
    thread_id: int = Field(foreign_key="thread.id")
    parent_id: str | None = Field(default=None, foreign_key="comment.id", index=True, max_length=64)
    question: str | None = Field(default=None, max_length=64)
    title: str = Field(default="", max_length=300)
    name: str
    url: str | None = None
    role: str | None = Field(default=None, max_length=12)
    email: str | None = Field(default=None, sa_type=Sealed)
    email_mark: str | None = Field(default=None, max_length=64, index=True)
    email_confirmed: bool = False
    text: str
    html: str
    search: str
    language: str = Field(max_length=12)
    status: str = Field(default=Status.PENDING, max_length=12)
    lane: str = Field(max_length=12)
    priority: int = 0
    revision: int = 1
    spam: float | None = None
    violation: float | None = None
    findings: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    reasons: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    failed: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    model: str = Field(default="", max_length=80)
    netiquette: str = Field(default="", max_length=80)
    sender: str = Field(default="", max_length=64)
    pinned: bool = False
    featured: bool = False
    helpful: int = 0
    withdrawn: bool = False
    rules: str = Field(default="", max_length=300)
    held: bool = False
    wave: str | None = Field(default=None, max_length=64)
    follows: bool = False
    assignee_id: int | None = None
    redacted: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# In the order of the queue, so that its first page is read and not sorted, and with everything that a filter asks for,
# so that what does not pass is never looked up.
Index(
    "ix_comment_queue",
    col(Comment.site_id),
    col(Comment.status),
    col(Comment.priority).desc(),
    col(Comment.created_at),
    col(Comment.id),
    col(Comment.lane),
    col(Comment.held),
    col(Comment.follows),
    col(Comment.assignee_id),
    col(Comment.thread_id),
    col(Comment.spam),
    col(Comment.violation),
    col(Comment.rules),
)

# However many comments a wave has, whoever joins it looks at the first three only.
Index(
    "ix_comment_wave",
    col(Comment.wave),
    col(Comment.status),
    col(Comment.follows),
    col(Comment.priority).desc(),
    col(Comment.created_at),
    col(Comment.id),
    col(Comment.site_id),
    col(Comment.lane),
    col(Comment.held),
)

# Every column that nobody names has what the class says, so that what is stored without the class is like the others.
DEFAULTS: dict[str, Any] = {
    each.key: None
    if Comment.model_fields[each.key].is_required()
    else Comment.model_fields[each.key].get_default(call_default_factory=True, validated_data={})
    for each in inspect(Comment).local_table.columns
    if each.key != "id"
}


async def find_comment(session: AsyncSession, comment_id: str) -> Comment | None:
    """The comment, or None; what cannot be an id is not even asked for, since PostgreSQL refuses a NUL."""
    if not ID.fullmatch(comment_id):
        return None
    return await session.get(Comment, comment_id)


async def comments_by_id(session: AsyncSession, ids: Collection[str]) -> dict[str, Comment]:
    """The comments that have one of these ids; an id that nobody has is left out."""
    if not ids:
        return {}
    return {each.id: each for each in await session.exec(select(Comment).where(col(Comment.id).in_(ids)))}


async def revision_of(trip: Trip, comment_id: str) -> int | None:
    """The comment's revision, or None without such a comment."""
    found = await trip.ask(_REVISION, {"id": comment_id})
    return found[0][0] if found else None


_REVISION = select(Comment.revision).where(col(Comment.id) == bindparam("id"))


async def rewrite(session: AsyncSession, comment: Comment, judged: Judged, now: datetime) -> None:
    """Put an edited and newly judged text in the place of the old one. Identity, address and thread stay."""
    for name, value in judged_fields(judged).items():
        setattr(comment, name, value)
    comment.edited_at = now
    comment.redacted = False
    with session.no_autoflush:
        await leave_wave(session, comment)
        wanted = Wanted(comment.id, comment.site_id, comment.lane, comment.priority)
        comment.wave, comment.follows = await join_wave(InSession(session), wanted, judged.sketch)
    session.add(comment)
    await session.flush()
    await lead_wave(InSession(session), comment)


def rules_of(findings: Iterable[Finding]) -> str:
    """The rules that found something, as `Comment.rules` holds them."""
    return "".join(f" {each} " for each in dict.fromkeys(finding.rule for finding in findings))


def clear(comment: Comment) -> None:
    """Take everything out that its author wrote or is; what is left holds the place of the replies."""
    comment.text = comment.html = comment.search = comment.name = comment.title = comment.sender = ""
    comment.url = comment.email = comment.email_mark = comment.question = None
    comment.email_confirmed = False
    comment.findings, comment.reasons, comment.rules = [], [], ""


async def count_helpful(session: AsyncSession, comment_id: str, now: datetime) -> int | None:
    """One more reader found it helpful; gives how many did, or None if it is not published (any more)."""
    counted = await session.exec(
        update(Comment)
        .where(col(Comment.id) == comment_id, col(Comment.status) == Status.APPROVED)
        .values(helpful=col(Comment.helpful) + 1)
        .returning(col(Comment.helpful), col(Comment.thread_id), col(Comment.site_id))
    )
    row = counted.first()
    if row is None:
        return None
    await advance(session, row[1])
    await announce(session, row[2], row[1], ("thread.changed",), None, now)
    return int(row[0])


def judged_fields(judged: Judged) -> dict[str, Any]:
    """The columns of a comment that come from the judges."""
    shown, verdict = judged.shown, judged.verdict
    return {
        "name": shown.name,
        "url": shown.url,
        "text": shown.text,
        "html": shown.html,
        "search": searchable(shown.text, shown.name),
        "lane": verdict.lane,
        "priority": _PRIORITIES[verdict.priority],
        "spam": verdict.score.spam,
        "violation": verdict.score.violation,
        "findings": [_fields_of(each) for each in verdict.findings],
        "reasons": [_fields_of(each) for each in verdict.score.reasons],
        "failed": list(verdict.failed),
        "rules": rules_of(verdict.findings),
        "model": verdict.score.model,
    }


def _fields_of(flat: Finding | Reason) -> dict[str, Any]:
    """As `asdict`, which copies every value and takes ten times as long."""
    return {name: getattr(flat, name) for name in flat.__slots__}
