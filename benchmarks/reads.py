"""Reading threads of 50 and 1,000 comments: alternating rounds of all servers, medians, ratios to bare Starlette."""

import asyncio
import contextlib
import json
import tempfile
import urllib.request
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from benchmarks import servers
from benchmarks.deciding import Decider
from benchmarks.fill import SITE, fill, texts
from benchmarks.load import Measured, measure
from benchmarks.servers import NotThere, Server
from benchmarks.tables import table
from models.db import Database

SIZES = {"t50": 50, "t1000": 1000}
_COUNTED = 50
_DECISIONS = 10


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table; `anchor` names the row that its ratio is to."""

    name: str
    server: Server
    path: str
    anchor: str
    headers: dict[str, str]
    decider: Decider | None = None


def read(seconds: float, rounds: int, isso: str, say: Callable[[str], None]) -> str:
    """The table, in Markdown. Servers that are not installed are left out and named."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        database = f"sqlite:///{folder}/wortmeldung.db"
        asyncio.run(_prepare(database))
        service = stack.enter_context(servers.ours(folder))
        for page in SIZES:
            (folder / f"{page}.json").write_bytes(_body(service, thread_path(page)))
        (folder / "counts.json").write_bytes(_body(service, counts_path()))
        comments = json.loads(_body(service, thread_path("t50")))["comments"]
        decider = Decider(service, folder, [each["id"] for each in comments if not each["depth"]])
        cases = _cases(stack.enter_context(servers.bare(folder)), service, decider)
        absent = []
        for peer in (servers.nginx(folder), servers.isso(isso)):
            try:
                cases += _peer(stack.enter_context(peer))
            except NotThere as error:
                absent.append(str(error))
        found = _rounds(cases, seconds, rounds, say)
        memory = f"\nMemory of the service after it all: {service.memory():.0f} MiB.\n"
    return _table(cases, found) + memory + "".join(f"\nLeft out: {each}." for each in absent)


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


def _peer(server: Server) -> list[Case]:
    if server.name == "Isso":
        _fill_isso(server)
        paths = {page: f"/?uri=/{page}" for page in SIZES}
    else:
        paths = {page: f"/{page}" for page in SIZES}
    return [Case(f"{server.name}, {page}", server, path, f"bare Starlette, {page}", {}) for page, path in paths.items()]


def _fill_isso(server: Server) -> None:
    bodies = texts()
    for page, size in SIZES.items():
        for number in range(size):
            comment = {"text": bodies[number % len(bodies)], "author": f"Gast {number}", "title": page}
            request = urllib.request.Request(
                f"{server.url}/new?uri=/{page}",
                json.dumps(comment).encode(),
                {"Content-Type": "application/json"},
            )
            urllib.request.urlopen(request, timeout=30).close()


def _rounds(cases: list[Case], seconds: float, rounds: int, say: Callable[[str], None]) -> dict[str, list[Measured]]:
    found: defaultdict[str, list[Measured]] = defaultdict(list)
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
            f"{rate[case.name]:,.0f}",
            f"{median(a.rate / b.rate for a, b in zip(found[case.name], found[case.anchor], strict=True)):.2f}",
            " / ".join(f"{median(getattr(each, at) for each in found[case.name]):.2f}" for at in ("p50", "p99")),
            f"{median(each.cpu for each in found[case.name]):.0f}",
            str(sum(each.wrong for each in found[case.name])),
        )
        for case in cases
    ]
    return table(("", "requests/s", "× bare (decisions: × without)", "p50 / p99 ms", "CPU µs", "wrong"), rows)


def _body(server: Server, path: str) -> bytes:
    with urllib.request.urlopen(server.url + path, timeout=30) as answer:
        body: bytes = answer.read()
        return body


def _etag(server: Server, path: str) -> str:
    with urllib.request.urlopen(server.url + path, timeout=30) as answer:
        etag: str = answer.headers["ETag"]
        return etag
