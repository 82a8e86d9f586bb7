"""Posting comments: through admission, judges and a durable commit, beside one durable insert that nobody judges."""

import asyncio
import contextlib
import json
import re
import sqlite3
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import urlsplit

from benchmarks import servers
from benchmarks.fill import SITE, fill, texts
from benchmarks.load import Measured, measure_posts
from benchmarks.peers import isso_environment
from benchmarks.servers import NotThere, Server
from benchmarks.tables import table
from models.db import Database
from service.sqlite import races

_ANCHOR = "bare Starlette, one durable insert"
_PAGES = 200
_LAG = re.compile(r'^wortmeldung_event_loop_lag_seconds_(count|bucket{le="0.05"}) (\S+)$', re.MULTILINE)
_WARMING = 3  # seconds; the first comments read word lists
# Every text is another one, or it would be refused as a repetition; every page has few comments, as pages have.
_SCRIPT = """
local texts = {%s}
local number, started = 0, os.time()
request = function()
  number = number + 1
  local text = texts[number %% #texts + 1] .. " " .. texts[(number * 7) %% #texts + 1] .. " " .. started .. number
  local page = '"page":"/seite-' .. (started + number) %% %d
  local body = '{%s' .. page .. '","name":"Gast ' .. number .. '","text":"' .. text .. '"}'
  return wrk.format("POST", %s, {["Content-Type"] = "application/json"}, body)
end
"""


class Case(NamedTuple):
    """A server, where it takes comments, and what wrk sends there."""

    server: Server
    path: str
    script: Path
    ours: bool = False


def write(seconds: float, rounds: int, database: str, say: Callable[[str], None]) -> str:
    """The table, in Markdown, and the latency when half as many arrive as can be taken."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as place, contextlib.ExitStack() as stack:
        folder = Path(place)
        script = posting_script(folder)
        (folder / "nothing.json").write_bytes(b"{}")
        cases = {_ANCHOR: Case(stack.enter_context(servers.bare(folder)), "/comments", script)}
        for address, workers in _set_ups(database):
            home = folder / f"{len(cases)}"
            home.mkdir()
            if not address or workers == 1:
                asyncio.run(_prepare(address or f"sqlite:///{home}/wortmeldung.db"))
            server = stack.enter_context(servers.ours(home, address, workers))
            kind = "PostgreSQL" if address else "SQLite"
            cases[f"{server.name}, {kind}"] = Case(server, posts_to(SITE), script, ours=True)
        lacking = ""
        try:
            peer = stack.enter_context(servers.isso(isso_environment()))
            cases[peer.name] = Case(peer, "/new", _script_to_isso(folder))
        except NotThere as error:
            lacking = f"\nLeft out: {error}."
        for name, case in cases.items():
            say(f"warming up: {name}")
            measure_posts(case.server, case.path, case.script, _WARMING)
        found: defaultdict[str, list[Measured]] = defaultdict(list)
        for number in range(rounds):
            for name, case in cases.items():
                say(f"round {number + 1} of {rounds}: {name}")
                found[name].append(measure_posts(case.server, case.path, case.script, seconds))
        halves = {}
        for name, case in cases.items():
            if case.ours:
                say(f"at half the load: {name}")
                halves[name] = _at_half(case.server, median(each.rate for each in found[name]) / 2, seconds)
    return _table(found) + "\n" + _halves(halves) + lacking


def posting_script(folder: Path) -> Path:
    """What has wrk post another comment each time, written into the folder."""
    return _script(folder / "post.lua", "", "nil")


def _script_to_isso(folder: Path) -> Path:
    """The same for Isso. Without a title it would ask the main site for one at each post."""
    path = f'"/new?uri=/seite-" .. (started + number) % {_PAGES}'
    return _script(folder / "post-to-isso.lua", '"title":"Seite",', path)


def _script(file: Path, more: str, path: str) -> Path:
    file.write_text(_SCRIPT % (",".join(_quoted(each) for each in _short()), _PAGES, more, path))
    return file


def posts_to(site: str) -> str:
    return f"/api/v1/sites/{site}/comments"


def _set_ups(database: str) -> list[tuple[str, int]]:
    """Address of the database, empty for SQLite, and number of processes. Some SQLites let only one process write."""
    alone = races(sqlite3.sqlite_version_info)
    on_sqlite = [("", 1)] if alone else [("", 1), ("", 2)]
    return [*on_sqlite, *([(database, 1), (database, 2)] if database else [])]


def _quoted(text: str) -> str:
    """A text as it stands in JSON, as a string of Lua."""
    return json.dumps(json.dumps(text, ensure_ascii=False)[1:-1], ensure_ascii=False)


class Half(NamedTuple):
    """Times in ms in order, and the share of looks at which the event loop came more than 50 ms late."""

    times: list[float]
    late: float


def _at_half(server: Server, rate: float, seconds: float) -> Half:
    before = _looks(server)
    times = asyncio.run(_pace(server, rate, seconds))
    looks, punctual = (after - earlier for after, earlier in zip(_looks(server), before, strict=True))
    return Half(times, 1 - punctual / looks if looks else 0.0)


def _looks(server: Server) -> tuple[float, float]:
    """How often the service looked whether its event loop is punctual, and how often it was, within 50 ms."""
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=10) as answer:  # a server of our own on loopback
        told = answer.read().decode()
    counts = dict(
        re.findall(r'^wortmeldung_event_loop_lag_seconds_(count|bucket{le="0.05"}) (\S+)$', told, re.MULTILINE)
    )
    return float(counts["count"]), float(counts['bucket{le="0.05"}'])


def _short() -> list[str]:
    """Half as long as a benchmark's comment, since two of them make one."""
    return [each[:150].strip() for each in texts()]


async def _prepare(database: str) -> None:
    db = Database(database)
    await db.migrate()
    await fill(db, {"/seite-0": 1})
    await db.close()


async def _pace(server: Server, rate: float, seconds: float) -> list[float]:
    """Times in ms of posts that arrive evenly, whether or not the earlier ones have been answered."""
    bodies = _short()
    loop = asyncio.get_running_loop()
    started = loop.time()
    waiting = []
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, started + number / rate - loop.time()))
        text = f"{bodies[number % len(bodies)]} {bodies[number * 11 % len(bodies)]} {number} {time.time_ns()}"
        comment = {"page": f"/seite-{number % _PAGES}", "name": f"Gast {number}", "text": text}
        waiting.append(asyncio.create_task(_post(server, json.dumps(comment).encode())))
    return sorted(await asyncio.gather(*waiting))


async def _post(server: Server, body: bytes) -> float:
    parts = urlsplit(server.url)
    started = time.perf_counter()
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = f"POST {posts_to(SITE)} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n"
    head += "Content-Type: application/json\r\n"
    writer.write(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    answer = await reader.read()
    writer.close()
    if not answer.startswith(b"HTTP/1.1 202"):
        raise ValueError(answer[:300].decode(errors="replace"))
    return (time.perf_counter() - started) * 1000


def _table(found: dict[str, list[Measured]]) -> str:
    rows = [
        (
            case,
            f"{median(each.rate for each in rounds):,.0f}",
            f"{median(a.rate / b.rate for a, b in zip(rounds, found[_ANCHOR], strict=True)):.2f}",
            f"{median(each.p50 for each in rounds):.1f} / {median(each.p99 for each in rounds):.1f}",
            f"{median(each.cpu for each in rounds):,.0f}",
            str(sum(each.wrong for each in rounds)),
        )
        for case, rounds in found.items()
    ]
    return table(("", "comments/s", "× bare", "p50 / p99 ms", "CPU µs", "refused"), rows)


def _halves(halves: dict[str, Half]) -> str:
    rows = [
        (
            case,
            f"{len(half.times):,}",
            f"{half.times[len(half.times) // 2]:.1f}",
            f"{half.times[len(half.times) * 99 // 100]:.1f}",
            f"{half.late:.1%}",
        )
        for case, half in halves.items()
    ]
    return table(("at half that load", "comments", "p50 ms", "p99 ms", "event loop over 50 ms late"), rows)
