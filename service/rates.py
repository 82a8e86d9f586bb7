"""How often one sender may post. Counted in memory, or in Redis where several processes share the count."""

import math
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError

log = structlog.get_logger()
# Trying is cheaper than posting, but judging costs time: previews and refused drafts have a wider limit.
_ATTEMPTS = parse("60/10 minutes")
_ONCE = parse("1/hour")

_T = TypeVar("_T")


class TooMany(Exception):
    """The sender must wait `seconds`, a whole number of at least 1."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"{seconds} s")
        self.seconds = seconds


class Rates:
    """Counts what senders do. `limit` as in `5/10 minutes`, or `off`.

    Without an answer from Redis each process counts for itself, and says so in the log: the limit becomes wider,
    but it never falls away and it never stops people from writing.
    """

    def __init__(self, limit: str, redis_url: str = "") -> None:
        self._posts = None if limit == "off" else parse(limit)
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._shared = MovingWindowRateLimiter(_redis(redis_url)) if redis_url else None

    async def check(self, sender: str, purpose: str = "post") -> None:
        """Raise `TooMany` if the sender has used up what is allowed; nothing is counted by asking."""
        item = self._posts
        if item and not await self._ask(lambda limiter: limiter.test(item, purpose, sender)):
            raise TooMany(await self._pause(item, purpose, sender))

    async def count(self, sender: str, purpose: str = "post") -> None:
        """Count one that is accepted now, or raise `TooMany`: of several at once, no more pass than are allowed."""
        if self._posts:
            await self._hit(self._posts, purpose, sender)

    async def attempt(self, sender: str) -> None:
        """Count an attempt, whatever comes of it; raise `TooMany` beyond the wider limit."""
        if self._posts:
            await self._hit(_ATTEMPTS, "attempt", sender)

    async def once(self, what: str) -> bool:
        """Whether this is the first time in an hour."""
        return await self._ask(lambda limiter: limiter.hit(_ONCE, "once", what))

    async def is_reachable(self) -> bool:
        """Whether the shared count answers; one kept in memory always does."""
        return self._shared is None or await self._shared.storage.check()

    async def _hit(self, item: RateLimitItem, purpose: str, sender: str) -> None:
        if not await self._ask(lambda limiter: limiter.hit(item, purpose, sender)):
            raise TooMany(await self._pause(item, purpose, sender))

    async def _pause(self, item: RateLimitItem, purpose: str, sender: str) -> int:
        window = await self._ask(lambda limiter: limiter.get_window_stats(item, purpose, sender))
        return max(1, math.ceil(window.reset_time - time.time()))

    async def _ask(self, question: Callable[[MovingWindowRateLimiter], Awaitable[_T]]) -> _T:
        if self._shared is not None:
            try:
                return await question(self._shared)
            except StorageError as error:
                log.warning("shared_rates_unavailable", reason=type(error.storage_error).__name__)
        return await question(self._own)


def _redis(url: str) -> RedisStorage:
    scheme = "async+redis+unix" if url.startswith("unix:") else "async+" + url.partition(":")[0]
    return RedisStorage(f"{scheme}:{url.partition(':')[2]}", wrap_exceptions=True, connect_timeout=1, stream_timeout=1)
