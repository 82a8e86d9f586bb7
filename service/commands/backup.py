"""`backup`: a consistent copy while the service serves."""

import asyncio
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import make_url

from models.db import Database
from service.commands.failure import Failure, first_line, opened_database
from service.commands.private import private_file
from service.settings import Settings, read_settings


def backup(file: Annotated[Path, typer.Argument(help="Where the copy goes; must not exist yet.")]) -> None:
    """Write a consistent copy: an SQLite file, or for PostgreSQL the archive that pg_restore reads."""
    settings = read_settings()
    if file.exists():
        raise Failure(f"{file} exists already; a backup overwrites nothing.")
    if not file.parent.is_dir():
        raise Failure(f"There is no folder {file.parent}.")
    with private_file(file) as part:
        _copy(settings, part)
    typer.echo(f"{file}: {file.stat().st_size / 1024:,.0f} KiB")


def _copy(settings: Settings, target: Path) -> None:
    db = Database(settings.database)
    if not db.sqlite:
        _dump(settings.database, target)
        return
    asyncio.run(_vacuum_into(settings, target))
    with sqlite3.connect(target) as copy:
        (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
    copy.close()
    if verdict != "ok":
        raise Failure(f"The copy is damaged ({verdict}); keep the last good backup and run `doctor`.")


async def _vacuum_into(settings: Settings, target: Path) -> None:
    async with opened_database(settings) as db:
        try:
            await db.back_up(target)
        except Exception as error:  # the driver's own kinds: disk full, no permission, damaged pages
            raise Failure(f"The copy could not be written: {first_line(error)}") from error


def _dump(address: str, target: Path) -> None:
    """PostgreSQL's own tool; the password goes by its environment, where no list of processes shows it."""
    program = shutil.which("pg_dump")
    if program is None:
        raise Failure("Copying a PostgreSQL database needs pg_dump (Debian: postgresql-client).")
    url = make_url(address)
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    done = subprocess.run(  # noqa: S603  # a program of the system, with arguments of the operator's
        [program, "--format=custom", "--file", str(target), "--dbname", plain],
        env={"PGPASSWORD": str(url.password or ""), "PGCONNECT_TIMEOUT": "10"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failure(f"pg_dump: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")
