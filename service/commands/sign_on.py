"""`sign-on`: the keys with which a site's own pages sign their people on."""

import asyncio
from typing import Annotated

import typer

from models.sign_on import MOST_KEYS, SignOnKey, TooManyKeys, keys_of
from service.administering import end_sign_on_key, make_sign_on_key
from service.commands.failure import Failure, opened_database
from service.commands.site import find_site
from service.settings import Settings, read_settings
from service.state import utc_now

sign_on = typer.Typer(help="Keys with which a site's own pages sign their people on.", no_args_is_help=True)
_SITE = Annotated[str, typer.Argument(help="The site's key.")]


@sign_on.command()
def add(site: _SITE) -> None:
    """Make a key, and print it this once. A site may have two, so that one can take the other's place."""
    typer.echo(asyncio.run(_add(read_settings(), site)).secret)


@sign_on.command("list")
def list_(site: _SITE) -> None:
    """One line a key: id, since when, last used by an editor."""
    for each in asyncio.run(_all(read_settings(), site)):
        used = f"{each.used_at:%Y-%m-%d %H:%M}" if each.used_at else "–"
        typer.echo(f"{each.id}\t{each.created_at:%Y-%m-%d %H:%M}\t{used}")


@sign_on.command()
def remove(site: _SITE, key: Annotated[str, typer.Argument(help="Its id, as `list` names it.")]) -> None:
    """Take a key away: what it signed is worth nothing from now on."""
    asyncio.run(_remove(read_settings(), site, key))


async def _add(settings: Settings, key: str) -> SignOnKey:
    site = await find_site(settings, key)
    async with opened_database(settings) as db, db.writing() as session:
        try:
            return await make_sign_on_key(session, site, utc_now(), by=None)
        except TooManyKeys:
            raise Failure(f"The site has {MOST_KEYS} keys already; `sign-on remove {key}` takes one away.") from None


async def _all(settings: Settings, key: str) -> list[SignOnKey]:
    site = await find_site(settings, key)
    async with opened_database(settings) as db, db.reading() as session:
        return await keys_of(session, site.id or 0)


async def _remove(settings: Settings, key: str, key_id: str) -> None:
    site = await find_site(settings, key)
    async with opened_database(settings) as db, db.writing() as session:
        try:
            await end_sign_on_key(session, site, key_id, utc_now(), by=None)
        except LookupError:
            raise Failure(f"The site has no such key; `sign-on list {key}` names them all.") from None
