"""The messenger: claims deliveries, sends, settles, beside the courier, so that a slow receiver holds up no mail."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom

import orjson
import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.outbox import Notice
from models.webhook import (
    Delivery,
    Event,
    Webhook,
    announce,
    claim_deliveries,
    deliveries_due,
    postpone_delivery,
    settle_delivery,
)
from service import metrics
from service.state import Service
from service.webhooks.sending import NotDelivered, post
from service.webhooks.signing import signed_headers
from service.webhooks.target import BadTarget, Resolve, find_target
from service.wire import time_shape

log = structlog.get_logger()
_BATCH = 10
_JITTER = 0.2
_EVENTS: dict[str, tuple[Event, ...]] = {
    "comment_approved": ("comment.approved", "thread.changed"),
    "comment_removed": ("comment.removed", "thread.changed"),
    "thread_changed": ("thread.changed",),
}


async def tell_programs(session: AsyncSession, cause: Notice, now: datetime) -> None:
    """From a cause in the outbox to a message for each webhook that asked for it, in one transaction."""
    comment_id = cause.payload.get("comment")
    thread_id = cause.payload.get("thread")
    if thread_id is None:
        comment = await session.get(Comment, comment_id)
        thread_id = comment.thread_id if comment else None
    if thread_id is not None:
        await announce(session, cause.payload["site"], thread_id, _EVENTS[cause.kind], comment_id, now)


@dataclass
class Messenger:
    """One who carries messages to programs. `resolve` stands for the system's own resolver."""

    service: Service
    resolve: Resolve | None = None

    async def round(self) -> bool:
        """Deliver what is due, several at once; whether there may be more."""
        now = self.service.clock()
        async with self.service.db.reading() as session:
            if not await deliveries_due(session, now):
                return False
        async with self.service.db.writing() as session:
            claimed = await claim_deliveries(session, now, _BATCH)
        await asyncio.gather(*(self._deliver(delivery, webhook) for delivery, webhook in claimed))
        return bool(claimed)

    async def _deliver(self, delivery: Delivery, webhook: Webhook) -> None:
        problem = await self.send(webhook, delivery.id, message(delivery.event, delivery.created_at, delivery.data))
        now = self.service.clock()
        outcome = "sent"
        async with self.service.db.writing() as session:
            if not problem:
                await settle_delivery(session, delivery, now)
            else:
                jitter = SystemRandom().uniform(1 - _JITTER, 1 + _JITTER)
                again = await postpone_delivery(session, delivery, problem, now, jitter)
                outcome = "deferred" if again else "refused"
        metrics.notices.labels(outcome=outcome).inc()
        log.info("webhook", delivery=delivery.id, webhook=webhook.id, outcome=outcome, attempt=delivery.attempts,
                 problem=problem)  # fmt: skip

    async def send(self, webhook: Webhook, message_id: str, body: bytes) -> str:
        """Send once; what went wrong, or nothing."""
        try:
            target = await find_target(webhook.url, private=webhook.private, resolve=self.resolve)
            now = self.service.clock()
            await post(target, signed_headers(message_id, now, body, *webhook.secrets_at(now)), body)
        except (BadTarget, NotDelivered) as error:
            return str(error)
        except Exception as error:
            log.exception("webhook_failed", webhook=webhook.id)
            return type(error).__name__
        return ""


def message(event: str, created: datetime, data: dict[str, object]) -> bytes:
    """The body: what happened, when, and where; no text, no name, no address."""
    return orjson.dumps({"type": event, "timestamp": time_shape(created), "data": data})
