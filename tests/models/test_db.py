"""What the database promises: durable commits, nothing lost when many write, one state for a reader, a copy that opens."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import asyncpg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, Table, inspect, make_url, text
from sqlmodel import SQLModel, select

import models.tables  # noqa: F401  # the metadata must know every table
from models.away import Unavailable
from models.comment import Comment
from models.db import Database
from models.schema import DanglingRow, config, upgrade
from models.search import PREFIX
from models.thread import Thread, find_thread, open_thread
from tests.builders import PAGE, add_site, both_databases, file
from tests.support.rows import filled

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@both_databases
async def test_migrations_make_exactly_the_tables_that_the_code_knows(service):
    def differences(connection):
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": _is_no_index_of_words}
        )
        return compare_metadata(context, SQLModel.metadata)

    async with service.db._writer.connect() as connection:
        assert await connection.run_sync(differences) == []


@both_databases
async def test_migrations_can_be_taken_back_and_made_again(service):
    def tables(connection):
        names = inspect(connection).get_table_names()
        return {each for each in names if each != "alembic_version" and not each.startswith(PREFIX)}

    async with service.db._writer.begin() as connection:
        await connection.run_sync(_downgrade, "base")
        assert await connection.run_sync(tables) == set()
    assert not await service.db.is_ready()
    async with service.db._writer.begin() as connection:
        await connection.run_sync(upgrade)
        assert await connection.run_sync(tables) == set(SQLModel.metadata.tables)
    assert await service.db.is_ready()


@both_databases
async def test_a_database_in_use_is_migrated_with_all_that_is_in_it(service):
    rows = {
        "site": {"id": 1, "key": "musterstadt", "origins": [], "names": []},
        "thread": {"id": 1, "site_id": 1, "page": PAGE},
        "comment": {"site_id": 1, "thread_id": 1, "status": "approved", "text": "Guten Tag", "name": "Gast"},
        "moderator": {"id": 1, "email": "mira@musterstadt.example"},
        "decision": {
            "comment_id": "first",
            "moderator_id": 1,
            "action": "approve",
            "was": "pending",
            "became": "approved",
        },
    }

    def fill(connection):
        for name, given in rows.items():
            table = Table(name, MetaData(), autoload_with=connection)
            several = [{"id": "first"}, {"id": "reply", "parent_id": "first"}] if name == "comment" else [{}]
            for each in several:
                connection.execute(table.insert().values(filled(table, given | each)))

    async with service.db._writer.begin() as connection:
        await connection.run_sync(_downgrade, "base")
        await connection.run_sync(upgrade, "0001")
        await connection.run_sync(fill)
    await service.db.migrate()
    async with service.db.reading() as session:
        reply = await session.get_one(Comment, "reply")
        assert (reply.parent_id, reply.text, reply.name) == ("first", "Guten Tag", "Gast")
    assert await service.db.is_ready()


async def test_a_row_that_refers_to_one_that_is_gone_stops_a_migration(service, database):
    await file(service, await add_site(service))
    async with service.db._writer.begin() as connection:
        await connection.run_sync(_downgrade, "-1")
    with closing(sqlite3.connect(make_url(database).database)) as plain:  # which looks after no keys
        plain.execute("DELETE FROM site")
        plain.commit()
    with pytest.raises(DanglingRow, match="not in site"):
        await service.db.migrate()
    assert not await service.db.is_ready()


@both_databases
async def test_several_processes_may_migrate_at_once(database):
    several = [Database(database) for _ in range(3)]
    await asyncio.gather(*(each.migrate() for each in several))
    assert await several[0].is_ready()
    for each in several:
        await each.close()


async def test_every_connection_to_sqlite_is_durable(service):
    asked = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 500, "trusted_schema": 0}
    connections = [await service.db._writer.connect(), *[await service.db._reader.connect() for _ in range(4)]]
    try:
        for connection in connections:
            told = {name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one() for name in asked}
            assert told == asked
        kinds = [(await each.execute(text("PRAGMA query_only"))).scalar_one() for each in connections]
        assert kinds == [0, 1, 1, 1, 1]
    finally:
        for connection in connections:
            await connection.close()


@both_databases
async def test_a_reading_session_cannot_write(service):
    site = await add_site(service)
    with pytest.raises(Exception, match=r"(?i)read-?only"):
        async with service.db.reading() as session:
            await open_thread(session, site, PAGE, "", service.clock())


@both_databases
async def test_a_reading_session_sees_one_state(service):
    site = await add_site(service)
    await file(service, site, "der erste")
    async with service.db.reading() as session:
        before = len(list(await session.exec(select(Comment.id))))
        await file(service, site, "während gelesen wird")
        after = len(list(await session.exec(select(Comment.id))))
    assert (before, after) == (1, 1)


@both_databases
async def test_of_many_who_read_and_write_back_nobody_overwrites_another(service):
    site = await add_site(service)
    async with service.db.writing() as session:
        await open_thread(session, site, PAGE, "", service.clock())

    async def add_one() -> None:
        for _ in range(10):
            async with service.db.writing() as session:
                found = await session.exec(select(Thread).with_for_update())
                thread = found.one()
                thread.revision += 1
                session.add(thread)

    await asyncio.gather(*(add_one() for _ in range(8)))
    async with service.db.reading() as session:
        found = await find_thread(session, site, PAGE)
    assert found is not None
    assert found.revision == 80


@both_databases
async def test_a_transaction_that_fails_leaves_nothing(service):
    site = await add_site(service)

    async def fail() -> None:
        async with service.db.writing() as session:
            await open_thread(session, site, PAGE, "", service.clock())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with service.db.reading() as session:
        assert await find_thread(session, site, PAGE) is None


async def test_a_locked_database_is_unavailable_and_comes_back(service, database, monkeypatch):
    await service.db.close()
    monkeypatch.setattr("models.sqlite_engine.BUSY_MILLISECONDS", 50)
    monkeypatch.setattr("models.sqlite_engine.PATIENCE", 0.1)
    impatient = Database(database)
    other = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        async with impatient.writing() as session:
            await session.exec(text("SELECT 1"))
    async with impatient.reading() as session:
        assert list(await session.exec(select(Thread))) == []
    other.execute("ROLLBACK")
    other.close()
    async with impatient.writing() as session:
        await session.exec(text("SELECT 1"))
    await impatient.close()


async def test_a_full_disk_is_unavailable_and_reading_goes_on(service):
    site = await add_site(service)
    async with service.db._writer.connect() as connection:
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
        await connection.execute(text(f"PRAGMA max_page_count={pages}"))
        await connection.commit()
    with pytest.raises(Unavailable, match="full"):
        await fill(service, site)
    async with service.db.reading() as session:
        kept = len(list(await session.exec(select(Comment.id))))
    async with service.db._writer.connect() as connection:
        await connection.execute(text("PRAGMA max_page_count=1000000"))
        await connection.commit()
    await file(service, site, "Wieder Platz.")
    async with service.db.reading() as session:
        assert len(list(await session.exec(select(Comment.id)))) == kept + 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_connections_that_the_server_has_ended_are_made_anew(service):
    site = await add_site(service)
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    for _again in range(2):
        await asyncio.gather(*(file(service, site, f"Nummer {each}") for each in range(4)))
        async with service.db.writing() as session:
            await session.exec(text(ended))  # type: ignore[call-overload]
    assert await service.db.is_ready()
    await file(service, site, "danach")


async def read_threads(db: Database) -> list[Thread]:
    async with db.reading() as session:
        return list(await session.exec(select(Thread)))


async def test_a_server_that_cannot_be_reached_is_unavailable():
    nowhere = Database("postgresql://test@127.0.0.1:1/nothing")
    with pytest.raises(Unavailable):
        await read_threads(nowhere)
    with pytest.raises(Unavailable):
        await nowhere.is_ready()
    await nowhere.close()


@both_databases
async def test_who_asks_after_it_was_closed_is_answered_and_it_closes_again(service):
    await service.db.close()
    assert [row[0] for row in await service.db.look(lambda trip: trip.ask(text("SELECT 1")))] == [1]
    await asyncio.wait_for(service.db.close(), 5)


@both_databases
async def test_a_connection_in_use_while_it_closes_is_ended_with_its_use(service):
    async with service.db.reading() as session:
        raw = (await (await session.connection()).get_raw_connection()).driver_connection
        await service.db.close()
        assert list((await session.exec(text("SELECT 1"))).scalars()) == [1]
    ended = ValueError if service.db.sqlite else asyncpg.InterfaceError
    with pytest.raises(ended):
        await raw.execute("SELECT 1")


async def test_a_copy_made_while_serving_opens_and_holds_everything(service, tmp_path):
    site = await add_site(service)
    kept = await file(service, site, "vor der Sicherung")
    copy = tmp_path / "copy.db"
    async with service.db.reading() as session:
        await session.exec(select(Comment))
        await service.db.back_up(copy)
    await file(service, site, "nach der Sicherung")
    restored = Database(f"sqlite:///{copy}")
    assert await restored.is_ready()
    async with restored.reading() as session:
        assert [each.id for each in await session.exec(select(Comment))] == [kept.id]
    async with restored.writing() as session:
        (comment,) = await session.exec(select(Comment))
        comment.name = "geändert"
        session.add(comment)
    await restored.close()
    plain = sqlite3.connect(copy)
    assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    plain.close()


async def fill(service, site) -> None:
    for number in range(200):
        await file(service, site, f"Ein Kommentar, der Platz braucht. Nummer {number}. " * 20)


@both_databases
async def test_errors_hold_no_values(service):
    site = await add_site(service)
    with pytest.raises(Exception, match=r"UNIQUE|unique") as caught:
        async with service.db.writing() as session:
            session.add(type(site)(key="musterstadt", name="GEHEIM", created_at=service.clock()))
    assert "GEHEIM" not in str(caught.value)


def _is_no_index_of_words(name, _kind, _parents):
    """The search index belongs to the database alone; no model describes it."""
    return name is None or not name.startswith(PREFIX)


def _downgrade(connection, revision):
    told = config()
    told.attributes["connection"] = connection
    command.downgrade(told, revision)
