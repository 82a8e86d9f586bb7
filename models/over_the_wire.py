"""Errands to PostgreSQL: each over a connection that was not asked first whether it is still there.

To ask costs as much as half an errand. Instead, an errand whose connection turns out to be gone begins anew with
another: until the commit is sent nothing can have been stored.
"""

import contextlib
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from models.away import is_away
from models.trip import Errand, Phrasebook, PostgresTrip, T

# Trips at once, each over a connection of its own.
MOST_TRIPS = 8


class OverTheWire:
    """Carries errands, each a transaction of its own where it is `storing`."""

    def __init__(self, engine: AsyncEngine, book: Phrasebook, *, storing: bool) -> None:
        self._engine, self._book, self._storing = engine, book, storing

    async def go(self, errand: Errand[T]) -> T:
        """What the errand gives once its transaction has been committed, or what it raised."""
        # As many as the pool holds may have ended together; the next is new.
        for _each in range(MOST_TRIPS):
            try:
                return await self._carry(errand)
            except _ConnectionGone:
                continue
        try:
            return await self._carry(errand)
        except _ConnectionGone as gone:
            raise gone.error from None

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


class _ConnectionGone(Exception):
    """Before anything was stored."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error
