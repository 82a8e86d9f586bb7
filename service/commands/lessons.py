"""`lessons`: what decisions have taught the classifier of a site, and the way back."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

import typer

from models.lesson import Lesson, Lessons, count_lessons, latest_lessons, restore, roll_back
from service.commands.failure import Failure, opened_database
from service.commands.site import find_site
from service.settings import Settings, read_settings

lessons = typer.Typer(help="What decisions have taught the classifier of a site.", no_args_is_help=True)
_SITE = Annotated[str, typer.Argument(help="The site's key.")]


@dataclass(frozen=True, slots=True)
class _Known:
    version: int
    counts: Lessons
    latest: list[Lesson]


@lessons.command()
def show(site: _SITE) -> None:
    """How much was learned, and the last lessons: number, time, what it taught, whether it counts."""
    known = asyncio.run(_look(read_settings(), site))
    counts = known.counts
    aside = f"{counts.refused} refused, {counts.rolled_back} rolled back"
    typer.echo(f"change {known.version}: {counts.spam} spam, {counts.ham} no spam, {aside}")
    for each in known.latest:
        counted = each.set_aside.replace("_", " ") or "counts"
        taught = "spam" if each.spam else "no spam"
        typer.echo(f"{each.id}\t{each.created_at:%Y-%m-%d %H:%M}\t{taught}\t{counted}\t{each.comment_id}")


@lessons.command("roll-back")
def roll_back_(
    site: _SITE, to: Annotated[int, typer.Option(help="Number of the last lesson that shall count.", min=0)]
) -> None:
    """Let no lesson after this one count; `restore` takes them up again."""
    typer.echo(f"{asyncio.run(_roll_back(read_settings(), site, to))} lessons no longer count.")


@lessons.command("restore")
def restore_(site: _SITE) -> None:
    """Take up again what was rolled back."""
    typer.echo(f"{asyncio.run(_restore(read_settings(), site))} lessons count again.")


async def _look(settings: Settings, key: str) -> _Known:
    found = await find_site(settings, key)
    async with opened_database(settings) as db, db.reading() as session:
        counts = await count_lessons(session, found.id or 0)
        return _Known(found.taught, counts, await latest_lessons(session, found.id or 0))


async def _roll_back(settings: Settings, key: str, to: int) -> int:
    if to >= 2**31:
        raise Failure(f"There is no lesson {to}.")
    found = await find_site(settings, key)
    async with opened_database(settings) as db, db.writing() as session:
        return await roll_back(session, found.id or 0, to)


async def _restore(settings: Settings, key: str) -> int:
    found = await find_site(settings, key)
    async with opened_database(settings) as db, db.writing() as session:
        return await restore(session, found.id or 0)
