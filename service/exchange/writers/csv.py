"""A table for people: one comment a row, safe to open in a spreadsheet, and without e-mail addresses."""

import csv
import io
from collections.abc import AsyncGenerator
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.exported import comments_of, pages_of
from models.site import Site
from models.thread import Thread
from service.wire import time_shape

COLUMNS = (
    "id", "page", "title", "question", "parent", "status", "name", "website", "role", "text", "created", "edited",
    "published", "pinned", "featured", "helpful",
)  # fmt: skip
# What a spreadsheet takes for the beginning of a formula, also in the wide forms of East Asian keyboards.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
# Excel takes a file without it for one in the machine's own encoding.
_MARK = b"\xef\xbb\xbf"


async def write(session: AsyncSession, site: Site, *, addresses: bool) -> AsyncGenerator[tuple[int, bytes]]:
    """How many comments were written, and the bytes (RFC 4180, UTF-8). Addresses are never among them."""
    yield 0, _MARK + _rows([COLUMNS])
    for thread in await pages_of(session, site):
        async for chunk in comments_of(session, thread):
            yield len(chunk), _rows([_row(each, thread) for each in chunk])


def _row(comment: Comment, thread: Thread) -> tuple[str, ...]:
    return (
        comment.id,
        thread.page,
        thread.title or comment.title,
        comment.question or "",
        comment.parent_id or "",
        comment.status,
        comment.name,
        comment.url or "",
        comment.role or "",
        comment.text,
        _time(comment.created_at),
        _time(comment.edited_at),
        _time(comment.published_at),
        "yes" if comment.pinned else "",
        "yes" if comment.featured else "",
        str(comment.helpful),
    )


def _rows(rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([[harmless(cell) for cell in row] for row in rows])
    return text.getvalue().encode()


def harmless(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would calculate."""
    return f"'{cell}" if cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA) else cell


def _time(time: datetime | None) -> str:
    return time_shape(time) if time else ""
