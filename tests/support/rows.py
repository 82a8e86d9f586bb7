"""Rows for tables as they were at any time, made from what the database itself says of them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_KINDS: dict[str, Any] = {
    "DATETIME": NOON, "TIMESTAMP": NOON, "BOOLEAN": False, "JSON": [], "INTEGER": 0, "FLOAT": 0.0, "DOUBLE": 0.0,
}  # fmt: skip


def filled(table: Table, given: dict[str, Any]) -> dict[str, Any]:
    """A row with what is given, and something in each other column that must have it."""
    needed = {each.name: each for each in table.columns if not each.nullable and each.server_default is None}
    made = {
        name: next((value for kind, value in _KINDS.items() if str(column.type).startswith(kind)), "")
        for name, column in needed.items()
    }
    return made | {name: value for name, value in given.items() if name in table.columns}
