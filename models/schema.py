"""The schema as the migrations make it."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from models.search import prepare_search

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"


class DanglingRow(Exception):
    """A migration found, or left, a row that refers to one that is not there: nothing was migrated."""


def config() -> "Config":
    """Where Alembic finds the migrations."""
    from alembic.config import Config  # noqa: PLC0415  # only to migrate; it takes ten mebibytes to be there

    found = Config()
    found.set_main_option("script_location", str(_MIGRATIONS))
    return found


def upgrade(connection: Connection, revision: str = "head") -> bool:
    """Bring the schema to a revision, and what searches it along; whether any migration had to run."""
    due = revision != "head" or not is_current(connection)
    if due:
        from alembic import command  # noqa: PLC0415  # as above

        told = config()
        told.attributes["connection"] = connection
        command.upgrade(told, revision)
    prepare_search(connection)
    return due


def is_current(connection: Connection) -> bool:
    """Whether the newest of our migrations, each named by the number that is its revision, is the last that was run."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    newest = max(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
    return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars()) == [newest]
