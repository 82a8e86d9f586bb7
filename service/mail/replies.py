"""From a published comment to the letters of those who follow it: one at once, what comes soon after in the next."""

from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.outbox import Notice, enqueue
from models.subscription import Subscription, subscribers
from moderation.lifecycle import Status

# A lively thread must not become a flood of mail.
APART = timedelta(hours=1)
_KIND = "letter_replies"


async def tell_subscribers(session: AsyncSession, comment_id: str, now: datetime) -> None:
    """Give every subscription that the comment concerns a letter, or a place in the one that has not left yet."""
    comment = await session.get(Comment, comment_id)
    if comment is None or comment.status != Status.APPROVED:
        return
    found = await subscribers(session, comment)
    waiting = await _letters(session, [each.id for each in found], now)
    for each in found:
        await _tell(session, each, comment_id, waiting.get(each.id, []), now)


async def _tell(
    session: AsyncSession, subscription: Subscription, comment_id: str, letters: list[Notice], now: datetime
) -> None:
    still_open = [each for each in letters if each.settled_at is None and not each.leased_until and not each.attempts]
    if still_open:
        letter = still_open[0]
        letter.payload = {**letter.payload, "comments": [*letter.payload["comments"], comment_id]}
        session.add(letter)
        return
    letter = await enqueue(session, _KIND, {"subscription": subscription.id, "comments": [comment_id]}, now)
    letter.due_at = max([now, *(each.due_at + APART for each in letters)])
    session.add(letter)
    await session.flush()


async def _letters(session: AsyncSession, ids: list[str], now: datetime) -> dict[str, list[Notice]]:
    """By subscription, its letters of the last while and those still to leave."""
    if not ids:
        return {}
    recent = (col(Notice.kind) == _KIND, col(Notice.given_up_at).is_(None), col(Notice.due_at) > now - APART)
    letters: dict[str, list[Notice]] = {}
    for each in await session.exec(select(Notice).where(*recent).with_for_update()):
        if each.payload["subscription"] in ids:
            letters.setdefault(each.payload["subscription"], []).append(each)
    return letters
