"""What scenarios stand on: databases that are ready for use, and processes of the service on them."""

import asyncio
import contextlib
import itertools
import math
import os
import re
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx2

from models.db import Database
from models.desk_session import invite, sign_in_by_link
from models.moderator import moderator_by_email
from models.seal import Seal
from models.site import Site, add_site, site_by_key
from service.settings import PREFIX
from service.state import utc_now
from tests.faults.starter import Process, Starter
from tests.support.postgres import free_port

ORIGIN = "https://www.musterstadt.example"
SITE = "musterstadt"
POST = f"/api/v1/sites/{SITE}/comments"
THREAD = f"/api/v1/sites/{SITE}/thread"
PAGE = "/artikel"
SECRET = "a secret that only the fault plan knows, long enough"
_READY_SECONDS = 120


@dataclass
class Ground:
    """Where everything happens. `server`: the address of a PostgreSQL, or empty where the machine has none."""

    folder: Path
    starter: Starter
    server: str = ""
    _templates: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def place(self) -> Path:
        """An empty folder."""
        made = self.folder / f"place-{next(self._numbers)}"
        made.mkdir()
        return made

    async def sqlite(self, folder: Path | None = None) -> str:
        """The address of a new SQLite database with one site and its moderator, in the folder or in one of its own."""
        if "sqlite" not in self._templates:
            template = f"sqlite:///{self.place()}/template.db"
            await _prepare(template)
            self._templates["sqlite"] = template
        path = (folder or self.place()) / "wortmeldung.db"
        shutil.copy(self._templates["sqlite"].removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"

    async def postgresql(self) -> str:
        """The same on PostgreSQL."""
        if "postgresql" not in self._templates:
            template = f"template_{self.folder.name}_{os.getpid()}".lower().replace("-", "_")
            await on_server(self.server, f'CREATE DATABASE "{template}"')
            await _prepare(self.server + template)
            self._templates["postgresql"] = template
        name = f"{self._templates['postgresql']}_{next(self._numbers)}"
        await on_server(self.server, f'CREATE DATABASE "{name}" TEMPLATE "{self._templates["postgresql"]}"')
        return self.server + name

    async def empty(self, kind: str) -> str:
        """The address of a database in which nothing is."""
        if kind == "sqlite":
            return f"sqlite:///{self.place()}/wortmeldung.db"
        name = f"empty_{os.getpid()}_{next(self._numbers)}"
        await on_server(self.server, f'CREATE DATABASE "{name}"')
        return self.server + name

    async def database(self, kind: str) -> str:
        return await (self.sqlite() if kind == "sqlite" else self.postgresql())

    def node(self, database: str, **settings: str) -> "Node":
        """A process of the service that is not started yet. `settings` besides, without their prefix."""
        return Node(self.starter, database, self.place(), settings)

    @contextlib.asynccontextmanager
    async def serving(self, database: str, *options: str, **settings: str) -> AsyncIterator["Node"]:
        """One that serves without a courier while the block lasts, and is gone afterwards."""
        node = self.node(database, **settings)
        try:
            await node.serve("--no-courier", *options)
            yield node
        finally:
            await node.kill()


class Node:
    """One process of the service, on one port, as often as it is started."""

    def __init__(self, starter: Starter, database: str, folder: Path, settings: dict[str, str]) -> None:
        self.database, self.folder = database, folder
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        chosen = {
            "DATABASE_URL": database, "DATA_DIR": str(folder), "BASE_URL": self.address, "RATE_LIMIT": "off",
            "SECRET_KEY": SECRET, **settings,
        }  # fmt: skip
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        self.environment = inherited | {PREFIX + name: value for name, value in chosen.items()}
        self.process: Process | None = None
        self._starter = starter
        self._lags: dict[float, float] = {}

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def log(self) -> str:
        """What it said so far."""
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""

    def failures(self) -> list[str]:
        """The kinds of exceptions that stopped a request unforeseen, or for want of the database."""
        return sorted(set(re.findall(r'"kind": "(\w+)", "event": "request_failed"', self.log)))

    async def run(self, *words: str) -> None:
        """Start a command."""
        self.process = await self._starter.start(list(words), self.environment, self.folder / "log")

    async def serve(self, *options: str) -> float:
        """Start serving; seconds until it is ready."""
        began = time.monotonic()
        await self.run("serve", "--port", str(self.port), *options)
        await self.ready()
        return time.monotonic() - began

    async def ready(self) -> None:
        """Until it answers that it is."""
        async with asyncio.timeout(_READY_SECONDS), self.client() as client:
            while True:
                with contextlib.suppress(httpx2.TransportError):
                    if (await client.get("/readyz")).status_code == 200:
                        return
                assert self.runs(), self.log[-2000:]
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        if self.process is not None:
            await self.process.kill()

    async def stop(self) -> int:
        assert self.process is not None
        return await self.process.stop()

    def client(self, **more: Any) -> httpx2.AsyncClient:
        """A client from the site's own pages."""
        return httpx2.AsyncClient(base_url=self.address, headers={"Origin": ORIGIN}, **{"timeout": 30, **more})

    async def line(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A bare connection."""
        return await asyncio.open_connection("127.0.0.1", self.port)

    def runs(self) -> bool:
        """Whether the process is there."""
        return bool(Path(f"/proc/{self.pid}/cmdline").read_bytes()) if Path(f"/proc/{self.pid}").exists() else False

    def memory(self) -> float:
        """Resident MiB."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

    def files(self) -> int:
        """Open files and connections."""
        return sum(1 for _ in Path(f"/proc/{self.pid}/fd").iterdir())

    async def lag(self, quantile: float = 0.99) -> float:
        """The event loop's lag since this was asked last, in milliseconds, that so large a share did not exceed."""
        async with self.client() as client:
            told = (await client.get("/metrics")).text
        now = {
            float(line.split('le="')[1].split('"')[0]): float(line.rsplit(" ", 1)[1])
            for line in told.splitlines()
            if line.startswith("wortmeldung_event_loop_lag_seconds_bucket")
        }
        since = {edge: number - self._lags.get(edge, 0.0) for edge, number in now.items()}
        self._lags = now
        return 1000 * next(edge for edge, number in since.items() if number >= quantile * since[math.inf])


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def until(holds: Callable[[], bool], seconds: float) -> None:
    """Wait until it holds, and no longer than so many seconds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110  # other processes tell nobody
                await asyncio.sleep(0.05)


def draft(key: str, words: str, page: str = PAGE) -> dict[str, str]:
    """A comment that resembles no other."""
    return {"page": page, "text": f"Zu {words}: {key} steht hier für einen eigenen Gedanken.", "id": key}


@contextlib.asynccontextmanager
async def opened(database: str) -> AsyncIterator[Database]:
    """The database, looked at from here."""
    db = Database(database, Seal([SECRET]))
    try:
        yield db
    finally:
        await db.close()


async def a_session(db: Database, email: str = "mira@musterstadt.example") -> str:
    """The secret of a signed-in moderator."""
    async with db.writing() as session:
        site = await the_site(db)
        link = await invite(session, email, site, "moderator", utc_now())
        secret = await sign_in_by_link(session, link, utc_now())
        assert secret is not None
        return secret


async def the_site(db: Database) -> Site:
    async with db.reading() as session:
        site = await site_by_key(session, SITE)
        assert site is not None
        return site


async def on_server(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server + "postgres")
    await connection.execute(statement)
    await connection.close()


async def _prepare(address: str) -> None:
    async with opened(address) as db:
        await db.migrate()
        async with db.writing() as session:
            site = await add_site(session, SITE, [ORIGIN], utc_now())
            site.spam_threshold = 1.0
            await invite(session, "mira@musterstadt.example", site, "admin", utc_now())
            assert await moderator_by_email(session, "mira@musterstadt.example")
        await db.shed()
