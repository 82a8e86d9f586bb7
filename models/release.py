"""What a site holds for a person, and what it lets appear without one. By default it holds everything.

A publication by policy is a row in the log like any other, with the policy and without a moderator. It rests on what
was *not* found, or on a person whom the site itself has signed on as its editor: no score and no rule ever publishes
anything, they only hold.
"""

from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.deciding import decide
from models.decision import Decision
from models.ruling import Ruling
from models.site import Site
from moderation.lifecycle import Action, Status

Holds = Literal["everything", "strangers", "findings"]
HOLDS: tuple[Holds, ...] = get_args(Holds)
EDITORS = "editors"
# Trust ends half a year after the last comment that was approved.
KNOWN_FOR = timedelta(days=180)
_LIKELY = 0.5


async def release(session: AsyncSession, site: Site, comment: Comment, now: datetime) -> Decision | None:
    """Publish a comment that was just filed, if the site's policy lets it appear; the row that says so, or None."""
    policy = await _policy_for(session, site, comment, now)
    if policy is None:
        return None
    ruling = Ruling(Action.APPROVE, comment.revision, netiquette=comment.netiquette)
    _, decision = await decide(session, comment.id, ruling, now)
    decision.policy = policy
    session.add(decision)
    await session.flush()
    return decision


async def release_confirmed(session: AsyncSession, comment_id: str, now: datetime) -> Decision | None:
    """The same for a comment whose author's address was just confirmed."""
    comment = await session.get(Comment, comment_id, populate_existing=True)
    if comment is None or comment.status != Status.PENDING or comment.held:
        return None
    return await release(session, await session.get_one(Site, comment.site_id), comment, now)


def is_noticed(comment: Comment) -> bool:
    """Whether anything at all speaks for a person's look: a finding of any rule, a judge's opinion, or a judge that
    could not speak. Personal data, recognisable cases and danger are findings, so no policy lets them pass.
    """
    judged = comment.spam is not None and comment.violation is not None
    suspect = comment.lane != "review" or (comment.violation or 0.0) >= _LIKELY
    return not judged or suspect or bool(comment.findings or comment.failed) or comment.priority > 0


async def _policy_for(session: AsyncSession, site: Site, comment: Comment, now: datetime) -> str | None:
    """By which policy of the site the comment may appear without a person, or None.

    An editor is a person who decided, as at the desk; only a judge that could not speak stands in their way.
    """
    if comment.role == "editor" and site.editors_publish:
        return None if comment.failed else EDITORS
    if site.holds not in ("strangers", "findings") or is_noticed(comment):
        return None
    known = site.holds == "findings" or await _is_known(session, comment, now)
    return site.holds if known else None


async def _is_known(session: AsyncSession, comment: Comment, now: datetime) -> bool:
    """Whether the author's address is confirmed and a person approved something of theirs lately.

    An address that was only typed proves nothing: whoever types a colleague's address is a stranger.
    """
    if comment.email_mark is None or not comment.email_confirmed:
        return False
    found = await session.exec(
        select(Comment.id)
        .join(Decision, col(Decision.comment_id) == col(Comment.id))
        .where(
            col(Comment.site_id) == comment.site_id,
            col(Comment.email_mark) == comment.email_mark,
            col(Comment.email_confirmed),
            col(Comment.status) == Status.APPROVED,
            col(Decision.action) == Action.APPROVE,
            col(Decision.moderator_id).is_not(None),
            col(Decision.created_at) > now - KNOWN_FOR,
        )
        .limit(1)
    )
    return found.first() is not None
