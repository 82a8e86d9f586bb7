"""What is stored about a person at a site, in words and as data (GDPR Art. 15 and 20)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment, comments_by_id
from models.data_request import DataRequest
from models.decision import Decision
from models.erasure import comments_by, reports_by
from models.private_message import PrivateMessage, messages_by
from models.prompt import Prompt
from models.report import Objection, Report
from models.site import Site
from models.subscription import Subscription
from models.thread import Thread
from service.wire import time_shape


@dataclass(frozen=True, slots=True)
class Entry:
    """One comment with everything that was said and decided about it."""

    comment: Comment
    thread: Thread
    decisions: Sequence[Decision]
    objection: Objection | None
    prompt: Prompt | None = None


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything about one person at one site, and nothing about anybody else."""

    site: Site
    entries: Sequence[Entry]
    subscriptions: Sequence[Subscription]
    reports: Sequence[Report]
    requests: Sequence[DataRequest]
    messages: Sequence[PrivateMessage]

    @property
    def empty(self) -> bool:
        return not (self.entries or self.subscriptions or self.reports or self.requests or self.messages)


async def holdings_of(session: AsyncSession, site: Site, mark: str) -> Holdings:
    """What is stored under an address, found by its mark."""
    comments = await comments_by(session, mark, site.id)
    mine = (col(Subscription.site_id) == site.id, col(Subscription.email_mark) == mark)
    asked = (col(DataRequest.site_id) == site.id, col(DataRequest.email_mark) == mark)
    return Holdings(
        site=site,
        entries=[await entry_of(session, each) for each in comments],
        subscriptions=list(
            await session.exec(select(Subscription).where(*mine).order_by(col(Subscription.created_at)))
        ),
        reports=await reports_by(session, mark, site.id),
        requests=list(await session.exec(select(DataRequest).where(*asked).order_by(col(DataRequest.created_at)))),
        messages=await messages_by(session, mark, site.id),
    )


async def entry_of(session: AsyncSession, comment: Comment) -> Entry:
    """One comment with what belongs to it."""
    about = col(Decision.comment_id) == comment.id
    decisions = await session.exec(select(Decision).where(about).order_by(col(Decision.id)))
    objection = await session.exec(select(Objection).where(col(Objection.comment_id) == comment.id))
    thread = await session.get_one(Thread, comment.thread_id)
    prompt = await session.get(Prompt, comment.question) if comment.question else None
    return Entry(comment, thread, list(decisions), objection.first(), prompt)


async def own_comments(session: AsyncSession, holdings: Holdings, ids: Sequence[str]) -> list[Comment]:
    """Those of the comments that are the person's own; whatever else is asked for is left out."""
    mine = {each.comment.id for each in holdings.entries}
    return list((await comments_by_id(session, mine & set(ids))).values())


def as_json(holdings: Holdings, address: str, now: datetime) -> dict[str, Any]:
    """The same as data that other programs can read; the person's own address is the only one in it."""
    return {
        "site": holdings.site.key,
        "exported_at": time_shape(now),
        "address": address,
        "comments": [entry_json(each) for each in holdings.entries],
        "subscriptions": [_subscription_json(each) for each in holdings.subscriptions],
        "reports": [_report_json(each) for each in holdings.reports],
        "requests": [_request_json(each) for each in holdings.requests],
        "messages": [_message_json(each) for each in holdings.messages],
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    """One comment with everything about it; of moderators only what they decided."""
    comment = entry.comment
    return {
        "id": comment.id,
        "page": entry.thread.page,
        "in_reply_to": comment.parent_id,
        "question": entry.prompt.text if entry.prompt else comment.question,
        "name": comment.name,
        "website": comment.url,
        "address_given": comment.email is not None,
        "address_confirmed": comment.email_confirmed,
        "text": comment.text,
        "language": comment.language,
        "status": comment.status,
        "created_at": time_shape(comment.created_at),
        "edited_at": time_shape(comment.edited_at) if comment.edited_at else None,
        "published_at": time_shape(comment.published_at) if comment.published_at else None,
        "sorting": {
            "lane": comment.lane,
            "spam": comment.spam,
            "violation": comment.violation,
            "model": comment.model,
            "netiquette": comment.netiquette,
            "findings": comment.findings,
            "reasons": comment.reasons,
        },
        "decisions": [
            {
                "at": time_shape(each.created_at),
                "action": each.action,
                "by": "author" if each.moderator_id is None else "moderator",
                "rule": each.rule,
                "statement": each.statement,
            }
            for each in entry.decisions
        ],
        "objection": entry.objection.statement if entry.objection else None,
    }


def _subscription_json(each: Subscription) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "comment": each.comment_id,
        "asked_at": time_shape(each.created_at),
        "confirmed_at": time_shape(each.confirmed_at) if each.confirmed_at else None,
        "ended_at": time_shape(each.ended_at) if each.ended_at else None,
        "wording": each.wording,
    }


def _report_json(each: Report) -> dict[str, Any]:
    return {
        "comment": each.comment_id,
        "reason": each.reason,
        "statement": each.statement,
        "name": each.name,
        "at": time_shape(each.created_at),
    }


def _message_json(each: PrivateMessage) -> dict[str, Any]:
    return {
        "name": each.name,
        "text": each.text,
        "page": each.page,
        "language": each.language,
        "spam": each.spam,
        "at": time_shape(each.created_at),
    }


def _request_json(each: DataRequest) -> dict[str, Any]:
    return {"kind": each.kind, "statement": each.statement, "at": time_shape(each.created_at)}
