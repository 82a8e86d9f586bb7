"""What every table shares: names of constraints, times in UTC, one way to make an id and to insert in a race."""

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

# Migrations must be able to name what they change, on both databases.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# A row is made from values that were checked before, and never validated: a validator would be built for each table at
# every start, a fifth of the time that declaring the tables takes. One that is asked for is built then.
SQLModel.model_config["defer_build"] = True

_WORD = re.compile(r"[^\W_]+")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC. SQLite gives times back without a zone, so the zone is put on again here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        # A thread of a thousand comments has a thousand times, and two processors in a row take three times as long.
        return _read_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _read_text(value: str | None) -> datetime | None:
    # To read the zone along with the time takes half as long as to put it there.
    return datetime.fromisoformat(value + "+00:00") if value is not None else None


def new_id() -> str:
    """An id that tells nothing and cannot be guessed: 96 random bits in hexadecimal."""
    return secrets.token_hex(12)


def words_in(text: str) -> list[str]:
    """The words of a text, folded for search. SQLite's own lower() only knows ASCII."""
    return _WORD.findall(text.casefold())


def searchable(*texts: str) -> str:
    """Texts as a search looks through them: every word with one space before it, so ` wort` finds where one begins."""
    return "".join(f" {word}" for text in texts for word in words_in(text))


def insert_on(dialect: str) -> Callable[..., sqlite.Insert]:
    """`INSERT` that knows what to do on a conflict. Each database has its own word for it, and they mean the same."""
    if dialect != "postgresql":
        return sqlite.insert
    # Two MiB, which nobody pays for who has SQLite.
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415

    insert: Callable[..., Any] = postgresql.insert
    return insert
