"""What 10,000 sites and 100 million comments would ask for: costs measured here, an hour of peak played through.

Requests are drawn at random as they would come (few sites and pages are read most, by Zipf's law) and go through the
caches with the limits that the code has. What one costs is measured on this machine, by the processor time of a real
service; the rest is multiplication.
"""

import asyncio
import http.client
import json
import random
import tempfile
import time
from bisect import bisect
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks import servers
from benchmarks.fill import SITE, database_in, fill
from benchmarks.servers import Server
from benchmarks.tables import table
from models.db import Database
from service.api.cache import MOST_BYTES
from service.api.ready import MOST_ANSWERS, TRUSTED_SECONDS

_PAGES, _LENGTH = 400, 20
_THREAD = f"/api/v1/sites/{SITE}/thread?page=/seite-"
_READY = 4_000
_POSTS = 600
_EDGES, _FRESH_AT_EDGE = 4, 5.0
_SECONDS = 120.0
_PROCESSES = 2
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Size:
    """What there is to carry. `reads`: threads looked at for each comment that is written; `peak`: times the mean."""

    sites: int = 10_000
    comments: int = 100_000_000
    years: int = 8
    reads: int = 1_000
    peak: float = 6.0
    pages: int = 500

    @property
    def written(self) -> float:
        """Comments a second, on average."""
        return self.comments / (self.years * 365 * _DAY)

    @property
    def read(self) -> float:
        """Threads a second at the peak."""
        return self.written * self.reads * self.peak


@dataclass(frozen=True, slots=True)
class Costs:
    """Microseconds of processor time: an answer that is ready, one that asks the database whether it still holds, one
    that is built, a comment filed. Then bytes: an answer of twenty comments, and a comment in the database with all
    that belongs to it.
    """

    ready: float
    asked: float
    built: float
    filed: float
    answer: int
    stored: float


@dataclass(slots=True)
class Came:
    """How many requests of the peak ended where."""

    edge: int = 0
    ready: int = 0
    asked: int = 0
    built: int = 0

    def cores(self, costs: Costs) -> float:
        spent = self.ready * costs.ready + self.asked * costs.asked + self.built * costs.built
        return spent / 1e6 / _SECONDS


def plan(size: Size, database: str, say: Callable[[str], None]) -> str:
    """Costs, the peak with and without a CDN, and what must be stored; tables in Markdown."""
    costs = _measure(database, say)
    say("playing the peak")
    cases = {
        "without a CDN": _play(size, costs, 0.0),
        f"behind a CDN with {_EDGES} places that asks every {_FRESH_AT_EDGE:.0f} s": _play(size, costs, _FRESH_AT_EDGE),
        "behind one that keeps a day and is told of changes": _play(size, costs, _DAY),
    }
    return "\n".join((_costs(costs), _peak(size, costs, cases), _store(size, costs)))


def _measure(database: str, say: Callable[[str], None]) -> Costs:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        say("filling")
        asyncio.run(_fill(database, folder))
        with servers.ours(Path(folder), database) as server:
            say("measuring")
            answer = _get(server, [f"{_THREAD}{number}" for number in range(20)])[1]
            pages = [f"{_THREAD}{number}" for number in range(20, _PAGES)]
            built = _get(server, pages)[0]
            time.sleep(2 * TRUSTED_SECONDS)
            asked = _get(server, pages)[0]
            ready = _get(server, [f"{_THREAD}1"] * _READY)[0]
            before = asyncio.run(_size(database, folder))
            filed = _post(server)
            stored = (asyncio.run(_size(database, folder)) - before) / _POSTS
    return Costs(ready, asked, built, filed, answer, stored)


async def _fill(database: str, folder: str) -> None:
    db = Database(database) if database else database_in(folder)
    await db.migrate()
    await fill(db, {f"/seite-{number}": _LENGTH for number in range(_PAGES)})
    await db.close()


async def _size(database: str, folder: str) -> int:
    """Bytes of the database."""
    db = Database(database) if database else database_in(folder)
    if db.sqlite:
        await db.shed()
    size = (await db.sizes())["data"]
    await db.close()
    return size


def _get(server: Server, paths: list[str]) -> tuple[float, int]:
    """Processor time of a request in microseconds, and the size of the last answer."""
    line = http.client.HTTPConnection(urlsplit(server.url).netloc)
    before, size = server.cpu(), 0
    for path in paths:
        line.request("GET", path)
        size = len(line.getresponse().read())
    line.close()
    return (server.cpu() - before) / len(paths) * 1e6, size


def _post(server: Server) -> float:
    line = http.client.HTTPConnection(urlsplit(server.url).netloc)
    before = server.cpu()
    for number in range(_POSTS):
        text = (
            f"Zum Haushalt, Frage {number}: Wer hat das wann beschlossen, und was kostet es im Jahr {time.time_ns()}?"
        )
        body = json.dumps({"page": f"/seite-{number % 50}", "text": text, "name": f"Gast {number}"})
        line.request("POST", f"/api/v1/sites/{SITE}/comments", body, {"Content-Type": "application/json"})
        answer = line.getresponse()
        said = answer.read()
        if answer.status != 202:
            raise ValueError(said[:300].decode(errors="replace"))
    line.close()
    return (server.cpu() - before) / _POSTS * 1e6


def _play(size: Size, costs: Costs, fresh: float) -> Came:
    """The peak, request by request; `fresh`: for how many seconds the CDN answers by itself, 0 without one."""
    chance, came, crowd = random.Random(20260302), Came(), _Crowd(size)
    edges = [_Edge(size.read / _EDGES, fresh, chance) for _ in range(_EDGES)]
    processes = [_Process(2 * costs.answer + 1024) for _ in range(_PROCESSES)]
    revisions: dict[int, int] = {}
    now = 0.0
    while now < _SECONDS:
        now += chance.expovariate(size.read)
        if chance.random() < 1 / size.reads:
            changed, _ = crowd.look(chance)
            revisions[changed] = revisions.get(changed, 0) + 1
            for edge in edges:
                edge.forget(changed)
        page, share = crowd.look(chance)
        if fresh and chance.choice(edges).answers(page, share, now):
            came.edge += 1
            continue
        match chance.choice(processes).answer(page, revisions.get(page, 0), now):
            case "ready":
                came.ready += 1
            case "asked":
                came.asked += 1
            case _:
                came.built += 1
    return came


class _Crowd:
    """Where people look: a few sites and pages draw most of them."""

    def __init__(self, size: Size) -> None:
        self._pages = size.pages
        self._sites = list(accumulate(1 / rank for rank in range(1, size.sites + 1)))
        self._places = list(accumulate(1 / rank**1.1 for rank in range(1, size.pages + 1)))

    def look(self, chance: random.Random) -> tuple[int, float]:
        """A page, and its share of all looks."""
        site = bisect(self._sites, chance.random() * self._sites[-1])
        place = bisect(self._places, chance.random() * self._places[-1])
        share = 1 / (site + 1) / self._sites[-1] / (place + 1) ** 1.1 / self._places[-1]
        return site * self._pages + place, share


class _Edge:
    """One place of a CDN, in use for long: what it has at the start follows from how often a page is asked for."""

    def __init__(self, rate: float, fresh: float, chance: random.Random) -> None:
        self._rate, self._fresh, self._chance = rate, fresh, chance
        self._until: dict[int, float] = {}

    def answers(self, page: int, share: float, now: float) -> bool:
        """Whether it answers by itself; if not, it does from now on."""
        until = self._until.get(page)
        if until is None:
            asked = share * self._rate * self._fresh
            until = now + self._chance.random() * self._fresh if self._chance.random() < asked / (1 + asked) else now
        fresh = now < until
        self._until[page] = until if fresh else now + self._fresh
        return fresh

    def forget(self, page: int) -> None:
        """The page has changed, and we have said so."""
        if self._fresh == _DAY:
            self._until[page] = -1.0


class _Process:
    """The caches of one process, with the code's own limits (service/api/ready.py, service/api/cache.py)."""

    def __init__(self, size: int) -> None:
        self._ready: OrderedDict[int, tuple[int, float]] = OrderedDict()
        self._threads: OrderedDict[int, int] = OrderedDict()
        self._most = MOST_BYTES // size

    def answer(self, page: int, revision: int, now: float) -> str:
        known = self._ready.get(page)
        if known is not None and now < known[1]:
            return "ready"
        found = self._threads.get(page) == revision
        self._keep(page, revision, now)
        return "asked" if found else "built"

    def _keep(self, page: int, revision: int, now: float) -> None:
        self._ready[page] = revision, now + TRUSTED_SECONDS
        if len(self._ready) > MOST_ANSWERS:
            self._ready.popitem(last=False)
        self._threads[page] = revision
        self._threads.move_to_end(page)
        if len(self._threads) > self._most:
            self._threads.popitem(last=False)


def _costs(costs: Costs) -> str:
    rows = [
        ("answer that is ready", f"{costs.ready:,.0f} µs"),
        ("answer kept, database asked whether it holds", f"{costs.asked:,.0f} µs"),
        (f"answer of {_LENGTH} comments built", f"{costs.built:,.0f} µs"),
        ("comment judged and filed", f"{costs.filed:,.0f} µs"),
        ("comment in the database, with indexes", f"{costs.stored / 1024:.2f} KiB"),
    ]
    return table(("cost", "measured here"), rows)


def _peak(size: Size, costs: Costs, cases: dict[str, Came]) -> str:
    rows = [
        (
            case,
            f"{size.read:,.0f}",
            f"{(each.ready + each.asked + each.built) / _SECONDS:,.0f}",
            f"{each.ready / _SECONDS:,.0f} / {each.asked / _SECONDS:,.0f} / {each.built / _SECONDS:,.0f}",
            f"{each.cores(costs):.2f}",
            f"{size.written * size.peak * costs.filed / 1e6:.2f}",
        )
        for case, each in cases.items()
    ]
    head = ("at the peak", "threads/s", "of these reach us", "ready / asked / built", "cores", "cores for posts")
    return table(head, rows)


def _store(size: Size, costs: Costs) -> str:
    whole = size.comments * costs.stored
    rows = [
        ("comments a day", f"{size.written * _DAY:,.0f}"),
        ("comments a second at the peak", f"{size.written * size.peak:.1f}"),
        ("database", f"{whole / 2**30:,.0f} GiB"),
        ("growth a year", f"{whole / size.years / 2**30:,.0f} GiB"),
        ("copy at 100 MiB/s", f"{whole / 2**20 / 100 / 3600:.1f} h"),
    ]
    return table((f"{size.sites:,} sites, {size.comments:,} comments", ""), rows)
