"""Writing what comes from another system, a batch in one transaction: added where it is missing, and nothing changed.

A comment's id is made of its id there, so the same file twice adds nothing, and an answer finds what it answers.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import inspect, text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import insert_on
from models.comment import DEFAULTS, Comment
from models.decision import Decision
from models.moderator import Moderator, moderator_by_email
from models.outcome import Outcome
from models.prompt import Prompt
from models.seal import mark_of
from models.site import Site
from models.thread import Thread, advance, advance_all, entitle
from models.trip import InSession
from models.webhook import announce, webhooks_of
from moderation.lifecycle import Status

# Written row by row without a session's own bookkeeping, which takes longer than the database does.
_COMMENTS: Any = inspect(Comment).local_table
_THREADS: Any = inspect(Thread).local_table
_LOOP = """
WITH RECURSIVE above(id) AS (
    SELECT CAST(:parent AS VARCHAR(64))
    UNION SELECT comment.parent_id FROM comment JOIN above ON comment.id = above.id WHERE comment.parent_id IS NOT NULL
) SELECT 1 FROM above WHERE id = :child"""


class Known(NamedTuple):
    """A comment that is here already."""

    site_id: int
    page: str
    parent_id: str | None


class Told(NamedTuple):
    """What a file says of a page: its title, whether comments can be written there, and since when there are any."""

    title: str
    open: bool
    created: datetime


@dataclass(frozen=True, slots=True)
class Arriving:
    """A comment to add: its columns but thread, parent and site, the page it belongs to, and its decisions."""

    id: str
    page: str
    columns: Mapping[str, Any]
    parent: str | None = None
    history: Sequence[tuple[Mapping[str, Any], Mapping[str, str] | None]] = field(default=())


def imported_id(site: Site, system: str, source: str) -> str:
    """The id of a comment that has the id `source` in another system: always the same, and nobody else's."""
    return blake2b(f"{site.key}\0{system}\0{source}".encode(), digest_size=12).hexdigest()


async def known_comments(session: AsyncSession, ids: Collection[str]) -> dict[str, Known]:
    """Those of the comments that are here already, at whatever site."""
    found = await session.exec(
        select(Comment.id, Comment.site_id, Thread.page, Comment.parent_id)
        .join(Thread, col(Thread.id) == col(Comment.thread_id))
        .where(col(Comment.id).in_(ids))
    )
    return {row[0]: Known(row[1], row[2], row[3]) for row in found}


async def settle_pages(session: AsyncSession, site: Site, told: Mapping[str, Told]) -> dict[str, int]:
    """The threads of the pages, by page. One that is made here is as open as it was in the other system."""
    here = await _threads_at(session, site, told)
    fresh = [
        {"site_id": site.id, "page": page, "open": each.open, "created_at": each.created}
        for page, each in sorted(told.items())
        if page not in here
    ]
    if fresh:
        insert = insert_on(session.get_bind().dialect.name)
        unnamed = {"title": "", "aged": False, "revision": 0}
        rows = [{**unnamed, **each} for each in fresh]
        await (await session.connection()).execute(insert(_THREADS).on_conflict_do_nothing(), rows)
        # Somebody's first comment may have been faster: then the thread is theirs, and found as well.
        here = await _threads_at(session, site, told)
    named = {here[page].id: each.title for page, each in told.items() if each.title and not here[page].title}
    for thread_id, title in named.items():
        await entitle(InSession(session), thread_id, title)
    if named:
        await advance_all(session, sorted(named))
    return {page: here[page].id for page in told}


async def settle_prompts(
    session: AsyncSession, site: Site, thread_id: int, prompts: Sequence[Mapping[str, Any]]
) -> None:
    """Put those questions under the page that are not there."""
    insert = insert_on(session.get_bind().dialect.name)
    for each in prompts:
        row = {**each, "site_id": site.id, "thread_id": thread_id}
        added = await session.exec(insert(Prompt).values(row).on_conflict_do_nothing().returning(col(Prompt.id)))
        if added.first() is not None:
            await advance(session, thread_id)


async def settle_outcome(session: AsyncSession, site: Site, thread_id: int, columns: Mapping[str, Any]) -> None:
    """Put the note of what became of the talk on top of the thread, if it has none."""
    insert = insert_on(session.get_bind().dialect.name)
    row = {**columns, "site_id": site.id, "thread_id": thread_id}
    added = await session.exec(insert(Outcome).values(row).on_conflict_do_nothing().returning(col(Outcome.thread_id)))
    if added.first() is not None:
        await advance(session, thread_id)


async def prompts_elsewhere(session: AsyncSession, site: Site, ids: Collection[str]) -> set[str]:
    """Those of the ids that questions at other sites have."""
    found = await session.exec(select(Prompt.id).where(col(Prompt.id).in_(ids), col(Prompt.site_id) != site.id))
    return set(found)


async def add_comments(
    session: AsyncSession, site: Site, arriving: Sequence[Arriving], threads: Mapping[str, int], now: datetime
) -> set[str]:
    """Add them, parents as given; gives the ids of those that were really added, should somebody else have been faster.

    `threads`: the thread of each page. A parent must be here or come before its replies. Threads where readers see a
    change are counted on.
    """
    if not arriving:
        return set()
    insert = insert_on(session.get_bind().dialect.name)
    adding = insert(_COMMENTS).on_conflict_do_nothing().returning(_COMMENTS.c.id)
    rows = [_row(session, site, each, threads[each.page]) for each in arriving]
    added = set((await (await session.connection()).execute(adding, rows)).scalars())
    await _add_decisions(session, [each for each in arriving if each.id in added and each.history], now)
    changed = {row["thread_id"] for row in rows if row["id"] in added and row["status"] == Status.APPROVED}
    if changed:
        await advance_all(session, sorted(changed))
    for thread_id in sorted(changed) if changed and await webhooks_of(session, site.id or 0) else ():
        await announce(session, site.id or 0, thread_id, ("thread.changed",), None, now)
    return added


async def attach(session: AsyncSession, child: str, parent: str, now: datetime) -> bool:
    """Put an answer under what it answers, which came later in the file; not where that would make a ring."""
    here = await known_comments(session, {child, parent})
    if len(here) < 2 or here[child].page != here[parent].page or here[child].site_id != here[parent].site_id:
        return False
    if (await session.exec(text(_LOOP), params={"parent": parent, "child": child})).first():  # type: ignore[call-overload]
        return False
    orphan = (col(Comment.id) == child, col(Comment.parent_id).is_(None))
    moved = await session.exec(
        update(Comment).where(*orphan).values(parent_id=parent).returning(col(Comment.thread_id))
    )
    row = moved.first()
    if row is not None:
        await advance(session, row[0])
        await announce(session, here[child].site_id, row[0], ("thread.changed",), None, now)
    return True


async def _threads_at(session: AsyncSession, site: Site, pages: Collection[str]) -> dict[str, "_There"]:
    there = (col(Thread.site_id) == site.id, col(Thread.page).in_(pages))
    found = await session.exec(select(Thread.page, Thread.id, Thread.title).where(*there))
    return {page: _There(thread_id or 0, title) for page, thread_id, title in found}


class _There(NamedTuple):
    id: int
    title: str


def _row(session: AsyncSession, site: Site, each: Arriving, thread_id: int) -> dict[str, Any]:
    email = each.columns.get("email")
    return {
        **DEFAULTS,
        **each.columns,
        "id": each.id,
        "site_id": site.id or 0,
        "thread_id": thread_id,
        "parent_id": each.parent,
        "email_mark": mark_of(session, email) if email else None,
    }


async def _add_decisions(session: AsyncSession, decided: Sequence[Arriving], now: datetime) -> None:
    people: dict[str, Moderator | None] = {}
    for each in decided:
        for columns, by in each.history:
            email = by.get("email", "").strip().casefold() if by else ""
            if by and email not in people:
                people[email] = await _person(session, by, now)
            moderator = people.get(email)
            session.add(Decision(comment_id=each.id, moderator_id=moderator.id if moderator else None, **columns))
    await session.flush()


async def _person(session: AsyncSession, by: Mapping[str, str], now: datetime) -> Moderator | None:
    """Who decided elsewhere. Somebody who is not known here becomes a name without any right."""
    email = by.get("email", "").strip().casefold()
    if not email:
        return None
    known = await moderator_by_email(session, email)
    if known is None:
        known = Moderator(email=email, email_mark=mark_of(session, email), name=by.get("name", "")[:80], created_at=now)
        session.add(known)
        await session.flush()
    return known
