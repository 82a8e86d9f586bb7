"""What became of a talk: the editors' note on top of a thread that is closed ("Was daraus wurde").

Who follows the page is mailed once, a while after the note first appears, with its words as they are then. Changing it
later mails nobody again, and neither does taking it back and writing another: `told_at` stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime
from models.outbox import enqueue
from models.subscription import Subscription
from models.thread import Readable, Thread, advance
from models.trip import Trip, columns

TELL = "tell_outcome"
LONGEST_TITLE = 200
# Long enough to see a slip of the pen on the page, and to mend it before it is in a hundred mailboxes.
TOLD_AFTER = timedelta(minutes=10)


class Outcome(SQLModel, table=True):
    """One note for one thread. `day` is the date that readers see; `text` the source of `html`, which is sanitised and
    masked as comments are. Without `html` it was taken back, and the row only says that readers have been told.
    """

    thread_id: int = Field(primary_key=True, foreign_key="thread.id")
    site_id: int = Field(foreign_key="site.id", index=True)
    title: str = Field(default="", max_length=LONGEST_TITLE)
    text: str = ""
    html: str = ""
    day: date
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


@dataclass(frozen=True, slots=True)
class Words:
    """What a note says: the source, and what is shown of it."""

    title: str
    text: str
    html: str
    day: date


async def outcome_of(session: AsyncSession, thread: Thread | None) -> Outcome | None:
    """The thread's note, or None."""
    found = await session.get(Outcome, thread.id) if thread else None
    return found if found and found.html else None


class Shown(NamedTuple):
    """A note as readers get it."""

    title: str
    html: str
    day: date
    changed_at: datetime | None


async def shown_outcome(trip: Trip, thread: Readable) -> Shown | None:
    """The thread's note for its readers, or None."""
    found = await trip.ask(_SHOWN, {"thread": thread.id})
    return Shown(*found[0]) if found else None


_SHOWN = columns(Outcome, Shown._fields).where(col(Outcome.thread_id) == bindparam("thread"), col(Outcome.html) != "")


async def put_outcome(session: AsyncSession, thread: Thread, words: Words, now: datetime) -> Outcome:
    """Put the note on top of the thread, which takes no more comments then, and tell whoever follows it, once."""
    outcome = await session.get(Outcome, thread.id, with_for_update=True)
    if outcome is None or not outcome.html:
        told = outcome.told_at if outcome else None
        if outcome is not None:
            await session.delete(outcome)
            await session.flush()
        outcome = Outcome(thread_id=thread.id or 0, site_id=thread.site_id, day=words.day, created_at=now, told_at=told)
    else:
        outcome.changed_at = now
    outcome.title, outcome.text, outcome.html, outcome.day = words.title, words.text, words.html, words.day
    if outcome.told_at is None:
        outcome.told_at = now
        notice = await enqueue(session, TELL, {"thread": thread.id, "site": thread.site_id}, now)
        notice.due_at = now + TOLD_AFTER
        session.add(notice)
    thread.open = False
    session.add_all((outcome, thread))
    await _changed(session, thread, now)
    return outcome


async def take_back_outcome(session: AsyncSession, thread: Thread, now: datetime) -> None:
    """Take the note off the thread. Mails that have not left are not written any more."""
    outcome = await session.get(Outcome, thread.id, with_for_update=True)
    if outcome is None or not outcome.html:
        return
    outcome.title = outcome.text = outcome.html = ""
    session.add(outcome)
    await _changed(session, thread, now)


async def latest_outcomes(
    session: AsyncSession, site_id: int, thread: Thread | None = None, limit: int = 50
) -> Sequence[tuple[Outcome, Thread]]:
    """The notes put last at the site, or the thread's own; newest first."""
    here = [col(Outcome.site_id) == site_id, col(Outcome.html) != ""]
    if thread is not None:
        here.append(col(Outcome.thread_id) == thread.id)
    found = await session.exec(
        select(Outcome, Thread)
        .join(Thread, col(Thread.id) == col(Outcome.thread_id))
        .where(*here)
        .order_by(col(Outcome.created_at).desc(), col(Outcome.thread_id))
        .limit(limit)
    )
    return list(found)


async def followers(session: AsyncSession, thread_id: int) -> list[Subscription]:
    """Who said yes to mails about the whole page: one subscription for each address. Who asked for the answers to one
    comment alone did not.
    """
    found = await session.exec(
        select(Subscription)
        .where(
            col(Subscription.thread_id) == thread_id,
            col(Subscription.kind) == "thread",
            col(Subscription.confirmed_at).is_not(None),
            col(Subscription.ended_at).is_(None),
        )
        .order_by(col(Subscription.created_at), col(Subscription.id))
    )
    told: dict[str, Subscription] = {}
    for each in found:
        told.setdefault(each.email_mark, each)
    return list(told.values())


async def _changed(session: AsyncSession, thread: Thread, now: datetime) -> None:
    await session.flush()
    await advance(session, thread.id or 0)
    await enqueue(session, "thread_changed", {"thread": thread.id, "site": thread.site_id}, now)
