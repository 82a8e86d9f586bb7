"""One draft from arrival to receipt: gather, judge, file. The JSON API and the plain forms both come through here."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal, NamedTuple

import anyio.to_thread
import structlog
from starlette.requests import Request

from models.comment import Comment, IdTaken
from models.filing import Circumstances, Filed, Place, file, is_in_use, place_of
from models.release import release
from models.sign_on import TokenUsed, use_token
from models.site import Site
from models.standing import standing_of
from models.subscription import ask_to_subscribe
from models.telling import tell_of_arrival
from models.thread import Thread, normalise_page
from models.trip import InSession, Trip
from moderation.draft import LONGEST, LONGEST_JUDGED, BadDraft, Draft, FieldFault
from moderation.judge import Judges, judge, show
from moderation.lifecycle import Status
from moderation.personal_data import mask_text
from moderation.policy import Policy
from moderation.reading import Form, Shown, Standing
from moderation.verdict import Finding, Judged
from service import metrics
from service.admission import sender_of
from service.errors import Problem, _
from service.learning import own_judges
from service.rates import TooMany
from service.sign_on import SignedOn, sign_on, token_problem
from service.state import Service, service_of
from service.taking import expected, own_words, pause_of, require_taking
from service.texts import choose_tone, tell
from service.wire import FindingShape, ReceiptShape, findings_shape, time_shape

log = structlog.get_logger()
_REPEATABLE = timedelta(hours=24)
# Judging so many characters takes some milliseconds; handing them to a thread and back costs more than it spares.
_SHORT = 1500
_PUBLISHED = _("Thank you. Your comment is published.")
_THANKS = _("Thank you. Your comment is waiting for release: a person reads it before it appears.")


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a draft arrived: for which site, from whom, with or without an Origin; `tone`: how the netiquette answers.

    `editor`: the host's site has signed that this is one of its own people.
    """

    site: Site
    sender: str
    origin: bool
    language: str
    tone: str = ""
    editor: bool = False


class Gathered(NamedTuple):
    """What one look at the database gave: `known`: the client's id is in use; `paused`: why nothing is taken now."""

    known: bool
    place: Place
    standing: Standing
    paused: str


async def submit(request: Request, arrival: Arrival, draft: Draft) -> ReceiptShape:
    """File the draft and give its receipt. Raises the exceptions that `errors` knows; then nothing is stored."""
    service = service_of(request)
    signed = await sign_on(service, arrival.site, draft.token, draft.id)
    arrival, draft = as_signed(arrival, clean(draft, arrival.language), signed)
    _require_consent(arrival.site, draft)
    gathered = await gather(service, arrival, draft)
    if gathered.known:
        return await _receipt_again(service, arrival, draft, signed)
    if not arrival.editor:
        await service.rates.check(arrival.sender)
    await service.rates.attempt(arrival.sender)
    # Stops early what could not be filed anyway; filing checks again.
    gathered.place.require()
    require_taking(gathered.paused)
    judges, policy = await own_judges(service, arrival.site)
    judged = await _judge(service, draft, gathered.standing, policy, judges)
    refuse_if_needed(judged)
    if not arrival.editor:
        await service.rates.count(arrival.sender)
    version = judges.netiquette.version if judges.netiquette else ""
    role: Literal["editor"] | None = "editor" if arrival.editor else None
    told = Circumstances(arrival.sender, version, arrival.language, role, confirmed=bool(signed and signed.email))
    try:
        filed = await _file(service, arrival.site, judged, told, signed)
    except IdTaken:
        # The same post, sent twice at once: the other one was faster.
        return await _receipt_again(service, arrival, draft, signed)
    except TokenUsed:
        raise token_problem() from None
    return receipt(service, filed, judged.shown, arrival.site, arrival.language)


def as_signed(arrival: Arrival, draft: Draft, signed: SignedOn | None) -> tuple[Arrival, Draft]:
    """Both with what the host's site has signed about its reader in the place of what was typed."""
    return (replace(arrival, editor=signed.editor), signed.into(draft)) if signed else (arrival, draft)


def clean(draft: Draft, language: str) -> Draft:
    """The draft with its page normalised, and with no e-mail address in its title."""
    title = mask_text(draft.title, language).text[: LONGEST["title"]] if draft.title else ""
    return replace(draft, page=normalise_page(draft.page), title=title)


async def judge_draft(service: Service, arrival: Arrival, draft: Draft) -> Judged:
    """Gather what is known of author and thread, then judge."""
    gathered = await gather(service, arrival, draft)
    judges, policy = await own_judges(service, arrival.site)
    return await _judge(service, draft, gathered.standing, policy, judges)


async def gather(service: Service, arrival: Arrival, draft: Draft) -> Gathered:
    """All that has to be known besides the draft itself, in one look at the database."""
    now, site = service.clock(), arrival.site
    age = service.tokens.form_age(draft.form_token, site.key, now)
    form = Form(trapped=bool(draft.homepage), token=age is not None, origin=arrival.origin, seconds=age)

    async def look(trip: Trip) -> Gathered:
        known = draft.id is not None and await is_in_use(trip, draft.id)
        place = await place_of(trip, site.id or 0, draft, now)
        standing = await standing_of(trip, site, place.thread, arrival.sender, form, now)
        spoken = _as_asked(service, standing, arrival)
        return Gathered(known, place, spoken, await pause_of(trip, site, arrival.language))

    return await service.db.glance(look)


async def _judge(service: Service, draft: Draft, standing: Standing, policy: Policy, judges: Judges) -> Judged:
    """What the judges say. A long text, which takes as long as many short requests, is judged off the loop.

    Short ones are judged in turn: of many that come at once, whatever else is due comes in between.
    """
    if len(draft.text) <= _SHORT:
        async with service.turn:
            judged = judge(draft, standing, policy, judges)
            await asyncio.sleep(0)
        return judged
    return await anyio.to_thread.run_sync(judge, draft, standing, policy, judges)


def refuse_if_needed(judged: Judged) -> None:
    """Stop with advice what rules neutral to opinion refuse. The author's text is theirs to mend: it goes back."""
    refusing = [each for each in judged.verdict.findings if each.severity == "refuse"]
    if not refusing and len(judged.draft.text) > LONGEST_JUDGED:
        # A netiquette without a rule for length must not let a text through whose end nobody has judged.
        raise BadDraft((FieldFault("text", "too_long", LONGEST_JUDGED),))
    if not refusing:
        return
    rules = {each.rule for each in refusing}
    if "flooding" in rules:
        raise TooMany(600)
    status = 409 if rules == {"duplicate"} else 422
    more = {
        "code": "duplicate" if status == 409 else "refused",
        "findings": as_typed(judged.shown, judged.verdict.findings),
    }
    raise Problem(status, _advice(refusing), more=more)


def as_typed(shown: Shown, findings: Iterable[Finding | Mapping[str, Any]]) -> list[FindingShape]:
    """Findings that point into the text as it was typed, which is the text that the author has before them.

    Where the shown text was taken from the rendered form there is no way back, so such findings point nowhere.
    """
    trace = shown.trace
    shapes = findings_shape(findings)
    for each in shapes:
        start, end = each["start"], each["end"]
        each["start"] = trace.origin(start) if trace and start is not None else None
        each["end"] = trace.origin(end) if trace and end is not None else None
    return shapes


def receipt(service: Service, filed: Filed | Comment, shown: Shown, site: Site, language: str) -> ReceiptShape:
    """What the author gets, once: how the comment will look, what was noticed, and the link that manages it."""
    token = service.tokens.manage(filed.id)
    return {
        "id": filed.id,
        "status": "approved" if filed.status == Status.APPROVED else "pending",
        "html": filed.html,
        "findings": as_typed(shown, filed.findings),
        "manage_token": token,
        "manage_url": f"{service.settings.base_url}/comments/{filed.id}/{token}",
        "edit_until": time_shape(filed.created_at + timedelta(minutes=site.edit_minutes)),
        "message": _message(filed, site, language),
    }


def _message(filed: Filed | Comment, site: Site, language: str) -> str:
    if filed.status == Status.APPROVED:
        return tell(language, _PUBLISHED)
    own = own_words(site, "thanks", language) or tell(language, _THANKS)
    return " ".join(filter(None, (own, expected(site, filed.created_at, language))))


def arrival_of(request: Request, site: Site, origin: bool, language: str) -> Arrival:
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return Arrival(site, sender_of(request), origin, language, choose_tone(asked, language))


def _require_consent(site: Site, draft: Draft) -> None:
    """A subscription needs an address and a yes; so does every comment where consent is the site's legal basis."""
    faults = []
    if draft.notify != "none" and not draft.email:
        faults.append(FieldFault("email", "required"))
    if not draft.consent and (draft.notify != "none" or site.terms.basis == "a"):
        faults.append(FieldFault("consent", "required"))
    if faults:
        raise BadDraft(tuple(faults))


async def _file(
    service: Service, site: Site, judged: Judged, circumstances: Circumstances, signed: SignedOn | None
) -> Filed | Comment:
    now = service.clock()
    if site.holds == "everything" and judged.draft.notify == "none" and circumstances.role is None:
        filed: Filed | Comment = await service.db.store(partial(_file_and_tell, site, judged, circumstances, now))
    else:
        filed = await _file_in_session(service, site, judged, circumstances, signed, now)
    metrics.comments.labels(lane=filed.lane).inc()
    log.info("comment_filed", comment=filed.id, site=site.key, lane=filed.lane, failed=list(filed.failed))
    return filed


async def _file_and_tell(site: Site, judged: Judged, circumstances: Circumstances, now: datetime, trip: Trip) -> Filed:
    filed = await file(trip, site, judged, circumstances, now)
    if filed.email_mark:
        await tell_of_arrival(trip, filed.id, filed.email_mark, now)
    return filed


async def _file_in_session(
    service: Service,
    site: Site,
    judged: Judged,
    circumstances: Circumstances,
    signed: SignedOn | None,
    now: datetime,
) -> Comment:
    """File what may appear at once, what somebody wants to follow, and what an editor signed."""
    async with service.db.writing() as session:
        filed = await _file_and_tell(site, judged, circumstances, now, InSession(session))
        comment = await session.get_one(Comment, filed.id)
        if signed and signed.editor:
            await use_token(session, signed.used_for(site, comment.id), signed.key_id, now)
        released = await release(session, site, comment, now)
        if judged.draft.notify != "none":
            await ask_to_subscribe(session, comment, judged.draft.notify, now)
    if released is not None:
        log.info("comment_released", comment=comment.id, policy=released.policy)
    return comment


async def _receipt_again(service: Service, arrival: Arrival, draft: Draft, signed: SignedOn | None) -> ReceiptShape:
    """The receipt of the comment that the same client has already filed under this id, when the first got lost.

    Only while it waits, and only for the same text: ids of published comments are public, and the receipt carries the
    author's secret. An editor's token, which works for one comment, proves that it is this one's author who asks.
    Raises `IdTaken` for any other.
    """
    site = arrival.site
    async with service.db.reading() as session:
        comment = await session.get(Comment, draft.id)
        thread = await session.get_one(Thread, comment.thread_id) if comment else None
    if comment is None or thread is None:
        raise IdTaken
    here = (thread.site_id, thread.page, comment.parent_id) == (site.id, draft.page, draft.parent)
    fresh = service.clock() - comment.created_at < _REPEATABLE
    known = comment.status == Status.PENDING or bool(signed and signed.again)
    if not here or not fresh or not known:
        raise IdTaken
    shown = await anyio.to_thread.run_sync(show, draft, comment.language)
    if shown.text != comment.text:
        raise IdTaken
    return receipt(service, comment, shown, site, arrival.language)


def _as_asked(service: Service, standing: Standing, arrival: Arrival) -> Standing:
    # Load tests switch the rate limit off; then no count of recent comments may refuse either. Nor may it refuse
    # editors, who answer one after the other, and from one office: the host signs each of their comments.
    uncounted = service.settings.rate_limit == "off" or arrival.editor
    recent = 0 if uncounted else standing.recent
    return replace(standing, language=arrival.tone or arrival.language, recent=recent, editor=arrival.editor)


def _advice(refusing: list[Finding]) -> str:
    return " ".join(dict.fromkeys(each.message for each in refusing))
