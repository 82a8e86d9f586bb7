"""A ruling before it is carried out: what somebody wants done, at which revision of the comment, and what stops it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.decision import Decision
from moderation.lifecycle import Action, Status


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


class AnotherMustDecide(Exception):
    """An objection is not decided by who decided before; nor is a second opinion given by who gave the first."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a moderator (or the author, without a moderator) wants done, and the revision they saw.

    `settles`: the moderator has the last word where two opinions differ.
    """

    action: Action
    seen_revision: int
    moderator_id: int | None = None
    rule: str | None = None
    statement: str = ""
    netiquette: str = ""
    batch: str | None = None
    settles: bool = False


async def lock(session: AsyncSession, comment_id: str, ruling: Ruling) -> Comment:
    """The comment at the revision that was seen, or `Stale`.

    A second decider on PostgreSQL waits for the first and then sees the new revision.
    """
    comment = await _locked(session, comment_id)
    if comment is None:
        raise LookupError(comment_id)
    if comment.revision != ruling.seen_revision:
        raise Stale(comment)
    return comment


async def _locked(session: AsyncSession, comment_id: str) -> Comment | None:
    """On SQLite nobody else writes from the transaction's beginning: what the session has read is as it is."""
    if session.get_bind().dialect.name == "sqlite":
        return await session.get(Comment, comment_id)
    found = await session.exec(_LOCKED, params={"id": comment_id}, execution_options={"populate_existing": True})
    return found.first()


_LOCKED = select(Comment).where(col(Comment.id) == bindparam("id")).with_for_update()


def record(
    comment: Comment, action: str, status: Status, ruling: Ruling, now: datetime, proposed: str = ""
) -> Decision:
    """The row that says what is about to be done."""
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
        proposed=proposed,
        batch=ruling.batch,
        created_at=now,
    )
