"""What goes wrong and can be said in one line."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from models.db import Database
from service.settings import Settings


class Failure(Exception):
    """A failure that one sentence explains; the command ends with exit status 1."""


@asynccontextmanager
async def opened_database(settings: Settings) -> AsyncGenerator[Database]:
    """The database with its schema up to date, or `Failure` when it cannot be used."""
    db = Database(settings.database)
    try:
        await _migrate(db)
        yield db
    finally:
        await db.close()


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
