"""How the cost grows with what is there: comments in a thread, in the database, and the number of sites."""

import asyncio
import json
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from math import log10
from pathlib import Path
from statistics import median

from benchmarks import servers
from benchmarks.fill import SITE, a_token, database_in, fill, texts
from benchmarks.servers import Server
from benchmarks.tables import table
from moderation.lifecycle import Status

_THREADS = (10, 100, 1_000, 10_000)
_SITES = (1, 10, 50, 200)
_TIMES = 15
_WAITING = 1_000
_COLOURS = ("#1f5fa8", "#b3420a", "#2b7a3d", "#6b3fa0")


@dataclass(frozen=True, slots=True)
class Curve:
    """Milliseconds at each size; medians of `_TIMES` requests."""

    name: str
    over: str
    points: dict[int, float]


def grow(most: int, plot: Path | None, say: Callable[[str], None]) -> str:
    """The table, in Markdown; with `plot`, the same as a picture."""
    curves = [*_threads(say), *_database(most, say), *_sites(say)]
    if plot:
        plot.write_text(draw(curves), "utf-8")
    rows = [
        (curve.name, curve.over, ", ".join(f"{size:,}: {ms:.1f}" for size, ms in curve.points.items()))
        for curve in curves
    ]
    return table(("", "over", "ms at each size"), rows)


def _threads(say: Callable[[str], None]) -> list[Curve]:
    cold, page = {}, {}
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        asyncio.run(_filled(folder, {f"/t{size}": size for size in _THREADS}))
        with servers.ours(Path(folder)) as service:
            for size in _THREADS:
                say(f"a thread of {size:,}")
                # Another limit is another answer, so each of these is built anew.
                parts = [f"/api/v1/sites/{SITE}/thread?page=/t{size}&limit={1000 - number}" for number in range(_TIMES)]
                cold[size] = median(_milliseconds(service, part) for part in parts)
                page[size] = median(
                    _milliseconds(service, f"/sites/{SITE}/thread?page=/t{size}") for _ in range(_TIMES)
                )
    return [
        Curve("thread by API, not cached, 1,000 comments at most", "comments in the thread", cold),
        Curve("thread as plain page", "comments in the thread", page),
    ]


def _database(most: int, say: Callable[[str], None]) -> list[Curve]:
    sizes = [size for size in (1_000, 10_000, 100_000, 1_000_000) if size <= most]
    curves: dict[str, dict[int, float]] = {
        "post a comment": {},
        "first page of the queue": {},
        "thread, not cached": {},
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
                curves["post a comment"][size] = median(_post(service, number) for number in range(_TIMES))
                queue = f"/api/v1/moderation/queue?site={SITE}"
                curves["first page of the queue"][size] = median(
                    _milliseconds(service, queue, token) for _ in range(_TIMES)
                )
                parts = [f"/api/v1/sites/{SITE}/thread?page=/d0&limit={1000 - number}" for number in range(_TIMES)]
                curves["thread, not cached"][size] = median(_milliseconds(service, part) for part in parts)
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
                points[size] = median(_post(service, number) for number in range(_TIMES))
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


def draw(curves: list[Curve]) -> str:
    """Cost against size, both logarithmic, one panel for each thing that grows."""
    panels = list(dict.fromkeys(each.over for each in curves))
    parts = [
        _panel(title, [each for each in curves if each.over == title], 340 * at) for at, title in enumerate(panels)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {340 * len(panels)} 300" font-family="sans-serif" '
        'font-size="11" role="img"><title>Milliseconds against size</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _panel(title: str, curves: list[Curve], left: int) -> str:
    low, high = log10(min(min(each.points) for each in curves)), log10(max(max(each.points) for each in curves))

    def place(size: float, ms: float) -> tuple[float, float]:
        across = (log10(size) - low) / ((high - low) or 1)
        return left + 50 + 260 * across, 230 - 180 * (log10(max(ms, 0.1)) + 1) / 5

    grid = "".join(
        f'<line x1="{left + 50}" x2="{left + 310}" y1="{place(10**low, ms)[1]:.0f}" y2="{place(10**low, ms)[1]:.0f}" '
        f'stroke="#ddd"/><text x="{left + 44}" y="{place(10**low, ms)[1] + 4:.0f}" text-anchor="end">{ms:g}</text>'
        for ms in (0.1, 1, 10, 100, 1000)
    )
    lines = []
    for number, curve in enumerate(curves):
        colour = _COLOURS[number % len(_COLOURS)]
        points = [place(size, ms) for size, ms in curve.points.items()]
        path = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
        dots = "".join(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3" fill="{colour}"/>' for x, y in points)
        label = f'<text x="{left + 50}" y="{262 + 13 * number}" fill="{colour}">{curve.name}</text>'
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}{label}')
    ticks = "".join(
        f'<text x="{place(size, 1)[0]:.0f}" y="245" text-anchor="middle">{size:,}</text>' for size in curves[0].points
    )
    return f'<text x="{left + 50}" y="30" font-weight="bold">ms over {title}</text>{grid}{ticks}{"".join(lines)}'
