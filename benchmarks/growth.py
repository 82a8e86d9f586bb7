"""How the cost grows with what is there: comments in a thread, in the database, and the number of sites."""

import asyncio
import json
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from benchmarks import servers
from benchmarks.fill import SITE, a_token, database_in, fill, texts
from benchmarks.plot import Curve, draw
from benchmarks.servers import Server
from benchmarks.tables import table
from moderation.lifecycle import Status

_THREADS = (10, 100, 1_000, 10_000)
_SITES = (1, 10, 50, 200)
_TIMES = 25
_WAITING = 1_000


def grow(most: int, plot: Path | None, machine: str, say: Callable[[str], None]) -> str:
    """The table, in Markdown; with `plot`, the same as a picture that names the machine."""
    curves = [*_threads(say), *_database(most, say), *_sites(say)]
    if plot:
        plot.write_text(draw(curves, machine), "utf-8")
    rows = [
        (curve.name, curve.over, ", ".join(f"{size:,}: {ms:.1f}" for size, ms in curve.points.items()))
        for curve in curves
    ]
    return table((f"the least of {_TIMES} requests", "over", "ms at each size"), rows)


def _threads(say: Callable[[str], None]) -> list[Curve]:
    cold, page = {}, {}
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        asyncio.run(_filled(folder, {f"/t{size}": size for size in _THREADS}))
        with servers.ours(Path(folder)) as service:
            for size in _THREADS:
                say(f"a thread of {size:,}")
                # Another limit is another answer, so each of these is built anew.
                parts = [f"/api/v1/sites/{SITE}/thread?page=/t{size}&limit={1000 - number}" for number in range(_TIMES)]
                cold[size] = min(_milliseconds(service, part) for part in parts)
                page[size] = min(_milliseconds(service, f"/sites/{SITE}/thread?page=/t{size}") for _ in range(_TIMES))
    return [
        Curve("thread built anew, API", "comments in the thread", cold),
        Curve("thread as plain page", "comments in the thread", page),
    ]


def _database(most: int, say: Callable[[str], None]) -> list[Curve]:
    sizes = [size for size in (1_000, 10_000, 100_000, 1_000_000) if size <= most]
    curves: dict[str, dict[int, float]] = {
        "post a comment": {},
        "first page of the queue": {},
        "thread of 100 built anew": {},
    }
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        token, there = "", 0
        for size in sizes:
            say(f"a database of {size:,}")
            pages = {f"/d{there + number}": 100 for number in range(0, size - there, 100)}
            asyncio.run(_filled(folder, pages))
            if not there:
                asyncio.run(_filled(folder, {"/w": _WAITING}, Status.PENDING))
                token = asyncio.run(a_token(folder))
            there = size
            with servers.ours(Path(folder)) as service:
                curves["post a comment"][size] = min(_post(service, number) for number in range(_TIMES))
                queue = f"/api/v1/moderation/queue?site={SITE}"
                curves["first page of the queue"][size] = min(
                    _milliseconds(service, queue, token) for _ in range(_TIMES)
                )
                parts = [f"/api/v1/sites/{SITE}/thread?page=/d0&limit={1000 - number}" for number in range(_TIMES)]
                curves["thread of 100 built anew"][size] = min(_milliseconds(service, part) for part in parts)
    return [Curve(name, "comments in the database", points) for name, points in curves.items()]


def _sites(say: Callable[[str], None]) -> list[Curve]:
    points: dict[int, float] = {}
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        there = 0
        for size in _SITES:
            say(f"{size} sites")
            for number in range(there, size):
                asyncio.run(_filled(folder, {"/d0": 50}, site=SITE if not number else f"{SITE}-{number}"))
            there = size
            with servers.ours(Path(folder)) as service:
                points[size] = min(_post(service, number) for number in range(_TIMES))
    return [Curve("post a comment", "sites with 50 comments each", points)]


async def _filled(folder: str, pages: dict[str, int], status: Status = Status.APPROVED, site: str = SITE) -> None:
    db = database_in(folder)
    await db.migrate()
    await fill(db, pages, site, status)
    await db.close()


def _milliseconds(service: Server, path: str, token: str = "") -> float:
    request = urllib.request.Request(service.url + path, headers={"Authorization": f"Bearer {token}"} if token else {})
    return _timed(request)


def _post(service: Server, number: int) -> float:
    bodies = texts()
    comment = {"page": f"/neu-{number}", "text": f"{bodies[number % len(bodies)]} {time.time_ns()}"}
    path, kind = f"/api/v1/sites/{SITE}/comments", {"Content-Type": "application/json"}
    return _timed(urllib.request.Request(service.url + path, json.dumps(comment).encode(), kind))


def _timed(request: urllib.request.Request) -> float:
    started = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()
    return (time.perf_counter() - started) * 1000
