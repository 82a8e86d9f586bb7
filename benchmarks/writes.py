"""Posting comments: through admission, judges and a durable commit, beside one durable insert that nobody judges."""

import asyncio
import contextlib
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from benchmarks import servers
from benchmarks.fill import SITE, fill, texts
from benchmarks.load import Measured, measure_posts
from benchmarks.servers import Server
from benchmarks.tables import table
from models.db import Database

_ANCHOR = "bare Starlette, one durable insert"
_PATH = f"/api/v1/sites/{SITE}/comments"
_PAGES = 200
# Every text is another one, or it would be refused as a repetition; every page has few comments, as pages have.
_SCRIPT = """
local texts = {%s}
local number, started = 0, os.time()
request = function()
  number = number + 1
  local text = texts[number %% #texts + 1] .. " " .. texts[(number * 7) %% #texts + 1] .. " " .. started .. number
  local page = '"page":"/seite-' .. (started + number) %% %d
  local body = '{' .. page .. '","name":"Gast ' .. number .. '","text":"' .. text .. '"}'
  return wrk.format("POST", nil, {["Content-Type"] = "application/json"}, body)
end
"""


def write(seconds: float, rounds: int, database: str, say: Callable[[str], None]) -> str:
    """The table, in Markdown, and the latency when half as many arrive as can be taken."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        script = folder / "post.lua"
        script.write_text(_SCRIPT % (",".join(json.dumps(each, ensure_ascii=False) for each in _short()), _PAGES))
        (folder / "nothing.json").write_bytes(b"{}")
        cases = {_ANCHOR: (stack.enter_context(servers.bare(folder)), "/comments")}
        for address, workers in [("", 1), *([(database, 1), (database, 2)] if database else [])]:
            home = folder / f"{len(cases)}"
            home.mkdir()
            asyncio.run(_prepare(address or f"sqlite:///{home}/wortmeldung.db"))
            server = stack.enter_context(servers.ours(home, address, workers))
            kind = "PostgreSQL" if address else "SQLite"
            cases[f"{server.name}, {kind}"] = (server, _PATH)
        found: defaultdict[str, list[Measured]] = defaultdict(list)
        for number in range(rounds):
            for case, (server, path) in cases.items():
                say(f"round {number + 1} of {rounds}: {case}")
                found[case].append(measure_posts(server, path, script, seconds))
        halves = {
            case: asyncio.run(_pace(server, median(each.rate for each in found[case]) / 2, seconds))
            for case, (server, _path) in cases.items()
            if case != _ANCHOR
        }
    return _table(found) + "\n" + _halves(halves)


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
    head = f"POST {_PATH} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\nConnection: close\r\n"
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


def _halves(halves: dict[str, list[float]]) -> str:
    rows = [
        (case, f"{times[len(times) // 2]:.1f}", f"{times[len(times) * 99 // 100]:.1f}")
        for case, times in halves.items()
    ]
    return table(("at half that load", "p50 ms", "p99 ms"), rows)
