"""`backup`: a whole copy, for its owner's eyes, that overwrites nothing."""

import asyncio
import sqlite3
import stat
from pathlib import Path

import asyncpg
import pytest

from tests.service.commands.conftest import Run
from tests.support.missing import skip_or_fail
from tests.support.postgres import find_binaries, free_port


@pytest.fixture(autouse=True)
def site(run: Run) -> None:
    run("site", "add", "a", "--origin", "https://a.example")


def test_the_copy_holds_everything_and_can_be_served(run: Run, tmp_path: Path) -> None:
    assert run("backup", str(tmp_path / "copy.db")).status == 0
    served = run("site", "list", database_url=f"sqlite:///{tmp_path}/copy.db")
    assert served.out == run("site", "list").out != ""


def test_the_copy_is_consistent_while_somebody_writes(run: Run, tmp_path: Path) -> None:
    writer = sqlite3.connect(tmp_path / "data/wortmeldung.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE site SET name = 'nicht festgeschrieben'")
    copied = run("backup", str(tmp_path / "copy.db"))
    writer.execute("ROLLBACK")
    writer.close()
    assert copied.status in (0, 1)
    if copied.status == 0:
        assert "nicht festgeschrieben" not in run("site", "list", database_url=f"sqlite:///{tmp_path}/copy.db").out


def test_nobody_else_may_read_the_copy(run: Run, tmp_path: Path) -> None:
    run("backup", str(tmp_path / "copy.db"))
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.part"))


def test_a_file_that_exists_stays(run: Run, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("wichtig")
    done = run("backup", str(tmp_path / "copy.db"))
    assert done.status == 1
    assert (tmp_path / "copy.db").read_text() == "wichtig"


def test_a_folder_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    done = run("backup", str(tmp_path / "fehlt" / "copy.db"))
    assert done.status == 1
    assert "fehlt" in done.err


def test_a_postgresql_database_needs_its_own_tool(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = run("backup", str(tmp_path / "copy.dump"), database_url="postgresql://me:geheim@127.0.0.1:9/x")
    assert done.status == 1
    assert "pg_dump" in done.err
    assert "geheim" not in done.err


async def test_the_copy_of_a_postgresql_database_is_an_archive(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres: str
) -> None:
    programs = find_binaries()
    if programs is None or not (programs / "pg_dump").exists():
        skip_or_fail("no pg_dump: install Debian's postgresql-client")
    name = f"backup_{free_port()}"
    connection = await asyncpg.connect(postgres + "postgres")
    await connection.execute(f'CREATE DATABASE "{name}"')
    address = postgres + name
    await asyncio.to_thread(run, "site", "add", "a", "--origin", "https://a.example", database_url=address)
    monkeypatch.setenv("PATH", str(programs))
    done = await asyncio.to_thread(run, "backup", str(tmp_path / "copy.dump"), database_url=address)
    await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await connection.close()
    assert done.status == 0, done.err
    assert (tmp_path / "copy.dump").read_bytes().startswith(b"PGDMP")
    assert stat.S_IMODE((tmp_path / "copy.dump").stat().st_mode) == 0o600
