"""Thread answers, rendered and compressed once for each revision.

The key holds the revision, so nothing is ever invalidated: a decision makes a new key, and old ones fall out.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

import brotli

MOST_BYTES = 64 * 1024 * 1024
# Level 5 costs a cold thread of 1,000 comments a few milliseconds; the levels above cost ten times that.
_BROTLI_QUALITY = 5
_GZIP_LEVEL = 6
# Below this, headers weigh more than what compression saves.
_WORTH_COMPRESSING = 256


@dataclass(frozen=True, slots=True)
class Answer:
    """Bytes ready to send, in the encodings that clients ask for, and their strong ETag."""

    etag: str
    identity: bytes
    gzip: bytes
    brotli: bytes

    def encoded(self, accept: str) -> tuple[bytes, str | None]:
        """The body for an Accept-Encoding header, and its Content-Encoding or None."""
        if len(self.identity) >= _WORTH_COMPRESSING:
            offered = {part.split(";")[0].strip() for part in accept.split(",") if ";q=0" not in part.replace(" ", "")}
            if "br" in offered:
                return self.brotli, "br"
            if "gzip" in offered:
                return self.gzip, "gzip"
        return self.identity, None

    @property
    def size(self) -> int:
        return len(self.identity) + len(self.gzip) + len(self.brotli)


def make_answer(body: bytes) -> Answer:
    """An answer from its bytes. The same bytes have the same ETag on every machine."""
    return Answer(
        etag=f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"',
        identity=body,
        gzip=gzip.compress(body, _GZIP_LEVEL, mtime=0),
        brotli=brotli.compress(body, quality=_BROTLI_QUALITY),
    )


class ThreadCache:
    """The answers used last, up to `MOST_BYTES` of them."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._size = 0
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()

    def get(self, key: Hashable) -> Answer | None:
        """The answer for this thread at this revision, or None."""
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def put(self, key: Hashable, answer: Answer) -> None:
        """Keep an answer; those not used for longest make room."""
        if key in self._answers:
            return
        self._answers[key] = answer
        self._size += answer.size
        while self._size > self._most and self._answers:
            _, oldest = self._answers.popitem(last=False)
            self._size -= oldest.size
