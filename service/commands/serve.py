"""`serve`: the service, with its courier."""

import asyncio
import sqlite3
from typing import Annotated

import structlog
import typer

from models.db import Database
from models.site import terms_of_all
from service.commands.failure import Failure, opened_database
from service.logs import configure_logs
from service.notice import lacking
from service.running import no_commands, run
from service.settings import Settings, read_settings
from service.sqlite import RACE_MENDED, races

log = structlog.get_logger()


def serve(
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.", min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Processes that answer.", min=1, max=64)] = 1,
    courier: Annotated[bool, typer.Option(help="Also send mail and run timed jobs.")] = True,
) -> None:
    """Serve; runs pending migrations first."""
    from service.app import create_app  # noqa: PLC0415  # service/serving.py says why
    from service.serving import listen, run_app, run_workers  # noqa: PLC0415

    configure_logs()
    settings = read_settings()
    prepare(settings, workers)
    listening = listen(host, port)
    if workers == 1:
        run_app(create_app(settings, courier=courier), settings, listening)
    else:
        run_workers(settings, workers, listening, courier=courier)


def main() -> None:
    """Run this command, with no other beside it."""
    alone = no_commands()
    alone.callback()(lambda: None)  # or Typer would take it for the whole of the command line
    alone.command()(serve)
    run(alone)


def prepare(settings: Settings, workers: int) -> None:
    """Bring the schema up to date before anybody is answered, and refuse a set-up that can lose comments."""
    asyncio.run(_migrate(settings))
    sqlite = Database(settings.database).sqlite
    if sqlite and workers > 1 and races(sqlite3.sqlite_version_info):
        raise Failure(
            f"SQLite {sqlite3.sqlite_version} can lose comments when several processes write (mended in "
            f"{RACE_MENDED}): serve with one worker, or set WORTMELDUNG_DATABASE_URL to a PostgreSQL database."
        )
    if sqlite and workers > 1 and not settings.redis_url:
        log.warning("rate_limit_counts_apart", workers=workers, mend="use PostgreSQL, or set WORTMELDUNG_REDIS_URL")


async def _migrate(settings: Settings) -> None:
    async with opened_database(settings) as db:
        log.info("database_ready")
        async with db.reading() as session:
            said = await terms_of_all(session)
    for key, terms in said:
        if missing := lacking(terms):
            mend = f"site legal {key} {' … '.join(missing)} …"
            log.error("nobody_named_as_responsible", site=key, law="GDPR Art. 13", mend=mend)
