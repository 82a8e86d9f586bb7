"""Forgetting: what a person wrote and was, wherever it is kept (GDPR Art. 17).

Two ways, and the person chooses: the name goes and the text stays, or the text goes, too, and a tombstone holds the
place of the replies. What proves a consent, or is frozen as evidence of a crime, is kept apart and stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import searchable
from models.comment import Comment, clear
from models.data_request import DataRequest, Visit
from models.deciding import decide
from models.decision import Decision
from models.evidence import is_held
from models.lesson import forget_lesson
from models.original import drop_originals
from models.private_message import erase_message, messages_by
from models.report import Report, erase_objection, file_report
from models.ruling import Ruling
from models.subscription import Subscription, end
from models.thread import advance
from models.traces import erase_traces
from models.trip import InSession
from models.webhook import announce
from moderation.lifecycle import Action, Status

How = Literal["name", "text"]
QUOTED = "quotes an erased comment"
# Shorter quotations may be anybody's words.
_SHORTEST_QUOTATION = 20


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was found of a person, and is gone."""

    comments: int = 0
    subscriptions: int = 0
    reports: int = 0
    requests: int = 0
    messages: int = 0


async def erase_person(session: AsyncSession, mark: str, how: How, now: datetime, site_id: int | None = None) -> Erased:
    """Forget whose address has this mark, at one site or at all."""
    comments = await comments_by(session, mark, site_id)
    for comment in comments:
        await erase_comment(session, comment, how, now)
    subscriptions = await _ids(session, Subscription, mark, site_id)
    await end(session, subscriptions, now)
    reports = await reports_by(session, mark, site_id)
    for report in reports:
        report.name = report.email = report.statement = ""
        report.email_mark = None
        session.add(report)
    requests = await _ids(session, DataRequest, mark, site_id)
    await session.exec(delete(DataRequest).where(col(DataRequest.id).in_(requests)))
    messages = await messages_by(session, mark, site_id)
    for message in messages:
        await erase_message(session, message.id)
    here = [col(Visit.site_id) == site_id] if site_id is not None else []
    await session.exec(delete(Visit).where(col(Visit.email_mark) == mark, *here))
    await session.flush()
    return Erased(len(comments), len(subscriptions), len(reports), len(requests), len(messages))


async def erase_comment(session: AsyncSession, comment: Comment, how: How, now: datetime) -> None:
    """Take the person out of one comment, or the comment's words as well. Twice is the same as once."""
    if how == "name":
        await _anonymise(session, comment, now)
    else:
        await _erase_text(session, comment, now)


async def comments_by(session: AsyncSession, mark: str, site_id: int | None = None) -> list[Comment]:
    """What an address has written, oldest first."""
    query = select(Comment).where(col(Comment.email_mark) == mark)
    if site_id is not None:
        query = query.where(col(Comment.site_id) == site_id)
    return list(await session.exec(query.order_by(col(Comment.created_at), col(Comment.id))))


async def reports_by(session: AsyncSession, mark: str, site_id: int | None = None) -> list[Report]:
    """What an address has reported, oldest first."""
    query = select(Report).where(col(Report.email_mark) == mark)
    if site_id is not None:
        query = query.join(Comment, col(Comment.id) == col(Report.comment_id)).where(col(Comment.site_id) == site_id)
    return list(await session.exec(query.order_by(col(Report.created_at))))


async def clear_words(session: AsyncSession, comment: Comment) -> None:
    """Take a comment's words out of every row that repeats them; the comment's status and history stay."""
    clear(comment)
    session.add(comment)
    await erase_objection(session, comment.id)
    await erase_traces(session, comment)
    await forget_lesson(InSession(session), comment.site_id, comment.id)
    about = col(Report.comment_id) == comment.id
    await session.exec(update(Report).where(about, col(Report.settled_at).is_not(None)).values(statement=""))
    await session.exec(update(Decision).where(col(Decision.comment_id) == comment.id).values(statement=""))


async def _anonymise(session: AsyncSession, comment: Comment, now: datetime) -> None:
    comment.name = comment.sender = ""
    comment.url = comment.email = comment.email_mark = None
    comment.email_confirmed = False
    comment.search = searchable(comment.text)
    comment.revision += 1
    session.add(comment)
    await drop_originals(session, comment.id)
    if comment.status == Status.APPROVED:
        await advance(session, comment.thread_id)
        await announce(session, comment.site_id, comment.thread_id, ("thread.changed",), None, now)


async def _erase_text(session: AsyncSession, comment: Comment, now: datetime) -> None:
    await _point_out_quotations(session, comment, now)
    if comment.status != Status.DELETED:
        await decide(session, comment.id, Ruling(Action.WITHDRAW, comment.revision), now)
    # What is frozen as evidence is not lost, but it is no longer public (GDPR Art. 17(3)(e)).
    if not await is_held(session, comment.id):
        await clear_words(session, comment)


async def _point_out_quotations(session: AsyncSession, comment: Comment, now: datetime) -> None:
    """Let moderators look at replies that repeat the words: those are another author's text."""
    found = await session.exec(
        select(Comment).where(col(Comment.parent_id) == comment.id, Comment.status == Status.APPROVED)
    )
    for reply in found:
        if any(quotation in comment.text for quotation in _quotations(reply.text)):
            await file_report(session, reply, "personal_data", QUOTED, "", "", now)


def _quotations(text: str) -> list[str]:
    lines = (line.lstrip("> ").strip() for line in text.splitlines() if line.lstrip().startswith(">"))
    return [line for line in lines if len(line) >= _SHORTEST_QUOTATION]


async def _ids(
    session: AsyncSession, table: type[Subscription] | type[DataRequest], mark: str, site_id: int | None
) -> Sequence[str]:
    query = select(table.id).where(col(table.email_mark) == mark)
    if table is Subscription:
        query = query.where(col(Subscription.ended_at).is_(None))
    if site_id is not None:
        query = query.where(col(table.site_id) == site_id)
    return list(await session.exec(query))
