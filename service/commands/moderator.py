"""`moderator invite`: who decides at a site."""

import asyncio
from typing import Annotated

import typer

from models.moderator import Role, invite, moderator_by_email
from models.outbox import enqueue
from models.site import site_by_key
from moderation.draft import is_address
from service.commands.failure import Failure, opened_database
from service.links import sign_in_url
from service.settings import Settings, read_settings
from service.state import utc_now

moderator = typer.Typer(help="The people who decide.", no_args_is_help=True)


@moderator.callback()
def _group() -> None:
    """Keeps `invite` a command of its own while the group has only one."""


@moderator.command("invite")
def invite_(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    site: Annotated[str, typer.Option(help="Key of the site.")],
    role: Annotated[Role, typer.Option(help="What the person may do there.")] = "moderator",
) -> None:
    """Print a one-time sign-in link, and mail one where SMTP is set. Inviting again changes the role."""
    if not is_address(email):
        raise typer.BadParameter(f"“{email}” is not an e-mail address.", param_hint="EMAIL")
    settings = read_settings()
    secret = asyncio.run(_invite(settings, email, site, role))
    typer.echo(sign_in_url(settings, secret))


async def _invite(settings: Settings, email: str, key: str, role: Role) -> str:
    now = utc_now()
    async with opened_database(settings) as db, db.writing() as session:
        site = await site_by_key(session, key)
        if site is None:
            raise Failure(f"There is no site with the key “{key}”; `site list` names them all.")
        secret = await invite(session, email, site, role, now)
        if settings.smtp_url.get_secret_value():
            invited = await moderator_by_email(session, email)
            await enqueue(session, "invitation", {"moderator": invited and invited.id, "site": site.id}, now)
    return secret
