"""Thread answers, rendered and compressed once for each revision.

The key holds the revision, so nothing is ever invalidated: a decision makes a new key, and old ones fall out. Only the
clock can outdate an answer, where a question closes at a time; such an answer says when.
"""

import asyncio
import gzip
import hashlib
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Literal, get_args

import brotli
from starlette.requests import Request
from starlette.responses import Response

from models.lru import LruCache
from service import metrics

Encoding = Literal["identity", "gzip", "br"]
ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
MOST_BYTES = 64 * 1024 * 1024
# Each decision has a thread compressed anew. With comments as people write them, brotli's second level takes half the
# time of its fourth for 4 % more bytes, and gzip's fourth half the time of its sixth for 5 %.
_BROTLI_QUALITY = 2
_GZIP_LEVEL = 4
# Browsers and CDNs ask again at once, which costs a 304; a CDN may serve the old thread while it asks.
_CACHE_CONTROL = "public, max-age=0, s-maxage=5, stale-while-revalidate=30, stale-if-error=86400"
# Below this, headers weigh more than what compression saves.
_WORTH_COMPRESSING = 256
# Of an Accept-Encoding header; browsers send a fifth of that, and what others send would be kept.
_LONGEST_ACCEPT = 200


class Answer:
    """Bytes ready to send, with their strong ETag. They are compressed when somebody first asks for it, and kept.

    The same bytes have the same ETag on every machine; each encoding has its own, since its bytes are others
    (RFC 9110, section 8.8.3.3). `until`: when the clock outdates it, if it does.
    """

    def __init__(self, body: bytes, until: datetime | None = None) -> None:
        self.identity = body
        self.until = until
        self._tag = hashlib.blake2b(body, digest_size=12).hexdigest()

    @cached_property
    def gzip(self) -> bytes:
        return gzip.compress(self.identity, _GZIP_LEVEL, mtime=0)

    @cached_property
    def brotli(self) -> bytes:
        compressed: bytes = brotli.compress(self.identity, quality=_BROTLI_QUALITY)
        return compressed

    @property
    def size(self) -> int:
        """Bytes in memory, about: what compression adds is less than the body itself, what surrounds it a kilobyte."""
        return 2 * len(self.identity) + 1024

    def encoding(self, accept: str) -> Encoding:
        """The best encoding that an Accept-Encoding header allows."""
        if len(self.identity) < _WORTH_COMPRESSING:
            return "identity"
        allowed = _allowed(accept[:_LONGEST_ACCEPT])
        return "br" if "br" in allowed else "gzip" if "gzip" in allowed else "identity"

    def encoded(self, encoding: Encoding) -> bytes:
        return {"br": lambda: self.brotli, "gzip": lambda: self.gzip, "identity": lambda: self.identity}[encoding]()

    def etag(self, encoding: Encoding) -> str:
        return f'"{self._tag}"' if encoding == "identity" else f'"{self._tag}-{encoding}"'

    def headers(self, encoding: Encoding) -> dict[str, str]:
        """What lets everybody read and keep the answer, with the validator that belongs to its encoding."""
        headers = {
            "ETag": self.etag(encoding),
            "Cache-Control": _CACHE_CONTROL,
            "Vary": "Accept-Encoding",
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Expose-Headers": "ETag",
        }
        return headers if encoding == "identity" else headers | {"Content-Encoding": encoding}

    def is_known(self, if_none_match: str) -> bool:
        """Whether the client has this state, in any encoding. A proxy that compresses marks our ETag as weak."""
        if not if_none_match:
            return False
        told = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
        return "*" in told or not told.isdisjoint(self.etag(each) for each in ENCODINGS)


class ThreadCache:
    """The answers used last, up to `most_bytes` of them, each built once however many ask for it at once."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._answers: LruCache[Hashable, Answer] = LruCache(most_bytes, lambda _, answer: answer.size)
        self._building: dict[Hashable, asyncio.Lock] = {}

    async def answer(self, key: Hashable, build: Callable[[], Awaitable[Answer]], now: datetime) -> Answer:
        """The answer for this thread at this revision, built if it is not there; those not used longest make room."""
        if found := self._find(key, now):
            return found
        lock = self._building.setdefault(key, asyncio.Lock())
        async with lock:
            try:
                return self._find(key, now) or self._keep(key, await build())
            finally:
                self._building.pop(key, None)

    def _find(self, key: Hashable, now: datetime) -> Answer | None:
        found = self._answers.get(key)
        if found is None or (found.until is not None and found.until <= now):
            return None
        metrics.cached.labels(source="cache").inc()
        return found

    def _keep(self, key: Hashable, built: Answer) -> Answer:
        metrics.cached.labels(source="built").inc()
        self._answers.keep(key, built)
        return built


def cached_response(request: Request, answer: Answer, media_type: str) -> Response:
    """The answer with its validators: 304 when the client has it already."""
    encoding = answer.encoding(request.headers.get("accept-encoding", ""))
    headers = answer.headers(encoding)
    if answer.is_known(request.headers.get("if-none-match", "")):
        headers.pop("Content-Encoding", None)
        return Response(status_code=304, headers=headers)
    return Response(answer.encoded(encoding), headers=headers, media_type=media_type)


@lru_cache(maxsize=256)
def _allowed(accept: str) -> frozenset[str]:
    """The encodings of the header whose weight is not zero. Browsers send the same few headers again and again."""
    allowed = set()
    for part in accept.lower().replace(" ", "").split(","):
        name, _, weight = part.partition(";q=")
        if weight.strip("0.") or not weight:
            allowed.add(name)
    return frozenset(allowed)
