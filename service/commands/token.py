"""`token create`: bearer tokens for a moderator's own tools."""

import asyncio
from typing import Annotated

import typer

from models.api_token import create_token
from models.moderator import moderator_by_email
from service.commands.failure import Failure, opened_database
from service.settings import Settings, read_settings
from service.state import utc_now

token = typer.Typer(help="Bearer tokens for the moderators' API.", no_args_is_help=True)


@token.callback()
def _group() -> None:
    """Keeps `create` a command of its own while the group has only one."""


@token.command()
def create(
    email: Annotated[str, typer.Argument(help="Address of the moderator who will act with it.")],
    name: Annotated[str, typer.Option(help="What it is for.")] = "",
) -> None:
    """Print a bearer token, once: only its hash is kept."""
    typer.echo(asyncio.run(_create(read_settings(), email, name[:80])))


async def _create(settings: Settings, email: str, name: str) -> str:
    async with opened_database(settings) as db, db.writing() as session:
        moderator = await moderator_by_email(session, email)
        if moderator is None:
            raise Failure("Nobody with this address moderates here; `moderator invite` makes it so.")
        return await create_token(session, moderator, name, utc_now())
