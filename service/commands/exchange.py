"""`import` and `export`: from other systems, and back to them."""

import asyncio
import contextlib
import csv
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from functools import cache
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal

import typer

from models.away import Unavailable
from models.exported import count_comments
from service.bench import load_judges
from service.commands.failure import Failure, opened_database
from service.commands.private import private_file
from service.commands.site import find_site
from service.exchange.account import Account, Remark
from service.exchange.filing import Filing
from service.exchange.reading import read_file
from service.exchange.record import BadFile
from service.exchange.writers import csv as csv_
from service.exchange.writers import jsonl, wxr
from service.settings import Settings, read_settings
from service.state import utc_now

From = Literal["wordpress", "disqus", "isso", "remark42", "commento", "jsonl"]
To = Literal["jsonl", "wxr", "csv"]
_STOPPED = (
    "The database cannot be reached, somebody else holds it, or its disk is full. What was added stays; start again "
    "with the same file."
)
_WRITERS = {"jsonl": jsonl.write, "wxr": wxr.write, "csv": csv_.write}


def import_(
    site: Annotated[str, typer.Argument(help="The site's key.")],
    file: Annotated[Path, typer.Argument(help="The other system's export.", exists=True, dir_okay=False)],
    from_: Annotated[From, typer.Option("--from", help="Which system wrote it.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything but write.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write the rows that were refused or changed to this CSV file.")
    ] = None,
) -> None:
    """Add another system's comments. Nothing that is here is changed; the same file twice adds nothing.

    Ends with a report; every row that was not taken as it stands is named with its reason, on standard error or in
    the file of `--report`.
    """
    settings = read_settings()
    account, problem = asyncio.run(_import(settings, site, file, from_, dry=dry_run))
    _tell_remarks(account, report)
    would = "would be " if dry_run else ""
    typer.echo(
        f"{account.read} read: {account.added} {would}added, {account.present} already there, "
        f"{account.refused} refused."
    )
    if account.waiting:
        typer.echo(f"{account.waiting} of the added wait for a decision at the desk.")
    if problem:
        raise Failure(problem)


def export(
    site: Annotated[str, typer.Argument(help="The site's key.")],
    format_: Annotated[To, typer.Option("--format", help="jsonl holds everything.")] = "jsonl",
    output: Annotated[Path | None, typer.Option(help="The file to write; standard output otherwise.")] = None,
    addresses: Annotated[bool, typer.Option(help="With authors' e-mail addresses (csv never has them).")] = True,
) -> None:
    """Write all comments of a site, in every status: jsonl without loss, wxr for WordPress, csv for spreadsheets."""
    settings = read_settings()
    if output is None:
        put = _into(sys.stdout.buffer, "Standard output")
        asyncio.run(_export(settings, site, format_, put, addresses=addresses))
        return
    if not output.parent.is_dir():
        raise Failure(f"There is no folder {output.parent}.")
    try:
        with private_file(output) as part, part.open("wb") as target:
            put = _into(target, str(output))
            number = asyncio.run(_export(settings, site, format_, put, addresses=addresses))
    except OSError as error:
        raise Failure(f"{output} cannot be written: {error.strerror}.") from error
    typer.echo(f"{output}: {number} comments")


def _into(target: BinaryIO, name: str) -> Callable[[bytes], None]:
    """Writes there at once; a disk that is full is not the database's, beside which it is noticed."""

    def put(part: bytes) -> None:
        try:
            target.write(part)
            target.flush()
        except OSError as error:
            # What is still held would be written at the end, and fail again (docs.python.org, "Note on SIGPIPE").
            os.dup2(os.open(os.devnull, os.O_WRONLY), target.fileno())
            raise Failure(f"{name} cannot be written: {error.strerror}.") from error

    return put


async def _import(settings: Settings, key: str, file: Path, form: From, *, dry: bool) -> tuple[Account, str]:
    """The account, and what ended the import too early, if anything did: what came before it is kept."""
    site = await find_site(settings, key)
    async with opened_database(settings) as db:
        filing = Filing(db, cache(lambda: load_judges(settings.data_dir)), site, form, utc_now(), dry)
        problem = ""
        with _progress("Importing", await _count(file, form)) as tick:
            try:
                async with aclosing(read_file(form, file)) as items:
                    async for item in items:
                        await filing.take(item)
                        tick(1)
            except BadFile as error:
                problem = str(error)
            except Unavailable:
                return filing.account, _STOPPED
            try:
                await filing.finish()
            except Unavailable:
                problem = _STOPPED
    return filing.account, problem


async def _export(settings: Settings, key: str, format_: To, put: Callable[[bytes], None], *, addresses: bool) -> int:
    site = await find_site(settings, key)
    done = 0
    async with opened_database(settings) as db, db.reading() as session:
        with _progress("Exporting", await count_comments(session, site)) as tick:
            async with aclosing(_WRITERS[format_](session, site, addresses=addresses)) as parts:
                async for number, part in parts:
                    put(part)
                    tick(number)
                    done += number
    return done


async def _count(file: Path, form: From) -> int:
    """How many items the file has: reading takes a hundredth of the time of filing. Counted where somebody looks."""
    number = 0
    if sys.stderr.isatty():
        with contextlib.suppress(BadFile):  # it is told when it is met again
            async with aclosing(read_file(form, file)) as items:
                async for _item in items:
                    number += 1
    return number


@contextmanager
def _progress(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, silence elsewhere; called with how many more are done."""
    if not sys.stderr.isatty():
        yield lambda _number: None
        return
    bar: Any = typer.progressbar(length=length, label=label, file=sys.stderr, show_pos=True)
    with bar:
        yield bar.update


def _tell_remarks(account: Account, report: Path | None) -> None:
    if report is None:
        for each in account.remarks:
            typer.echo(f"{each.kind}: {each.where}: {each.reason}", err=True)
        return
    try:
        with report.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(Remark.__match_args__)
            rows.writerows(tuple(map(csv_.harmless, (each.kind, each.where, each.reason))) for each in account.remarks)
    except OSError as error:
        raise Failure(f"{report} cannot be written: {error.strerror}.") from error
