"""Answers that everybody may have, given before routes, sessions and log lines are touched.

What was answered a moment ago is answered again from the same bytes while nothing has changed: a commit of this process
drops at once what it outdates; a commit of another process, or the hour at which a question closes, is seen within
twice `TRUSTED_SECONDS`, when a request goes the long way again. Such an answer is counted, but leaves no log line.
"""

from collections import OrderedDict
from time import monotonic

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.changes import Changes
from service import metrics
from service.api.cache import Answer, Encoding

Key = tuple[str, bytes]
TRUSTED_SECONDS = 0.4
MOST_ANSWERS = 5_000
_JSON = "application/json"


class Ready:
    """An answer to the request `route`, right while `thread` (or without one, all threads) stays as at `count`."""

    __slots__ = ("_messages", "answer", "count", "media_type", "route", "thread", "until")

    def __init__(self, answer: Answer, route: str, thread: int | None, count: int, media_type: str = _JSON) -> None:
        self.answer = answer
        self.media_type = media_type
        self.route = route
        self.thread = thread
        self.count = count
        self.until = monotonic() + TRUSTED_SECONDS
        self._messages: dict[Encoding, tuple[Message, Message, Message]] = {}

    def messages(self, encoding: Encoding, common: list[tuple[bytes, bytes]]) -> tuple[Message, Message, Message]:
        """Start of a 304, start of a 200, and its body, with the headers `common` to all answers; made once."""
        made = self._messages.get(encoding)
        if made is None:
            headers = [(name.lower().encode(), value.encode()) for name, value in self.answer.headers(encoding).items()]
            bare = [*common, *(each for each in headers if each[0] != b"content-encoding")]
            body = self.answer.encoded(encoding)
            full = [
                *common,
                *headers,
                (b"content-type", _content_type(self.media_type)),
                (b"content-length", b"%d" % len(body)),
            ]
            made = (
                {"type": "http.response.start", "status": 304, "headers": bare},
                {"type": "http.response.start", "status": 200, "headers": full},
                {"type": "http.response.body", "body": body},
            )
            self._messages[encoding] = made
        return made


class ReadyAnswers:
    """The answers given last, by path and query as they were asked. A few thousand; the oldest make room."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._ready: OrderedDict[Key, Ready] = OrderedDict()

    def __len__(self) -> int:
        return len(self._ready)

    def find(self, key: Key) -> Ready | None:
        """The answer that is still right, or None."""
        found = self._ready.get(key)
        if found is None:
            return None
        if self._changes.since(found.count, found.thread):
            del self._ready[key]
            return None
        now = monotonic()
        if now > found.until:
            # Whoever comes now asks the database for all who come meanwhile.
            found.until = now + TRUSTED_SECONDS
            return None
        return found

    def keep(self, scope: Scope, ready: Ready) -> None:
        """Have it ready for whoever asks the same next."""
        self._ready[_key(scope)] = ready
        if len(self._ready) > MOST_ANSWERS:
            self._ready.popitem(last=False)


class AnswerReady:
    """Stands around everything else: gives what is ready, and leaves all other requests alone."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self.app = app
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self._counted = {
            (route, status): metrics.requests.labels(route=route, status=str(status))
            for route in ("get_thread", "get_counts", "get_fragment", "get_feed")
            for status in (200, 304)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ready = _find(scope)
        if ready is None:
            await self.app(scope, receive, send)
            return
        accept, known = _validators(scope)
        not_modified, start, body = ready.messages(ready.answer.encoding(accept), self._headers)
        if known and ready.answer.is_known(known):
            self._counted[ready.route, 304].inc()
            await send(not_modified)
            await send({"type": "http.response.body", "body": b""})
            return
        self._counted[ready.route, 200].inc()
        await send(start)
        await send(body)


def _content_type(media_type: str) -> bytes:
    """As Starlette writes it: with the encoding where the type begins with `text/`."""
    return (f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type).encode()


def _find(scope: Scope) -> Ready | None:
    if scope["type"] != "http" or scope["method"] != "GET":
        return None
    service = scope.get("state", {}).get("service")
    found: Ready | None = service.ready.find(_key(scope)) if service else None
    return found


def _key(scope: Scope) -> Key:
    return scope["path"], scope["query_string"]


def _validators(scope: Scope) -> tuple[str, str]:
    """The values of Accept-Encoding and If-None-Match."""
    accept = known = b""
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            accept = value
        elif name == b"if-none-match":
            known = value
    return accept.decode("latin-1"), known.decode("latin-1")
