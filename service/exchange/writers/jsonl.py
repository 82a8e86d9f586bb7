"""Everything, without loss: a line that names the format, then each page and its comments, a JSON object a line."""

from collections.abc import AsyncGenerator
from typing import Any

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.exported import comments_of, pages_of
from models.portable import histories, pack
from models.site import Site
from models.thread import Thread
from service.exchange.readers.own import VERSION


async def write(session: AsyncSession, site: Site, *, addresses: bool) -> AsyncGenerator[tuple[int, bytes]]:
    """How many comments were written, and the bytes. Without `addresses` no e-mail address is among them."""
    head = {"wortmeldung": VERSION, "site": site.key, "name": site.name, "language": site.language}
    yield 0, _line(head)
    for thread in await pages_of(session, site):
        yield 0, _line({"thread": _page(thread)})
        async for chunk in comments_of(session, thread):
            decided = await histories(session, [each.id for each in chunk])
            lines = [_line({"comment": _comment(each, thread, decided, addresses)}) for each in chunk]
            yield len(chunk), b"".join(lines)


def _page(thread: Thread) -> dict[str, Any]:
    return {
        "page": thread.page,
        "title": thread.title,
        "open": thread.open,
        "created_at": thread.created_at.isoformat(),
    }


def _comment(
    comment: Comment, thread: Thread, decided: dict[str, list[dict[str, Any]]], addresses: bool
) -> dict[str, Any]:
    packed = {**pack(comment), "page": thread.page, "history": decided.get(comment.id, [])}
    if not addresses:
        packed["email"], packed["email_confirmed"] = None, False
        packed["history"] = [_unaddressed(each) for each in packed["history"]]
    return packed


def _unaddressed(decision: dict[str, Any]) -> dict[str, Any]:
    by = decision["by"]
    return {**decision, "by": {"email": "", "name": by["name"]} if by else None}


def _line(content: dict[str, Any]) -> bytes:
    return orjson.dumps(content) + b"\n"
