"""Errands to PostgreSQL: each over a connection that was not asked first whether it is still there.

To ask costs as much as half an errand. Instead, an errand whose connection turns out to be gone begins anew with
another: until the commit is sent nothing can have been stored.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.away import is_away
from models.trip import Errand, Made, Phrasebook, PostgresTrip, T

# Trips at once, each over a connection of its own.
MOST_TRIPS = 8


class OverTheWire:
    """Carries errands, each a transaction of its own where it is `storing`."""

    def __init__(self, engine: AsyncEngine, book: Phrasebook, *, storing: bool) -> None:
        self._engine, self._book, self._storing = engine, book, storing

    async def go(self, errand: Errand[T]) -> T:
        """What the errand gives once its transaction has been committed, or what it raised."""
        lost = 0
        while True:
            try:
                return await self._carry(errand)
            except _ConnectionGone as gone:
                lost += 1
                # As many as the pool holds may have ended together; the next was new.
                if lost > MOST_TRIPS:
                    raise gone.error from None

    async def build(self, errand: Errand[T], make: Callable[[T], Made]) -> Made:
        """What `make` makes of it, in a thread: what the errand does itself is done in the event loop's."""
        return await asyncio.to_thread(make, await self.go(errand))

    async def _carry(self, errand: Errand[T]) -> T:
        pooled = await self._engine.raw_connection()
        raw: Any = pooled.driver_connection
        trip = PostgresTrip(raw, self._engine.dialect, self._book)
        done = False
        try:
            async with raw.transaction() if self._storing else contextlib.nullcontext():
                outcome = await errand(trip)
                done = True
        except Exception as error:
            if done or not (raw.is_closed() or is_away(error)):
                raise
            pooled.invalidate()
            raise _ConnectionGone(error) from error
        except BaseException:
            pooled.invalidate()  # cancelled: nobody knows in the middle of what
            raise
        finally:
            if pooled.is_valid:
                pooled.close()
        return outcome


class KeptLine:
    """One connection that is kept in hand, for errands of one statement, one after the other and in no transaction.

    To take a connection from the pool costs more than such an errand does.
    """

    def __init__(self, engine: AsyncEngine, book: Phrasebook) -> None:
        self._engine, self._book = engine, book
        self._connection: AsyncConnection | None = None
        self._trip: PostgresTrip | None = None
        self._in_use = asyncio.Lock()

    async def go(self, errand: Errand[T]) -> T:
        """What the errand gives. It begins anew if the connection turns out to be gone."""
        async with self._in_use:
            try:
                return await errand(self._trip or await self._connect())
            except BaseException as error:
                await self.close()  # whoever was cancelled leaves it in the middle of an answer
                if not isinstance(error, Exception) or not is_away(error):
                    raise
            return await errand(await self._connect())

    async def close(self) -> None:
        connection, self._connection, self._trip = self._connection, None, None
        if connection is not None:
            await connection.invalidate()
            await connection.close()

    async def _connect(self) -> PostgresTrip:
        self._connection = await self._engine.connect()
        raw: Any = (await self._connection.get_raw_connection()).driver_connection
        self._trip = PostgresTrip(raw, self._engine.dialect, self._book)
        return self._trip


class _ConnectionGone(Exception):
    """Before anything was stored."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error
