"""Where it is counted how often somebody does something: in the database, in Redis, or in the process's own memory."""

import hashlib
import time
from typing import Protocol

from limits import RateLimitItem, parse
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError

from models.away import Unavailable
from models.db import Database
from models.tally import free_in, take

_FEW = 1_000


class CountAway(Exception):
    """What is counted together cannot be had now; `reason`: the kind of failure."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Count(Protocol):
    """Counts in a moving window of the limit's length. `who`: the parts of a name. Raises `CountAway`."""

    async def take(self, limit: RateLimitItem, *who: str) -> bool:
        """Count one now if the limit allows it; whether it was counted."""

    async def free_in(self, limit: RateLimitItem, *who: str) -> float:
        """In how many seconds the limit allows one more; 0 for now."""


class InMemory:
    """In this process alone. By a clock that never jumps, and without a look at all the others at each count."""

    def __init__(self) -> None:
        self._times: dict[tuple[int, int, tuple[str, ...]], list[float]] = {}
        self._sweep_at = _FEW

    async def take(self, limit: RateLimitItem, *who: str) -> bool:
        if await self.free_in(limit, *who) or limit.amount < 1:
            return False
        if len(self._times) >= self._sweep_at:
            self._sweep()
        times = self._times.setdefault(_named(limit, who), [])
        times.append(time.monotonic())
        del times[: -limit.amount]
        return True

    async def free_in(self, limit: RateLimitItem, *who: str) -> float:
        times = self._times.get(_named(limit, who), ())
        if len(times) < limit.amount or not times:
            return 0.0
        return max(0.0, times[0] + limit.get_expiry() - time.monotonic())

    def _sweep(self) -> None:
        """Drop what counts no longer; when twice as many have come as are left, it is time again."""
        now = time.monotonic()
        self._times = {name: times for name, times in self._times.items() if times[-1] + name[1] > now}
        self._sweep_at = max(_FEW, 2 * len(self._times))


class InRedis:
    """In a Redis that all processes know, as the library `limits` does it."""

    def __init__(self, url: str) -> None:
        scheme = "async+redis+unix" if url.startswith("unix:") else "async+" + url.partition(":")[0]
        address = f"{scheme}:{url.partition(':')[2]}"
        storage = RedisStorage(address, wrap_exceptions=True, connect_timeout=1, stream_timeout=1)
        self._limiter = MovingWindowRateLimiter(storage)

    async def take(self, limit: RateLimitItem, *who: str) -> bool:
        try:
            return await self._limiter.hit(limit, *who)
        except StorageError as error:
            raise CountAway(type(error.storage_error).__name__) from error

    async def free_in(self, limit: RateLimitItem, *who: str) -> float:
        try:
            window = await self._limiter.get_window_stats(limit, *who)
        except StorageError as error:
            raise CountAway(type(error.storage_error).__name__) from error
        return 0.0 if window.remaining > 0 else max(1.0, window.reset_time - time.time())


class InDatabase:
    """In PostgreSQL, which all processes have in common anyway."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def take(self, limit: RateLimitItem, *who: str) -> bool:
        key = _key(limit, who)
        try:
            return await self._db.jot(lambda trip: take(trip, key, limit.amount, limit.get_expiry()))
        except Unavailable as error:
            raise CountAway(str(error)) from error

    async def free_in(self, limit: RateLimitItem, *who: str) -> float:
        key = _key(limit, who)
        try:
            return await self._db.jot(lambda trip: free_in(trip, key, limit.amount, limit.get_expiry()))
        except Unavailable as error:
            raise CountAway(str(error)) from error


async def reach_redis(url: str) -> None:
    """Raise `CountAway` unless this Redis answers."""
    await InRedis(url).free_in(parse("1/minute"), "reach")


def _key(limit: RateLimitItem, who: tuple[str, ...]) -> bytes:
    """Which limit, and whose: nobody can read from a copy of the database who did what."""
    return hashlib.blake2b(limit.key_for(*who).encode(), digest_size=16).digest()


def _named(limit: RateLimitItem, who: tuple[str, ...]) -> tuple[int, int, tuple[str, ...]]:
    return limit.amount, limit.get_expiry(), who
