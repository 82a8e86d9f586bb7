"""Errands to PostgreSQL: each over a connection that was not asked first whether it is still there.

To ask costs as much as half an errand. Instead, an errand whose connection turns out to be gone begins anew with
another: until the commit is sent nothing can have been stored.
"""

import contextlib
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from models.away import is_away
from models.trip import Errand, Phrasebook, PostgresTrip, T

# As many as the pool holds may have ended together; the next is new.
_MOST_TRIES = 3


class OverTheWire:
    """Carries errands, each a transaction of its own where it is `storing`."""

    def __init__(self, engine: AsyncEngine, book: Phrasebook, *, storing: bool) -> None:
        self._engine, self._book, self._storing = engine, book, storing

    async def go(self, errand: Errand[T]) -> T:
        """What the errand gives once its transaction has been committed, or what it raised."""
        for _again in range(_MOST_TRIES - 1):
            try:
                return await self._carry(errand)
            except _ConnectionGone:
                continue
        try:
            return await self._carry(errand)
        except _ConnectionGone as gone:
            raise gone.error from None

    async def _carry(self, errand: Errand[T]) -> T:
        async with self._engine.connect() as connection:
            raw: Any = (await connection.get_raw_connection()).driver_connection
            trip = PostgresTrip(raw, self._engine.dialect, self._book)
            done = False
            try:
                async with raw.transaction() if self._storing else contextlib.nullcontext():
                    outcome = await errand(trip)
                    done = True
            except Exception as error:
                if done or not (raw.is_closed() or is_away(error)):
                    raise
                await connection.invalidate()
                # All that wait in the pool have most likely ended with it.
                await self._engine.dispose()
                raise _ConnectionGone(error) from error
            return outcome


class _ConnectionGone(Exception):
    """Before anything was stored."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error
