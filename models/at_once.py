"""Questions to SQLite that are answered before another thread could be woken for them.

What an index finds in a tenth of a millisecond costs several times that when a thread has to be woken, waits for the
interpreter at each row and wakes the event loop again. Readers of a log wait for nobody who writes, so this holds the
loop for no longer than the question takes; where the file is held all the same, the question goes the long way.
"""

import sqlite3
from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncEngine

from models.away import is_held
from models.together import Together
from models.trip import Errand, Phrasebook, SqliteTrip, T, run_through


class AtOnce:
    """Carries errands that only ask, and little, over a connection of its own in the event loop's thread.

    `otherwise` takes those that would have to wait. `connect` opens the file without patience.
    """

    def __init__(
        self, connect: Callable[[], sqlite3.Connection], engine: AsyncEngine, book: Phrasebook, otherwise: Together
    ) -> None:
        self._connect, self._engine, self._book, self._otherwise = connect, engine, book, otherwise
        self._connection: sqlite3.Connection | None = None

    async def go(self, errand: Errand[T]) -> T:
        """What the errand finds out, in one state of the database, or what it raised."""
        try:
            return self._ask(errand)
        except sqlite3.OperationalError as error:
            if not is_held(error):
                raise
        return await self._otherwise.go(errand)

    def close(self) -> None:
        """End the connection; the next errand opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _ask(self, errand: Errand[T]) -> T:
        if self._connection is None:
            self._connection = self._connect()
        connection = self._connection
        connection.execute("BEGIN")
        try:
            return run_through(errand(SqliteTrip(connection, self._engine.dialect, self._book)))
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")  # it has changed nothing, and the next one sees what is new
