"""What readers see of a thread: the approved comments in display order.

One predicate decides what is public (`Comment.status == approved`); thread, counts and feeds all rest on it.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import inspect
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.site import Site
from models.thread import Thread
from moderation.lifecycle import Status

Sort = Literal["oldest", "newest", "helpful"]
Removed = Literal["author", "moderation"]


class UnknownCursor(ValueError):
    """The place to go on from is not in this thread (any more)."""


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
    """Some entries of a thread. `count`: its approved comments; `next`: where to go on, or None at the end."""

    entries: list[Entry]
    count: int
    next: str | None


class _Node(NamedTuple):
    """The little that ordering needs of a comment; `removed` is set for a tombstone.

    A tuple, since a thread of thousands makes thousands of them, and a frozen dataclass takes four times as long.
    """

    id: str
    parent: str | None
    created_at: datetime
    pinned: bool
    helpful: int
    removed: Removed | None


# Columns of the table: those of the class would go through the ORM, at twice the time for a thread of a thousand.
_TABLE = inspect(Comment).local_table
_COLUMNS = [_TABLE.c[name] for name in ("id", "parent_id", "created_at", "pinned", "helpful")]
# A whole comment carries its findings and reasons, which readers do not see and which take longest to load.
_SHOWN = [_TABLE.c[name] for name in ("id", "name", "url", "role", "html", "edited_at", "featured", "question")]
_NOTHING_SHOWN = (None, None, None, None, "", None, False, None)


async def approved(
    session: AsyncSession,
    thread: Thread,
    depth: int,
    sort: Sort = "oldest",
    after: str | None = None,
    limit: int = 100,
) -> Excerpt:
    """At most `limit` entries after the comment `after`, replies under what they answer, `depth` levels at most.

    Pinned comments come first; replies are always oldest first. Raises `UnknownCursor`.
    """
    nodes = await _nodes(session, thread)
    order = _display_order(nodes.values(), sort, depth)
    start = _place(order, after)
    chosen = order[start : start + limit]
    wanted = [node.id for node, _ in chosen if node.removed is None]
    full = await _load(session, thread, wanted, whole=len(chosen) == len(order))
    return Excerpt(
        entries=[_entry(node, level, full.get(node.id)) for node, level in chosen],
        count=sum(node.removed is None for node in nodes.values()),
        next=chosen[-1][0].id if chosen and start + limit < len(order) else None,
    )


async def step_with(
    session: AsyncSession, thread: Thread, depth: int, sort: Sort, comment_id: str, limit: int
) -> str | None:
    """The `after` of the excerpt that holds a comment when the thread is read in steps of `limit`.

    None for the first step, and for a comment that is not in the thread.
    """
    order = _display_order((await _nodes(session, thread)).values(), sort, depth)
    places = (place for place, (node, _) in enumerate(order) if node.id == comment_id)
    start = next(places, 0) // limit * limit
    return order[start - 1][0].id if start else None


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


async def _nodes(session: AsyncSession, thread: Thread) -> dict[str, _Node]:
    """Approved comments, and as tombstones the ancestors that are gone while their replies stay."""
    found = await session.exec(
        select(*_COLUMNS).where(Comment.thread_id == thread.id, Comment.status == Status.APPROVED)
    )
    nodes = {row[0]: _Node(row[0], row[1], row[2], row[3], row[4], removed=None) for row in found}
    if any(node.parent and node.parent not in nodes for node in nodes.values()):
        gone = await _answered_but_gone(session, thread)
        missing = {node.parent for node in nodes.values()} - nodes.keys()
        while missing := missing & gone.keys():
            nodes |= {each: gone[each] for each in missing if each}
            missing = {gone[each].parent for each in missing if each} - nodes.keys()
    return nodes


async def _answered_but_gone(session: AsyncSession, thread: Thread) -> dict[str | None, _Node]:
    answered = select(Comment.parent_id).where(Comment.thread_id == thread.id, col(Comment.parent_id).is_not(None))
    found = await session.exec(
        select(Comment.id, Comment.parent_id, Comment.created_at, Comment.withdrawn).where(
            Comment.thread_id == thread.id, Comment.status != Status.APPROVED, col(Comment.id).in_(answered)
        )
    )
    return {
        row[0]: _Node(row[0], row[1], row[2], pinned=False, helpful=0, removed="author" if row[3] else "moderation")
        for row in found
    }


def _display_order(nodes: Collection[_Node], sort: Sort, depth: int) -> list[tuple[_Node, int]]:
    """Depth first, without recursion: a thread may be as deep as its readers like."""
    known = {each.id for each in nodes}
    replies: defaultdict[str | None, list[_Node]] = defaultdict(list)
    for node in sorted(nodes, key=lambda each: (each.created_at, each.id)):
        replies[node.parent if node.parent in known else None].append(node)
    tops = replies[None]
    if sort == "newest":
        tops.reverse()
    if sort == "helpful":
        tops.sort(key=lambda each: -each.helpful)
    tops.sort(key=lambda each: not each.pinned)
    order: list[tuple[_Node, int]] = []
    waiting = [(node, 0) for node in reversed(tops)]
    while waiting:
        node, level = waiting.pop()
        order.append((node, level))
        waiting += [(reply, min(level + 1, depth)) for reply in reversed(replies[node.id])]
    return order


def _place(order: list[tuple[_Node, int]], after: str | None) -> int:
    if after is None:
        return 0
    for place, (node, _) in enumerate(order):
        if node.id == after:
            return place + 1
    raise UnknownCursor(after)


async def _load(session: AsyncSession, thread: Thread, ids: list[str], whole: bool) -> dict[str, Sequence[Any]]:
    """The columns `_SHOWN` of these comments, by id; of the whole thread without naming each."""
    which = Comment.status == Status.APPROVED if whole else col(Comment.id).in_(ids)
    found = await session.exec(select(*_SHOWN).where(_TABLE.c.thread_id == thread.id, which))
    return {row[0]: row for row in found}


def _entry(node: _Node, level: int, shown: Sequence[Any] | None) -> Entry:
    _, name, url, role, html, edited_at, featured, question = shown or _NOTHING_SHOWN
    return Entry(
        id=node.id,
        parent=node.parent,
        depth=level,
        name=name,
        url=url,
        role=role,
        html=html,
        created_at=node.created_at,
        edited_at=edited_at,
        pinned=node.pinned,
        featured=featured,
        helpful=node.helpful,
        question=question,
        removed=node.removed,
    )
