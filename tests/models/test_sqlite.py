"""The driver beneath SQLAlchemy: one trip for a statement, and what goes wrong still arrives."""

import sqlite3

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from models.sqlite import OneTripConnection, connect


@pytest.fixture
async def connection(tmp_path):
    opened = await connect(str(tmp_path / "some.db"), isolation_level=None)
    yield opened
    await opened.close()


@pytest.fixture
def trips(monkeypatch):
    """How often the connection's thread was asked."""
    made = []
    real = OneTripConnection._execute

    async def counted(self, *args, **more):
        made.append(args)
        return await real(self, *args, **more)

    monkeypatch.setattr(OneTripConnection, "_execute", counted)
    return made


async def test_a_statement_and_its_rows_take_one_trip(connection, trips):
    cursor = connection.cursor()
    await cursor.execute("SELECT 1 UNION SELECT ?", (2,))
    assert [each[0] for each in cursor.description] == ["1"]
    assert await cursor.fetchall() == [(1,), (2,)]
    await cursor.close()
    assert len(trips) == 1


async def test_many_rows_are_written_at_once(connection):
    cursor = connection.cursor()
    await cursor.execute("CREATE TABLE word (id INTEGER PRIMARY KEY, word TEXT UNIQUE)")
    await cursor.executemany("INSERT INTO word (word) VALUES (?)", [("eins",), ("zwei",)])
    assert cursor.rowcount == 2
    await cursor.execute("INSERT INTO word (word) VALUES ('drei') RETURNING id")
    assert (await cursor.fetchall(), cursor.lastrowid) == ([(3,)], 3)


async def test_what_goes_wrong_arrives_as_the_databases_own_error(connection):
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await connection.cursor().execute("SELECT * FROM nowhere")


async def test_errors_reach_the_caller_through_sqlalchemy(service):
    async with service.db._writer.connect() as open_connection:
        with pytest.raises(OperationalError, match="no such table"):
            await open_connection.execute(text("SELECT * FROM nowhere"))
        with pytest.raises(IntegrityError):
            await open_connection.execute(text("INSERT INTO site (id) VALUES (1)"))
