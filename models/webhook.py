"""Webhooks: other people's programs that want to know what changed, and each message that goes to them.

A delivery is written when its cause is settled, in one transaction, and is then tried until it arrives or a day has
passed. Of one thread's deliveries to one webhook only the oldest is ever under way, so they arrive in order.
"""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import JSON, Column, Index, and_, delete, exists, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime, new_id
from models.errand import Errand, due, end_lease, is_open, lease, reopen
from models.seal import Sealed
from models.site import Site
from models.thread import Thread

Event = Literal["comment.approved", "comment.removed", "thread.changed"]
EVENTS: tuple[Event, ...] = get_args(Event)
LEASE = timedelta(minutes=2)
PAUSES = tuple(timedelta(seconds=each) for each in (5, 30, 120, 600, 1800, 3600, 7200))
GIVEN_UP_AFTER = timedelta(hours=24)
KEPT = timedelta(days=30)
LONGEST_URL = 500
FORMER_HOLDS = timedelta(hours=24)


class Webhook(SQLModel, table=True):
    """`secret` signs (Standard Webhooks, `whsec_…`), until `former_until` beside the former one, so that the receiver
    can change it meanwhile. `private`: its address may lie in the operator's own network. `paused`: nothing is sent
    there, and nothing new is written down for it; what waited before goes on when the pause ends.
    """

    id: str = Field(default_factory=new_id, primary_key=True, max_length=24)
    site_id: int = Field(foreign_key="site.id", index=True)
    url: str = Field(max_length=LONGEST_URL)
    secret: str = Field(sa_type=Sealed)
    events: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    private: bool = False
    paused: bool = False
    former_secret: str | None = Field(default=None, sa_type=Sealed)
    former_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)

    def secrets_at(self, now: datetime) -> tuple[str, ...]:
        """What messages are signed with now: the secret, and for a while the one before it."""
        former = self.former_secret if self.former_until and self.former_until > now else None
        return (self.secret, former) if former else (self.secret,)


class Delivery(Errand, table=True):
    """One message. `id` is told as `webhook-id`, the same however often it is sent."""

    __table_args__ = (
        Index("ix_delivery_due", "settled_at", "given_up_at", "due_at"),
        Index("ix_delivery_order", "webhook_id", "thread_id", "number"),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    id: str = Field(default_factory=lambda: f"msg_{new_id()}", unique=True, max_length=40)
    webhook_id: str = Field(foreign_key="webhook.id", max_length=24)
    thread_id: int
    event: str = Field(max_length=20)
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    problem: str = Field(default="", max_length=200)


def new_webhook_secret() -> str:
    """A secret in the form of the standard: `whsec_` and 32 random bytes in base64."""
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


async def add_webhook(
    session: AsyncSession, site: Site, url: str, events: Sequence[Event], now: datetime, *, private: bool
) -> Webhook:
    """A new webhook with a secret of its own; all events if none is named."""
    webhook = Webhook(
        site_id=site.id or 0,
        url=url,
        secret=new_webhook_secret(),
        events=list(dict.fromkeys(events)) or list(EVENTS),
        private=private,
        created_at=now,
    )
    session.add(webhook)
    await session.flush()
    return webhook


async def webhooks_of(session: AsyncSession, site_id: int) -> list[Webhook]:
    """The site's webhooks, oldest first."""
    found = await session.exec(
        select(Webhook).where(col(Webhook.site_id) == site_id).order_by(col(Webhook.created_at), col(Webhook.id))
    )
    return list(found)


async def webhook_by_id(session: AsyncSession, site_id: int, webhook_id: str) -> Webhook | None:
    """The site's webhook with this id, or None."""
    found = await session.get(Webhook, webhook_id)
    return found if found and found.site_id == site_id else None


async def change_secret(session: AsyncSession, webhook: Webhook, now: datetime) -> str:
    """A new secret; for a day messages carry both signatures."""
    webhook.former_secret, webhook.former_until = webhook.secret, now + FORMER_HOLDS
    webhook.secret = new_webhook_secret()
    session.add(webhook)
    await session.flush()
    return webhook.secret


async def remove_webhook(session: AsyncSession, site_id: int, url: str) -> int:
    """Forget the site's webhooks at this address, and what was still to be sent there; how many there were."""
    ids = [each.id for each in await webhooks_of(session, site_id) if each.url == url]
    await session.exec(delete(Delivery).where(col(Delivery.webhook_id).in_(ids)))
    await session.exec(delete(Webhook).where(col(Webhook.id).in_(ids)))
    return len(ids)


async def announce(
    session: AsyncSession, site_id: int, thread_id: int, events: Sequence[Event], comment_id: str | None, now: datetime
) -> None:
    """Lay a message for each webhook that asked for the event, in the caller's transaction.

    Of a thread that changes again before anybody was told, one message tells the newest.
    """
    webhooks = [each for each in await webhooks_of(session, site_id) if not each.paused]
    if not webhooks:
        return
    thread = await session.get(Thread, thread_id, populate_existing=True)
    if thread is None:
        return
    site = await session.get_one(Site, site_id)
    for webhook in webhooks:
        for event in events:
            if event in webhook.events:
                data = {"site": site.key, "page": thread.page, "revision": thread.revision}
                if event != "thread.changed":
                    data["comment"] = comment_id
                elif await _tell_newer(session, webhook, thread_id, data):
                    continue
                session.add(
                    Delivery(
                        webhook_id=webhook.id, thread_id=thread_id, event=event, data=data, created_at=now, due_at=now
                    )
                )
                await session.flush()


async def deliveries_due(session: AsyncSession, now: datetime) -> bool:
    """Whether there is anything to claim; looking costs no write."""
    return (await session.exec(select(Delivery.number).where(*_due(now)).limit(1))).first() is not None


async def claim_deliveries(session: AsyncSession, now: datetime, most: int) -> list[tuple[Delivery, Webhook]]:
    """Lease at most `most` to the caller, each the oldest open one of its thread and webhook."""
    query = (
        select(Delivery)
        .where(*_due(now))
        .order_by(col(Delivery.due_at), col(Delivery.number))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    claimed = list(await session.exec(query))
    await lease(session, claimed, now + LEASE)
    return [(each, await session.get_one(Webhook, each.webhook_id)) for each in claimed]


async def retry_delivery(session: AsyncSession, site_id: int, delivery_id: str, now: datetime) -> bool:
    """Try a message again at once that has failed or was given up; whether there was one."""
    here = select(Webhook.id).where(col(Webhook.site_id) == site_id)
    chosen = (col(Delivery.id) == delivery_id, col(Delivery.webhook_id).in_(here), col(Delivery.problem) != "")
    return await reopen(session, Delivery, now, *chosen) > 0


async def settle_delivery(session: AsyncSession, delivery: Delivery, now: datetime) -> None:
    """It has arrived."""
    await end_lease(session, delivery, settled_at=now, problem="")


async def postpone_delivery(
    session: AsyncSession, delivery: Delivery, problem: str, now: datetime, jitter: float
) -> bool:
    """Try again after a growing pause, `jitter` times as long; False when a day has passed and it was given up."""
    pause = PAUSES[min(delivery.attempts, len(PAUSES)) - 1] * jitter
    if now + pause > delivery.created_at + GIVEN_UP_AFTER:
        await end_lease(session, delivery, given_up_at=now, problem=problem[:200])
        return False
    await end_lease(session, delivery, due_at=now + pause, problem=problem[:200])
    return True


async def latest_deliveries(session: AsyncSession, webhook_id: str, most: int = 20) -> list[Delivery]:
    """The webhook's newest messages, whatever became of them."""
    query = select(Delivery).where(col(Delivery.webhook_id) == webhook_id).order_by(col(Delivery.number).desc())
    return list(await session.exec(query.limit(most)))


async def failed_deliveries(session: AsyncSession, site_id: int, most: int = 100) -> list[tuple[Delivery, Webhook]]:
    """What did not arrive at its last attempt or was given up, newest first."""
    query = (
        select(Delivery, Webhook)
        .join(Webhook, col(Webhook.id) == col(Delivery.webhook_id))
        .where(col(Webhook.site_id) == site_id, col(Delivery.settled_at).is_(None), col(Delivery.problem) != "")
        .order_by(col(Delivery.number).desc())
        .limit(most)
    )
    return [(row[0], row[1]) for row in await session.exec(query)]


async def forget_deliveries(session: AsyncSession, now: datetime) -> int:
    """Drop what arrived or was given up long ago; how many there were."""
    long_ago = now - KEPT
    gone = await session.exec(
        delete(Delivery).where(or_(col(Delivery.settled_at) < long_ago, col(Delivery.given_up_at) < long_ago))
    )
    return gone.rowcount


async def count_open(session: AsyncSession, site_id: int) -> int:
    """How many messages are still to be delivered."""
    query = (
        select(func.count())
        .select_from(Delivery)
        .join(Webhook, col(Webhook.id) == col(Delivery.webhook_id))
        .where(col(Webhook.site_id) == site_id, *is_open(Delivery))
    )
    return (await session.exec(query)).one()


def _due(now: datetime) -> tuple[Any, ...]:
    earlier = aliased(Delivery)
    overtaken = exists().where(
        and_(
            col(earlier.webhook_id) == col(Delivery.webhook_id),
            col(earlier.thread_id) == col(Delivery.thread_id),
            col(earlier.number) < col(Delivery.number),
            *is_open(earlier),
        )
    )
    paused = exists().where(and_(col(Webhook.id) == col(Delivery.webhook_id), col(Webhook.paused)))
    return *due(Delivery, now), ~overtaken, ~paused


async def _tell_newer(session: AsyncSession, webhook: Webhook, thread_id: int, data: dict[str, Any]) -> bool:
    """Put a newer revision into a message that nobody has tried to send yet; whether there was one."""
    changed = await session.exec(
        update(Delivery)
        .where(
            col(Delivery.webhook_id) == webhook.id,
            col(Delivery.thread_id) == thread_id,
            col(Delivery.event) == "thread.changed",
            col(Delivery.attempts) == 0,
            *is_open(Delivery),
        )
        .values(data=data)
    )
    return bool(changed.rowcount)
