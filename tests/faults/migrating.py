"""The service dies in the middle of a migration: the next start finishes it, with all that was there."""

import asyncio

from sqlalchemy import Connection, Engine, MetaData, Table, event, text
from sqlmodel import func, select

from models.comment import Comment
from models.db import Database
from models.schema import upgrade
from tests.faults.ground import PAGE, SITE, Ground, opened
from tests.faults.plan import Outcome
from tests.support.rows import filled

_COMMENTS = 30
_OLDEST = "0001"


async def killed(ground: Ground, kills: int) -> Outcome:
    """On both databases, from the oldest schema on, after ever more statements."""
    outcome, figures = Outcome(), []
    for kind in ("sqlite", "postgresql") if ground.server else ("sqlite",):
        database, statements = await _old(ground, kind), await _statements(await _old(ground, kind))
        half = -(-kills // 2)
        died = 0
        for number in range(half):
            node = ground.node(database)
            await node.run("migrate-until", str(1 + number * statements // half), database)
            assert node.process is not None
            async with asyncio.timeout(120):
                died += await node.process.wait() < 0
        outcome.must(died == half, f"{half - died} migrations were not cut off")
        async with ground.serving(database) as node:
            pass
        async with opened(database) as db:
            outcome.must(await db.is_ready(), f"{kind}: the schema is not current")
            await _check(db, outcome)
        figures.append(f"{kind}: killed {died} times within {statements} statements")
    outcome.figure = f"{'; '.join(figures)}; finished at the next start, {_COMMENTS} of {_COMMENTS} comments there"
    return outcome


async def _old(ground: Ground, kind: str) -> str:
    """A database with the first schema that there was, in use."""
    database = await ground.empty(kind)

    def use(connection: Connection) -> None:
        upgrade(connection, _OLDEST)
        _insert(connection, "site", {"id": 1, "key": SITE, "origins": [], "names": []})
        _insert(connection, "thread", {"id": 1, "site_id": 1, "page": PAGE})
        for number in range(_COMMENTS):
            _insert(connection, "comment", {"id": f"alt-{number}", "site_id": 1, "thread_id": 1, "status": "approved"})

    async with opened(database) as db, db._writer.begin() as connection:
        await connection.run_sync(use)
    return database


def _insert(connection: Connection, name: str, given: dict[str, object]) -> None:
    table = Table(name, MetaData(), autoload_with=connection)
    connection.execute(table.insert().values(filled(table, given)))


async def _statements(database: str) -> int:
    """How many statements lead to the newest schema."""
    number = 0

    def executed(*_: object) -> None:
        nonlocal number
        number += 1

    event.listen(Engine, "after_cursor_execute", executed)
    try:
        async with opened(database) as db:
            await db.migrate()
    finally:
        event.remove(Engine, "after_cursor_execute", executed)
    return number


async def _check(db: Database, outcome: Outcome) -> None:
    async with db.reading() as session:
        there = (await session.exec(select(func.count()).select_from(Comment))).one()
        outcome.must(there == _COMMENTS, f"{there} of {_COMMENTS} comments are there")
        if db.sqlite:
            sound = (await session.exec(text("PRAGMA integrity_check"))).scalar_one()  # type: ignore[call-overload]
            outcome.must(sound == "ok", f"integrity_check says {sound}")
