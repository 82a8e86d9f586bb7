"""What SQL a statement is, worked out once for all tests.

Each test has a database and so an engine of its own, and SQLAlchemy keeps compiled statements by an engine's dialect:
compiling them anew was a quarter of what tests with a database took, and what was kept of them was never asked for again.
"""

from dataclasses import dataclass
from typing import Any

from models.db import Database
from models.seal import Seal, put_seal


@dataclass(frozen=True)
class _Known:
    dialect: Any
    compiled: Any
    prepared: Any


class Statements:
    """Compiled statements by kind of database. The databases that share them are sealed with the same secret."""

    def __init__(self) -> None:
        self._known: dict[bool, _Known] = {}

    def lend(self, db: Database, seal: Seal) -> None:
        """Let a database that nobody has asked yet use what others have compiled."""
        if known := self._known.get(db.sqlite):
            for engine in db._engines:
                engine.sync_engine.dialect, engine.sync_engine._compiled_cache = known.dialect, known.compiled
            db._looks._book._known = known.prepared
        for engine in db._engines:
            put_seal(engine, seal)

    def keep(self, db: Database) -> None:
        """For the next ones, unless it was never asked: then its dialect knows nothing about the server yet."""
        engine = db._writer.sync_engine
        if engine.dialect.server_version_info is not None:
            known = _Known(engine.dialect, engine._compiled_cache, db._looks._book._known)
            self._known.setdefault(db.sqlite, known)
