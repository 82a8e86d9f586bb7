"""Taking a decision back within half a minute: everything is as it was, and the log keeps both rows."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.decision import CLOSE, REOPEN, UNDO, UNDO_WITHIN, Decision, history, last_act
from models.effect import MARKS, carry_out
from models.redaction import put_back
from models.report import reopen_cases
from models.ruling import Ruling, TooLateToUndo, lock, record
from models.thread import Thread, set_open
from moderation.lifecycle import Action, Status


async def undo(session: AsyncSession, comment_id: str, ruling: Ruling, now: datetime) -> tuple[Comment, Decision]:
    """Take back the caller's own last decision within `UNDO_WITHIN`; the log keeps both rows.

    `ruling.action` is not looked at. Raises `LookupError`, `Stale` or `TooLateToUndo`.
    """
    comment = await lock(session, comment_id, ruling)
    last = last_act(await history(session, comment_id))
    if last is None or last.moderator_id != ruling.moderator_id or last.action == UNDO:
        raise TooLateToUndo
    if now - last.created_at > UNDO_WITHIN:
        raise TooLateToUndo
    await _restore(session, comment, last)
    # A decision settles cases with its own time, so the cases that it settled can be told from older ones.
    await reopen_cases(session, comment.id, last.created_at)
    status = Status(last.from_status)
    decision = record(comment, UNDO, status, ruling, now)
    await carry_out(session, comment, decision, now)
    return comment, decision


async def _restore(session: AsyncSession, comment: Comment, last: Decision) -> None:
    """Put back what a decision changed besides the status."""
    if last.action in MARKS:
        mark, value = MARKS[last.action]
        setattr(comment, mark, not value)
    if last.action == Action.HOLD and last.from_status == Status.PENDING:
        comment.held = False
    if last.action in (CLOSE, REOPEN):
        await set_open(session, await session.get_one(Thread, comment.thread_id), last.action == CLOSE)
    if last.action == Action.REDACT:
        await put_back(session, comment, last)
    if comment.published_at == last.created_at:
        comment.published_at = None
