"""Who has to hear of a decision: the comment's author, who reported it, and who follows the thread.

The causes go to the outbox in the decision's own transaction. They wait until it can no longer be undone, and are
checked once more when the letter is written.
"""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.outbox import post_notice, unasked_today
from models.report import Settled
from models.trip import InSession, Trip
from moderation.lifecycle import Action

# As long as a moderator can take a decision back, and a little longer.
SETTLES_AFTER = timedelta(seconds=35)
MOST_UNASKED, UNASKED_WITHIN = 3, timedelta(hours=24)
_REMOVING = (Action.REJECT, Action.DELETE)


async def tell_of_decision(
    trip: Trip, comment: Comment, decision_id: int, action: str, settled: Settled, now: datetime
) -> None:
    """Put into the outbox whom a moderator's decision of `now` concerns. Spam is told to nobody (DSA Art. 17(2))."""
    about = {"comment": comment.id, "decision": decision_id}
    kinds = []
    if comment.email and settled.objection:
        kinds.append("letter_objection_decided")
    elif comment.email and comment.published_at == now:
        kinds.append("letter_published")
    elif comment.email and action in _REMOVING:
        kinds.append("letter_reasons")
    if comment.published_at == now:
        kinds.append("tell_subscribers")
    if action == Action.FEATURE and comment.email:
        kinds.append("letter_featured")
    for kind in kinds:
        await post_notice(trip, kind, about, now, after=SETTLES_AFTER)
    for report_id in settled.addressed:
        await post_notice(trip, "letter_report_decided", {**about, "report": report_id}, now, after=SETTLES_AFTER)


async def tell_of_arrival(trip: Trip, comment_id: str, mark: str, now: datetime) -> None:
    """Mail the author, to the address that has this mark, the link that manages the comment."""
    await _write_unasked(trip, "letter_arrived", {"comment": comment_id}, mark, now)


async def write_unasked(session: AsyncSession, kind: str, payload: dict[str, str], mark: str, now: datetime) -> None:
    """One more mail to an address that somebody typed, unless it got as many today as it must bear.

    Anybody can type anybody's address; who does learns nothing of what became of it.
    """
    await _write_unasked(InSession(session), kind, payload, mark, now)


async def _write_unasked(trip: Trip, kind: str, payload: dict[str, str], mark: str, now: datetime) -> None:
    if await unasked_today(trip, mark, now - UNASKED_WITHIN) < MOST_UNASKED:
        await post_notice(trip, kind, payload, now, mark=mark)
