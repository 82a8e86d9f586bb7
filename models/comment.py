"""A comment: a stored draft with what the judges said, and the ways it is read."""

import re
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, Column, Index, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime, new_id, searchable
from models.happening import happens
from models.outbox import enqueue
from models.prompt import require_not_closed, require_open_prompt
from models.seal import Sealed, mark_of
from models.site import Site
from models.thread import Thread, advance
from models.wave import join_wave, lead_wave
from moderation.draft import Draft
from moderation.lifecycle import Status
from moderation.verdict import Finding, Judged

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
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
        Index("ix_comment_sender", "site_id", "sender", "created_at"),
        Index("ix_comment_wave", "wave", "status"),
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


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the service knows of a comment besides the draft: who sent it and by which rules it was judged.

    `role` and `confirmed` (of the address) are what the host's site has signed, never what somebody typed.
    """

    sender: str
    netiquette: str
    language: str
    role: Literal["editor"] | None = None
    confirmed: bool = False


async def file_comment(
    session: AsyncSession,
    site: Site,
    thread: Thread,
    judged: Judged,
    circumstances: Circumstances,
    now: datetime,
) -> Comment:
    """Store what was judged, with the notice to the moderators, in the caller's transaction.

    Thread and parent are checked again here, since judging took time and both may have changed meanwhile: the thread
    must have been read in this transaction.
    Raises what `check_place` raises, or `IdTaken` when the client's id is in use.
    """
    draft = judged.draft
    question = await check_place(session, thread, draft, now)
    comment = Comment(
        id=draft.id or new_id(),
        site_id=thread.site_id,
        thread_id=thread.id or 0,
        parent_id=draft.parent,
        question=question,
        title=draft.title,
        email=draft.email or None,
        email_mark=mark_of(session, draft.email) if draft.email else None,
        email_confirmed=circumstances.confirmed,
        role=circumstances.role,
        sender=circumstances.sender,
        language=circumstances.language,
        netiquette=circumstances.netiquette,
        created_at=now,
        **judged_fields(judged),
    )
    await join_wave(session, comment, judged.sketch)
    await _insert(session, comment, chosen=draft.id is not None)
    await happens(session, "filed", comment.site_id, comment.id, now)
    await enqueue(session, "comment_waits", {"comment": comment.id, "site": site.id}, now)
    return comment


async def find_comment(session: AsyncSession, comment_id: str) -> Comment | None:
    """The comment, or None; what cannot be an id is not even asked for, since PostgreSQL refuses a NUL."""
    if not _ID.fullmatch(comment_id):
        return None
    return await session.get(Comment, comment_id)


async def comments_by_id(session: AsyncSession, ids: Collection[str]) -> dict[str, Comment]:
    """The comments that have one of these ids; an id that nobody has is left out."""
    if not ids:
        return {}
    return {each.id: each for each in await session.exec(select(Comment).where(col(Comment.id).in_(ids)))}


async def check_place(session: AsyncSession, thread: Thread | None, draft: Draft, now: datetime) -> str | None:
    """Whether the draft may go where it wants to; gives the prompt that it stands under: a reply that of its parent.

    Raises `ThreadClosed`, `UnknownParent` unless the parent is published there, `UnknownPrompt`, `PromptClosed`.
    """
    if thread is not None and not thread.open:
        raise ThreadClosed
    if draft.parent is None:
        if draft.question is not None:
            await require_open_prompt(session, thread, draft.question, now)
        return draft.question
    found = await find_comment(session, draft.parent)
    if found is None or thread is None or found.thread_id != thread.id or found.status != Status.APPROVED:
        raise UnknownParent
    if found.question is not None:
        await require_not_closed(session, found.question, now)
    return found.question


async def rewrite(session: AsyncSession, comment: Comment, judged: Judged, now: datetime) -> None:
    """Put an edited and newly judged text in the place of the old one. Identity, address and thread stay."""
    for name, value in judged_fields(judged).items():
        setattr(comment, name, value)
    comment.edited_at = now
    comment.redacted = False
    with session.no_autoflush:
        await join_wave(session, comment, judged.sketch)
    session.add(comment)
    await session.flush()
    await lead_wave(session, comment)


def rules_of(findings: Iterable[Finding]) -> str:
    """The rules that found something, as `Comment.rules` holds them."""
    return "".join(f" {each} " for each in dict.fromkeys(finding.rule for finding in findings))


def clear(comment: Comment) -> None:
    """Take everything out that its author wrote or is; what is left holds the place of the replies."""
    comment.text = comment.html = comment.search = comment.name = comment.title = comment.sender = ""
    comment.url = comment.email = comment.email_mark = comment.question = None
    comment.email_confirmed = False
    comment.findings, comment.reasons, comment.rules = [], [], ""


async def count_helpful(session: AsyncSession, comment_id: str) -> int | None:
    """One more reader found it helpful; gives how many did, or None if it is not published (any more)."""
    counted = await session.exec(
        update(Comment)
        .where(col(Comment.id) == comment_id, col(Comment.status) == Status.APPROVED)
        .values(helpful=col(Comment.helpful) + 1)
        .returning(col(Comment.helpful), col(Comment.thread_id))
    )
    row = counted.first()
    if row is None:
        return None
    await advance(session, row[1])
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
        "findings": [asdict(each) for each in verdict.findings],
        "reasons": [asdict(each) for each in verdict.score.reasons],
        "failed": list(verdict.failed),
        "rules": rules_of(verdict.findings),
        "model": verdict.score.model,
    }


async def _insert(session: AsyncSession, comment: Comment, chosen: bool) -> None:
    """Two posts with the same id may arrive at once: the one that comes second finds the id taken."""
    session.add(comment)
    try:
        await session.flush()
    except IntegrityError:
        if chosen:
            raise IdTaken from None
        raise
