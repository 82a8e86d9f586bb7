"""The advice before sending, as the widget asks for it: `POST …/preview` through HTTP, one after another."""

import asyncio
import json
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import servers
from benchmarks.fill import SITE, fill, texts
from benchmarks.servers import Server
from benchmarks.tables import table
from models.db import Database
from moderation.classifier.corpus import authored_paths, read_rows

_LIMIT = 5_000  # characters that the default netiquette allows
_EVERY = 8  # of the rows; all of them would only take longer
_LONG = 100
_WARMING = 200
# What is repeated up to the limit: what has to be nested, paired, unfolded or looked up most.
_HOSTILE = (
    "(", "@", "*", "a*", "_a", ">", "> a\n", "a\n", "- a\n", "„", "„a“ ", '"', "'a ", "аеорсух",
    "http://a.de/x ", "a.de ", "a@b ", "a (at) b (punkt) de ", "i d i o t ", "1d10t ", "A**** ", "0171 2345678 ",
    "DE89370400440532013000 ", "B-XY 123 ", "a\u200b", "a\u0308\u0301", "🤡", "$", "&", "<", "[", "[a](", "`a", "|a",
    "wir ich die der das und alle ", "mein Sohn Max, 7, aus Gera, ",
)  # fmt: skip


def time_previews(say: Callable[[str], None]) -> str:
    """Milliseconds until the answer, and of the server's processor time, by kind of text."""
    typical = [row.reading.text for row in read_rows(authored_paths()) if row.reading.text][::_EVERY]
    prose = " ".join(texts())
    last = len(prose) - _LIMIT
    long = [prose[start : start + _LIMIT] for start in range(0, last, last // _LONG)]
    hostile = [(unit * _LIMIT)[:_LIMIT] for unit in _HOSTILE]
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        asyncio.run(_prepare(folder))
        with servers.ours(Path(folder)) as server:
            say("preview: warming up")
            for text in typical[:_WARMING]:
                _ask(server, text)
            rows = []
            for kind, asked in (
                ("comments of this project", typical[_WARMING:]),
                (f"prose of {_LIMIT:,} characters", long),
                (f"hostile, {_LIMIT:,} characters", hostile),
            ):
                say(f"preview: {kind}")
                rows.append(_row(kind, server, asked))
    return table(("", "texts", "characters", "p50 ms", "p99 ms", "worst ms", "CPU ms"), rows)


async def _prepare(folder: str) -> None:
    db = Database(f"sqlite:///{folder}/wortmeldung.db")
    await db.migrate()
    await fill(db, {"/seite-0": 1})
    await db.close()


def _row(kind: str, server: Server, asked: Sequence[str]) -> tuple[str, ...]:
    before = server.cpu()
    times = sorted(_ask(server, text) for text in asked)
    cpu = (server.cpu() - before) / len(times) * 1000
    characters = sum(map(len, asked)) // len(asked)
    middle, late = times[len(times) // 2], times[len(times) * 99 // 100]
    return kind, f"{len(times)}", f"{characters:,}", f"{middle:.1f}", f"{late:.1f}", f"{times[-1]:.0f}", f"{cpu:.1f}"


def _ask(server: Server, text: str) -> float:
    """Milliseconds until the preview of a text is there."""
    body = json.dumps({"page": "/seite-0", "name": "Gast", "text": text}).encode()
    address = f"{server.url}/api/v1/sites/{SITE}/preview"
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # a server of our own
    started = time.perf_counter()
    with urllib.request.urlopen(request, timeout=30) as answer:
        answer.read()
    return (time.perf_counter() - started) * 1000
