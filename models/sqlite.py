"""SQLite from async code with one trip to the connection's thread for a statement.

aiosqlite makes four (cursor, execute, fetch, close), and each wakes two threads; with them, posting a comment cost half
as much again. Results were fetched whole before, too: SQLAlchemy asks for all rows at once.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self, TypeVar

import aiosqlite

_T = TypeVar("_T")


class OneTripConnection(aiosqlite.Connection):
    """A connection whose cursors do all of a statement at once."""

    async def carry(self, errand: Callable[[sqlite3.Connection], _T]) -> _T:
        """What the errand gives, run in the connection's thread with the driver's own connection."""
        return await self._execute(errand, self._conn)  # type: ignore[no-untyped-call, no-any-return]

    def cursor(self) -> "OneTripCursor":  # type: ignore[override]  # no need to await: nothing happens yet
        return OneTripCursor(self)


class OneTripCursor:
    """What SQLAlchemy's adapter asks of a cursor; the rows are there when `execute` is done."""

    def __init__(self, connection: OneTripConnection) -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Self:
        await self._connection._execute(self._run, sql, parameters, many=False)  # type: ignore[no-untyped-call]  # noqa: SLF001  # as aiosqlite's own cursor does
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Self:
        await self._connection._execute(self._run, sql, parameters, many=True)  # type: ignore[no-untyped-call]  # noqa: SLF001  # likewise
        return self

    async def fetchall(self) -> Sequence[Any]:
        return self._rows

    async def close(self) -> None:
        self._rows = ()

    def _run(self, sql: str, parameters: Any, many: bool) -> None:
        connection = self._connection._conn  # noqa: SLF001  # likewise
        cursor = connection.executemany(sql, parameters) if many else connection.execute(sql, parameters)
        self.description = cursor.description
        self._rows = cursor.fetchall() if cursor.description else ()
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        cursor.close()


def connect(database: str, **options: Any) -> OneTripConnection:
    """For SQLAlchemy's `async_creator_fn`: a connection that opens when it is awaited."""
    connection = OneTripConnection(lambda: sqlite3.connect(database, **options), iter_chunk_size=64)
    connection._thread.daemon = True  # noqa: SLF001  # or a forgotten connection would keep the process alive
    return connection
