"""Programs that are told what changed: set up, tried, paused, and what of their messages failed."""

from dataclasses import dataclass

import structlog
from starlette.responses import Response

from models.site import Site
from models.webhook import EVENTS, Delivery, Webhook, latest_deliveries, retry_delivery, webhook_by_id, webhooks_of
from service.desk.administered import administered
from service.desk.guard import Desk, signed_in
from service.errors import Problem, _
from service.state import service_of
from service.webhooks.problems import in_language
from service.webhooks.target import BadTarget, check_url, find_target
from service.webhooks.tending import AddressTaken, pause, renew_secret, send_test, set_up, take_down

log = structlog.get_logger()
EVENT_NAMES = {
    "comment.approved": _("A comment appears"),
    "comment.removed": _("A comment disappears"),
    "thread.changed": _("What readers see on a page has changed"),
}
_NO_WEBHOOK = _("There is no such webhook.")
_NO_MESSAGE = _("There is no such message any more, or it has arrived.")
_TAKEN = _("There is a webhook at this address already.")
_BAD_ADDRESS = _(
    "Nothing can be sent to this address. It must begin with https, lead to a public address and have at most "
    "500 characters. Addresses in your own network are for the command line."
)
_NOTHING_CHOSEN = _("Please choose at least one event.")
_ARRIVED = _("The test message has arrived.")
_NOT_ARRIVED = _("The test message has not arrived: %(problem)s.")
_DONE = {
    "removed": _("The webhook is removed."),
    "paused": _("Nothing is sent there until you end the pause."),
    "resumed": _("Messages are sent there again."),
    "again": _("The message is sent again within seconds."),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A webhook with its newest messages."""

    webhook: Webhook
    deliveries: list[Delivery]


@signed_in
async def get_webhooks(desk: Desk) -> Response:
    """`GET /desk/sites/{site}/webhooks`."""
    site = await administered(desk, "settings")
    return await _show(desk, site, told=desk.say(_DONE.get(desk.request.query_params.get("done", ""), "")))


@signed_in
async def post_webhook(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/webhooks`: a new one, whose secret is shown this once. Never a private address."""
    site = await administered(desk, "settings")
    service = service_of(desk.request)
    url = desk.form.get("url", "").strip()
    events = [each for each in EVENTS if f"event-{each}" in desk.form]
    if not events:
        return await _show(desk, site, 422, fault=desk.tell(_NOTHING_CHOSEN), url=url)
    try:
        check_url(url, private=False)
        await find_target(url, private=False)
        async with service.db.writing() as session:
            by = desk.deciding.id
            webhook = await set_up(session, site, url, events, service.clock(), private=False, by=by)
    except BadTarget:
        return await _show(desk, site, 422, fault=desk.tell(_BAD_ADDRESS), url=url)
    except AddressTaken:
        return await _show(desk, site, 409, fault=desk.tell(_TAKEN), url=url)
    log.info("webhook_added", site=site.key, webhook=webhook.id, moderator=desk.deciding.id)
    return await _show(desk, site, secret=webhook.secret)


@signed_in
async def post_removal(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/webhooks/{id}/remove`: the webhook, and what was still to be sent there."""
    site, webhook = await _chosen(desk)
    service = service_of(desk.request)
    async with service.db.writing() as session:
        await take_down(session, site, webhook.url, service.clock(), by=desk.deciding.id)
    return _after(desk, site, "removed")


@signed_in
async def post_pause(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/webhooks/{id}/pause`: begin (`paused=yes`) or end a pause."""
    site, webhook = await _chosen(desk)
    service, paused = service_of(desk.request), desk.form.get("paused") == "yes"
    async with service.db.writing() as session:
        present = await session.get_one(Webhook, webhook.id)
        await pause(session, present, service.clock(), paused=paused, by=desk.deciding.id)
    return _after(desk, site, "paused" if paused else "resumed")


@signed_in
async def post_secret(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/webhooks/{id}/secret`: a new one, shown this once; the former holds for a day."""
    site, webhook = await _chosen(desk)
    service = service_of(desk.request)
    async with service.db.writing() as session:
        present = await session.get_one(Webhook, webhook.id)
        secret = await renew_secret(session, present, service.clock(), by=desk.deciding.id)
    return await _show(desk, site, secret=secret, renewed=True)


@signed_in
async def post_test(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/webhooks/{id}/test`: send a message now and say how it went."""
    site, webhook = await _chosen(desk)
    service = service_of(desk.request)
    await service.rates.attempt(f"webhook test {desk.deciding.id}")
    problem = await send_test(service, webhook, site.key)
    if problem:
        return await _show(desk, site, fault=desk.tell(_NOT_ARRIVED, problem=in_language(problem, desk.language)))
    return await _show(desk, site, told=desk.tell(_ARRIVED))


@signed_in
async def post_retry(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/messages/{id}/retry`: try a failed message again now."""
    site = await administered(desk, "settings")
    service = service_of(desk.request)
    async with service.db.writing() as session:
        message_id = desk.request.path_params["id"]
        if not await retry_delivery(session, site.id or 0, message_id, service.clock()):
            raise Problem(404, _NO_MESSAGE)
    return _after(desk, site, "again")


async def _chosen(desk: Desk) -> tuple[Site, Webhook]:
    site = await administered(desk, "settings")
    async with service_of(desk.request).db.reading() as session:
        webhook = await webhook_by_id(session, site.id or 0, desk.request.path_params["id"])
    if webhook is None:
        raise Problem(404, _NO_WEBHOOK)
    return site, webhook


def _after(desk: Desk, site: Site, done: str) -> Response:
    return desk.go(f"/desk/sites/{site.key}/webhooks?done={done}")


async def _show(
    desk: Desk,
    site: Site,
    status: int = 200,
    *,
    told: str = "",
    fault: str = "",
    url: str = "",
    secret: str = "",
    renewed: bool = False,
) -> Response:
    async with service_of(desk.request).db.reading() as session:
        found = await webhooks_of(session, site.id or 0)
        shown = [Shown(each, await latest_deliveries(session, each.id)) for each in found]
    return desk.page(
        "desk/webhooks.html",
        status,
        site=site,
        webhooks=shown,
        events=[(each, desk.tell(EVENT_NAMES[each])) for each in EVENTS],
        event_name=lambda each: desk.say(EVENT_NAMES.get(each, "")),
        why=lambda problem: in_language(problem, desk.language),
        told=told,
        fault=fault,
        url=url,
        secret=secret,
        renewed=renewed,
    )
