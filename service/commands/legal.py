"""`site legal` and `papers`: what a site says of itself in law, and the papers that follow from it."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from models.legal import BadLegal, Basis, Legal, Profile, read_legal
from models.site import Site, site_by_key
from service.commands.failure import Failure, opened_database
from service.papers import PAPERS, write_papers
from service.settings import Settings, read_settings
from service.state import utc_now

_UNKNOWN = "There is no site with the key “{}”; `site list` names them all."


def legal(  # each option is an argument
    key: Annotated[str, typer.Argument(help="The site's key.")],
    controller: Annotated[str | None, typer.Option(help="Who is responsible: name of the organisation.")] = None,
    address: Annotated[str | None, typer.Option(help="Its postal address.")] = None,
    contact: Annotated[str | None, typer.Option(help="How it is reached for questions about data.")] = None,
    officer: Annotated[str | None, typer.Option(help="How its data protection officer is reached.")] = None,
    youth: Annotated[str | None, typer.Option(help="How its youth protection officer is reached.")] = None,
    basis: Annotated[Basis | None, typer.Option(help="Legal basis, the letter of GDPR Art. 6(1).")] = None,
    profile: Annotated[Profile | None, typer.Option(help="What the site is under the Digital Services Act.")] = None,
    public_body: Annotated[
        bool | None,
        typer.Option("--public-body/--no-public-body", help="An authority: basis e, no endless ban."),
    ] = None,
    keep: Annotated[list[str], typer.Option(help="A retention period as CLASS=DAYS; repeatable.")] = [],  # noqa: B006  # never changed
) -> None:
    """Set what is given, and print how it stands; all else stays."""
    given = {
        "controller": controller, "address": address, "contact": contact, "officer": officer, "youth": youth,
        "basis": basis, "profile": profile, "public_body": public_body,
    }  # fmt: skip
    changes: dict[str, object] = {name: value for name, value in given.items() if value is not None}
    if public_body and basis is None:
        changes["basis"] = "e"
    stands = asyncio.run(_change(read_settings(), key, changes, _days(keep)))
    for name, value in stands.as_json().items():
        typer.echo(f"{name:<12} {value or '–'}")


def papers(
    site: Annotated[str, typer.Argument(help="The site's key.")],
    language: Annotated[str, typer.Option(help="de or en.")] = "de",
    output: Annotated[Path | None, typer.Option(help="Folder to write them to; otherwise they are printed.")] = None,
) -> None:
    """Write record of processing (GDPR Art. 30), privacy notice and technical measures from the live configuration."""
    if language not in PAPERS:
        raise typer.BadParameter(f"“{language}” is not one of {', '.join(PAPERS)}.", param_hint="--language")
    settings = read_settings()
    written = write_papers(asyncio.run(_find(settings, site)), settings, language, utc_now())
    if output is None:
        typer.echo("\n".join(written.values()))
        return
    output.mkdir(parents=True, exist_ok=True)
    for name, text in written.items():
        (output / name).write_text(text, encoding="utf-8")
        typer.echo(str(output / name))


def _days(keep: list[str]) -> dict[str, int]:
    days = {}
    for each in keep:
        what, _, number = each.partition("=")
        if not number.isascii() or not number.isdigit() or len(number) > 6:
            raise typer.BadParameter(f"“{each}” must look like rejected=30.", param_hint="--keep")
        days[what] = int(number)
    return days


async def _change(settings: Settings, key: str, changes: dict[str, object], days: dict[str, int]) -> Legal:
    async with opened_database(settings) as db, db.writing() as session:
        site = await site_by_key(session, key)
        if site is None:
            raise Failure(_UNKNOWN.format(key))
        stored = {**site.legal, **changes, "days": {**site.legal.get("days", {}), **days}}
        try:
            changed = read_legal(stored)
        except BadLegal as error:
            raise Failure(str(error)) from None
        site.legal = changed.as_json()
        session.add(site)
        return changed


async def _find(settings: Settings, key: str) -> Site:
    async with opened_database(settings) as db, db.reading() as session:
        found = await site_by_key(session, key)
    if found is None:
        raise Failure(_UNKNOWN.format(key))
    return found
