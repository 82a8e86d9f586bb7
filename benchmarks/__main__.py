"""`python -m benchmarks NAME`, one for each command below: measured figures as Markdown; progress on stderr."""

from pathlib import Path
from typing import Annotated

import typer

from benchmarks.browser import browse
from benchmarks.exchange import exchange as take_over
from benchmarks.growth import grow
from benchmarks.judges import time_judges
from benchmarks.preview import time_previews
from benchmarks.queue import time_queue
from benchmarks.reads import read
from benchmarks.scale import Size, plan
from benchmarks.small import weigh
from benchmarks.tables import machine
from benchmarks.writes import write

commands = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Seconds = Annotated[float, typer.Option(help="How long each server is asked in a round.", min=1)]
Rounds = Annotated[int, typer.Option(help="How often all servers take their turn.", min=1)]


def _say(step: str) -> None:
    typer.echo(step, err=True)


@commands.command()
def reads(
    seconds: Seconds = 5,
    rounds: Rounds = 3,
    database: Annotated[str, typer.Option(help="An empty PostgreSQL database for the row with two workers.")] = "",
) -> None:
    """Reading threads, beside bare Starlette, nginx where it is installed, and Isso, which is installed on demand."""
    before = machine()
    typer.echo(read(seconds, rounds, database, _say) + "\n" + before)


@commands.command()
def writes(
    seconds: Seconds = 5,
    rounds: Rounds = 3,
    database: Annotated[str, typer.Option(help="An empty PostgreSQL database, measured too.")] = "",
) -> None:
    """Posting comments through all judges, beside one durable insert that nobody judges."""
    before = machine()
    typer.echo(write(seconds, rounds, database, _say) + "\n" + before)


@commands.command()
def small(seconds: Seconds = 5) -> None:
    """What one process needs: memory when idle and after load, time to start, processor time while idle."""
    before = machine()
    typer.echo(weigh(seconds, _say) + "\n" + before)


@commands.command()
def growth(
    most: Annotated[int, typer.Option(help="Comments in the largest database.", min=1_000)] = 1_000_000,
    plot: Annotated[Path | None, typer.Option(help="Where to put the plot, an SVG.")] = None,
) -> None:
    """What reading, posting and the queue cost as threads, the database and the number of sites grow."""
    before = machine()
    typer.echo(grow(most, plot, before, _say) + "\n" + before)


@commands.command()
def browser() -> None:
    """A thread of 10,000 comments in Chromium: first sight, paging, scrolling, typing, memory."""
    before = machine()
    typer.echo(browse(_say) + "\n" + before)


@commands.command()
def exchange(comments: Annotated[int, typer.Option(help="Comments in the file.", min=1_000)] = 100_000) -> None:
    """Importing a large site and exporting it: time and memory."""
    before = machine()
    typer.echo(take_over(comments, _say) + "\n" + before)


@commands.command()
def queue(comments: Annotated[int, typer.Option(help="Comments that wait.", min=1_000)] = 100_000) -> None:
    """The desk with a long queue: its pages, searches and filters."""
    before = machine()
    typer.echo(time_queue(comments, _say) + "\n" + before)


@commands.command()
def judges(rounds: Rounds = 5) -> None:
    """What judging one comment costs, step by step, in milliseconds of processor time."""
    before = machine()
    typer.echo(time_judges(rounds, _say) + "\n" + before)


@commands.command()
def preview() -> None:
    """The advice before sending, through HTTP: for comments, for long ones, and for hostile texts."""
    before = machine()
    typer.echo(time_previews(_say) + "\n" + before)


@commands.command()
def scale(
    sites: Annotated[int, typer.Option(help="Sites to carry.", min=1)] = 10_000,
    comments: Annotated[int, typer.Option(help="Comments to keep.", min=1_000)] = 100_000_000,
    reads: Annotated[int, typer.Option(help="Threads read for each comment written.", min=1)] = 1_000,
    database: Annotated[str, typer.Option(help="An empty PostgreSQL database instead of SQLite.")] = "",
) -> None:
    """What very many sites and comments would ask for: measured costs, and the peak played through."""
    before = machine()
    typer.echo(plan(Size(sites=sites, comments=comments, reads=reads), database, _say) + "\n" + before)


commands()
