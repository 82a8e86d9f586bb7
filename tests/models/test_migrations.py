"""A new version brings the schema up to date while the version before it still serves: migrations only add."""

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from models.db import Database
from models.schema import config, upgrade
from models.search import PREFIX
from tests.builders import both_databases

REVISIONS = [each.revision for each in reversed(list(ScriptDirectory.from_config(config()).walk_revisions()))]
# Nothing older was ever in use by two versions at once.
FIRST_OF_TWO = "0005"

Columns = dict[str, dict[str, bool]]


def columns(connection: Connection) -> Columns:
    """Of each table the columns, and whether a row may leave them out."""
    asked = inspect(connection)
    return {
        table: {
            each["name"]: bool(each["nullable"] or each["default"] is not None or each.get("autoincrement") is True)
            for each in asked.get_columns(table)
        }
        for table in asked.get_table_names()
    }


@pytest.fixture
async def steps(database: str, tmp_path) -> list[tuple[str, Columns, Columns]]:
    """For each revision since: its name, what was there before it, and after it."""
    empty = Database(f"sqlite:///{tmp_path}/empty.db") if database.startswith("sqlite") else None
    db = empty or Database(database)
    found = []
    async with db._writer.begin() as connection:
        if empty is None:
            await connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            await connection.exec_driver_sql("CREATE SCHEMA public")
        await connection.run_sync(upgrade, FIRST_OF_TWO)
        before = await connection.run_sync(columns)
        for revision in REVISIONS[REVISIONS.index(FIRST_OF_TWO) + 1 :]:
            await connection.run_sync(upgrade, revision)
            after = await connection.run_sync(columns)
            found.append((revision, before, after))
            before = after
    await db.close()
    return found


@both_databases
async def test_the_version_still_running_finds_all_it_knows_and_may_leave_out_what_is_new(steps):
    assert [revision for revision, _, _ in steps] == REVISIONS[REVISIONS.index(FIRST_OF_TWO) + 1 :]
    for revision, before, after in steps:
        for table, known in before.items():
            if table.startswith(PREFIX) or table == "alembic_version":
                continue
            gone = set(known) - set(after.get(table, {}))
            assert not gone, f"{revision} takes {table}: {sorted(gone)} from the version before"
            needed = {name for name, optional in after[table].items() if not optional} - set(known)
            assert not needed, f"{revision} asks of {table} what the version before does not write: {sorted(needed)}"
