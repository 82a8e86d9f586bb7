"""`moderator invite`, `list`, `role`, `remove`, `reset`: who works at a site."""

import asyncio
from typing import Annotated

import typer
from sqlmodel.ext.asyncio.session import AsyncSession

from models.identity import unbind
from models.moderator import Moderator, Role, forget_failures, moderator_by_email
from models.outbox import enqueue
from models.people import LastAdmin, Person, people_of
from models.proof import drop_factors
from models.rights import has_factor
from models.site import Site, site_by_key
from models.trip import InSession
from moderation.draft import is_address
from service.administering import give_role, invite_person, take_off
from service.commands.failure import Failure, opened_database
from service.links import sign_in_url
from service.settings import Settings, read_settings
from service.state import utc_now

_Email = Annotated[str, typer.Argument(help="The person's e-mail address.")]
_Key = Annotated[str, typer.Option(help="Key of the site.")]
_Role = Annotated[Role, typer.Option(help="What the person may do there; auditors only read.")]
_LAST_ADMIN = "A site needs at least one admin; make somebody else admin first."
moderator = typer.Typer(help="The people who decide.", no_args_is_help=True)


@moderator.command("invite")
def invite_(email: _Email, site: _Key, role: _Role = "moderator") -> None:
    """Print a one-time sign-in link, and mail one where SMTP is set. Inviting again changes the role."""
    if not is_address(email):
        raise typer.BadParameter(f"“{email}” is not an e-mail address.", param_hint="EMAIL")
    settings = read_settings()
    typer.echo(sign_in_url(settings, asyncio.run(_invite(settings, email, site, role))))


@moderator.command("list")
def list_(site: _Key) -> None:
    """One line a person: role, address, name, whether they have a second factor."""
    for each in asyncio.run(_all(read_settings(), site)):
        typer.echo(f"{each.role}\t{each.email}\t{each.name}\t{'second factor' if each.factor else '-'}")


@moderator.command("role")
def role_(email: _Email, site: _Key, role: _Role) -> None:
    """Give somebody another role at a site."""
    asyncio.run(_give_role(read_settings(), email, site, role))


@moderator.command()
def remove(email: _Email, site: _Key) -> None:
    """Take somebody off a site. Their decisions stay in the log."""
    asyncio.run(_remove(read_settings(), email, site))


@moderator.command()
def reset(email: _Email) -> None:
    """Take second factors, pauses and the tie to an account at the provider away from somebody who is locked out.

    Make sure that it is them who ask.
    """
    asyncio.run(_reset(read_settings(), email))


async def _invite(settings: Settings, email: str, key: str, role: Role) -> str:
    async with opened_database(settings) as db, db.writing() as session:
        site, mail = await _site(session, key), bool(settings.smtp_url.get_secret_value())
        try:
            return await invite_person(session, site, email, role, utc_now(), by=None, mail=mail)
        except LastAdmin:
            raise Failure(_LAST_ADMIN) from None


async def _all(settings: Settings, key: str) -> list[Person]:
    async with opened_database(settings) as db, db.reading() as session:
        return await people_of(session, (await _site(session, key)).id or 0)


async def _give_role(settings: Settings, email: str, key: str, role: Role) -> None:
    async with opened_database(settings) as db, db.writing() as session:
        site, person = await _site(session, key), await _person(session, email)
        try:
            await give_role(session, site, person.id or 0, role, utc_now(), by=None)
        except LastAdmin:
            raise Failure(_LAST_ADMIN) from None
        except LookupError:
            raise Failure(f"Nobody with this address works at {key}; `moderator invite` makes it so.") from None


async def _remove(settings: Settings, email: str, key: str) -> None:
    async with opened_database(settings) as db, db.writing() as session:
        site, person = await _site(session, key), await _person(session, email)
        try:
            await take_off(session, site, person.id or 0, utc_now(), by=None)
        except LastAdmin:
            raise Failure(_LAST_ADMIN) from None
        except LookupError:
            raise Failure(f"Nobody with this address works at {key}.") from None


async def _reset(settings: Settings, email: str) -> None:
    async with opened_database(settings) as db, db.writing() as session:
        person = await _person(session, email)
        told = settings.sends_mail and await has_factor(InSession(session), person.id or 0)
        await drop_factors(session, person.id or 0)
        await unbind(session, person.id or 0)
        await forget_failures(session, person.id or 0)
        if told:
            await enqueue(session, "letter_factors", {"moderator": person.id, "change": "reset"}, utc_now())


async def _site(session: AsyncSession, key: str) -> Site:
    site = await site_by_key(session, key)
    if site is None:
        raise Failure(f"There is no site with the key “{key}”; `site list` names them all.")
    return site


async def _person(session: AsyncSession, email: str) -> Moderator:
    person = await moderator_by_email(session, email) if is_address(email) else None
    if person is None:
        raise Failure("Nobody with this address moderates here; `moderator invite` makes it so.")
    return person
