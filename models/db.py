"""Engines and sessions. What differs between SQLite and PostgreSQL stands here and nowhere else.

SQLite has two engines on one file: one connection that writes (`BEGIN IMMEDIATE`; who must wait queues in the
pool and never meets SQLITE_BUSY inside the process), and a few that only read. `synchronous=FULL`: a commit that
returned survives power loss, if the disk honours fsync. On PostgreSQL both names share one pool; what reads there
is one read-only transaction that sees one state, as it is on SQLite.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, event, inspect, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from models import sqlite
from models.at_once import AtOnce
from models.away import as_unavailable, is_held
from models.changes import Changes
from models.over_the_wire import MOST_TRIPS, KeptLine, OverTheWire
from models.seal import Seal, put_seal
from models.search import prepare_search
from models.together import Together
from models.trip import Errand, Phrasebook, T

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
_READERS = 4
_MIGRATION_LOCK = 0x576F7274  # any number that nobody else uses as an advisory lock
# While another process holds the file, who wants to write tries for half a second at a time, so that those who came
# meanwhile can try as well, until their own time is up.
_BUSY_MILLISECONDS = 500
_PATIENCE = 4.5
_PATIENT_MILLISECONDS = 5000
_LOG_BYTES = 4 * 2**20
_POOL_SECONDS = 10
_JOT_SECONDS = 1
_waits_until: ContextVar[float | None] = ContextVar("waits_until", default=None)


class DanglingRow(Exception):
    """A migration found, or left, a row that refers to one that is not there: nothing was migrated."""


class Database:
    """Where sessions come from. `reading` sessions cannot write on SQLite; `writing` commits when it ends well.

    Without a `seal` no e-mail address can be read or written; all else can.
    """

    def __init__(self, url: str, seal: Seal | None = None) -> None:
        self.changes = Changes()
        self._url, self._seal = url, seal
        self.sqlite = make_url(url).get_backend_name() == "sqlite"
        book = Phrasebook()
        if self.sqlite:
            self._writer = _sqlite_engine(url, "BEGIN IMMEDIATE", size=1)
            self._reader = _sqlite_engine(url, "BEGIN", size=_READERS, read_only=True)
            looks = Together(self._reader, "BEGIN", book, _PATIENCE)
            self._looks: Together | OverTheWire = looks
            self._glances: AtOnce | OverTheWire = AtOnce(partial(_impatient, url), self._reader, book, looks)
            self._stores: Together | OverTheWire = Together(self._writer, "BEGIN IMMEDIATE", book, _PATIENCE)
            self._line: KeptLine | None = None
            self._engines: tuple[AsyncEngine, ...] = (self._writer, self._reader)
        else:
            address = make_url(url).set(drivername="postgresql+asyncpg")
            # Values stay out of error messages, and so out of logs.
            self._writer = create_async_engine(
                address, pool_size=10, pool_timeout=_POOL_SECONDS, pool_pre_ping=True, hide_parameters=True
            )
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            short = create_async_engine(
                address, pool_size=MOST_TRIPS, max_overflow=0, pool_timeout=_POOL_SECONDS, hide_parameters=True
            )
            self._looks = self._glances = OverTheWire(short, book, storing=False)
            self._stores = OverTheWire(short, book, storing=True)
            self._line = KeptLine(self._writer, book)
            self._engines = (self._writer, self._reader, short)
        for engine in self._engines:
            put_seal(engine, seal)

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncSession]:
        """A session that sees one state of the database and cannot change it. Raises `Unavailable`."""
        with as_unavailable():
            async with AsyncSession(self._reader, expire_on_commit=False) as session:
                yield session

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[AsyncSession]:
        """A session in one transaction: all of it is stored, or nothing. Raises `Unavailable`."""
        with as_unavailable():
            _waits_until.set(time.monotonic() + _PATIENCE)
            try:
                async with AsyncSession(self._writer, expire_on_commit=False) as session, session.begin():
                    yield session
            finally:
                _waits_until.set(None)
                self.changes.writings += 1
            self.changes.note(session)

    async def look(self, errand: Errand[T]) -> T:
        """What the errand finds out; it cannot change anything. The short way for what every post asks.

        Raises `Unavailable`.
        """
        with as_unavailable():
            return await self._looks.go(errand)

    async def glance(self, errand: Errand[T]) -> T:
        """The same for what an index answers in far less than a millisecond: on SQLite in the event loop's own thread.

        Raises `Unavailable`.
        """
        with as_unavailable():
            return await self._glances.go(errand)

    async def store(self, errand: Errand[T]) -> T:
        """What the errand gives, once all it stored is committed; nothing is stored when it raises.

        The short way to store a comment: on SQLite all that wait are committed together. Nothing that readers see may
        be changed this way, since `changes` is not told of it. Raises `Unavailable`.
        """
        with as_unavailable():
            return await self._stores.go(errand)

    async def jot(self, errand: Errand[T]) -> T:
        """What the errand gives, one statement that is worth no transaction. Has not answered within a second: away.

        The short way to count, on PostgreSQL; on SQLite as `store`. It may be carried out twice when a connection ends
        under way. Raises `Unavailable`.
        """
        with as_unavailable():
            async with asyncio.timeout(_JOT_SECONDS):
                return await (self._line or self._stores).go(errand)

    async def migrate(self) -> None:
        """Bring the schema up to date; of several processes that start at once, one does it and the others wait."""
        if self.sqlite:
            await self._migrate_sqlite()
            return
        async with self._writer.begin() as connection:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
            await connection.run_sync(_upgrade)

    async def _migrate_sqlite(self) -> None:
        """SQLite changes a table by making it anew, which rows that refer to each other stand in the way of.

        So the keys are checked once at the end, in the same transaction (https://www.sqlite.org/lang_altertable.html,
        section 7).
        """
        engine = _sqlite_engine(self._url, "BEGIN IMMEDIATE", size=1, foreign_keys=False)
        put_seal(engine, self._seal)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(_upgrade)
                dangling = (await connection.execute(text("PRAGMA foreign_key_check"))).first()
                if dangling:
                    raise DanglingRow(
                        f"Row {dangling[1]} of {dangling[0]} refers to a row that is not in {dangling[2]}."
                    )
        finally:
            await engine.dispose()

    async def is_ready(self) -> bool:
        """Whether the schema is the one that this version knows. Raises `Unavailable`."""
        with as_unavailable():
            async with self._reader.connect() as connection:
                return await connection.run_sync(_is_current)

    async def version(self) -> str:
        """The database's own name and version."""
        async with self._reader.connect() as connection:
            asked = "SELECT 'SQLite ' || sqlite_version()" if self.sqlite else "SELECT version()"
            return str((await connection.execute(text(asked))).scalar_one())

    async def sizes(self) -> dict[str, int]:
        """Bytes of the database (`data`) and, on SQLite, of its log (`wal`), which grows while somebody reads long.

        Raises `Unavailable`.
        """
        if self.sqlite:
            path = Path(make_url(self._url).database or "")
            parts = {"data": path, "wal": path.with_name(path.name + "-wal")}
            return {part: file.stat().st_size if file.exists() else 0 for part, file in parts.items()}
        with as_unavailable():
            async with self._reader.connect() as connection:
                asked = text("SELECT pg_database_size(current_database())")
                return {"data": int((await connection.execute(asked)).scalar_one())}

    async def back_up(self, target: Path) -> None:
        """A consistent copy of a SQLite database while it serves. PostgreSQL has pg_dump for this."""
        async with self._reader.connect() as connection:
            # VACUUM runs outside a transaction, and query_only refuses even a copy.
            raw = (await connection.get_raw_connection()).driver_connection
            await raw.rollback()  # type: ignore[union-attr]
            await raw.execute("PRAGMA query_only=OFF")  # type: ignore[union-attr]
            await raw.execute("VACUUM INTO ?", (str(target),))  # type: ignore[union-attr]
            await connection.invalidate()

    @asynccontextmanager
    async def listening(self, channel: str, wake: Callable[[], None]) -> AsyncGenerator[Callable[[], bool]]:
        """Have `wake` called whenever a transaction that notified the channel is committed. On SQLite nobody calls.

        What it gives tells whether anybody still listens. Raises `Unavailable`.
        """
        if self.sqlite:
            yield lambda: True
            return
        with as_unavailable():
            async with self._writer.connect() as connection:
                raw = (await connection.get_raw_connection()).driver_connection

                def woken(*_: object) -> None:
                    wake()

                await raw.add_listener(channel, woken)  # type: ignore[union-attr]
                try:
                    yield lambda: not raw.is_closed()  # type: ignore[union-attr]
                finally:
                    # The connection goes back to the pool, where nobody may listen with it.
                    if not raw.is_closed():  # type: ignore[union-attr]
                        await raw.remove_listener(channel, woken)  # type: ignore[union-attr]

    async def shed(self, *, everything: bool = False) -> None:
        """Leave nothing in the files of what was deleted: on SQLite the log is emptied.

        `everything` also rewrites what was deleted before this version, or, on PostgreSQL, by it; that takes a while.
        """
        async with self._writer.connect() as connection:
            # Both want to stand outside a transaction.
            if self.sqlite:
                raw: Any = (await connection.get_raw_connection()).driver_connection
                for statement in (
                    f"PRAGMA busy_timeout={_PATIENT_MILLISECONDS}",
                    "VACUUM" if everything else "PRAGMA optimize",
                    "PRAGMA wal_checkpoint(TRUNCATE)",
                    f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}",
                ):
                    # Read to its end: a statement in progress would stand in the way of the connection's next user.
                    await raw.execute_fetchall(statement)
            elif everything:
                autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
                await (await autocommit.get_raw_connection()).driver_connection.execute("VACUUM")  # type: ignore[union-attr]

    async def close(self) -> None:
        """End every connection; one that is in use, as soon as its user is done."""
        if self._line is not None:
            await self._line.close()
        if isinstance(self._glances, AtOnce):
            self._glances.close()
        for engine in self._engines:
            event.listen(engine.sync_engine, "checkin", _let_go)
            await engine.dispose()


def _sqlite_engine(url: str, begin: str, size: int, read_only: bool = False, foreign_keys: bool = True) -> AsyncEngine:
    address = make_url(url).set(drivername="sqlite+aiosqlite")
    engine = create_async_engine(
        address,
        pool_size=size,
        max_overflow=0,
        pool_timeout=_POOL_SECONDS,
        hide_parameters=True,
        connect_args={"async_creator_fn": sqlite.connect},
        # The connection that was used last has its thread awake and its pages at hand.
        pool_use_lifo=True,
        pool_reset_on_return=None,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        _prepare(connection, foreign_keys=foreign_keys, read_only=read_only, patience=_BUSY_MILLISECONDS)

    @event.listens_for(engine.sync_engine, "reset")
    def take_back(connection: Any, _: object, __: object) -> None:
        # Asked first: taking back nothing is one more trip to the connection's thread.
        if connection.driver_connection.in_transaction:
            connection.rollback()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        until = _waits_until.get() or time.monotonic() + _PATIENCE
        while True:
            try:
                connection.exec_driver_sql(begin)
            except OperationalError as error:
                if not is_held(error.orig) or time.monotonic() > until:
                    raise
            else:
                return

    return engine


def _prepare(connection: Any, *, foreign_keys: bool, read_only: bool, patience: int) -> None:
    """Set what SQLite keeps with each connection. `patience`: milliseconds to wait while another holds the file."""
    # The driver's own transactions would commit behind our back; BEGIN is ours, below.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    # A log that grew while somebody read long is cut back with its next round.
    cursor.execute(f"PRAGMA journal_size_limit={_LOG_BYTES}")
    cursor.execute(f"PRAGMA busy_timeout={patience}")
    cursor.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
    cursor.execute("PRAGMA trusted_schema=OFF")
    # What is deleted is overwritten, not only marked as free.
    cursor.execute("PRAGMA secure_delete=ON")
    if read_only:
        cursor.execute("PRAGMA query_only=ON")
    cursor.close()


def _impatient(url: str) -> sqlite3.Connection:
    """A connection that only reads and waits for nobody. Whoever closes it may be another thread."""
    connection = sqlite3.connect(make_url(url).database or "", timeout=0, check_same_thread=False)
    try:
        _prepare(connection, foreign_keys=True, read_only=True, patience=0)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _let_go(connection: Any, record: Any) -> None:
    """Close what comes back to a pool that was disposed of, and have the pool know that it is closed.

    To close it twice would wait for ever for a thread that has ended.
    """
    if connection is not None:  # invalidated before: closed already
        record.invalidate()


def _config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415  # only to migrate; it takes ten mebibytes to be there

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


def _upgrade(connection: Connection, revision: str = "head") -> None:
    if revision != "head" or not _is_current(connection):
        from alembic import command  # noqa: PLC0415  # as above

        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    prepare_search(connection)


def _is_current(connection: Connection) -> bool:
    """Whether the newest of our migrations, each named by the number that is its revision, is the last that was run."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    newest = max(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
    return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars()) == [newest]
