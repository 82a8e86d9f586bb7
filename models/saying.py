"""What moderators tell one another about a comment: notes, and to whom it is handed over. Nobody else reads it."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.decision import HAND_OVER, NOTE, Decision
from models.effect import note_act
from models.ruling import Ruling, lock


async def write_note(session: AsyncSession, comment_id: str, ruling: Ruling, now: datetime) -> tuple[Comment, Decision]:
    """Add the note `ruling.statement`; notes are never changed. Raises what `lock` raises."""
    comment = await lock(session, comment_id, ruling)
    return await note_act(session, comment, NOTE, ruling, now)


async def hand_over(
    session: AsyncSession, comment_id: str, ruling: Ruling, now: datetime, *, to: int
) -> tuple[Comment, Decision]:
    """Leave the comment to a colleague, with the note `ruling.statement`; it waits for them until it is decided."""
    comment = await lock(session, comment_id, ruling)
    comment.assignee_id = to
    session.add(comment)
    return await note_act(session, comment, HAND_OVER, ruling, now)
