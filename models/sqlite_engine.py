"""SQLite's connections: what each is told when it opens, and how a transaction waits while another process writes."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from models import sqlite
from models.away import is_held

# While another process holds the file, who wants to write tries for half a second at a time, so that those who came
# meanwhile can try as well, until their own time is up.
BUSY_MILLISECONDS = 500
PATIENCE = 4.5
_POOL_SECONDS = 10
_LOG_BYTES = 4 * 2**20
_waits_until: ContextVar[float | None] = ContextVar("waits_until", default=None)


@contextmanager
def patient() -> Iterator[None]:
    """Whoever begins a transaction within waits so long from here on, however often it has to try."""
    _waits_until.set(time.monotonic() + PATIENCE)
    try:
        yield
    finally:
        _waits_until.set(None)


def open_engine(url: str, begin: str, size: int, read_only: bool = False, foreign_keys: bool = True) -> AsyncEngine:
    """Connections to the file, `size` at most; each transaction begins with `begin` and waits for its turn."""
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
        _prepare(connection, foreign_keys=foreign_keys, read_only=read_only, patience=BUSY_MILLISECONDS)

    @event.listens_for(engine.sync_engine, "reset")
    def take_back(connection: Any, _: object, __: object) -> None:
        # Asked first: taking back nothing is one more trip to the connection's thread.
        if connection.driver_connection.in_transaction:
            connection.rollback()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        until = _waits_until.get() or time.monotonic() + PATIENCE
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


def impatient(url: str) -> sqlite3.Connection:
    """A connection that only reads and waits for nobody. Whoever closes it may be another thread."""
    connection = sqlite3.connect(make_url(url).database or "", timeout=0, check_same_thread=False)
    try:
        _prepare(connection, foreign_keys=True, read_only=True, patience=0)
    except sqlite3.Error:
        connection.close()
        raise
    return connection
