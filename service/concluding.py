"""What became of a talk, as editors write it: read, shown, put on top of the thread, taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import anyio.to_thread
import structlog

from models.audit import note
from models.outcome import LONGEST_TITLE, Outcome, Words, outcome_of, put_outcome, take_back_outcome
from models.rights import Deciding
from models.site import Site
from models.thread import Thread, find_thread
from moderation.draft import LONGEST_JUDGED, Draft
from moderation.judge import show
from moderation.personal_data import mask_text
from moderation.tidy import tidy
from moderation.working_time import ZONE
from service.errors import Problem, _
from service.moderating import require
from service.state import Service

log = structlog.get_logger()
FIELDS = ("title", "text", "day")
_NO_TALK = _("Nobody has written on this page yet.")
_EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Written:
    """What was typed: its words, or what is wrong with them by field (source texts)."""

    words: Words | None
    faults: Mapping[str, str] = field(default_factory=dict)


async def talk_at(service: Service, site: Site, page: str) -> tuple[Thread, Outcome | None]:
    """The thread of a normalised page with its note, if it has one; 404 where there is no thread."""
    async with service.db.reading() as session:
        thread = await find_thread(session, site, page)
        if thread is None:
            raise Problem(404, _NO_TALK)
        return thread, await outcome_of(session, thread)


async def read_outcome(site: Site, fields: Mapping[str, str], now: datetime) -> Written:
    """The note as it would be shown: rendered, sanitised, addresses hidden, as comments are."""
    text = fields.get("text", "").strip()
    title = mask_text(" ".join(tidy(fields.get("title", "")).split()), site.language).text
    told = fields.get("day", "").strip()
    shown_on = _day(told) if told else now.astimezone(ZONE).date()
    faults = {}
    if not text:
        faults["text"] = _("Please fill in this field.")
    if len(text) > LONGEST_JUDGED or "\0" in text:
        faults["text"] = _("This is too long.")
    if len(title) > LONGEST_TITLE:
        faults["title"] = _("This is too long.")
    if shown_on is None:
        faults["day"] = _("This is no day.")
    if faults or shown_on is None:
        return Written(None, faults)
    shown = await anyio.to_thread.run_sync(show, Draft(page="/", text=text), site.plain_language)
    if not shown.html:
        return Written(None, {"text": _("Please fill in this field.")})
    return Written(Words(title, shown.text, shown.html, shown_on))


async def conclude(service: Service, deciding: Deciding, site: Site, page: str, words: Words) -> None:
    """Put the note on top of the page's thread and close it. Raises `Problem` (403, 404)."""
    require(deciding, site.id or 0, "answer")
    now = service.clock()
    async with service.db.writing() as session:
        thread = await find_thread(session, site, page)
        if thread is None:
            raise Problem(404, _NO_TALK)
        await put_outcome(session, thread, words, now)
        await note(session, "outcome_put", str(thread.id), now, site_id=site.id, moderator_id=deciding.id)
    log.info("outcome_put", site=site.key, thread=thread.id, moderator=deciding.id)


async def take_back(service: Service, deciding: Deciding, site: Site, page: str) -> None:
    """Take the note off again; the thread stays closed. Raises `Problem` (403, 404)."""
    require(deciding, site.id or 0, "answer")
    now = service.clock()
    async with service.db.writing() as session:
        thread = await find_thread(session, site, page)
        if thread is None:
            raise Problem(404, _NO_TALK)
        await take_back_outcome(session, thread, now)
        await note(session, "outcome_taken_back", str(thread.id), now, site_id=site.id, moderator_id=deciding.id)
    log.info("outcome_taken_back", site=site.key, thread=thread.id, moderator=deciding.id)


def _day(told: str) -> date | None:
    try:
        found = date.fromisoformat(told)
    except ValueError:
        return None
    return found if found >= _EARLIEST else None
