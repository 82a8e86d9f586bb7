"""The display order of a thread: which approved comment, or which tombstone, stands where.

One predicate decides what is public (`Comment.status == approved`); thread, counts and feeds all rest on it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from operator import itemgetter
from typing import Literal, NamedTuple

from sqlalchemy import bindparam, inspect, select

from models.comment import Comment
from models.lru import LruCache
from models.thread import Readable
from models.trip import Row, Trip
from moderation.lifecycle import Status

Sort = Literal["oldest", "newest", "helpful"]
Removed = Literal["author", "moderation"]
# About 400 bytes each.
MOST_NODES = 60_000


class UnknownCursor(ValueError):
    """The place to go on from is not in this thread (any more)."""


class Node(NamedTuple):
    """The little that ordering needs of a comment; `removed` is set for a tombstone.

    A tuple, since a thread of thousands makes thousands of them, and a frozen dataclass takes four times as long.
    """

    id: str
    parent: str | None
    created_at: datetime
    pinned: bool
    helpful: int
    removed: Removed | None


@dataclass(frozen=True, slots=True)
class Order:
    """Every node with its level, in display order, and the place of each id in it. `count`: the approved comments."""

    nodes: list[tuple[Node, int]]
    places: dict[str, int]
    count: int

    def start(self, after: str | None) -> int:
        """Where the comments after `after` begin. Raises `UnknownCursor`."""
        if after is None:
            return 0
        if after not in self.places:
            raise UnknownCursor(after)
        return self.places[after] + 1

    def cursor(self, start: int) -> str | None:
        """The `after` with which an excerpt begins at that place; None for the beginning."""
        return self.nodes[min(start, len(self.nodes)) - 1][0].id if start > 0 and self.nodes else None

    def step_with(self, comment_id: str, limit: int) -> str | None:
        """The `after` of the excerpt that holds a comment when the thread is read in steps of `limit`.

        None for the first step, and for a comment that is not in the thread.
        """
        return self.cursor(self.places.get(comment_id, 0) // limit * limit)


class Orders:
    """The orders used last, up to `most` nodes of them. A thread's revision is in the key, so none is ever wrong."""

    def __init__(self, most: int = MOST_NODES) -> None:
        self._kept: LruCache[tuple[int | None, int, int, Sort], Order] = LruCache(
            most, lambda _, order: len(order.nodes)
        )

    async def find(self, trip: Trip, thread: Readable, depth: int, sort: Sort) -> Order:
        """The thread's order at its present revision, read from the database if it is not there."""
        order = self.known(thread, depth, sort)
        if order is None:
            order = await order_of(trip, thread, depth, sort)
            self.keep(thread, depth, sort, order)
        return order

    def known(self, thread: Readable, depth: int, sort: Sort) -> Order | None:
        """The thread's order at its present revision, if it is there."""
        return self._kept.get((thread.id, thread.revision, depth, sort))

    def keep(self, thread: Readable, depth: int, sort: Sort, order: Order) -> None:
        """Have it there for whoever asks next; those not used longest make room."""
        self._kept.keep((thread.id, thread.revision, depth, sort), order)


# The fields by which comments stand in a row; who takes them by their places asks nothing of Python.
_AGE = (Node._fields.index("created_at"), Node._fields.index("id"))
# Columns of the table: those of the class would go through the ORM, at twice the time for a thread of a thousand.
_TABLE = inspect(Comment).local_table
_IN_THREAD = _TABLE.c.thread_id == bindparam("thread")
NODE = ("id", "parent_id", "created_at", "pinned", "helpful")
_PUBLIC = select(*(_TABLE.c[name] for name in NODE)).where(_IN_THREAD, _TABLE.c.status == bindparam("approved"))
_ANSWERED_BUT_GONE = select(*(_TABLE.c[name] for name in ("id", "parent_id", "created_at", "withdrawn"))).where(
    _IN_THREAD,
    _TABLE.c.status != bindparam("approved"),
    _TABLE.c.id.in_(select(_TABLE.c.parent_id).where(_IN_THREAD, _TABLE.c.parent_id.is_not(None))),
)


async def order_of(
    trip: Trip, thread: Readable, depth: int, sort: Sort = "oldest", rows: Sequence[Row] | None = None
) -> Order:
    """Replies under what they answer, `depth` levels at most. Pinned come first, among the top comments as among the
    replies to one of them; all other replies are oldest first.

    `rows`: all approved comments, from whoever has read them already; each begins with the columns `NODE`.
    """
    nodes = await _nodes(trip, thread, rows)
    order = _display_order(nodes, sort, depth)
    return Order(
        nodes=order,
        places={node.id: place for place, (node, _) in enumerate(order)},
        count=sum(node.removed is None for node in nodes.values()),
    )


async def _nodes(trip: Trip, thread: Readable, rows: Sequence[Row] | None) -> dict[str, Node]:
    """Approved comments, and as tombstones the ancestors that are gone while their replies stay."""
    told = {"thread": thread.id, "approved": Status.APPROVED}
    found = await trip.ask(_PUBLIC, told) if rows is None else rows
    # Column by column: a thousand tuples put together one by one take twice as long.
    fields = list(zip(*found, strict=True))[: len(NODE)]
    nodes: dict[str, Node] = {each.id: each for each in map(Node._make, zip(*fields, repeat(None)))} if fields else {}
    missing = {node.parent for node in nodes.values()} - nodes.keys() - {None}
    if missing:
        gone = {row[0]: _tombstone(*row) for row in await trip.ask(_ANSWERED_BUT_GONE, told)}
        while missing := missing & gone.keys():
            nodes |= {each: gone[each] for each in missing if each}
            missing = {gone[each].parent for each in missing if each} - nodes.keys()
    return nodes


def _tombstone(comment_id: str, parent: str | None, created_at: datetime, withdrawn: bool) -> Node:
    removed: Removed = "author" if withdrawn else "moderation"
    return Node(comment_id, parent, created_at, pinned=False, helpful=0, removed=removed)


def _display_order(nodes: Mapping[str, Node], sort: Sort, depth: int) -> list[tuple[Node, int]]:
    """Depth first, without recursion: a thread may be as deep as its readers like."""
    replies: defaultdict[str | None, list[Node]] = defaultdict(list)
    for node in sorted(nodes.values(), key=itemgetter(*_AGE)):
        replies[node.parent if node.parent in nodes else None].append(node)
    tops = replies[None]
    if sort == "newest":
        tops.reverse()
    if sort == "helpful":
        tops.sort(key=lambda each: -each.helpful)
    for parent in {None, *(each.parent for each in nodes.values() if each.pinned)}:
        replies[parent if parent in nodes else None].sort(key=lambda each: not each.pinned)
    order: list[tuple[Node, int]] = []
    waiting = [(node, 0) for node in reversed(tops)]
    while waiting:
        node, level = waiting.pop()
        order.append((node, level))
        # Most have none, and a list for each of them took as long as all the rest.
        if node.id in replies:
            below = level + 1 if level < depth else depth
            waiting += [(reply, below) for reply in reversed(replies[node.id])]
    return order
