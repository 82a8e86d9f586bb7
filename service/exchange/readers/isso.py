"""Isso's database. It may come from anywhere, so it is opened as a file that never changes and never trusted:
only its two tables are read, row by row, and nothing that SQL could run from inside it is allowed.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from service.exchange.record import LONGEST_PIECE, LONGEST_TEXT, BadFile, Fault, Item, Place, Record, Status
from service.exchange.times import BadTime, read_seconds

# Isso: 1 accepted, 2 waits, 4 deleted but answered.
_STATUSES: dict[Any, Status] = {1: "approved", 2: "pending", 4: "deleted"}
_ALLOWED = frozenset([sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ])
_COLUMNS = "comments.id, comments.parent, created, modified, mode, text, author, email, website, threads.uri"


def read(path: Path) -> Iterator[Item]:
    """Pages and comments in the order in which they were written."""
    if Path(f"{path}-wal").exists() and Path(f"{path}-wal").stat().st_size:
        raise BadFile("Isso still writes to this database: stop Isso, then import.")
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\0":
            raise BadFile("This is no SQLite database, as Isso has it.")
    try:
        with closing(_opened(path)) as database:
            _check(database)
            yield from _places(database)
            for (number,) in database.execute("SELECT id FROM comments ORDER BY id"):
                yield _comment(database, number)
    except sqlite3.Error as error:
        raise BadFile(f"The database cannot be read: {error}.") from None


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True)
    database.execute("PRAGMA trusted_schema=OFF")
    database.execute("PRAGMA cell_size_check=ON")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 4 * LONGEST_PIECE)
    database.text_factory = lambda stored: stored.decode("utf-8", "replace")
    return database


def _check(database: sqlite3.Connection) -> None:
    """Refuse what is damaged, and tables that are views or somebody's own module; then forbid all but reading."""
    kinds = {
        name: (kind, (sql or "").split()[1:2])
        for name, kind, sql in database.execute(
            "SELECT name, type, sql FROM sqlite_master WHERE name IN ('comments', 'threads')"
        )
    }
    for name in ("comments", "threads"):
        kind, word = kinds.get(name, ("", []))
        if kind != "table" or [each.upper() for each in word] == ["VIRTUAL"]:
            raise BadFile(f"This is no database of Isso: “{name}” is not a table in it.")
    (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise BadFile(
            f"The database is damaged ({' '.join(str(verdict).split())[:80]}); mend it with `sqlite3 FILE .recover`."
        )
    database.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY)


def _places(database: sqlite3.Connection) -> Iterator[Item]:
    for number, uri, title in database.execute("SELECT id, uri, title FROM threads ORDER BY id"):
        if isinstance(uri, str) and uri:
            yield Place(f"page {number}", uri, title if isinstance(title, str) else "")


def _comment(database: sqlite3.Connection, number: int) -> Item:
    where = f"comment {number}"
    query = f"SELECT {_COLUMNS} FROM comments LEFT JOIN threads ON threads.id = tid WHERE comments.id = ?"  # noqa: S608  # our own columns
    try:
        row = database.execute(query, (number,)).fetchone()
    except (sqlite3.DataError, sqlite3.OperationalError) as error:
        return Fault(where, f"cannot be read ({error})")
    source, parent, created, modified, mode, text, author, email, website, uri = row
    if not isinstance(uri, str) or not uri or not isinstance(text, str):
        return Fault(where, "its page is not in the database" if isinstance(text, str) else "its text is no text")
    if len(text) > 4 * LONGEST_TEXT:
        return Fault(where, "longer than any comment")
    status = _STATUSES.get(mode)
    if status is None:
        return Fault(where, f"of no known status ({str(mode)[:20]})")
    try:
        written, edited = read_seconds(created), read_seconds(modified) if modified else ""
    except BadTime as error:
        return Fault(where, str(error))
    return Record(
        where=where,
        # Numbers begin anew in each database; its pages tell two of them apart.
        source=f"{uri} {source}",
        page=uri,
        text=text,
        form="markdown",
        created=written,
        edited=edited,
        status=status,
        parent=f"{uri} {parent}" if parent else "",
        name=_text(author),
        email=_text(email),
        url=_text(website),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
