"""What happens, as it happens: one task a process reads it from the database and hands it to every open desk.

PostgreSQL says when there is something to read; SQLite is asked twice a second, while any desk is open. Each desk has a
short queue of its own: one that does not keep up is let go, and comes back with the number it saw last. What all hear
is written once: at ten thousand desks, each look for a name would be ten thousand.
"""

import asyncio
import contextlib
import json
import signal
import threading
from collections.abc import AsyncGenerator, Generator, Sequence
from dataclasses import dataclass, field
from types import FrameType

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from models.away import Unavailable
from models.db import Database
from models.happening import CHANNEL, OVERLAP, Happening, happenings_after, latest_happening
from models.moderator import names_of
from models.trip import InSession

log = structlog.get_logger()
MOST_DESKS_EACH = 8
_LOOK_EVERY = 0.5
_LOOK_ANYWAY = 5.0
_LONGEST_QUEUE = 512
_TOLD_AT_ONCE = 100


class LeftBehind(Exception):
    """More happened than can be told: whoever listens should look at everything anew."""


@dataclass(frozen=True, slots=True)
class News:
    """A happening as open desks are told it: `event` in the form of server-sent events, with nothing a guest wrote."""

    number: int
    site_id: int
    event: str


@dataclass(eq=False)
class Listener:
    """One open desk: of whom, which sites it may hear of, and what waits for it. None says that it ends."""

    moderator_id: int
    sites: frozenset[int]
    waiting: asyncio.Queue[News | None] = field(default_factory=lambda: asyncio.Queue(_LONGEST_QUEUE))

    def tell(self, news: News) -> bool:
        """Put it in the queue, if it is of one of the sites; False where the queue is full."""
        if news.site_id not in self.sites:
            return True
        with contextlib.suppress(asyncio.QueueFull):
            self.waiting.put_nowait(news)
            return True
        return False

    def end(self) -> None:
        """Let it go, whatever still waits."""
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)


class Feed:
    """The open desks of this process, and the task that reads for them while there are any."""

    def __init__(self) -> None:
        self._listeners: dict[Listener, None] = {}
        self._by_moderator: dict[int, list[Listener]] = {}
        self._reading: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._closed = False

    @property
    def listening(self) -> int:
        """How many desks are open here."""
        return len(self._listeners)

    @contextlib.asynccontextmanager
    async def listen(self, db: Database, moderator_id: int, sites: Sequence[int]) -> AsyncGenerator[Listener]:
        """Hear of these sites while the block lasts. Of one moderator's many desks the oldest is let go."""
        listener = Listener(moderator_id, frozenset(sites))
        mine = self._by_moderator.get(moderator_id, [])
        for each in mine[: max(0, len(mine) + 1 - MOST_DESKS_EACH)]:
            self._let_go(each)
        if self._closed:
            listener.end()
        self._listeners[listener] = None
        self._by_moderator.setdefault(moderator_id, []).append(listener)
        if self._reading is None or self._reading.done():
            self._ready.clear()
            self._reading = asyncio.create_task(self._read_for_all(db))
        await self._ready.wait()
        try:
            yield listener
        finally:
            self._let_go(listener)
            if not self._listeners and self._reading:
                self._reading.cancel()
                self._reading = None

    def close(self) -> None:
        """Let every desk go: the process stops, and its answers should end."""
        self._closed = True
        for each in list(self._listeners):
            self._let_go(each)

    async def _read_for_all(self, db: Database) -> None:
        """Read until nobody listens. A fault lets every desk go, which brings them back and begins anew."""
        try:
            await self._read(db)
        except Exception as error:  # noqa: BLE001  # whatever it was, no desk may go on listening to nothing
            log.error("live_updates_failed", kind=type(error).__name__)  # noqa: TRY400  # a trace may hold texts
            for each in list(self._listeners):
                self._let_go(each)

    async def _read(self, db: Database) -> None:
        wake = asyncio.Event()
        known = await self._start(db)
        seen: dict[int, None] = {}
        while True:
            try:
                async with db.listening(CHANNEL, wake.set) as listening:
                    while listening():
                        known = await self._look(db, known, seen)
                        with contextlib.suppress(TimeoutError):
                            await asyncio.wait_for(wake.wait(), _LOOK_EVERY if db.sqlite else _LOOK_ANYWAY)
                        wake.clear()
            except Unavailable:
                log.warning("live_updates_interrupted")
                await asyncio.sleep(_LOOK_EVERY)

    async def _start(self, db: Database) -> int:
        """From where to read: what happened before is on the page that is being looked at."""
        while True:
            with contextlib.suppress(Unavailable):
                async with db.reading() as session:
                    known = await latest_happening(session)
                self._ready.set()
                return known
            await asyncio.sleep(_LOOK_EVERY)

    async def _look(self, db: Database, known: int, seen: dict[int, None]) -> int:
        """Hand on what is new; gives the largest number that was seen."""
        async with db.reading() as session:
            if db.sqlite and await latest_happening(session) == known:
                return known
            found = await _written(session, await happenings_after(session, known))
        if not seen:
            seen.update(dict.fromkeys(each.number for each in found if each.number <= known))
        for each in found:
            if each.number not in seen:
                seen[each.number] = None
                await self._tell(each)
        for old in list(seen)[: -2 * OVERLAP]:
            del seen[old]
        return max([known, *(each.number for each in found)])

    async def _tell(self, news: News) -> None:
        for number, each in enumerate(list(self._listeners), 1):
            if number % _TOLD_AT_ONCE == 0:
                await asyncio.sleep(0)  # whoever asks for something else is not kept waiting for ten thousand desks
            if each in self._listeners and not each.tell(news):
                log.warning("desk_left_behind", moderator=each.moderator_id)
                self._let_go(each)

    def _let_go(self, listener: Listener) -> None:
        if listener not in self._listeners:
            return
        del self._listeners[listener]
        mine = self._by_moderator[listener.moderator_id]
        mine.remove(listener)
        if not mine:
            del self._by_moderator[listener.moderator_id]
        listener.end()


async def missed(db: Database, listener: Listener, last: int) -> list[News]:
    """What happened after number `last` at the listener's sites; some may be told twice. Or `LeftBehind`."""
    most = 500
    async with db.reading() as session:
        found = await _written(session, await happenings_after(session, last, most + OVERLAP))
        latest = await latest_happening(session)
    if len(found) >= most or last > latest:
        raise LeftBehind
    return [each for each in found if each.site_id in listener.sites]


async def _written(session: AsyncSession, happenings: Sequence[Happening]) -> list[News]:
    """Each with the name of who did it. The data of an event is one line of JSON."""
    ids = {each.moderator_id for each in happenings if each.moderator_id is not None}
    names = await names_of(InSession(session), ids)
    return [_news(each, names.get(each.moderator_id or 0, "")) for each in happenings]


def _news(happening: Happening, by: str) -> News:
    told = {
        "comment": happening.comment_id,
        "kind": happening.kind,
        "moderator": happening.moderator_id,
        "by": by,
    }
    number = happening.id or 0
    return News(number, happening.site_id, f"id: {number}\nevent: happening\ndata: {json.dumps(told)}\n\n")


@contextlib.contextmanager
def ended_by_signal(feed: Feed) -> Generator[None]:
    """Close the feed as soon as the process is told to stop: a server waits for its answers, and these never end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = signal.getsignal(signal.SIGTERM)

    def stop(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(feed.close)
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
