"""Statements told to the driver itself: what every post asks and stores, without the costs of a session.

SQLAlchemy says how a statement reads on this database and how values go in and come out; that is worked out once.
What asks is the same code on both databases and in a session: on SQLite it runs to its end in the connection's own
thread, where nothing has to be waited for; on PostgreSQL it waits for each answer.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Mapping, Sequence, Sized
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Dialect, Executable, Select, bindparam, select
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel.ext.asyncio.session import AsyncSession

if TYPE_CHECKING:
    import asyncpg

T = TypeVar("T")
Made = TypeVar("Made")
Values = Mapping[str, Any]
Row = Sequence[Any]
NONE: Values = {}
_Process = Callable[[Any], Any] | None


class Trip(Protocol):
    """One transaction, or one look at the database, in which statements are asked one after the other.

    A statement is one of a module's constants: it is prepared once and known by its identity.
    """

    dialect: Dialect

    async def ask(self, statement: Executable, values: Values = NONE) -> Sequence[Row]:
        """The rows of the answer; none for what only stores."""


Errand = Callable[[Trip], Coroutine[Any, Any, T]]


class Prepared:
    """A statement as the driver takes it."""

    def __init__(self, statement: Executable, dialect: Dialect, names: Sequence[str]) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(names))  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)
        self.sql = compiled.string
        self._binds = [
            (name, compiled.params.get(name), _bound(compiled.binds[name].type, dialect))
            for name in compiled.positiontup or ()
        ]
        given = [_given(column.type, dialect) for column in getattr(statement, "exported_columns", ())]
        self._to_read = [(place, read) for place, read in enumerate(given) if read]

    def values(self, told: Values) -> tuple[Any, ...]:
        """The values in the order of the statement's places; what is not told is as the statement has it."""
        found = ((process, told.get(name, known)) for name, known, process in self._binds)
        return tuple([process(value) if process else value for process, value in found])

    def rows(self, answered: Sequence[Any]) -> Sequence[Row]:
        """The answer with values as the columns' types have them."""
        if not self._to_read or not answered:
            return answered
        # Column by column: a thread of thousands has as many rows, each of which would be made anew one by one.
        columns: list[Iterable[Any]] = list(zip(*answered, strict=True))
        for place, read in self._to_read:
            columns[place] = map(read, columns[place])
        return list(zip(*columns, strict=True))


class Phrasebook:
    """The prepared statements of one database."""

    def __init__(self) -> None:
        self._known: dict[Executable, Prepared] = {}

    def prepared(self, statement: Executable, dialect: Dialect, names: Sequence[str]) -> Prepared:
        known = self._known.get(statement)
        if known is None:
            known = self._known[statement] = Prepared(statement, dialect, names)
        return known


class SqliteTrip:
    """Asks in the connection's own thread; nothing it does has to be waited for."""

    def __init__(self, connection: sqlite3.Connection, dialect: Dialect, book: Phrasebook) -> None:
        self.dialect = dialect
        self._connection, self._book = connection, book

    async def ask(self, statement: Executable, values: Values = NONE) -> Sequence[Row]:
        prepared = self._book.prepared(statement, self.dialect, tuple(values))
        return prepared.rows(self._connection.execute(prepared.sql, prepared.values(values)).fetchall())


class PostgresTrip:
    """Asks over the wire."""

    def __init__(self, connection: "asyncpg.Connection[Any]", dialect: Dialect, book: Phrasebook) -> None:
        self.dialect = dialect
        self._connection, self._book = connection, book

    async def ask(self, statement: Executable, values: Values = NONE) -> Sequence[Row]:
        prepared = self._book.prepared(statement, self.dialect, tuple(values))
        return prepared.rows(await self._connection.fetch(prepared.sql, *prepared.values(values)))


class InSession:
    """Asks within a session's transaction, for whoever has one open."""

    def __init__(self, session: AsyncSession) -> None:
        self.dialect = session.get_bind().dialect
        self._session = session

    async def ask(self, statement: Executable, values: Values = NONE) -> Sequence[Row]:
        found = await (await self._session.connection()).execute(statement, dict(values))
        return list(found) if found.returns_rows else []


async def within(session: AsyncSession, errand: Errand[T]) -> T:
    """What the errand gives, asked in the session's transaction, where what the session has yet to store comes first.

    On SQLite that is one trip to the connection's thread, however much is asked.
    """
    if session.new or session.dirty or session.deleted:
        await session.flush()
    connection = await session.connection()
    dialect, proxied = connection.dialect, connection.sync_connection
    if dialect.name != "sqlite" or proxied is None:
        return await errand(InSession(session))
    raw: Any = proxied.connection.driver_connection
    outcome: T = await raw.carry(lambda driver: run_through(errand(SqliteTrip(driver, dialect, _book_of(dialect)))))
    return outcome


def columns(kind: Any, names: Iterable[str]) -> Select[Any]:
    """A statement that asks for these columns of a class, for rows that become no objects of it."""
    return select(*(getattr(kind, each) for each in names))


def room(values: Sized) -> int:
    """For how many values there is room in the statement that asks for these: few sizes serve for any number."""
    return 1 << max(0, len(values) - 1).bit_length()


def any_of(column: Any, number: int) -> ColumnElement[bool]:
    """That the column has one of the values for which there is `room`, told as `numbered` names them."""
    found: ColumnElement[bool] = column.in_([bindparam(f"value{each}", type_=column.type) for each in range(number)])
    return found


def numbered(values: Collection[Any]) -> dict[str, Any]:
    """The values, at least one, as `any_of` takes them: the last of them again for what room is left."""
    told = list(values)
    told += [told[-1]] * (room(told) - len(told))
    return {f"value{number}": each for number, each in enumerate(told)}


def _book_of(dialect: Dialect) -> Phrasebook:
    """The prepared statements of whoever shares this dialect, which is an engine."""
    book: Phrasebook = dialect.__dict__.setdefault("phrasebook", Phrasebook())
    return book


def run_through(errand: Awaitable[T]) -> T:
    """What an errand that waits for nothing gives."""
    steps = errand.__await__()
    try:
        next(steps)
    except StopIteration as done:
        result: T = done.value
        return result
    raise RuntimeError("an errand to SQLite waited for something else")


def _bound(kind: Any, dialect: Dialect) -> _Process:
    process: _Process = kind.dialect_impl(dialect).bind_processor(dialect)
    return process


def _given(kind: Any, dialect: Dialect) -> _Process:
    process: _Process = kind.dialect_impl(dialect).result_processor(dialect, None)
    return process
