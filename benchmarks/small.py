"""How little the service needs: memory when idle and after load, time to start, processor time while idle."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import servers
from benchmarks.fill import SITE, fill
from benchmarks.load import measure, measure_posts
from benchmarks.servers import Server
from benchmarks.tables import table
from benchmarks.writes import posting_script, posts_to
from models.db import Database

_SETTLING = 5.0


def weigh(seconds: float, say: Callable[[str], None]) -> str:
    """The table, in Markdown."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        asyncio.run(_prepare(folder))
        script = posting_script(folder)
        say("first start")  # Python may have to compile, which it does once
        with servers.ours(folder, courier=True):
            pass
        say("second start")
        began = time.perf_counter()
        with servers.ours(folder, courier=True) as server:
            start = time.perf_counter() - began
            say("idle")
            time.sleep(_SETTLING)
            idle, busy = server.memory(), _busy(server, seconds)
            say("reading and posting")
            measure(server, f"/api/v1/sites/{SITE}/thread?page=/lang&limit=1000", seconds)
            measure_posts(server, posts_to(SITE), script, seconds)
            measure(server, f"/api/v1/sites/{SITE}/thread?page=/lang&limit=1000", seconds)
            time.sleep(_SETTLING)
            loaded = server.memory()
    rows = [
        ("from the command to the first answer of `/readyz`, s", f"{start:.2f}"),
        ("memory when idle, classifier loaded, MiB", f"{idle:.0f}"),
        ("memory after reading and posting, MiB", f"{loaded:.0f}"),
        ("that many times the idle one", f"{loaded / idle:.2f}"),
        ("processor time while idle", f"{busy:.2%}"),
    ]
    return table(("one process with its courier, SQLite", ""), rows)


async def _prepare(folder: Path) -> None:
    db = Database(f"sqlite:///{folder}/wortmeldung.db")
    await db.migrate()
    await fill(db, {"/lang": 1000})
    await db.close()


def _busy(server: Server, seconds: float) -> float:
    """The share of one processor that a process needs which nobody asks anything."""
    before = server.cpu()
    time.sleep(2 * seconds)
    return (server.cpu() - before) / (2 * seconds)
