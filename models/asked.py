"""What a page asks, with the number of answers: as readers see it, and as editors do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.approved import answers_by_prompt
from models.prompt import Prompt, prompts_of
from models.site import Site
from models.thread import Readable, Thread
from models.trip import InSession, Trip, columns
from moderation.lifecycle import Status


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as readers see it. `count`: the approved comments under it; `open`: whether it can be answered."""

    id: str
    text: str
    open: bool
    closes_at: datetime | None
    count: int


@dataclass(frozen=True, slots=True)
class Put:
    """A prompt as editors see it: with how many answers are published, and how many wait for a decision."""

    prompt: Prompt
    site: Site
    page: str
    count: int
    waiting: int


async def asked_at(trip: Trip, thread: Readable, now: datetime) -> list[Asked]:
    """The page's questions in their order. Nothing can be answered where the thread is closed."""
    prompts = await trip.ask(_ASKED, {"thread": thread.id})
    if not prompts:
        return []
    counts = await answers_by_prompt(trip, thread)
    return [
        Asked(
            id=prompt,
            text=text,
            open=thread.open and is_open and (closes_at is None or now < closes_at),
            closes_at=closes_at,
            count=counts.get(prompt, 0),
        )
        for prompt, text, is_open, closes_at in prompts
    ]


_ASKED = (
    columns(Prompt, ("id", "text", "open", "closes_at"))
    .where(col(Prompt.thread_id) == bindparam("thread"), col(Prompt.retired).is_(False))
    .order_by(col(Prompt.position), col(Prompt.id))
)


def next_closing(asked: Iterable[Asked]) -> datetime | None:
    """When the clock will close the first of those that are open, or None."""
    return min((each.closes_at for each in asked if each.open and each.closes_at), default=None)


async def puts_at(session: AsyncSession, site: Site, thread: Thread) -> list[Put]:
    """All that the page asks, in order, and what it asked once, which comes last."""
    prompts = await prompts_of(session, thread.id or 0)
    if not prompts:
        return []
    counts = await answers_by_prompt(InSession(session), thread)
    waiting = await answers_by_prompt(InSession(session), thread, Status.PENDING)
    return [Put(each, site, thread.page, counts.get(each.id, 0), waiting.get(each.id, 0)) for each in prompts]
