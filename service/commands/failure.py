"""What goes wrong and can be said in one line."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing

from sqlalchemy import make_url

from models.db import Database
from service.settings import Settings


class Failure(Exception):
    """A failure that one sentence explains; the command ends with exit status 1."""


@asynccontextmanager
async def opened_database(settings: Settings) -> AsyncGenerator[Database]:
    """The database with its schema up to date, or `Failure` when it cannot be used."""
    _try_file(settings.database)
    db = Database(settings.database, settings.seal)
    try:
        await _migrate(db)
        yield db
    finally:
        await db.close()


def _try_file(address: str) -> None:
    """Open an SQLite file once, plainly: the asynchronous driver ends less tidily when a file is no database."""
    url = make_url(address)
    if url.get_backend_name() != "sqlite" or not url.database:
        return
    try:
        with closing(sqlite3.connect(url.database)) as connection:
            connection.execute("PRAGMA schema_version")
    except sqlite3.Error as error:
        raise Failure(f"The database {url.database} cannot be used: {error}.") from error


async def _migrate(db: Database) -> None:
    try:
        await db.migrate()
    except Exception as error:  # drivers raise their own kinds: refused, no such database, wrong password, no disk
        raise Failure(f"The database cannot be used: {first_line(error)}") from error


def first_line(error: BaseException) -> str:
    """What an exception says, in one line and without the address that a driver may repeat."""
    cause = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines()
    said = " ".join(word for word in lines[0].split() if "@" not in word) if lines else ""
    return said or type(cause).__name__
