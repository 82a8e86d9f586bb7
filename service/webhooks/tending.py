"""What admins do with webhooks, for the desk and the commands alike. Each deed leaves a row in the log."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import note
from models.base import new_id
from models.site import Site
from models.webhook import Event, Webhook, add_webhook, change_secret, remove_webhook, webhooks_of
from service.state import Service
from service.webhooks.messenger import Messenger, message


class AddressTaken(Exception):
    """The site has a webhook at this address already."""


async def set_up(
    session: AsyncSession,
    site: Site,
    url: str,
    events: Sequence[Event],
    now: datetime,
    *,
    private: bool,
    by: int | None,
) -> Webhook:
    """A new webhook at an address that was checked before. Raises `AddressTaken`."""
    if any(each.url == url for each in await webhooks_of(session, site.id or 0)):
        raise AddressTaken(url)
    webhook = await add_webhook(session, site, url, events, now, private=private)
    await note(session, "webhook_added", webhook.id, now, site_id=site.id, moderator_id=by)
    return webhook


async def take_down(session: AsyncSession, site: Site, url: str, now: datetime, *, by: int | None) -> None:
    """Forget the webhook, and what was still to be sent there. Raises `LookupError`."""
    if not await remove_webhook(session, site.id or 0, url):
        raise LookupError(url)
    await note(session, "webhook_removed", "", now, site_id=site.id, moderator_id=by)


async def pause(session: AsyncSession, webhook: Webhook, now: datetime, *, paused: bool, by: int | None) -> None:
    """Send nothing there for now, or go on."""
    webhook.paused = paused
    session.add(webhook)
    deed = "webhook_paused" if paused else "webhook_resumed"
    await note(session, deed, webhook.id, now, site_id=webhook.site_id, moderator_id=by)


async def renew_secret(session: AsyncSession, webhook: Webhook, now: datetime, *, by: int | None) -> str:
    """A new secret; for a day messages carry both signatures."""
    secret = await change_secret(session, webhook, now)
    await note(session, "webhook_secret_changed", webhook.id, now, site_id=webhook.site_id, moderator_id=by)
    return secret


async def send_test(service: Service, webhook: Webhook, key: str) -> str:
    """Send one message of the kind `test` now; what went wrong, or nothing."""
    body = message("test", service.clock(), {"site": key})
    return await Messenger(service).send(webhook, f"msg_{new_id()}", body)
