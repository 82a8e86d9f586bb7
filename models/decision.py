"""A person's rulings: append-only, one row for each change of a comment's status."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime
from models.comment import Comment
from models.lesson import forget_lesson
from models.outbox import enqueue
from models.report import reopen_cases, settle_cases
from models.telling import tell_of_decision
from models.thread import advance, entitle
from moderation.lifecycle import Action, NotAllowed, Status, after

UNDO_WITHIN = timedelta(seconds=30)
UNDO = "undo"
DISMISS = "dismiss"


class Stale(Exception):
    """Somebody changed the comment after it was shown; `comment` is its present state."""

    def __init__(self, comment: Comment) -> None:
        super().__init__(f"comment {comment.id} is at revision {comment.revision}")
        self.comment = comment


class RuleMissing(Exception):
    """A rejection names the rule that the comment breaks."""


class TooLateToUndo(Exception):
    """The decision is older than the time for undoing, or not the last one, or somebody else's."""


class NothingToDismiss(Exception):
    """No report and no objection about the comment is open."""


class Decision(SQLModel, table=True):
    """Who decided what, when, from which status to which, by which rule and with which sentence.

    `moderator_id` is None where the author acted. `seen_revision` is the comment's revision before the decision.
    `proposed`: what a first opinion would do, where a second person must agree. `batch` is shared by what was decided
    with one press. `policy`: what the site holds (models/release.py), where it published and no person did.
    """

    id: int | None = Field(default=None, primary_key=True)
    comment_id: str = Field(foreign_key="comment.id", index=True, max_length=64)
    moderator_id: int | None = Field(default=None, foreign_key="moderator.id")
    action: str = Field(max_length=12)
    from_status: str = Field(max_length=12)
    to_status: str = Field(max_length=12)
    rule: str | None = Field(default=None, max_length=40)
    statement: str = Field(default="", max_length=2000)
    seen_revision: int
    netiquette: str = Field(default="", max_length=80)
    proposed: str = Field(default="", max_length=12)
    batch: str | None = Field(default=None, max_length=24, index=True)
    policy: str = Field(default="", max_length=12)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a moderator (or the author, without a moderator) wants done, and the revision they saw."""

    action: Action
    seen_revision: int
    moderator_id: int | None = None
    rule: str | None = None
    statement: str = ""
    netiquette: str = ""


async def decide(session: AsyncSession, comment_id: str, ruling: Ruling, now: datetime) -> tuple[Comment, Decision]:
    """Carry out a ruling with everything that follows from it, in the caller's transaction.

    Raises `LookupError` for an unknown comment, `Stale` when the comment is not at the revision that was seen,
    `RuleMissing` for a rejection without a rule, `NotAllowed` when the status knows no such action.
    """
    comment = await _lock(session, comment_id)
    if comment.revision != ruling.seen_revision:
        raise Stale(comment)
    if ruling.action is Action.REJECT and not ruling.rule:
        raise RuleMissing
    status = after(Status(comment.status), ruling.action)
    if _changes_nothing(comment, ruling.action):
        raise NotAllowed(Status(comment.status), ruling.action)
    decision = _record(comment, ruling.action, status, ruling, now)
    session.add(decision)
    await _carry_out(session, comment, ruling.action, status, now)
    if ruling.moderator_id is not None:
        await settle_cases(session, comment.id, now)
    await session.flush()
    if ruling.moderator_id is not None:
        await tell_of_decision(session, comment, decision.id or 0, ruling.action, now)
    return comment, decision


async def undo(session: AsyncSession, comment_id: str, ruling: Ruling, now: datetime) -> tuple[Comment, Decision]:
    """Take back the caller's own last decision within `UNDO_WITHIN`; the log keeps both rows.

    `ruling.action` is not looked at. Raises `LookupError`, `Stale` or `TooLateToUndo`.
    """
    comment = await _lock(session, comment_id)
    if comment.revision != ruling.seen_revision:
        raise Stale(comment)
    last = (await history(session, comment_id))[-1:]
    if not last or last[0].moderator_id != ruling.moderator_id or last[0].action == UNDO:
        raise TooLateToUndo
    if now - last[0].created_at > UNDO_WITHIN:
        raise TooLateToUndo
    _restore_marks(comment, last[0].action)
    if comment.published_at == last[0].created_at:
        comment.published_at = None
    # A decision settles cases with its own time, so the cases that it settled can be told from older ones.
    await reopen_cases(session, comment.id, last[0].created_at)
    status = Status(last[0].from_status)
    decision = _record(comment, UNDO, status, ruling, now)
    session.add(decision)
    await _carry_out(session, comment, UNDO, status, now)
    await session.flush()
    return comment, decision


async def dismiss(session: AsyncSession, comment_id: str, ruling: Ruling, now: datetime) -> tuple[Comment, Decision]:
    """Settle the open reports and objection and leave the comment as it is; the log says who did.

    `ruling.action` is not looked at. Raises `LookupError`, `Stale` or `NothingToDismiss`.
    """
    comment = await _lock(session, comment_id)
    if comment.revision != ruling.seen_revision:
        raise Stale(comment)
    if not await settle_cases(session, comment.id, now):
        raise NothingToDismiss
    decision = _record(comment, DISMISS, Status(comment.status), ruling, now)
    comment.revision += 1
    session.add_all((comment, decision))
    await session.flush()
    await tell_of_decision(session, comment, decision.id or 0, DISMISS, now)
    return comment, decision


async def history(session: AsyncSession, comment_id: str) -> list[Decision]:
    """All decisions about a comment, oldest first."""
    found = await session.exec(
        select(Decision).where(col(Decision.comment_id) == comment_id).order_by(col(Decision.id))
    )
    return list(found)


async def _lock(session: AsyncSession, comment_id: str) -> Comment:
    """The comment, so that a second decider on PostgreSQL waits for the first and then sees the new revision."""
    found = await session.exec(
        select(Comment).where(col(Comment.id) == comment_id).with_for_update().execution_options(populate_existing=True)
    )
    comment = found.first()
    if comment is None:
        raise LookupError(comment_id)
    return comment


def _record(comment: Comment, action: str, status: Status, ruling: Ruling, now: datetime) -> Decision:
    return Decision(
        comment_id=comment.id,
        moderator_id=ruling.moderator_id,
        action=action,
        from_status=comment.status,
        to_status=status,
        rule=ruling.rule,
        statement=ruling.statement,
        seen_revision=comment.revision,
        netiquette=ruling.netiquette,
        created_at=now,
    )


async def _carry_out(session: AsyncSession, comment: Comment, action: str, status: Status, now: datetime) -> None:
    """Change the comment, count the change, and tell the thread and the outbox what follows."""
    was_public = comment.status == Status.APPROVED
    if comment.status != status:
        await forget_lesson(session, comment.site_id, comment.id)
    comment.status = status
    comment.revision += 1
    if action == Action.WITHDRAW:
        comment.withdrawn = True
    if action in _MARKS:
        mark, value = _MARKS[action]
        setattr(comment, mark, value)
    if status == Status.APPROVED and comment.published_at is None:
        comment.published_at = now
    session.add(comment)
    if status == Status.APPROVED:
        await entitle(session, comment.thread_id, comment.title)
    if was_public or status == Status.APPROVED:
        await advance(session, comment.thread_id)
    if was_public != (status == Status.APPROVED):
        kind = "comment_approved" if status == Status.APPROVED else "comment_removed"
        await enqueue(session, kind, {"comment": comment.id, "site": comment.site_id}, now)


_MARKS: dict[str, tuple[str, bool]] = {
    Action.PIN: ("pinned", True),
    Action.UNPIN: ("pinned", False),
    Action.FEATURE: ("featured", True),
    Action.UNFEATURE: ("featured", False),
}


def _changes_nothing(comment: Comment, action: Action) -> bool:
    return action in _MARKS and getattr(comment, _MARKS[action][0]) == _MARKS[action][1]


def _restore_marks(comment: Comment, action: str) -> None:
    if action in _MARKS:
        mark, value = _MARKS[action]
        setattr(comment, mark, not value)
