"""What the site's own people write in a thread: published at once, with the badge, and with a row in the log."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import searchable
from models.comment import Comment
from models.decision import ANSWER, Decision
from models.happening import happens
from models.outbox import enqueue
from models.thread import advance
from moderation.lifecycle import Status


@dataclass(frozen=True, slots=True)
class Answer:
    """Who says what, as it will be shown."""

    moderator_id: int
    name: str
    text: str
    html: str
    language: str
    netiquette: str


async def publish_answer(
    session: AsyncSession, parent: Comment, answer: Answer, now: datetime
) -> tuple[Comment, Decision]:
    """Put the answer under a published comment. Taking it back removes it, so it comes from nowhere: `deleted`."""
    comment = Comment(
        site_id=parent.site_id,
        thread_id=parent.thread_id,
        parent_id=parent.id,
        question=parent.question,
        name=answer.name,
        role="editor",
        text=answer.text,
        html=answer.html,
        search=searchable(answer.text, answer.name),
        language=answer.language,
        netiquette=answer.netiquette,
        status=Status.APPROVED,
        lane="review",
        created_at=now,
        published_at=now,
    )
    session.add(comment)
    await session.flush()
    decision = Decision(
        comment_id=comment.id,
        moderator_id=answer.moderator_id,
        action=ANSWER,
        from_status=Status.DELETED,
        to_status=Status.APPROVED,
        seen_revision=0,
        netiquette=answer.netiquette,
        created_at=now,
    )
    session.add(decision)
    await advance(session, comment.thread_id)
    await enqueue(session, "comment_approved", {"comment": comment.id, "site": comment.site_id}, now)
    await session.flush()
    await happens(session, "decided", comment.site_id, comment.id, now, answer.moderator_id)
    return comment, decision
