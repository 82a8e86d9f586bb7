"""What is kept beside a comment's own row because of its text."""

from sqlmodel.ext.asyncio.session import AsyncSession

from models.claim import release_claim
from models.comment import Comment
from models.original import drop_originals
from models.wave import leave_wave


async def erase_traces(session: AsyncSession, comment: Comment) -> None:
    """Forget its earlier texts and its sketch; for whenever the text itself is taken out."""
    await drop_originals(session, comment.id)
    await leave_wave(session, comment)
    await release_claim(session, comment.id)
    comment.redacted = False
    session.add(comment)
