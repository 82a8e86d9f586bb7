"""Databases on a real PostgreSQL, one for each test: a copy of a migrated one, or one that a test is done with.

Taking a database's rows out costs a few milliseconds, copying and dropping one some two hundred.
"""

import uuid

import asyncpg

from models.db import Database
from tests.support.postgres import on_server

_SCHEMA = """
    SELECT md5(string_agg(concat_ws(' ', c.oid, c.relname, a.attname, a.atttypid, a.attnotnull), ',' ORDER BY c.oid, a.attnum))
    FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace
"""
_TABLES = "SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
_RESTART = """
    SELECT setval(format('%I', sequencename)::regclass, start_value, false) FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL
"""
_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class SpareDatabases:
    """On one server, `postgresql://…/` without a database's name: migrated databases without rows."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._template = ""
        self._spare: dict[str, str] = {}  # name: what its schema was when it was new

    async def take(self) -> str:
        """The address of a database that nobody else uses."""
        if not self._spare:
            await self._copy()
        self._taken = self._spare.popitem()
        return self._server + self._taken[0]

    async def give_back(self) -> None:
        """Take the rows of what was taken out again, or drop it if the test has changed its tables."""
        name, schema = self._taken
        connection = await asyncpg.connect(self._server + name)
        await connection.execute(_OTHERS)
        same = await connection.fetchval(_SCHEMA) == schema
        if same:
            tables = [row[0] for row in await connection.fetch(_TABLES)]
            # Without the triggers: rows refer to each other, and some tables let nobody delete.
            await connection.execute("SET session_replication_role = replica")
            await connection.execute(";".join(f"DELETE FROM {table}" for table in tables))
            await connection.execute(_RESTART)
            self._spare[name] = schema
        await connection.close()
        if not same:
            await on_server(self._server, f'DROP DATABASE "{name}" WITH (FORCE)')

    async def _copy(self) -> None:
        if not self._template:
            self._template = f"template_{uuid.uuid4().hex}"
            await on_server(self._server, f'CREATE DATABASE "{self._template}"')
            db = Database(self._server + self._template)
            await db.migrate()
            await db.close()
        name = f"test_{uuid.uuid4().hex}"
        await on_server(self._server, f'CREATE DATABASE "{name}" TEMPLATE "{self._template}"')
        connection = await asyncpg.connect(self._server + name)
        self._spare[name] = await connection.fetchval(_SCHEMA)
        await connection.close()
