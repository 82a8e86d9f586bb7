"""Answers that everybody may have, given before routes, sessions and log lines are touched.

What was answered a moment ago is answered again from the same bytes while nothing has changed: a commit of this process
drops at once what it outdates; a commit of another process, or the hour at which a question closes, is seen within
twice `TRUSTED_SECONDS`, when a request goes the long way again. Such an answer is counted, but leaves no log line.

`service/swift.py` gives them before a request becomes ASGI; `AnswerReady` does the same under any other server.
"""

import asyncio
import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from time import monotonic

from starlette.types import ASGIApp, Receive, Scope, Send

from models.changes import Changes
from models.lru import LruCache
from service import metrics
from service.api.cache import MOST_BYTES, Answer, Encoding

Headers = list[tuple[bytes, bytes]]
TRUSTED_SECONDS = 0.4
MOST_ANSWERS = 5_000
# Two hundred pages may be asked for at once, at any length; whoever does so goes the long way.
LONGEST_TARGET = 8 * 1024
# Longer ones leave one a round of the event loop: two hundred readers of a long thread at once would hold it for as
# long as the system takes to copy their bytes, a millisecond each.
LONGEST_AT_ONCE = 64 * 1024
# Unless no more bytes than these leave in the same round.
MOST_A_ROUND = 4 * 1024 * 1024
# Among the extensions of a request for which the answers have been asked already, and what was `ready`.
ASKED = "wortmeldung.ready"
_JSON = "application/json"
# Whose answers are kept, unless there is no thread yet, or no such site.
_KEPT = re.compile(rb"/api/v1/sites/[^/?]+/(?:thread|counts)\?|/sites/[^/?]+/(?:fragment|feed\.atom)(?:\?|$)")
_COUNTED = {
    (route, status): metrics.requests.labels(route=route, status=str(status))
    for route in ("get_thread", "get_counts", "get_fragment", "get_feed")
    for status in (200, 304)
}


class Sendable:
    """One answer as it leaves: `head` are its headers as they stand on the wire, without status line and date."""

    __slots__ = ("body", "head", "headers", "status")

    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.head = b"".join(b"%s: %s\r\n" % header for header in headers) + b"\r\n"
        self.body = body


class Ready:
    """An answer to the request `route`, right while `thread` (or without one, all threads) stays as at `count`."""

    __slots__ = ("_made", "answer", "count", "media_type", "route", "thread", "until")

    def __init__(self, answer: Answer, route: str, thread: int | None, count: int, media_type: str = _JSON) -> None:
        self.answer = answer
        self.media_type = media_type
        self.route = route
        self.thread = thread
        self.count = count
        self.until = monotonic() + TRUSTED_SECONDS
        self._made: dict[Encoding, tuple[Sendable, Sendable]] = {}

    def made(self, encoding: Encoding, common: Headers) -> tuple[Sendable, Sendable]:
        """The 304 and the 200, with the headers `common` to all answers; made once."""
        made = self._made.get(encoding)
        if made is None:
            headers = [(name.lower().encode(), value.encode()) for name, value in self.answer.headers(encoding).items()]
            bare = [*common, *(each for each in headers if each[0] != b"content-encoding")]
            body = self.answer.encoded(encoding)
            length = (b"content-length", b"%d" % len(body))
            full = [*common, *headers, (b"content-type", _content_type(self.media_type)), length]
            made = self._made[encoding] = Sendable(304, bare, b""), Sendable(200, full, body)
        return made


class ReadyAnswers:
    """The answers given last, by path and query as they were asked. A few thousand, of so many bytes that nobody fills
    the memory by asking for a long thread in ever other parts.

    `headers` are what every answer of the service carries.
    """

    def __init__(self, changes: Changes, headers: Mapping[str, str]) -> None:
        self._changes = changes
        self._common = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self.kept: LruCache[bytes, Ready] = LruCache(
            MOST_BYTES, lambda target, ready: ready.answer.size + len(target), MOST_ANSWERS
        )
        # What a change has outdated, and who is on the way for a new answer.
        self._outdated: set[bytes] = set()
        self._renewed: dict[bytes, asyncio.Event] = {}
        self._turn = asyncio.Lock()
        self._left_this_round = 0

    def __len__(self) -> int:
        return len(self.kept)

    def answer(self, target: bytes, headers: Iterable[tuple[bytes, bytes]]) -> Sendable | None:
        """What to send to whoever asks for this path and query with these headers, counted; None: go the long way."""
        ready = self._find(target)
        if ready is None:
            return None
        accept, known = _validators(headers)
        not_modified, full = ready.made(ready.answer.encoding(accept), self._common)
        chosen = not_modified if known and ready.answer.is_known(known) else full
        _COUNTED[ready.route, chosen.status].inc()
        return chosen

    async def renewed(self, target: bytes, headers: Iterable[tuple[bytes, bytes]]) -> Sendable | None:
        """The answer for which somebody else is on the way, once it is there; None where nobody is, or it failed."""
        while renewed := self._renewed.get(target):
            await renewed.wait()
            if found := self.answer(target, headers):
                return found
        return None

    def may_leave(self, ready: Sendable) -> bool:
        """Whether the answer may leave in this round of the event loop; long ones are counted."""
        size = len(ready.body)
        if size <= LONGEST_AT_ONCE:
            return True
        if not self._left_this_round:
            asyncio.get_running_loop().call_soon(self._next_round)
        self._left_this_round += size
        return self._left_this_round <= MOST_A_ROUND

    def _next_round(self) -> None:
        self._left_this_round = 0

    async def turn(self) -> None:
        """Wait until it is one's turn among many: whatever else is due comes in between."""
        async with self._turn:
            await asyncio.sleep(0)

    def is_under_way(self, target: bytes) -> bool:
        """Whether somebody is on the way for this answer."""
        return target in self._renewed

    @contextlib.contextmanager
    def renewing(self, target: bytes, *, first: bool) -> Iterator[None]:
        """Have others wait while the block lasts, if a change has outdated the answer or who asks is the `first` to:
        a hundred readers, one query.

        Who has waited already, for an answer that was not kept, is not the first: these go side by side.
        """
        if target in self._outdated:
            self._outdated.remove(target)
        elif not first or len(target) > LONGEST_TARGET or not _KEPT.match(target):
            yield
            return
        mine = self._renewed[target] = asyncio.Event()
        try:
            yield
        finally:
            # After another change somebody else may be on the way by now; whoever waits for that goes on waiting.
            if self._renewed.get(target) is mine:
                self._tell_renewed(target)

    def keep(self, scope: Scope, ready: Ready) -> None:
        """Have it ready for whoever asks the same next."""
        target = _target(scope)
        if len(target) <= LONGEST_TARGET:
            self.kept.keep(target, ready)
        self._tell_renewed(target)

    def _tell_renewed(self, target: bytes) -> None:
        if renewed := self._renewed.pop(target, None):
            renewed.set()

    def _find(self, target: bytes) -> Ready | None:
        found = self.kept.get(target)
        if found is None:
            return None
        if self._changes.since(found.count, found.thread):
            self.kept.drop(target)
            if len(self._outdated) >= MOST_ANSWERS:
                self._outdated.clear()
            self._outdated.add(target)
            return None
        now = monotonic()
        if now > found.until:
            # Whoever comes now asks the database for all who come meanwhile.
            found.until = now + TRUSTED_SECONDS
            return None
        return found


class AnswerReady:
    """Stands around everything else: gives what is ready, and leaves all other requests alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        service = scope.get("state", {}).get("service")
        if service is None or scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        answers: ReadyAnswers = service.ready
        target, headers = _target(scope), scope["headers"]
        asked = scope.get("extensions", {})
        ready: Sendable | None = asked[ASKED]["ready"] if ASKED in asked else answers.answer(target, headers)
        first = not answers.is_under_way(target)
        ready = ready or await answers.renewed(target, headers)
        if ready is None:
            with answers.renewing(target, first=first):
                await self.app(scope, receive, send)
            return
        if not first or not answers.may_leave(ready):
            await answers.turn()
        await send({"type": "http.response.start", "status": ready.status, "headers": ready.headers})
        await send({"type": "http.response.body", "body": ready.body})


def _content_type(media_type: str) -> bytes:
    """As Starlette writes it: with the encoding where the type begins with `text/`."""
    return (f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type).encode()


def _target(scope: Scope) -> bytes:
    """Path and query as they stood in the request line."""
    path, query = scope["raw_path"], scope["query_string"]
    target: bytes = b"%s?%s" % (path, query) if query else path
    return target


def _validators(headers: Iterable[tuple[bytes, bytes]]) -> tuple[str, str]:
    """The values of Accept-Encoding and If-None-Match."""
    accept = known = b""
    for name, value in headers:
        if name == b"accept-encoding":
            accept = value
        elif name == b"if-none-match":
            known = value
    return accept.decode("latin-1"), known.decode("latin-1")
