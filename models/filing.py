"""Filing: a judged draft becomes a comment that waits, with all that belongs to it, in one transaction.

Every post goes through here, so it is told in statements that were prepared once, in the fewest that do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import Executable, bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import insert_on, new_id
from models.comment import DEFAULTS, ID, Comment, IdTaken, ThreadClosed, UnknownParent, judged_fields
from models.happening import note_happening
from models.outbox import post_notice
from models.prompt import what_stops
from models.seal import mark_on
from models.site import Site
from models.thread import Thread
from models.trip import InSession, Trip
from models.wave import Wanted, join_wave
from moderation.draft import Draft
from moderation.lifecycle import Status
from moderation.verdict import Judged


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the service knows of a comment besides the draft: who sent it and by which rules it was judged.

    `role` and `confirmed` (of the address) are what the host's site has signed, never what somebody typed.
    """

    sender: str
    netiquette: str
    language: str
    role: Literal["editor"] | None = None
    confirmed: bool = False


class Place(NamedTuple):
    """Where a comment is to go: `thread` is None while nobody has written there; `prompt`: the question it stands
    under, a reply that of its parent; `fault`: why it cannot go there.
    """

    thread: int | None
    prompt: str | None = None
    fault: type[Exception] | None = None

    def require(self) -> None:
        """Raise `ThreadClosed`, `UnknownParent` unless the parent is published there, `UnknownPrompt`, `PromptClosed`
        where a comment cannot go.
        """
        if self.fault:
            raise self.fault


class Filed(NamedTuple):
    """What was stored, as far as the answer needs it; `findings` as the row holds them."""

    id: str
    status: str
    lane: str
    html: str
    findings: Sequence[dict[str, Any]]
    failed: Sequence[str]
    email_mark: str | None
    created_at: datetime


async def is_in_use(trip: Trip, comment_id: str) -> bool:
    """Whether a comment has this id already."""
    return bool(await trip.ask(_COMMENT, {"id": comment_id}))


async def place_of(trip: Trip, site: int, draft: Draft, now: datetime) -> Place:
    """The place that a draft names: a page of the site, normalised, and perhaps a comment or a question there."""
    found = await trip.ask(_THREAD, {"site": site, "page": draft.page})
    thread, is_open = found[0] if found else (None, True)
    if not is_open:
        return Place(thread, fault=ThreadClosed)
    if draft.parent is not None:
        return await _reply_to(trip, thread, draft.parent, now)
    if draft.question is None:
        return Place(thread)
    return Place(thread, draft.question, await what_stops(trip, thread, draft.question, now))


async def file(
    trip: Trip, site: Site, judged: Judged, circumstances: Circumstances, now: datetime, title: str = ""
) -> Filed:
    """Store what was judged, with the notice to the moderators.

    Thread and parent are looked at again here, since judging took time and both may have changed meanwhile. `title`
    is that of a thread which is made here; it is shown to readers: never a visitor's own.
    Raises what `Place.require` raises, or `IdTaken` when the client's id is in use.
    """
    draft, site_id = judged.draft, site.id or 0
    place = await place_of(trip, site_id, draft, now)
    place.require()
    comment: dict[str, Any] = {
        **DEFAULTS,
        **judged_fields(judged),
        "id": draft.id or new_id(),
        "site_id": site_id,
        "thread_id": place.thread or await _begin_thread(trip, site_id, draft.page, title, now),
        "parent_id": draft.parent,
        "question": place.prompt,
        "title": draft.title,
        "email": draft.email or None,
        "email_mark": mark_on(trip.dialect, draft.email) if draft.email else None,
        "email_confirmed": circumstances.confirmed,
        "role": circumstances.role,
        "sender": circumstances.sender,
        "language": circumstances.language,
        "netiquette": circumstances.netiquette,
        "created_at": now,
    }
    wanted = Wanted(comment["id"], site_id, comment["lane"], comment["priority"])
    comment["wave"], comment["follows"] = await join_wave(trip, wanted, judged.sketch)
    await _insert(trip, comment)
    await note_happening(trip, "filed", site_id, comment["id"], now)
    await post_notice(trip, "comment_waits", {"comment": comment["id"], "site": site_id}, now)
    return Filed(*(comment[each] for each in Filed._fields))


async def file_comment(
    session: AsyncSession, site: Site, judged: Judged, circumstances: Circumstances, now: datetime, title: str = ""
) -> Comment:
    """The same in the caller's session, for what has to be done with the comment there."""
    filed = await file(InSession(session), site, judged, circumstances, now, title)
    return await session.get_one(Comment, filed.id)


async def _reply_to(trip: Trip, thread: int | None, parent: str, now: datetime) -> Place:
    found = await trip.ask(_COMMENT, {"id": parent}) if thread is not None and ID.fullmatch(parent) else ()
    place, status, prompt = found[0] if found else (None, "", None)
    if place != thread or status != Status.APPROVED:
        return Place(thread, fault=UnknownParent)
    return Place(thread, prompt, await what_stops(trip, thread, prompt, now, reply=True) if prompt else None)


async def _begin_thread(trip: Trip, site: int, page: str, title: str, now: datetime) -> int:
    """Two first comments may arrive at once: the row that loses the race is not inserted, and both find the same."""
    values = {"site_id": site, "page": page, "title": title, "open": True, "aged": False, "revision": 0}
    await trip.ask(_begin_on(trip.dialect.name), {**values, "created_at": now})
    found: int = (await trip.ask(_THREAD, {"site": site, "page": page}))[0][0]
    return found


async def _insert(trip: Trip, comment: dict[str, Any]) -> None:
    """Two posts with the same id may arrive at once: the one that comes second finds the id taken."""
    if not await trip.ask(_insert_on(trip.dialect.name), comment):
        raise IdTaken


_THREAD = select(Thread.id, Thread.open).where(
    col(Thread.site_id) == bindparam("site"), col(Thread.page) == bindparam("page")
)
_COMMENT = select(Comment.thread_id, Comment.status, Comment.question).where(col(Comment.id) == bindparam("id"))


@cache
def _begin_on(dialect: str) -> Executable:
    return insert_on(dialect)(Thread).on_conflict_do_nothing()


@cache
def _insert_on(dialect: str) -> Executable:
    return insert_on(dialect)(Comment).on_conflict_do_nothing(index_elements=["id"]).returning(col(Comment.id))
