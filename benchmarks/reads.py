"""Reading threads of 50 and 1,000 comments: alternating rounds of all servers, medians, ratios to bare Starlette."""

import asyncio
import contextlib
import json
import sqlite3
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from benchmarks import servers
from benchmarks.deciding import Decider
from benchmarks.fill import SITE, fill
from benchmarks.load import Measured, measure
from benchmarks.peers import beside_remark42, fill_isso, isso_environment
from benchmarks.servers import NotThere, Server
from benchmarks.tables import table
from models.db import Database
from service.sqlite import races

SIZES = {"t50": 50, "t1000": 1000}
_COUNTED = 50
_DECISIONS = 10
_COLD = 25
_WARMING = 1  # second, in which each worker has had its first look at the thread


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table; `anchor` names the row that its ratio is to."""

    name: str
    server: Server
    path: str
    anchor: str
    headers: dict[str, str]
    decider: Decider | None = None


def read(seconds: float, rounds: int, database: str, say: Callable[[str], None]) -> str:
    """The tables, in Markdown. Servers that are not installed are left out and named."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name, contextlib.ExitStack() as stack:
        folder, second = Path(name), Path(name) / "two"
        second.mkdir()
        asyncio.run(_prepare(f"sqlite:///{folder}/wortmeldung.db"))
        service = stack.enter_context(servers.ours(folder))
        for page in SIZES:
            (folder / f"{page}.json").write_bytes(_body(service, thread_path(page)))
        (folder / "counts.json").write_bytes(_body(service, counts_path()))
        comments = json.loads(_body(service, thread_path("t50")))["comments"]
        decider = Decider(service, folder, [each["id"] for each in comments if not each["depth"]])
        cases = _cases(stack.enter_context(servers.bare(folder)), service, decider)
        absent = []
        for more in (_bare_twice(folder), _ours_twice(second, database), _nginx(folder), _isso()):
            try:
                cases += stack.enter_context(more)
            except NotThere as error:
                absent.append(str(error))
        found = _rounds(cases, seconds, rounds, say)
        say("cold threads")
        cold = _cold(service)
        memory = f"\nMemory of the service after it all: {service.memory():.0f} MiB.\n"
    return "\n".join((_table(cases, found), cold, _remark42(found))) + memory + _left_out(absent)


def thread_path(page: str) -> str:
    return f"/api/v1/sites/{SITE}/thread?" + urlencode({"page": f"/{page}", "limit": 1000})


def counts_path() -> str:
    return f"/api/v1/sites/{SITE}/counts?" + urlencode([("page", f"/c{number}") for number in range(_COUNTED)])


async def _prepare(database: str) -> None:
    db = Database(database)
    await db.migrate()
    await fill(db, {f"/{page}": size for page, size in SIZES.items()})
    await fill(db, {f"/c{number}": 3 for number in range(_COUNTED)})
    await db.close()


def _cases(bare: Server, service: Server, decider: Decider) -> list[Case]:
    cases = []
    changing = Case(
        f"Wortmeldung, t50, {_DECISIONS} decisions a second",
        service,
        thread_path("t50"),
        "Wortmeldung, t50",
        {},
        decider,
    )
    for page in SIZES:
        path, anchor = thread_path(page), f"bare Starlette, {page}"
        etag = _etag(service, path)
        cases += [
            Case(anchor, bare, f"/{page}", anchor, {}),
            Case(f"Wortmeldung, {page}", service, path, anchor, {}),
            Case(f"Wortmeldung, {page}, gzip", service, path, anchor, {"Accept-Encoding": "gzip"}),
            Case(f"Wortmeldung, {page}, brotli", service, path, anchor, {"Accept-Encoding": "br"}),
            Case(f"Wortmeldung, {page}, 304", service, path, anchor, {"If-None-Match": etag}),
        ]
    cases.insert(5, changing)
    anchor = "bare Starlette, counts of 50 pages"
    cases.append(Case(anchor, bare, "/counts", anchor, {}))
    cases.append(Case("Wortmeldung, counts of 50 pages", service, counts_path(), anchor, {}))
    return cases


@contextlib.contextmanager
def _bare_twice(folder: Path) -> Iterator[list[Case]]:
    with servers.bare(folder, 2) as server:
        yield _of_each(server, "/{}".format)


@contextlib.contextmanager
def _ours_twice(folder: Path, database: str) -> Iterator[list[Case]]:
    """Two processes of ours, on PostgreSQL where SQLite lets only one process write."""
    if not database and races(sqlite3.sqlite_version_info):
        raise NotThere(f"two workers, which SQLite {sqlite3.sqlite_version} does not bear; name a PostgreSQL database")
    asyncio.run(_prepare(database or f"sqlite:///{folder}/wortmeldung.db"))
    with servers.ours(folder, database, 2) as server:
        yield _of_each(server, thread_path)


@contextlib.contextmanager
def _nginx(folder: Path) -> Iterator[list[Case]]:
    with servers.nginx(folder) as server:
        yield _of_each(server, "/{}".format)


@contextlib.contextmanager
def _isso() -> Iterator[list[Case]]:
    with servers.isso(isso_environment()) as server:
        fill_isso(server, SIZES)
        yield _of_each(server, "/?uri=/{}".format)


def _of_each(server: Server, path: Callable[[str], str]) -> list[Case]:
    return [Case(f"{server.name}, {page}", server, path(page), f"bare Starlette, {page}", {}) for page in SIZES]


def _rounds(cases: list[Case], seconds: float, rounds: int, say: Callable[[str], None]) -> dict[str, list[Measured]]:
    found: defaultdict[str, list[Measured]] = defaultdict(list)
    for case in cases:
        say(f"warming up: {case.name}")
        measure(case.server, case.path, _WARMING, case.headers)
    for number in range(rounds):
        for case in cases:
            say(f"round {number + 1} of {rounds}: {case.name}")
            with case.decider.at_work(_DECISIONS) if case.decider else contextlib.nullcontext():
                found[case.name].append(measure(case.server, case.path, seconds, case.headers))
    return found


def _table(cases: list[Case], found: dict[str, list[Measured]]) -> str:
    rate = {name: median(each.rate for each in rounds) for name, rounds in found.items()}
    rows = [
        (
            case.name,
            f"{rate[case.name]:,.{0 if rate[case.name] >= 10 else 1}f}",
            f"{median(a.rate / b.rate for a, b in zip(found[case.name], found[case.anchor], strict=True)):.2f}",
            " / ".join(f"{median(getattr(each, at) for each in found[case.name]):.2f}" for at in ("p50", "p99")),
            f"{median(each.cpu for each in found[case.name]):.0f}",
            str(sum(each.wrong for each in found[case.name])),
        )
        for case in cases
    ]
    return table(("", "requests/s", "× bare (decisions: × without)", "p50 / p99 ms", "CPU µs", "wrong"), rows)


def _cold(service: Server) -> str:
    """What an answer costs, compressed, that nobody has asked for before: another limit is another answer."""
    rows = []
    for page, size in SIZES.items():
        base = f"/api/v1/sites/{SITE}/thread?page=/{page}&limit="
        paths = [f"{base}{size - 1 - number}" for number in range(_COLD)]
        times, before = [], service.cpu()
        for path in paths:
            started = time.perf_counter()
            asked = urllib.request.Request(service.url + path, headers={"Accept-Encoding": "br"})
            urllib.request.urlopen(asked, timeout=30).close()
            times.append((time.perf_counter() - started) * 1000)
        spent = (service.cpu() - before) / _COLD * 1000
        rows.append((f"{size:,} comments", f"{median(times):.1f}", f"{max(times):.1f}", f"{spent:.1f}"))
    return table((f"a cold thread, brotli, {_COLD} times", "ms", "at most", "CPU ms"), rows)


def _remark42(found: dict[str, list[Measured]]) -> str:
    twice = {page: found.get(f"Wortmeldung, 2 workers, {page}") for page in SIZES}
    return beside_remark42({page: median(each.rate for each in rounds) for page, rounds in twice.items() if rounds})


def _left_out(absent: list[str]) -> str:
    return "".join(f"\nLeft out: {each}." for each in absent)


def _body(server: Server, path: str) -> bytes:
    with urllib.request.urlopen(server.url + path, timeout=30) as answer:
        body: bytes = answer.read()
        return body


def _etag(server: Server, path: str) -> str:
    with urllib.request.urlopen(server.url + path, timeout=30) as answer:
        etag: str = answer.headers["ETag"]
        return etag
