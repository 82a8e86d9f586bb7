"""`secret rotate`: another secret for what is signed and sealed."""

import asyncio
from typing import Annotated

import typer

from models.resealing import reseal
from service.commands.failure import Failure, opened_database
from service.mail.turn import Turn
from service.settings import SECRET_FILE, Settings, keep_secrets, kept_secrets, new_secret, read_settings

secret = typer.Typer(help="The secret that signs links and seals addresses.", no_args_is_help=True)


@secret.callback()
def _group() -> None:
    """Keeps `rotate` a command of its own while the group has only one."""


@secret.command()
def rotate(
    forget: Annotated[
        bool, typer.Option("--forget", help="Also drop the secrets from before: links they signed end.")
    ] = False,
) -> None:
    """Make a new secret, and seal every address with it. The service must be stopped meanwhile.

    Links that the former secrets signed still hold, unless they are forgotten. Where the environment sets the secret,
    put the new one in WORTMELDUNG_SECRET_KEY and the old one in WORTMELDUNG_FORMER_SECRETS first.
    """
    settings = read_settings()
    turn = Turn(settings.data_dir / "courier.lock")
    if not turn.take():
        raise Failure("The service is running. Stop it, rotate the secret, and start it again.")
    try:
        typer.echo(f"{_rotate(settings, forget=forget)} addresses sealed anew")
    finally:
        turn.give()


def _rotate(settings: Settings, *, forget: bool) -> int:
    path = settings.data_dir / SECRET_FILE
    if not path.exists() or settings.secret_key.get_secret_value() not in kept_secrets(path):
        return asyncio.run(_reseal(settings))
    # The new secret is on disk before anything is sealed with it, and the old one until nothing is.
    keep_secrets(path, [new_secret(), *kept_secrets(path)])
    resealed = asyncio.run(_reseal(read_settings()))
    if forget:
        keep_secrets(path, kept_secrets(path)[:1])
    return resealed


async def _reseal(settings: Settings) -> int:
    async with opened_database(settings) as db:
        async with db.writing() as session:
            resealed = await reseal(session)
        await db.shed()
        return resealed
