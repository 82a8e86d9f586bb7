"""Everything, without loss: a line that names the format, one for each contact, then each page and its comments."""

from collections.abc import AsyncGenerator
from typing import Any

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.contact import contacts_of
from models.exported import comments_of, pages_of
from models.outcome import Outcome, outcome_of
from models.portable import histories, pack, pack_outcome, pack_prompt
from models.prompt import Prompt, prompts_of
from models.site import Site
from models.thread import Thread
from service.exchange.contacts import pack_contacts
from service.exchange.readers.own import VERSION


async def write(session: AsyncSession, site: Site, *, addresses: bool) -> AsyncGenerator[tuple[int, bytes]]:
    """How many comments were written, and the bytes. Without `addresses` no e-mail address is among them."""
    yield 0, _head(site)
    # Who reads nobody's address in the file needs nobody's: a contact is made of one.
    stored = await session.get_one(Site, site.id)
    for each in pack_contacts(await contacts_of(session, stored), stored) if addresses else ():
        yield 0, _line({"contact": each})
    for thread in await pages_of(session, site):
        async for part in _thread(session, thread, await prompts_of(session, thread.id or 0), addresses=addresses):
            yield part


async def write_answers(
    session: AsyncSession, site: Site, thread: Thread, prompt: Prompt
) -> AsyncGenerator[tuple[int, bytes]]:
    """The same of one question and what was said to it, without addresses."""
    yield 0, _head(site)
    async for part in _thread(session, thread, [prompt], addresses=False, question=prompt.id):
        yield part


async def _thread(
    session: AsyncSession, thread: Thread, prompts: list[Prompt], *, addresses: bool, question: str | None = None
) -> AsyncGenerator[tuple[int, bytes]]:
    outcome = None if question else await outcome_of(session, thread)
    yield 0, _line({"thread": _page(thread, prompts, outcome)})
    async for chunk in comments_of(session, thread, question):
        decided = await histories(session, [each.id for each in chunk])
        lines = [_line({"comment": _comment(each, thread, decided, addresses)}) for each in chunk]
        yield len(chunk), b"".join(lines)


def _head(site: Site) -> bytes:
    return _line({"wortmeldung": VERSION, "site": site.key, "name": site.name, "language": site.language})


def _page(thread: Thread, prompts: list[Prompt], outcome: Outcome | None) -> dict[str, Any]:
    packed = {
        "page": thread.page,
        "title": thread.title,
        "open": thread.open,
        "created_at": thread.created_at.isoformat(),
    }
    packed |= {"outcome": pack_outcome(outcome)} if outcome else {}
    return packed | ({"questions": [pack_prompt(each) for each in prompts]} if prompts else {})


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
