"""How often one sender may post. Counted in memory, or in Redis where several processes share the count."""

import math
import time
from dataclasses import dataclass

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter

# Trying is cheaper than posting, but judging costs time: previews and refused drafts have a wider limit.
_ATTEMPTS = parse("60/10 minutes")
_ONCE = parse("1/hour")


@dataclass(frozen=True, slots=True)
class TooMany(Exception):
    """The sender must wait `seconds`, a whole number of at least 1."""

    seconds: int


class Rates:
    """Counts what senders do. `limit` as in `5/10 minutes`, or `off`."""

    def __init__(self, limit: str, redis_url: str = "") -> None:
        self._posts = None if limit == "off" else parse(limit)
        storage = RedisStorage(f"async+{redis_url}") if redis_url else MemoryStorage()
        self._limiter = MovingWindowRateLimiter(storage)

    async def check(self, sender: str, purpose: str = "post") -> None:
        """Raise `TooMany` if the sender has used up what is allowed; nothing is counted by asking."""
        if self._posts and not await self._limiter.test(self._posts, purpose, sender):
            raise TooMany(await self._pause(self._posts, purpose, sender))

    async def count(self, sender: str, purpose: str = "post") -> None:
        """Count one that was accepted."""
        if self._posts:
            await self._limiter.hit(self._posts, purpose, sender)

    async def attempt(self, sender: str) -> None:
        """Count an attempt, whatever comes of it; raise `TooMany` beyond the wider limit."""
        if self._posts and not await self._limiter.hit(_ATTEMPTS, "attempt", sender):
            raise TooMany(await self._pause(_ATTEMPTS, "attempt", sender))

    async def once(self, what: str) -> bool:
        """Whether this is the first time in an hour."""
        return await self._limiter.hit(_ONCE, "once", what)

    async def _pause(self, item: RateLimitItem, purpose: str, sender: str) -> int:
        window = await self._limiter.get_window_stats(item, purpose, sender)
        return max(1, math.ceil(window.reset_time - time.time()))
