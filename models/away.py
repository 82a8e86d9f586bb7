"""When the database cannot be had, in whichever of its drivers' words."""

import sqlite3
import sys
from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# SQLSTATE classes for connections, full disks and the like, stopping and starting, I/O
# (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_AWAY = ("08", "53", "57P", "58")


class Unavailable(Exception):
    """The database cannot be reached, is held by somebody else, or its disk is full: nothing was stored."""


def is_held(error: BaseException | None) -> bool:
    """Whether SQLite says that another process holds the file."""
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


@contextmanager
def as_unavailable() -> Generator[None]:
    """Have `Unavailable` raised within the block where a driver says so."""
    try:
        yield
    except (PoolTimeout, sqlite3.OperationalError, OSError) as error:
        raise Unavailable(type(error).__name__) from error
    except DBAPIError as error:
        said = str(getattr(error.orig, "sqlstate", None) or "")
        if isinstance(error, OperationalError) or error.connection_invalidated or said.startswith(_AWAY):
            raise Unavailable(str(error.orig)) from error
        raise
    except Exception as error:
        if is_away(error):
            raise Unavailable(type(error).__name__) from error
        raise


def is_away(error: Exception) -> bool:
    """Whether PostgreSQL's driver says so, itself or through the adapter that gives what it says other names."""
    return isinstance(error, _on_postgresql()) or isinstance(error.__cause__, _on_postgresql())


def _on_postgresql() -> tuple[type[Exception], ...]:
    """What the driver raises while a server stops, starts or is full."""
    asyncpg = sys.modules.get("asyncpg")
    if asyncpg is None:
        return ()  # three mebibytes that nobody needs on SQLite; what is not there raises nothing
    return (
        asyncpg.PostgresConnectionError,
        asyncpg.CannotConnectNowError,
        asyncpg.TooManyConnectionsError,
        asyncpg.OperatorInterventionError,
        asyncpg.InsufficientResourcesError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,  # asked after the server's last word, before its hanging up was noticed
    )
