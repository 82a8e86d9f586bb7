"""What all tests share: a clock that stands still, a real database of either kind, the app, and a real browser."""

import asyncio
import contextlib
import gc
import logging
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
import structlog
import uvicorn
from playwright.async_api import Browser, async_playwright
from pydantic import SecretStr
from starlette.applications import Starlette

from models.db import Database
from models.seal import Seal
from moderation.judge import Judges
from service.api.cache import ThreadCache
from service.api.ready import ReadyAnswers
from service.app import create_app
from service.bench import Bench, load_judges
from service.middleware import security_headers
from service.rates import Rates
from service.settings import Settings
from service.state import Service
from service.tokens import Tokens
from tests.support.missing import skip_or_fail
from tests.support.postgres import find_binaries, free_port, run_postgres
from tests.support.profiles import Profiles
from tests.support.spare import SpareDatabases
from tests.support.statements import Statements

SECRET = "a secret that only the tests know, long enough"


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


def pytest_collection_finish() -> None:
    """What has been imported stays to the end, so nobody need look through it for what has become garbage."""
    gc.collect()
    gc.freeze()
    # Tests make and drop much at once; at Python's own thresholds a tenth of their time went into looking for garbage.
    gc.set_threshold(20_000, 20, 10)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A command sets up the whole process's logs; the test after it must not notice."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL server, of the operator's choice or our own for this run."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield given
        return
    binaries = find_binaries()
    if binaries is None:
        skip_or_fail("no PostgreSQL: install Debian's postgresql or the dev packages, or set TEST_POSTGRES_URL")
    with run_postgres(binaries) as address:
        yield address


@pytest.fixture(scope="session")
def spare_databases(postgres: str) -> SpareDatabases:
    return SpareDatabases(postgres)


@pytest.fixture(scope="session")
async def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database that was migrated once for this run; each test gets a copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    db = Database(f"sqlite:///{path}")
    await db.migrate()
    await db.close()
    return path


@pytest.fixture
async def database(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path) -> AsyncIterator[str]:
    """The address of an empty, migrated database: SQLite, or both kinds with the mark `both_databases`."""
    if getattr(request, "param", "sqlite") == "sqlite":
        path = tmp_path / "wortmeldung.db"
        shutil.copy(migrated_file, path)
        yield f"sqlite:///{path}"
        return
    spare: SpareDatabases = request.getfixturevalue("spare_databases")
    yield await spare.take()
    await spare.give_back()


@pytest.fixture(scope="session")
def judges() -> Judges:
    return load_judges()


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None,
        data_dir=tmp_path,
        database_url=database,
        base_url=f"http://127.0.0.1:{free_port()}",
        secret_key=SecretStr(SECRET),
        rate_limit="off",
    )


@pytest.fixture(scope="session")
def statements() -> Statements:
    return Statements()


@pytest.fixture
async def service(settings: Settings, clock: Clock, judges: Judges, statements: Statements) -> AsyncIterator[Service]:
    """An open service on an empty database, with a clock that stands still and no rate limit."""
    seal = Seal([SECRET])
    db = Database(settings.database, seal)
    statements.lend(db, seal)
    yield Service(
        settings=settings,
        db=db,
        bench=Bench(lambda: judges),
        tokens=Tokens(SECRET),
        rates=Rates(settings.rate_limit),
        cache=ThreadCache(),
        ready=ReadyAnswers(db.changes, security_headers(settings.base_url)),
        clock=clock,
    )
    statements.keep(db)
    await db.close()


@pytest.fixture
def app(service: Service) -> Starlette:
    return create_app(service.settings, service=service)


@pytest.fixture
async def client(app: Starlette, service: Service) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that talks to the app in process, as from 127.0.0.1."""

    async def with_state(scope, receive, send):  # type: ignore[no-untyped-def]  # ASGITransport runs no lifespan
        scope["state"] = {"service": service}
        await app(scope, receive, send)

    transport = httpx2.ASGITransport(app=with_state)
    async with httpx2.AsyncClient(transport=transport, base_url=service.settings.base_url) as client:
        yield client


@pytest.fixture
async def live(app: Starlette, service: Service) -> AsyncIterator[str]:
    """The address of the service, answering on a real port."""
    host, port = "127.0.0.1", int(service.settings.base_url.rsplit(":", 1)[1])
    async with serving(app, host, port):
        yield service.settings.base_url


@contextlib.asynccontextmanager
async def serving(app: object, host: str, port: int, **options: Any) -> AsyncIterator[None]:
    """Serve an ASGI app on a real port while the block lasts; `options` are uvicorn's."""
    quiet = {"log_config": None, "access_log": False, "timeout_graceful_shutdown": 1}
    config = uvicorn.Config(app, host=host, port=port, **{**quiet, **options})  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve())
    while not server.started:
        if task.done():
            task.result()
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await task


CHROMIUM_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A real Chromium, without network but loopback."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        skip_or_fail("no Chromium: install Debian's chromium, or set CHROMIUM to its path")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def profiles(browser: Browser) -> Profiles:
    """Profiles of it, each as good as new."""
    return Profiles(browser)
