"""Carrying out what a moderator wants done to a comment, with everything that follows from it."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from models.agreement import agreed, note_opinion, require_another
from models.comment import Comment
from models.decision import CLOSE, DISMISS, REOPEN, Decision
from models.effect import MARKS, carry_out, note_act
from models.outbox import enqueue
from models.report import settle_cases
from models.ruling import NothingToDismiss, RuleMissing, Ruling, lock, record
from models.telling import tell_of_decision
from models.thread import Thread, set_open
from models.trip import InSession
from moderation.lifecycle import Action, NotAllowed, Status, after


async def decide(session: AsyncSession, comment_id: str, ruling: Ruling, now: datetime) -> tuple[Comment, Decision]:
    """Carry out a ruling with everything that follows from it, in the caller's transaction.

    Where the site wants two people to agree, a first ruling is only noted as an opinion; the row says so. Raises
    `LookupError` for an unknown comment, `Stale` when the comment is not at the revision that was seen, `RuleMissing`
    for a rejection without a rule, `NotAllowed` when the status knows no such action, `AnotherMustDecide`.
    """
    comment = await lock(session, comment_id, ruling)
    if ruling.action is Action.REJECT and not ruling.rule:
        raise RuleMissing
    status = after(Status(comment.status), ruling.action)
    if _changes_nothing(comment, ruling.action):
        raise NotAllowed(Status(comment.status), ruling.action)
    await require_another(session, comment, ruling)
    if not await agreed(session, comment, ruling):
        return await note_opinion(session, comment, ruling, now)
    decision = record(comment, ruling.action, status, ruling, now)
    await carry_out(session, comment, decision, now, looked=ruling.moderator_id is not None)
    return comment, decision


async def dismiss(session: AsyncSession, comment_id: str, ruling: Ruling, now: datetime) -> tuple[Comment, Decision]:
    """Settle the open reports and objection and leave the comment as it is; the log says who did.

    `ruling.action` is not looked at. Raises `LookupError`, `Stale`, `NothingToDismiss` or `AnotherMustDecide`.
    """
    comment = await lock(session, comment_id, ruling)
    await require_another(session, comment, ruling)
    settled = await settle_cases(InSession(session), comment.id, now)
    if settled.nothing:
        raise NothingToDismiss
    comment, decision = await note_act(session, comment, DISMISS, ruling, now)
    await tell_of_decision(InSession(session), comment, decision.id or 0, DISMISS, settled, now)
    return comment, decision


async def set_thread(
    session: AsyncSession, comment_id: str, ruling: Ruling, now: datetime, *, open_: bool
) -> tuple[Comment, Decision]:
    """Close the comment's page to new ones, or open it again; the log of the comment says who did. As `decide`."""
    comment = await lock(session, comment_id, ruling)
    thread = await session.get_one(Thread, comment.thread_id)
    if thread.open == open_:
        raise NotAllowed(Status(comment.status), REOPEN if open_ else CLOSE)
    await set_open(session, thread, open_)
    await enqueue(session, "thread_changed", {"thread": thread.id, "site": thread.site_id}, now)
    return await note_act(session, comment, REOPEN if open_ else CLOSE, ruling, now)


def _changes_nothing(comment: Comment, action: Action) -> bool:
    if action is Action.HOLD:
        return comment.status == Status.PENDING and comment.held
    return action in MARKS and getattr(comment, MARKS[action][0]) == MARKS[action][1]
