"""How often one sender may post. Processes on PostgreSQL count together there, or in Redis; else each for itself."""

import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from limits import RateLimitItem, parse

from service.counting import Count, CountAway, InMemory

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
    """Counts what senders do. `limit` as in `5/10 minutes`, or `off`; `shared`: what several processes count in.

    Each process counts for itself besides, which costs nothing. Without an answer from what is shared this count alone
    decides, and the log says so: the limit becomes wider, but it never falls away and never stops people from writing.
    """

    def __init__(self, limit: str, shared: Count | None = None) -> None:
        self._posts = None if limit == "off" else parse(limit)
        self._own, self._shared = InMemory(), shared

    async def check(self, sender: str, purpose: str = "post") -> None:
        """Raise `TooMany` if this process knows that the sender has used up what is allowed; nothing is counted."""
        if self._posts and (seconds := await self._own.free_in(self._posts, purpose, sender)):
            raise TooMany(math.ceil(seconds))

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
        return await self._take(_ONCE, "once", what)

    async def _hit(self, limit: RateLimitItem, purpose: str, sender: str) -> None:
        if not await self._take(limit, purpose, sender):
            raise TooMany(max(1, math.ceil(await self._free_in(limit, purpose, sender))))

    async def _take(self, limit: RateLimitItem, purpose: str, sender: str) -> bool:
        shared = await self._ask(lambda count: count.take(limit, purpose, sender))
        return shared is not False and await self._own.take(limit, purpose, sender)

    async def _free_in(self, limit: RateLimitItem, purpose: str, sender: str) -> float:
        shared = await self._ask(lambda count: count.free_in(limit, purpose, sender))
        return max(shared or 0.0, await self._own.free_in(limit, purpose, sender))

    async def _ask(self, question: Callable[[Count], Awaitable[_T]]) -> _T | None:
        """What the shared count says; None where nothing is shared or it is away."""
        if self._shared is None:
            return None
        try:
            return await question(self._shared)
        except CountAway as away:
            log.warning("shared_rates_unavailable", reason=away.reason)
            return None
