"""Thousands of open desks: each hears what happens, and misses nothing when the service is started anew."""

import asyncio
import contextlib
import json
import resource
import statistics
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from models.db import Database
from models.desk_session import DeskSession, digest
from models.moderator import Membership, Moderator
from service.live import MOST_DESKS_EACH
from service.state import utc_now
from tests.faults.ground import Ground, Node, opened, the_site, until
from tests.faults.ledger import Ledger
from tests.faults.plan import NotHere, Outcome

_EVENTS = 5
# What the service itself may have opened meanwhile: connections to its database.
_OWN_FILES = 20
_TOLD_WITHIN = 2000.0
_MOST_MEMORY = 600.0
_STOPPED_WITHIN = 5.0


@dataclass
class Stream:
    """One open desk: what it heard, when, and the number that it would come back with."""

    secret: str
    heard: dict[str, float] = field(default_factory=dict)
    twice: int = 0
    last: int | None = None
    _writer: asyncio.StreamWriter | None = None
    _listening: asyncio.Task[None] | None = None

    async def open(self, node: Node, *, reads: bool = True) -> None:
        """Until the stream has begun."""
        reader, self._writer = await node.line()
        again = f"Last-Event-ID: {self.last}\r\n" if self.last is not None else ""
        asked = f"GET /desk/events HTTP/1.1\r\nHost: x\r\nCookie: wortmeldung={self.secret}\r\n{again}\r\n"
        self._writer.write(asked.encode())
        async with asyncio.timeout(180):
            head = await reader.readuntil(b"retry:")
        assert head.startswith(b"HTTP/1.1 200"), head[:200]
        if reads:
            self._listening = asyncio.create_task(self._listen(reader))

    async def ended(self) -> None:
        """Until the service has ended it."""
        if self._listening:
            await self._listening
        self.close()

    def close(self) -> None:
        if self._listening:
            self._listening.cancel()
        if self._writer:
            self._writer.transport.abort()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                if line.startswith(b"id: "):
                    self.last = int(line[4:])
                elif line.startswith(b'data: {"comment"'):
                    comment = json.loads(line[6:])["comment"]
                    self.twice += comment in self.heard
                    self.heard.setdefault(comment, time.monotonic())


async def many_desks(ground: Ground, desks: int) -> Outcome:
    """So many desks, one in twenty of which never reads, while comments come in."""
    _allow_files(desks + 500)
    outcome, database = Outcome(), await ground.sqlite()
    async with ground.serving(database) as node, desks_at(node, desks) as streams:
        await _file(node, 1, pause=0)
        files = node.files()
        await node.lag()
        began = time.monotonic()
        for start in range(0, desks, 40):
            some = range(start, min(start + 40, desks))
            await asyncio.gather(*(streams[each].open(node, reads=each % 20 != 7) for each in some))
        connected = time.monotonic() - began
        sent = await _file(node, _EVENTS, pause=1.0)
        reading = [each for number, each in enumerate(streams) if number % 20 != 7]
        await _until_all_heard(reading, set(sent), 60)
        memory, lag = node.memory(), await node.lag()
        for each in streams:
            each.close()
        await until(lambda: node.files() <= files + _OWN_FILES, 60)
        left = max(0, node.files() - files - _OWN_FILES)
    outcome.must(left == 0, f"{left} streams stay open")
    missed = sum(len(set(sent) - set(each.heard)) for each in reading)
    outcome.must(missed == 0, f"{missed} events were not heard")
    late = [1000 * (each.heard[key] - sent[key]) for each in reading for key in sent if key in each.heard]
    slowest = statistics.quantiles(late, n=100)[98]
    outcome.within("told after", slowest, _TOLD_WITHIN, "ms")
    outcome.within("memory", memory, _MOST_MEMORY, "MiB")
    outcome.figure = (
        f"{len(reading) * len(sent):,} told, p99 after {slowest:.0f} ms; {memory:.0f} MiB; "
        f"opened in {connected:.0f} s; event loop p99 {lag:.0f} ms"
    )
    return outcome


async def restart_with_desks(ground: Ground, desks: int) -> Outcome:
    """The service is stopped with desks open and events under way; they come back where they were."""
    outcome, database = Outcome(), await ground.sqlite()
    async with ground.serving(database) as node, desks_at(node, desks) as streams:
        for start in range(0, desks, 40):
            await asyncio.gather(*(each.open(node) for each in streams[start : start + 40]))
        sent = await _file(node, 1, pause=0)
        await _until_all_heard(streams, set(sent), 60)
        sent |= await _file(node, 3, pause=0)
        began = time.monotonic()
        status = await node.stop()
        stopped = time.monotonic() - began
        outcome.must(status == 0, f"the service ended with {status}")
        await asyncio.gather(*(each.ended() for each in streams))
        await node.serve("--no-courier")
        for start in range(0, desks, 40):
            await asyncio.gather(*(each.open(node) for each in streams[start : start + 40]))
        sent |= await _file(node, 1, pause=0)
        await _until_all_heard(streams, set(sent), 60)
    missed = sum(len(set(sent) - set(each.heard)) for each in streams)
    twice = sum(each.twice for each in streams)
    outcome.must(missed == 0, f"{missed} events were missed")
    outcome.must(twice == 0, f"{twice} events were told twice")
    outcome.within("stopping took", stopped, _STOPPED_WITHIN, "s")
    outcome.figure = f"stopped in {stopped:.1f} s; {desks * len(sent):,} events, {missed} missed, {twice} twice"
    return outcome


@contextlib.asynccontextmanager
async def desks_at(node: Node, desks: int) -> AsyncIterator[list[Stream]]:
    """So many that are signed in there; each has to be opened."""
    async with opened(node.database) as db:
        secrets = await _sign_in(db, desks)
    streams = [Stream(each) for each in secrets]
    try:
        yield streams
    finally:
        for each in streams:
            each.close()


async def _sign_in(db: Database, desks: int) -> list[str]:
    """As many sessions, of so many moderators that none is let go for having too many desks open."""
    site, now = await the_site(db), utc_now()
    secrets = [f"desk-{number}" for number in range(desks)]
    async with db.writing() as session:
        for number in range(0, desks, MOST_DESKS_EACH):
            email = f"m{number}@musterstadt.example"
            moderator = Moderator(email=email, email_mark=digest(email), created_at=now)
            session.add(moderator)
            await session.flush()
            assert moderator.id is not None
            session.add(Membership(moderator_id=moderator.id, site_id=site.id or 0, role="moderator"))
            for each in secrets[number : number + MOST_DESKS_EACH]:
                session.add(DeskSession(digest=digest(each), moderator_id=moderator.id, created_at=now, seen_at=now))
    return secrets


async def _file(node: Node, number: int, pause: float) -> dict[str, float]:
    """So many comments, and when each was acknowledged."""
    ledger, sent = Ledger(node.folder / "ledger"), {}
    async with node.client() as client:
        for _each in range(number):
            new = ledger.new()
            assert await ledger.send(client, new) == 202
            sent[new["id"]] = time.monotonic()
            await asyncio.sleep(pause)
    return sent


async def _until_all_heard(streams: list[Stream], sent: set[str], seconds: float) -> None:
    await until(lambda: all(sent <= set(each.heard) for each in streams), seconds)


def _allow_files(number: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if number > hard:
        raise NotHere(f"only {hard} open files are allowed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, number), hard))
