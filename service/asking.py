"""Questions under an article, for the desk's pages and the API alike: put, change, order, close, retire."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from models.asked import Put, puts_at
from models.audit import note
from models.prompt import LONGEST_PROMPT, Prompt, add_prompts, keep_prompt, move_prompt
from models.rights import Deciding
from models.site import Site
from models.thread import Thread, entitle, find_thread, open_thread
from models.trip import InSession
from moderation.draft import LONGEST, BadDraft, FieldFault
from moderation.personal_data import mask_text
from moderation.tidy import tidy
from service.errors import Problem, _
from service.moderating import require
from service.state import Service

log = structlog.get_logger()
_NO_PROMPT = _("There is no such question.")
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Change:
    """What shall be different about a prompt; None leaves it. `closes_at` counts only where `reschedules`."""

    text: str | None = None
    open: bool | None = None
    reschedules: bool = False
    closes_at: datetime | None = None
    place: int | None = None
    retired: bool | None = None


async def questions_at(service: Service, site: Site, page: str) -> list[Put]:
    """What a normalised page asks, in order, and what it asked once."""
    async with service.db.reading() as session:
        thread = await find_thread(session, site, page)
        return await puts_at(session, site, thread) if thread else []


async def put_questions(
    service: Service,
    deciding: Deciding,
    site: Site,
    page: str,
    texts: Sequence[str],
    closes_at: datetime | None = None,
    title: str = "",
) -> list[Put]:
    """Put questions under a normalised page, even where nobody has written yet; gives all of the page.

    Raises `Problem` for who may not, `BadDraft` for a text that cannot be, `TooManyPrompts`.
    """
    require(deciding, site.id or 0, "ask")
    cleaned = [clean_question(each, site) for each in texts]
    if not cleaned:
        raise BadDraft((FieldFault("questions", "required"),))
    named = mask_text(" ".join(tidy(title).split()), site.language).text[: LONGEST["title"]]
    now = service.clock()
    async with service.db.writing() as session:
        thread = await open_thread(session, site, page, named, now)
        await entitle(InSession(session), thread.id or 0, named)
        added = await add_prompts(session, thread, cleaned, closes_at, now)
        for each in added:
            await note(session, "asked", each.id, now, site_id=site.id, moderator_id=deciding.id)
        found = await puts_at(session, site, thread)
    log.info("questions_put", site=site.key, number=len(added), moderator=deciding.id)
    return found


async def change_question(service: Service, deciding: Deciding, prompt_id: str, change: Change) -> Put:
    """Change it; gives it as it is now. Raises `Problem` (403, 404), `BadDraft` or `TooManyPrompts`."""
    now = service.clock()
    async with service.db.writing() as session:
        prompt, site, thread = await _found(session, deciding, prompt_id)
        if change.text is not None:
            prompt.text = clean_question(change.text, site)
        if change.open is not None:
            prompt.open = change.open
        if change.reschedules:
            prompt.closes_at = change.closes_at
        if change.retired is not None:
            prompt.retired = change.retired
        if change.place is not None and not prompt.retired:
            await move_prompt(session, prompt, change.place, now)
        else:
            await keep_prompt(session, prompt, now)
        await note(session, "question_changed", prompt.id, now, site_id=site.id, moderator_id=deciding.id)
        found = await puts_at(session, site, thread)
    log.info("question_changed", question=prompt_id, moderator=deciding.id)
    return next(each for each in found if each.prompt.id == prompt_id)


async def question_of(service: Service, deciding: Deciding, prompt_id: str) -> tuple[Prompt, Site, Thread]:
    """The prompt with its place, for who reads at its site: 404 or 403 otherwise."""
    async with service.db.reading() as session:
        return await _found(session, deciding, prompt_id, changing=False)


def clean_question(text: str, site: Site) -> str:
    """The text on one line, without e-mail addresses; `BadDraft` for one that is empty or too long."""
    told = mask_text(" ".join(tidy(text).split()), site.language).text
    if not told:
        raise BadDraft((FieldFault("text", "required"),))
    if len(told) > LONGEST_PROMPT:
        raise BadDraft((FieldFault("text", "too_long", LONGEST_PROMPT),))
    return told


def parse_closing(told: object) -> datetime | None:
    """A time with its zone (RFC 3339), or None for none; `BadDraft` for anything else."""
    if told is None:
        return None
    try:
        moment = datetime.fromisoformat(told if isinstance(told, str) else "")
        if moment.tzinfo is None:
            raise ValueError("a time without a zone")  # noqa: TRY301  # the same answer as for what is no time
        utc = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadDraft((FieldFault("closes_at", "not_allowed"),)) from None
    if utc < _EARLIEST:
        raise BadDraft((FieldFault("closes_at", "not_allowed"),))
    return utc


async def _found(
    session: AsyncSession, deciding: Deciding, prompt_id: str, *, changing: bool = True
) -> tuple[Prompt, Site, Thread]:
    prompt = await session.get(Prompt, prompt_id) if "\0" not in prompt_id else None
    if prompt is None:
        raise Problem(404, _NO_PROMPT)
    require(deciding, prompt.site_id, "ask" if changing else "read")
    return prompt, await session.get_one(Site, prompt.site_id), await session.get_one(Thread, prompt.thread_id)
