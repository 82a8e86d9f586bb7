"""Engines and sessions. What differs between SQLite and PostgreSQL stands here and nowhere else.

SQLite has two engines on one file: one connection that writes (`BEGIN IMMEDIATE`; who must wait queues in the
pool and never meets SQLITE_BUSY inside the process), and a few that only read. `synchronous=FULL`: a commit that
returned survives power loss, if the disk honours fsync. On PostgreSQL both names share one pool; what reads there
is one read-only transaction that sees one state, as it is on SQLite.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from models import schema, sqlite_engine
from models.at_once import AtOnce
from models.away import as_unavailable
from models.changes import Changes
from models.over_the_wire import MOST_TRIPS, KeptLine, OverTheWire
from models.seal import Seal, put_seal
from models.together import Together
from models.trip import Errand, Made, Phrasebook, T

_READERS = 4
_MIGRATION_LOCK = 0x576F7274  # any number that nobody else uses as an advisory lock
_PATIENT_MILLISECONDS = 5000
_JOT_SECONDS = 1
_POOL_SECONDS = 10


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
            self._writer = sqlite_engine.open_engine(url, "BEGIN IMMEDIATE", size=1)
            self._reader = sqlite_engine.open_engine(url, "BEGIN", size=_READERS, read_only=True)
            patience = sqlite_engine.PATIENCE
            looks = Together(self._reader, "BEGIN", book, patience)
            self._looks: Together | OverTheWire = looks
            # Each takes milliseconds, so none waits for another's end.
            self._builds: Together | OverTheWire = Together(self._reader, "BEGIN", book, patience, most=1)
            self._glances: AtOnce | OverTheWire = AtOnce(
                partial(sqlite_engine.impatient, url), self._reader, book, looks
            )
            self._stores: Together | OverTheWire = Together(self._writer, "BEGIN IMMEDIATE", book, patience)
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
            self._looks = self._glances = self._builds = OverTheWire(short, book, storing=False)
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
            try:
                with sqlite_engine.patient():
                    async with AsyncSession(self._writer, expire_on_commit=False) as session, session.begin():
                        yield session
            finally:
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

    async def build(self, errand: Errand[T], make: Callable[[T], Made]) -> Made:
        """What `make` makes of what the errand finds out, away from the event loop: it may take milliseconds.

        No look waits for it. Raises `Unavailable`.
        """
        with as_unavailable():
            return await self._builds.build(errand, make)

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
            await connection.run_sync(schema.upgrade)

    async def _migrate_sqlite(self) -> None:
        """SQLite changes a table by making it anew, which rows that refer to each other stand in the way of.

        So the keys are checked once at the end, in the same transaction (https://www.sqlite.org/lang_altertable.html,
        section 7); only after a migration, since that reads every row.
        """
        engine = sqlite_engine.open_engine(self._url, "BEGIN IMMEDIATE", size=1, foreign_keys=False)
        put_seal(engine, self._seal)
        try:
            async with engine.begin() as connection:
                migrated = await connection.run_sync(schema.upgrade)
                asked = text("PRAGMA foreign_key_check")
                if migrated and (dangling := (await connection.execute(asked)).first()):
                    raise schema.DanglingRow(
                        f"Row {dangling[1]} of {dangling[0]} refers to a row that is not in {dangling[2]}."
                    )
        finally:
            await engine.dispose()

    async def is_ready(self) -> bool:
        """Whether the schema is the one that this version knows. Raises `Unavailable`."""
        with as_unavailable():
            async with self._reader.connect() as connection:
                return await connection.run_sync(schema.is_current)

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
                    f"PRAGMA busy_timeout={sqlite_engine.BUSY_MILLISECONDS}",
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


def _let_go(connection: Any, record: Any) -> None:
    """Close what comes back to a pool that was disposed of, and have the pool know that it is closed.

    To close it twice would wait for ever for a thread that has ended.
    """
    if connection is not None:  # invalidated before: closed already
        record.invalidate()
