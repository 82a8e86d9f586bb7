"""A table for people: one comment a row, safe to open in a spreadsheet, and without e-mail addresses."""

import csv
import io
from collections.abc import AsyncGenerator
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.exported import comments_of, pages_of
from models.prompt import Prompt, prompts_of
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
        prompts = await prompts_of(session, thread.id or 0)
        async for part in _thread(session, thread, prompts):
            yield part


async def write_answers(
    session: AsyncSession, _site: Site, thread: Thread, prompt: Prompt
) -> AsyncGenerator[tuple[int, bytes]]:
    """The same of what was said to one question."""
    yield 0, _MARK + _rows([COLUMNS])
    async for part in _thread(session, thread, [prompt], prompt.id):
        yield part


async def _thread(
    session: AsyncSession, thread: Thread, prompts: list[Prompt], question: str | None = None
) -> AsyncGenerator[tuple[int, bytes]]:
    asked = {each.id: each.text for each in prompts}
    async for chunk in comments_of(session, thread, question):
        yield len(chunk), _rows([_row(each, thread, asked.get(each.question or "", each.question)) for each in chunk])


def _row(comment: Comment, thread: Thread, question: str | None) -> tuple[str, ...]:
    return (
        comment.id,
        thread.page,
        thread.title or comment.title,
        question or "",
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
