"""What follows from a decision: for the comment, its thread, its wave, the outbox and the open desks."""

from datetime import datetime
from functools import partial

from sqlmodel.ext.asyncio.session import AsyncSession

from models.changes import mark_changed
from models.comment import Comment
from models.decision import SAYINGS, Decision
from models.happening import happens, note_happening
from models.lesson import forget_lesson
from models.outbox import post_notice
from models.report import settle_cases
from models.ruling import Ruling, record
from models.telling import tell_of_decision
from models.thread import count_change, entitle
from models.trip import Trip, within
from models.wave import lead_wave
from moderation.lifecycle import Action, Status

MARKS: dict[str, tuple[str, bool]] = {
    Action.PIN: ("pinned", True),
    Action.UNPIN: ("pinned", False),
    Action.FEATURE: ("featured", True),
    Action.UNFEATURE: ("featured", False),
}


async def carry_out(
    session: AsyncSession, comment: Comment, decision: Decision, now: datetime, *, looked: bool = False
) -> None:
    """Store the decision, change the comment, count the change, and tell the thread and the outbox what follows.

    `looked`: a moderator has looked at the comment, which settles its open cases, and whom it concerns is told.
    """
    before = comment.status
    _change(comment, decision, now)
    session.add_all((comment, decision))
    await session.flush()
    if Status.APPROVED in (before, comment.status):
        mark_changed(session, comment.thread_id)
    await within(session, partial(_follow, comment, decision, before, now, looked))


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


def _change(comment: Comment, decision: Decision, now: datetime) -> None:
    action, status = decision.action, Status(decision.to_status)
    if comment.status != status:
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


async def _follow(comment: Comment, decision: Decision, before: str, now: datetime, looked: bool, trip: Trip) -> None:
    """What is stored besides the comment and the decision."""
    was_public, is_public = before == Status.APPROVED, comment.status == Status.APPROVED
    if comment.status != before:
        await forget_lesson(trip, comment.site_id, comment.id)
    await lead_wave(trip, comment)
    if is_public:
        await entitle(trip, comment.thread_id, comment.title)
    if was_public or is_public:
        await count_change(trip, comment.thread_id)
    if was_public != is_public:
        kind = "comment_approved" if is_public else "comment_removed"
        await post_notice(trip, kind, {"comment": comment.id, "site": comment.site_id}, now)
    elif was_public:
        await post_notice(trip, "thread_changed", {"thread": comment.thread_id, "site": comment.site_id}, now)
    settled = await settle_cases(trip, comment.id, now) if looked else None
    await note_happening(trip, "decided", comment.site_id, comment.id, now, decision.moderator_id)
    if settled:
        await tell_of_decision(trip, comment, decision.id or 0, decision.action, settled, now)
