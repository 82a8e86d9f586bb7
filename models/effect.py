"""What follows from a decision: for the comment, its thread, its wave, the outbox and the open desks."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.decision import SAYINGS, Decision
from models.happening import happens
from models.lesson import forget_lesson
from models.outbox import enqueue
from models.ruling import Ruling, record
from models.thread import advance, entitle
from models.wave import lead_wave
from moderation.lifecycle import Action, Status

MARKS: dict[str, tuple[str, bool]] = {
    Action.PIN: ("pinned", True),
    Action.UNPIN: ("pinned", False),
    Action.FEATURE: ("featured", True),
    Action.UNFEATURE: ("featured", False),
}


async def carry_out(session: AsyncSession, comment: Comment, action: str, status: Status, now: datetime) -> None:
    """Change the comment, count the change, and tell the thread and the outbox what follows."""
    was_public = comment.status == Status.APPROVED
    if comment.status != status:
        await forget_lesson(session, comment.site_id, comment.id)
        comment.assignee_id = None
    if action in (Action.HOLD, Action.EDIT):
        comment.held = action == Action.HOLD and comment.status == Status.PENDING
    comment.status = status
    comment.revision += 1
    if action == Action.WITHDRAW:
        comment.withdrawn = True
    if action in MARKS:
        mark, value = MARKS[action]
        setattr(comment, mark, value)
    if status == Status.APPROVED and comment.published_at is None:
        comment.published_at = now
    session.add(comment)
    await session.flush()
    await lead_wave(session, comment)
    if status == Status.APPROVED:
        await entitle(session, comment.thread_id, comment.title)
    if was_public or status == Status.APPROVED:
        await advance(session, comment.thread_id)
    if was_public != (status == Status.APPROVED):
        kind = "comment_approved" if status == Status.APPROVED else "comment_removed"
        await enqueue(session, kind, {"comment": comment.id, "site": comment.site_id}, now)
    elif was_public:
        await enqueue(session, "thread_changed", {"thread": comment.thread_id, "site": comment.site_id}, now)


async def close_case(session: AsyncSession, comment: Comment, decision: Decision, now: datetime) -> None:
    await session.flush()
    await happens(session, "decided", comment.site_id, comment.id, now, decision.moderator_id)


async def note_act(
    session: AsyncSession, comment: Comment, action: str, ruling: Ruling, now: datetime
) -> tuple[Comment, Decision]:
    """Write down what leaves the comment's status as it is; a saying does not even count as a change."""
    decision = record(comment, action, Status(comment.status), ruling, now)
    session.add(decision)
    if action not in SAYINGS:
        comment.revision += 1
        session.add(comment)
    await session.flush()
    await happens(session, "noted", comment.site_id, comment.id, now, ruling.moderator_id)
    return comment, decision
