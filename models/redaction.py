"""Taking a passage out: the text without it takes the place of the whole one, which is kept for a while."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.decision import Decision
from models.effect import carry_out
from models.original import KEPT, Original
from models.ruling import Ruling, lock, record
from moderation.lifecycle import Action, Status, after

_CONTENT = ("text", "html", "search", "findings", "reasons", "redacted")


@dataclass(frozen=True, slots=True)
class Revised:
    """A comment's content without a passage: text and HTML to show, and what the judges' findings still point to."""

    text: str
    html: str
    search: str
    findings: Sequence[dict[str, object]]
    reasons: Sequence[dict[str, object]]


async def redact(
    session: AsyncSession, comment_id: str, ruling: Ruling, revised: Revised, now: datetime
) -> tuple[Comment, Decision]:
    """Put the text without a passage in the place of the whole one, which is kept for a while.

    `ruling.statement` says what stands in the passage's place. Raises what `decide` raises.
    """
    comment = await lock(session, comment_id, ruling)
    status = after(Status(comment.status), Action.REDACT)
    decision = record(comment, Action.REDACT, status, ruling, now)
    session.add(decision)
    await session.flush()
    content = {name: getattr(comment, name) for name in _CONTENT}
    session.add(Original(comment_id=comment.id, decision_id=decision.id or 0, content=content, until=now + KEPT))
    comment.text, comment.html, comment.search = revised.text, revised.html, revised.search
    comment.findings, comment.reasons = list(revised.findings), list(revised.reasons)
    comment.redacted = True
    await carry_out(session, comment, decision, now)
    return comment, decision


async def put_back(session: AsyncSession, comment: Comment, last: Decision) -> None:
    kept = (await session.exec(select(Original).where(col(Original.decision_id) == last.id))).one()
    for name, value in kept.content.items():
        setattr(comment, name, value)
    await session.delete(kept)
