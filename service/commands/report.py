"""`report SITE YEAR`: the yearly transparency report, to look at, to print or as data."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from models.moderator import moderators_of
from service.commands.failure import Failure
from service.commands.site import find_site
from service.figures_wire import YearShape, year_shape
from service.settings import Settings, read_settings
from service.state import open_service
from service.texts import tell
from service.transparency import EARLIEST_YEAR, Year, report_year


def report(
    site: Annotated[str, typer.Argument(help="The site's key.")],
    year: Annotated[int, typer.Argument(help="The year; one that is not over yet gives what there is so far.")],
    output: Annotated[
        Path | None, typer.Option(help="A file; one that ends in .json holds the report as data.")
    ] = None,
    language: Annotated[str, typer.Option(help="de or en; otherwise the site's.")] = "",
) -> None:
    """Print the site's report on moderation for a year; numbers below five are hidden."""
    if not EARLIEST_YEAR <= year <= 2200:
        raise typer.BadParameter(f"{year} is no year for a report.", param_hint="YEAR")
    if language not in ("", "de", "en"):
        raise typer.BadParameter(f"“{language}” is not de or en.", param_hint="--language")
    body = asyncio.run(_make(read_settings(), site, year, language))
    as_data = output is not None and output.suffix == ".json"
    text = json.dumps(body, ensure_ascii=False, indent=2) + "\n" if as_data else _as_text(body, body["language"])
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failure(f"{output} cannot be written: {error.strerror}.") from None


async def _make(settings: Settings, key: str, year: int, language: str) -> YearShape:
    site = await find_site(settings, key)
    chosen = language or site.language
    async with open_service(settings) as service:
        async with service.db.reading() as session:
            team = len(await moderators_of(session, site.id or 0))
        netiquette = service.judges.netiquette
        titles = {each.id: each.text(chosen).title for each in netiquette.rules} if netiquette else {}
        made: Year = await report_year(service, site, year, team, lambda rule: titles.get(rule, rule))
    return year_shape(made, chosen)


def _as_text(body: YearShape, language: str) -> str:
    few = tell(language, "too few to tell")
    lines = [f"{body['name']}, {body['year']}", ""]
    for table in body["tables"]:
        lines.append(table["title"])
        lines += [f"  {row['name']}: {few if row['number'] is None else row['number']}" for row in table["rows"]]
        if table["rows"]:
            total = few if table["total"] is None else table["total"]
            lines.append(f"  {tell(language, 'Together')}: {total}")
        lines.append("")
    return "\n".join(lines)
