"""`outbox`: mail that could not be delivered, and another try for it."""

import asyncio
from typing import Annotated

import typer

from models.outbox import Notice, given_up, try_again
from service.commands.failure import Failure, opened_database
from service.settings import Settings, read_settings
from service.state import utc_now

outbox = typer.Typer(help="Mail and other notices that wait or failed.", no_args_is_help=True)


@outbox.command()
def failed() -> None:
    """One line for each notice that was given up: id, kind, when, and what the server said."""
    for each in asyncio.run(_given_up(read_settings())):
        when = each.given_up_at.isoformat(timespec="minutes") if each.given_up_at else ""
        typer.echo(f"{each.id}\t{each.kind}\t{when}\t{each.problem}")


@outbox.command()
def retry(notice: Annotated[str, typer.Argument(help="Id of the notice, as `failed` shows it; or all.")]) -> None:
    """Try a notice again that was given up, once what stopped it is mended."""
    number = asyncio.run(_try_again(read_settings(), notice))
    if not number:
        raise Failure(f"No notice “{notice}” was given up; `outbox failed` names them all.")
    typer.echo(f"{number} to be tried again")


async def _given_up(settings: Settings) -> list[Notice]:
    async with opened_database(settings) as db, db.reading() as session:
        return await given_up(session)


async def _try_again(settings: Settings, notice: str) -> int:
    async with opened_database(settings) as db, db.writing() as session:
        return await try_again(session, None if notice == "all" else notice, utc_now())
