"""Finding comments by words: an index of words that forgets a comment's words with the comment.

PostgreSQL indexes the column. SQLite has a table for full text; triggers only note which comments it does not know yet,
because a schema that is not trusted may not touch such a table, and because filing a comment should not wait for it.
Noted comments are looked through one by one until `take_up_words` has taken them up. All of it is made whenever the
schema was brought up to date: a migration that builds a table anew drops its triggers.
"""

import re

from sqlalchemy import ColumnElement, Connection, and_, false, or_, text
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import words_in
from models.comment import Comment
from models.contains import Contains

# Everything of the index is named so; migrations compare the rest.
PREFIX = "search_"
# A search that finds more looks through the queue in its order instead, where it meets enough of them soon.
RARE = 2000
MOST_AT_ONCE = 2000
_SHORTEST = 2
_TABLES = """
CREATE TABLE IF NOT EXISTS search_stale (number INTEGER PRIMARY KEY, comment_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS search_place (number INTEGER PRIMARY KEY, comment_id TEXT UNIQUE, words TEXT NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS search_words USING fts5(
    words, content='search_place', content_rowid='number', columnsize=0, detail=none, prefix='2 3',
    tokenize='unicode61 remove_diacritics 0'
)"""
_TABLE_NAMES = re.findall(r"IF NOT EXISTS (\w+)", _TABLES)
_TRIGGERS = {
    "search_filed": "AFTER INSERT ON comment BEGIN INSERT INTO search_stale (comment_id) VALUES (new.id); END",
    "search_changed": "AFTER UPDATE OF search ON comment WHEN old.search <> new.search "
    "BEGIN INSERT INTO search_stale (comment_id) VALUES (new.id); END",
    "search_gone": "AFTER DELETE ON comment BEGIN INSERT INTO search_stale (comment_id) VALUES (old.id); END",
}
_UNKNOWN = """
INSERT INTO search_stale (comment_id) SELECT id FROM comment
WHERE id NOT IN (SELECT comment_id FROM search_place) AND id NOT IN (SELECT comment_id FROM search_stale)"""
_TAKE_UP = """
INSERT INTO search_words (search_words, rowid, words)
SELECT 'delete', number, words FROM search_place
WHERE comment_id IN (SELECT comment_id FROM search_stale WHERE number <= :upto);
DELETE FROM search_place WHERE comment_id IN (SELECT comment_id FROM search_stale WHERE number <= :upto);
INSERT INTO search_place (comment_id, words)
SELECT id, search FROM comment WHERE id IN (SELECT comment_id FROM search_stale WHERE number <= :upto);
INSERT INTO search_words (rowid, words)
SELECT number, words FROM search_place
WHERE comment_id IN (SELECT comment_id FROM search_stale WHERE number <= :upto);
DELETE FROM search_stale WHERE number <= :upto"""
_UPTO = "SELECT max(number) FROM (SELECT number FROM search_stale ORDER BY number LIMIT :most)"
_POSTGRESQL = "CREATE INDEX IF NOT EXISTS search_words ON comment USING gin (to_tsvector('simple'::regconfig, search))"
_FIND = {
    "sqlite": "SELECT comment_id FROM search_words JOIN search_place ON number = search_words.rowid "
    "WHERE search_words MATCH :asked LIMIT :most",
    "postgresql": "SELECT id FROM comment WHERE to_tsvector('simple'::regconfig, search) "
    "@@ to_tsquery('simple'::regconfig, :asked) LIMIT :most",
}


def prepare_search(connection: Connection) -> None:
    """Make what is missing of the index, and note what was filed without it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_POSTGRESQL))
        return
    # To look for what was filed without it takes a second for some hundred thousand comments, at every start.
    if not _is_missing(connection):
        return
    for statement in _TABLES.split(";"):
        connection.exec_driver_sql(statement)
    for name, trigger in _TRIGGERS.items():
        connection.exec_driver_sql(f"CREATE TRIGGER IF NOT EXISTS {name} {trigger}")
    connection.exec_driver_sql(_UNKNOWN)


def _is_missing(connection: Connection) -> bool:
    made = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type IN ('table', 'trigger')").scalars()
    return not set(made).issuperset((*_TRIGGERS, *_TABLE_NAMES))


async def words_wait(session: AsyncSession) -> bool:
    """Whether there are comments that the index does not know yet."""
    if _dialect(session) != "sqlite":
        return False
    found = await session.exec(text("SELECT 1 FROM search_stale LIMIT 1"))  # type: ignore[call-overload]
    return found.first() is not None


async def take_up_words(session: AsyncSession, most: int = MOST_AT_ONCE) -> None:
    """Bring the index up to date, for at most so many comments that changed."""
    if _dialect(session) != "sqlite":
        return
    upto = (await session.exec(text(_UPTO), params={"most": most})).scalar()  # type: ignore[call-overload]
    if upto is not None:
        for statement in _TAKE_UP.split(";"):
            await session.exec(text(statement), params={"upto": upto})  # type: ignore[call-overload]


async def shed_words(session: AsyncSession) -> None:
    """Write the index anew, so that words of comments that are gone are not even left in its pages."""
    if _dialect(session) != "sqlite":
        return
    while await words_wait(session):
        await take_up_words(session)
    await session.exec(text("INSERT INTO search_words (search_words) VALUES ('optimize')"))  # type: ignore[call-overload]


async def found_by(session: AsyncSession, words: str) -> list[ColumnElement[bool]]:
    """What a comment must meet to be found: each of the words begins a word of its text or its author's name.

    Words that few comments have are looked up; the others are looked for in whatever else is asked for.
    """
    asked = words_in(words)
    if words.strip() and not asked:
        return [false()]
    begins = [_begins(each) for each in asked]
    telling = [each for each in asked if len(each) >= _SHORTEST]
    if not telling:
        return begins
    rare = await _look_up(session, telling)
    if len(rare) > RARE:
        return begins
    known = col(Comment.id).in_(rare)
    if _dialect(session) != "sqlite":
        return [known, *begins]
    unknown = text("comment.id IN (SELECT comment_id FROM search_stale)")
    return [or_(known, unknown), and_(*begins)]


async def _look_up(session: AsyncSession, words: list[str]) -> list[str]:
    each = {"sqlite": '"{}"*', "postgresql": "{}:*"}[_dialect(session)]
    joined = {"sqlite": " ", "postgresql": " & "}[_dialect(session)].join(each.format(word) for word in words)
    parameters = {"asked": joined, "most": RARE + 1}
    found = await session.exec(text(_FIND[_dialect(session)]), params=parameters)  # type: ignore[call-overload]
    return [row[0] for row in found]


def _begins(word: str) -> ColumnElement[bool]:
    return Contains(col(Comment.search), f" {word}")


def _dialect(session: AsyncSession) -> str:
    return session.get_bind().dialect.name
