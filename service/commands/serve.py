"""`serve`: the service, with its courier."""

import asyncio
import signal
import socket
import sqlite3
import sys
from typing import Annotated

import structlog
import typer
import uvicorn
from starlette.applications import Starlette
from uvicorn.supervisors import Multiprocess

from models.db import Database
from models.site import all_sites
from service.app import create_app
from service.commands.failure import Failure, opened_database
from service.logs import configure_logs
from service.notice import lacking
from service.patience import PatientProtocol
from service.settings import Settings, read_settings
from service.sqlite import RACE_MENDED, races

log = structlog.get_logger()
# Orchestrators wait ten seconds (docker) to thirty (Kubernetes) before they kill.
_GRACE_SECONDS = 8
_BACKLOG = 2048


def serve(
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.", min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Processes that answer.", min=1, max=64)] = 1,
    courier: Annotated[bool, typer.Option(help="Also send mail and run timed jobs.")] = True,
) -> None:
    """Serve; runs pending migrations first."""
    configure_logs()
    settings = read_settings()
    prepare(settings, workers)
    listening = listen(host, port)
    if workers == 1:
        run_app(create_app(settings, courier=courier), settings, listening)
        return
    factory = "with_courier" if courier else "without_courier"
    config = _config(f"service.commands.serve:{factory}", settings, workers=workers, factory=True)
    Multiprocess(config, sockets=[listening]).run()


def prepare(settings: Settings, workers: int) -> None:
    """Bring the schema up to date before anybody is answered, and refuse a set-up that can lose comments."""
    asyncio.run(_migrate(settings))
    sqlite = Database(settings.database).sqlite
    if sqlite and workers > 1 and races(sqlite3.sqlite_version_info):
        raise Failure(
            f"SQLite {sqlite3.sqlite_version} can lose comments when several processes write (mended in "
            f"{RACE_MENDED}): serve with one worker, or set WORTMELDUNG_DATABASE_URL to a PostgreSQL database."
        )
    if workers > 1 and not settings.redis_url:
        log.warning("rate_limit_counts_apart", workers=workers, mend="set WORTMELDUNG_REDIS_URL")


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens, or `Failure` when the port is taken or the address is not this machine's."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise Failure(f"Cannot listen at {host} port {port}: {error.strerror or error}.") from error
    listening.set_inheritable(True)
    return listening


def run_app(app: Starlette, settings: Settings, listening: socket.socket) -> None:
    """Answer in this process until it is told to stop."""
    server = uvicorn.Server(_config(app, settings))
    # Uvicorn stops in peace and then raises the signal once more, for whoever had it before.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        return
    if not server.started:
        raise Failure("The service could not start; the log says why.")


def with_courier() -> Starlette:
    """What each of several workers serves; they agree among themselves which of them is the courier."""
    configure_logs()
    return create_app(read_settings(), courier=True)


def without_courier() -> Starlette:
    """The same for an installation whose courier runs apart."""
    configure_logs()
    return create_app(read_settings())


def _config(app: Starlette | str, settings: Settings, workers: int = 1, factory: bool = False) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        workers=workers,
        factory=factory,
        lifespan="on",
        http=PatientProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


async def _migrate(settings: Settings) -> None:
    async with opened_database(settings) as db:
        log.info("database_ready")
        async with db.reading() as session:
            sites = await all_sites(session)
    for site in sites:
        if missing := lacking(site.terms):
            mend = f"site legal {site.key} {' … '.join(missing)} …"
            log.error("nobody_named_as_responsible", site=site.key, law="GDPR Art. 13", mend=mend)
