"""`webhook`: programs that are told what changed at a site."""

import asyncio
from typing import Annotated

import typer

from models.webhook import EVENTS, Delivery, Event, Webhook, failed_deliveries, webhooks_of
from service.commands.failure import Failure, opened_database
from service.commands.site import find_site
from service.settings import Settings, read_settings
from service.state import open_service, utc_now
from service.webhooks.target import BadTarget, check_url, find_target
from service.webhooks.tending import AddressTaken, send_test, set_up, take_down

webhook = typer.Typer(help="Programs that are told what changed at a site.", no_args_is_help=True)
_SITE = Annotated[str, typer.Argument(help="The site's key.")]
_URL = Annotated[str, typer.Argument(help="Where the program listens, https://…")]


@webhook.command()
def add(
    site: _SITE,
    url: _URL,
    event: Annotated[
        list[str], typer.Option(help=f"What it is told of: {', '.join(EVENTS)}; repeatable; everything otherwise.")
    ] = [],  # noqa: B006  # never changed
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="It may lie in your own network, and without https.")
    ] = False,
) -> None:
    """Add a webhook, and print the secret that its messages are signed with."""
    events = _events(event)
    settings = read_settings()
    try:
        check_url(url, private=allow_private)
        added = asyncio.run(_add(settings, site, url, events, private=allow_private))
    except BadTarget as error:
        raise Failure(str(error)) from error
    typer.echo(added.secret)


@webhook.command("list")
def list_(site: _SITE) -> None:
    """One line a webhook: address, events, whether it may be private."""
    for each in asyncio.run(_all(read_settings(), site)):
        typer.echo(f"{each.url}\t{' '.join(each.events)}\t{'private allowed' if each.private else ''}".rstrip())


@webhook.command()
def remove(site: _SITE, url: _URL) -> None:
    """Forget a webhook, and what was still to be sent there."""
    try:
        asyncio.run(_remove(read_settings(), site, url))
    except LookupError:
        raise Failure(f"The site has no webhook at this address; `webhook list {site}` names them all.") from None


@webhook.command()
def test(site: _SITE, url: _URL) -> None:
    """Send one message of the kind `test` now, and say how it went."""
    problem = asyncio.run(_test(read_settings(), site, url))
    if problem:
        raise Failure(f"Not delivered: {problem}")
    typer.echo("delivered")


@webhook.command()
def failed(site: _SITE) -> None:
    """One line for each message that has not arrived: id, event, page, attempts, what happens next, what was wrong."""
    for delivery, hook in asyncio.run(_failed(read_settings(), site)):
        given_up = delivery.given_up_at
        next_ = f"given up {given_up:%Y-%m-%d %H:%M}" if given_up else f"again {delivery.due_at:%Y-%m-%d %H:%M}"
        told = (delivery.id, delivery.event, delivery.data["page"], str(delivery.attempts), next_, hook.url)
        typer.echo("\t".join((*told, delivery.problem)))


def _events(named: list[str]) -> list[Event]:
    unknown = [each for each in named if each not in EVENTS]
    if unknown:
        raise typer.BadParameter(f"“{unknown[0]}” is not one of {', '.join(EVENTS)}.", param_hint="--event")
    return [each for each in EVENTS if each in named]


async def _add(settings: Settings, key: str, url: str, events: list[Event], *, private: bool) -> Webhook:
    site = await find_site(settings, key)
    await find_target(url, private=private)
    async with opened_database(settings) as db, db.writing() as session:
        try:
            return await set_up(session, site, url, events or EVENTS, utc_now(), private=private, by=None)
        except AddressTaken:
            raise Failure("The site has a webhook at this address already.") from None


async def _all(settings: Settings, key: str) -> list[Webhook]:
    site = await find_site(settings, key)
    async with opened_database(settings) as db, db.reading() as session:
        return await webhooks_of(session, site.id or 0)


async def _remove(settings: Settings, key: str, url: str) -> None:
    site = await find_site(settings, key)
    async with opened_database(settings) as db, db.writing() as session:
        await take_down(session, site, url, utc_now(), by=None)


async def _test(settings: Settings, key: str, url: str) -> str:
    hooks = [each for each in await _all(settings, key) if each.url == url]
    if not hooks:
        raise Failure(f"The site has no webhook at this address; `webhook list {key}` names them all.")
    async with open_service(settings) as service:
        return await send_test(service, hooks[0], key)


async def _failed(settings: Settings, key: str) -> list[tuple[Delivery, Webhook]]:
    site = await find_site(settings, key)
    async with opened_database(settings) as db, db.reading() as session:
        return await failed_deliveries(session, site.id or 0)
