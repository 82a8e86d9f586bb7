"""What readers see of a thread: the approved comments in display order.

One predicate decides what is public (`Comment.status == approved`); thread, counts and feeds all rest on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Executable, bindparam, inspect
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.order import NODE, Node, Order, Removed, Sort, order_of
from models.site import Site
from models.thread import Readable, Thread
from models.trip import Row, Trip, any_of, numbered, room
from moderation.lifecycle import Status


class Entry(NamedTuple):
    """A comment as the thread shows it. A tombstone has `removed` set, and neither name nor html."""

    id: str
    parent: str | None
    depth: int
    name: str | None
    url: str | None
    role: str | None
    html: str
    created_at: datetime
    edited_at: datetime | None
    pinned: bool
    featured: bool
    helpful: int
    question: str | None
    removed: Removed | None


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some entries of a thread. `count`: its approved comments; `next`: where to go on, or None at the end.

    `order`: the one they were taken from, for whoever keeps it.
    """

    entries: list[Entry]
    count: int
    next: str | None
    order: Order | None = None


# Columns of the table: those of the class would go through the ORM, at twice the time for a thread of a thousand.
_TABLE = inspect(Comment).local_table
# A whole comment carries its findings and reasons, which readers do not see and which take longest to load.
_SHOWN = ("name", "url", "role", "html", "edited_at", "featured", "question")
_NOTHING_SHOWN = (None, None, None, "", None, False, None)
_APPROVED = (_TABLE.c.thread_id == bindparam("thread"), _TABLE.c.status == bindparam("approved"))
_PUBLIC = select(*(_TABLE.c[name] for name in ("id", *_SHOWN))).where(*_APPROVED)
_WITH_NODES = select(*(_TABLE.c[name] for name in (*NODE, *_SHOWN))).where(*_APPROVED)
_NUMBER = select(func.count()).where(*_APPROVED)
_ANSWERS = (
    select(_TABLE.c.question, func.count())
    .where(
        _TABLE.c.thread_id == bindparam("thread"),
        _TABLE.c.status == bindparam("status"),
        _TABLE.c.question.is_not(None),
    )
    .group_by(_TABLE.c.question)
)


async def approved(
    trip: Trip,
    thread: Readable,
    depth: int,
    sort: Sort = "oldest",
    after: str | None = None,
    limit: int = 100,
    order: Order | None = None,
) -> Excerpt:
    """At most `limit` entries after the comment `after`, replies under what they answer, `depth` levels at most.

    Pinned ones come first where they stand; other replies are oldest first. Raises `UnknownCursor`. Who has the
    thread's `order` gives it: in a thread of thousands it takes longer than all else.
    """
    rows = await _all_if_few(trip, thread, 2 * limit) if order is None else None
    order = order or await order_of(trip, thread, depth, sort, rows)
    start = order.start(after)
    chosen = order.nodes[start : start + limit]
    if rows is None:
        wanted = [node.id for node, _ in chosen if node.removed is None]
        rows = await _load(trip, thread, wanted, whole=2 * len(chosen) > len(order.nodes))
    shown = {row[0]: row[-len(_SHOWN) :] for row in rows}
    # What was unpublished since the order was read is left out.
    present = [(node, level) for node, level in chosen if node.removed or node.id in shown]
    return Excerpt(
        entries=[_entry(node, level, shown.get(node.id, _NOTHING_SHOWN)) for node, level in present],
        count=order.count,
        next=chosen[-1][0].id if chosen and start + limit < len(order.nodes) else None,
        order=order,
    )


async def count_approved(session: AsyncSession, site: Site, pages: Sequence[str]) -> dict[str, int]:
    """How many approved comments each of the normalised `pages` has; a page without any counts 0."""
    found = await session.exec(
        select(Thread.page, func.count(col(Comment.id)))
        .join(Comment, col(Comment.thread_id) == col(Thread.id))
        .where(
            Thread.site_id == site.id,
            col(Thread.page).in_(pages),
            Comment.status == Status.APPROVED,
        )
        .group_by(col(Thread.page))
    )
    return dict.fromkeys(pages, 0) | dict(found.all())


async def answers_by_prompt(trip: Trip, thread: Readable, status: Status = Status.APPROVED) -> dict[str, int]:
    """How many approved comments (or with another status) stand under each prompt of the thread, replies among them."""
    return {row[0]: row[1] for row in await trip.ask(_ANSWERS, {"thread": thread.id, "status": status})}


async def _all_if_few(trip: Trip, thread: Readable, most: int) -> Sequence[Row] | None:
    """All approved comments, with what orders them and what is shown; None where there are more than `most`.

    To read the same rows twice, for the order and for what is shown, takes half as long again.
    """
    told = {"thread": thread.id, "approved": Status.APPROVED}
    number = (await trip.ask(_NUMBER, told))[0][0]
    return await trip.ask(_WITH_NODES, told) if number <= most else None


async def _load(trip: Trip, thread: Readable, ids: list[str], whole: bool) -> Sequence[Row]:
    """The ids of these comments and the columns `_SHOWN`; of the whole thread without naming each."""
    told = {"thread": thread.id, "approved": Status.APPROVED}
    if not whole and not ids:
        return ()
    return await (trip.ask(_PUBLIC, told) if whole else trip.ask(_some(room(ids)), {**told, **numbered(ids)}))


@cache
def _some(number: int) -> Executable:
    return _PUBLIC.where(any_of(_TABLE.c.id, number))


def _entry(node: Node, level: int, shown: Sequence[Any]) -> Entry:
    name, url, role, html, edited_at, featured, question = shown
    comment_id, parent, created_at, pinned, helpful, removed = node
    # In the order of the fields: named, they take three times as long.
    return Entry(
        comment_id, parent, level, name, url, role, html,
        created_at, edited_at, pinned, featured, helpful, question, removed,
    )  # fmt: skip
