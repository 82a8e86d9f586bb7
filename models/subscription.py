"""Subscriptions of readers: to the replies to one comment, or to a whole thread.

Nobody gets a second mail before they have said yes to the first (double opt-in, UWG § 7). What proves the yes
outlives the subscription, without the address: its keyed mark, when, and which wording was agreed to.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Index, and_, delete, or_, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime, new_id
from models.comment import Comment
from models.seal import Sealed
from models.telling import write_unasked

Kind = Literal["replies", "thread"]
# The texts that a reader agrees to; who changes one of them gives it a new name here.
WORDING = "2026-11"
CONFIRM_WITHIN = timedelta(days=7)


class Subscription(SQLModel, table=True):
    """Who wants to be told of what. Not in force before `confirmed_at`, nor after `ended_at`.

    `comment_id` is the comment with which it was asked for, and for `replies` the one whose replies are told.
    `email` is gone once it has ended; `email_mark` stays as the proof of consent.
    """

    __table_args__ = (Index("ix_subscription_thread", "thread_id", "confirmed_at", "ended_at"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=24)
    site_id: int = Field(foreign_key="site.id", index=True)
    thread_id: int = Field(foreign_key="thread.id")
    comment_id: str = Field(foreign_key="comment.id", index=True, max_length=64)
    kind: str = Field(max_length=12)
    email: str | None = Field(default=None, sa_type=Sealed)
    email_mark: str = Field(max_length=64, index=True)
    language: str = Field(max_length=12)
    wording: str = Field(max_length=20)
    created_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


async def ask_to_subscribe(session: AsyncSession, comment: Comment, kind: Kind, now: datetime) -> None:
    """Ask the comment's author, by one mail, whether they want the subscription.

    Somebody who has it already, or who was mailed too often today without having said yes to anything, gets no mail;
    whoever asked learns nothing of that.
    """
    if not comment.email or not comment.email_mark:
        return
    present = await _same(session, comment, kind)
    if present is not None and present.confirmed_at is not None:
        return
    subscription = present or Subscription(
        site_id=comment.site_id,
        thread_id=comment.thread_id,
        comment_id=comment.id,
        kind=kind,
        email=comment.email,
        email_mark=comment.email_mark,
        language=comment.language,
        wording=WORDING,
        created_at=now,
    )
    session.add(subscription)
    await session.flush()
    await write_unasked(session, "letter_confirm", {"subscription": subscription.id}, comment.email_mark, now)


async def confirm(session: AsyncSession, subscription_id: str, now: datetime) -> Subscription | None:
    """The subscription, in force from now or since its first yes; None when it has ended or never was."""
    found = await session.get(Subscription, subscription_id, with_for_update=True)
    if found is None or found.ended_at is not None:
        return None
    if found.confirmed_at is None:
        found.confirmed_at = now
        session.add(found)
        await _trust_address(session, found)
        await session.flush()
    return found


async def end(session: AsyncSession, subscription_ids: Sequence[str], now: datetime) -> None:
    """End these subscriptions: the addresses go, the proof stays. One that was never confirmed goes altogether."""
    chosen = col(Subscription.id).in_(subscription_ids)
    await session.exec(delete(Subscription).where(chosen, col(Subscription.confirmed_at).is_(None)))
    await session.exec(
        update(Subscription).where(chosen, col(Subscription.ended_at).is_(None)).values(ended_at=now, email=None)
    )


async def subscriptions_of(session: AsyncSession, site_id: int, mark: str) -> list[Subscription]:
    """What one address is subscribed to at a site, confirmed or not yet, oldest first."""
    found = await session.exec(
        select(Subscription)
        .where(
            col(Subscription.site_id) == site_id,
            col(Subscription.email_mark) == mark,
            col(Subscription.ended_at).is_(None),
        )
        .order_by(col(Subscription.created_at), col(Subscription.id))
    )
    return list(found)


async def asked_with(session: AsyncSession, comment_id: str) -> Subscription | None:
    """What the author of the comment has asked for with it and said yes to, if it is still in force."""
    found = await session.exec(
        select(Subscription)
        .where(
            col(Subscription.comment_id) == comment_id,
            col(Subscription.confirmed_at).is_not(None),
            col(Subscription.ended_at).is_(None),
        )
        .order_by(col(Subscription.kind))
    )
    return found.first()


async def subscribers(session: AsyncSession, comment: Comment) -> list[Subscription]:
    """Who is to be told of a published comment: one subscription for each address, never its author's own."""
    wanted = col(Subscription.kind) == "thread"
    if comment.parent_id is not None:
        replies = and_(col(Subscription.kind) == "replies", col(Subscription.comment_id) == comment.parent_id)
        wanted = or_(wanted, replies)
    found = await session.exec(
        select(Subscription)
        .where(
            col(Subscription.thread_id) == comment.thread_id,
            col(Subscription.confirmed_at).is_not(None),
            col(Subscription.ended_at).is_(None),
            wanted,
        )
        # An answer to one's own comment is told as that, even to who follows the whole thread.
        .order_by(col(Subscription.kind), col(Subscription.created_at))
    )
    told: dict[str, Subscription] = {}
    for each in found:
        if each.email_mark != comment.email_mark:
            told.setdefault(each.email_mark, each)
    return list(told.values())


async def _same(session: AsyncSession, comment: Comment, kind: Kind) -> Subscription | None:
    place = [col(Subscription.kind) == kind]
    if kind == "replies":
        place.append(col(Subscription.comment_id) == comment.id)
    found = await session.exec(
        select(Subscription).where(
            col(Subscription.thread_id) == comment.thread_id,
            col(Subscription.email_mark) == comment.email_mark,
            col(Subscription.ended_at).is_(None),
            *place,
        )
    )
    return found.first()


async def _trust_address(session: AsyncSession, subscription: Subscription) -> None:
    """Who said yes by a mailed link reads the address's mail. Of other comments that proves nothing: a stranger
    may have typed the same address there.
    """
    own = (col(Comment.id) == subscription.comment_id, col(Comment.email_mark) == subscription.email_mark)
    await session.exec(update(Comment).where(*own).values(email_confirmed=True))
