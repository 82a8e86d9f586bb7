"""A prompt: a question that editors put under an article. Its answers are the comments whose `question` is its id."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Executable, bindparam
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime, new_id
from models.outbox import enqueue
from models.thread import Thread, advance
from models.trip import Trip, any_of, numbered, room

LONGEST_PROMPT = 500
MOST_PROMPTS = 20


class TooManyPrompts(ValueError):
    """The page would ask more than `MOST_PROMPTS` questions."""


class UnknownPrompt(ValueError):
    """The page asks no such question."""


class PromptClosed(Exception):
    """The question takes no answers (any more)."""


class Prompt(SQLModel, table=True):
    """`open`: no editor has closed it; from `closes_at` on it takes no answers either. A `retired` one is not asked
    any more, and its answers stand among the other comments.
    """

    id: str = Field(default_factory=new_id, primary_key=True, max_length=64)
    site_id: int = Field(foreign_key="site.id")
    thread_id: int = Field(foreign_key="thread.id", index=True)
    position: int
    text: str = Field(max_length=LONGEST_PROMPT)
    open: bool = True
    closes_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    retired: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)

    def takes_answers(self, now: datetime) -> bool:
        """Whether somebody may answer it now."""
        return self.open and not self.retired and (self.closes_at is None or now < self.closes_at)


async def prompts_of(session: AsyncSession, thread_id: int) -> list[Prompt]:
    """All prompts of the thread in their order, retired ones last."""
    found = await session.exec(select(Prompt).where(Prompt.thread_id == thread_id))
    return sorted(found, key=lambda each: (each.retired, each.position, each.id))


async def prompts_by_id(session: AsyncSession, ids: Collection[str]) -> dict[str, Prompt]:
    """The prompts that have one of these ids; an id that none has is left out."""
    if not ids:
        return {}
    return {each.id: each for each in await session.exec(select(Prompt).where(col(Prompt.id).in_(ids)))}


class Wording(NamedTuple):
    """A prompt as it stands beside an answer."""

    id: str
    text: str
    retired: bool


async def wordings(trip: Trip, ids: Collection[str]) -> dict[str, Wording]:
    """The same by their words alone, told to the driver itself."""
    found = await trip.ask(_wordings(room(ids)), numbered(ids)) if ids else ()
    return {row[0]: Wording(*row) for row in found}


@cache
def _wordings(number: int) -> Executable:
    return select(Prompt.id, Prompt.text, Prompt.retired).where(any_of(col(Prompt.id), number))


async def add_prompts(
    session: AsyncSession, thread: Thread, texts: Sequence[str], closes_at: datetime | None, now: datetime
) -> list[Prompt]:
    """Put questions under the page, behind those that are there. Raises `TooManyPrompts`."""
    asked = [each for each in await prompts_of(session, thread.id or 0) if not each.retired]
    if len(asked) + len(texts) > MOST_PROMPTS:
        raise TooManyPrompts
    last = max((each.position for each in asked), default=0)
    added = [
        Prompt(
            site_id=thread.site_id,
            thread_id=thread.id or 0,
            position=last + place,
            text=text,
            closes_at=closes_at,
            created_at=now,
        )
        for place, text in enumerate(texts, 1)
    ]
    session.add_all(added)
    await _changed(session, thread.id or 0, thread.site_id, now)
    return added


async def keep_prompt(session: AsyncSession, prompt: Prompt, now: datetime) -> None:
    """Store what was changed of the prompt, so that readers see it. Raises `TooManyPrompts` for one brought back."""
    asked = [each for each in await prompts_of(session, prompt.thread_id) if not each.retired]
    if len(asked) > MOST_PROMPTS:
        raise TooManyPrompts
    session.add(prompt)
    await _changed(session, prompt.thread_id, prompt.site_id, now)


async def move_prompt(session: AsyncSession, prompt: Prompt, place: int, now: datetime) -> None:
    """Put the prompt at a place among those that are asked, the first being 1; beyond the end it is the last.

    What else was changed of it is stored, too. Raises `TooManyPrompts` for one brought back.
    """
    others = [each for each in await prompts_of(session, prompt.thread_id) if not each.retired and each.id != prompt.id]
    if len(others) >= MOST_PROMPTS:
        raise TooManyPrompts
    others.insert(max(0, place - 1), prompt)
    for position, each in enumerate(others, 1):
        each.position = position
        session.add(each)
    await _changed(session, prompt.thread_id, prompt.site_id, now)


async def what_stops(
    trip: Trip, thread: int | None, prompt_id: str, now: datetime, *, reply: bool = False
) -> type[UnknownPrompt | PromptClosed] | None:
    """Why nothing can be written under the prompt, or None. A `reply` goes on under a prompt that is gone."""
    found = await trip.ask(_PROMPT, {"id": prompt_id})
    place, is_open, closes_at, retired = found[0] if found else (None, False, None, True)
    if retired or (not reply and (thread is None or place != thread)):
        return None if reply else UnknownPrompt
    return None if is_open and (closes_at is None or now < closes_at) else PromptClosed


_PROMPT = select(Prompt.thread_id, Prompt.open, Prompt.closes_at, Prompt.retired).where(
    col(Prompt.id) == bindparam("id")
)


async def _changed(session: AsyncSession, thread_id: int, site_id: int, now: datetime) -> None:
    await session.flush()
    await advance(session, thread_id)
    await enqueue(session, "thread_changed", {"thread": thread_id, "site": site_id}, now)
