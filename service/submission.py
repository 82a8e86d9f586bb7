"""One draft from arrival to receipt: gather, judge, file. The JSON API and the plain forms both come through here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

import anyio.to_thread
import structlog
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request

from models.comment import Circumstances, Comment, IdTaken, check_place, file_comment
from models.release import release
from models.sign_on import TokenUsed, use_token
from models.site import Site
from models.standing import standing_of
from models.subscription import ask_to_subscribe
from models.telling import tell_of_arrival
from models.thread import Thread, find_thread, normalise_page, open_thread
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
from service.rules import version_of
from service.sign_on import SignedOn, sign_on, token_problem
from service.state import Service, service_of
from service.taking import expected, own_words, require_taking
from service.texts import choose_tone, tell
from service.wire import FindingShape, ReceiptShape, findings_shape, time_shape

log = structlog.get_logger()
_REPEATABLE = timedelta(hours=24)
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


@dataclass(frozen=True, slots=True)
class Filed:
    """A comment that waits, with what is shown of the text as it arrived."""

    comment: Comment
    shown: Shown


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the judges are given besides the draft."""

    thread: Thread | None
    standing: Standing
    policy: Policy
    judges: Judges


async def submit(request: Request, arrival: Arrival, draft: Draft) -> ReceiptShape:
    """File the draft and give its receipt. Raises the exceptions that `errors` knows; then nothing is stored."""
    service = service_of(request)
    signed = await sign_on(service, arrival.site, draft.token, draft.id)
    arrival, draft = as_signed(arrival, clean(draft, arrival.language), signed)
    _require_consent(arrival.site, draft)
    async with service.db.reading() as session:
        earlier = await _find_repeated(session, service, arrival.site, draft, again=bool(signed and signed.again))
        if earlier is None:
            if not arrival.editor:
                await service.rates.check(arrival.sender)
            await service.rates.attempt(arrival.sender)
            gathered = await gather(session, service, arrival, draft)
            # Stops early what could not be filed anyway; filing checks again.
            await check_place(session, gathered.thread, draft, service.clock())
            await require_taking(session, arrival.site, arrival.language)
    if earlier is not None:
        return receipt(service, await _as_filed(earlier, draft), arrival.site, arrival.language)
    judged = await judge_gathered(gathered, draft)
    refuse_if_needed(judged)
    if not arrival.editor:
        await service.rates.count(arrival.sender)
    return receipt(service, await _file(service, arrival, judged, signed), arrival.site, arrival.language)


def as_signed(arrival: Arrival, draft: Draft, signed: SignedOn | None) -> tuple[Arrival, Draft]:
    """Both with what the host's site has signed about its reader in the place of what was typed."""
    return (replace(arrival, editor=signed.editor), signed.into(draft)) if signed else (arrival, draft)


def clean(draft: Draft, language: str) -> Draft:
    """The draft with its page normalised, and with no e-mail address in its title."""
    title = mask_text(draft.title, language).text[: LONGEST["title"]]
    return replace(draft, page=normalise_page(draft.page), title=title)


async def judge_draft(service: Service, arrival: Arrival, draft: Draft) -> Judged:
    """Gather what is known of author and thread, then judge."""
    async with service.db.reading() as session:
        gathered = await gather(session, service, arrival, draft)
    return await judge_gathered(gathered, draft)


async def gather(session: AsyncSession, service: Service, arrival: Arrival, draft: Draft) -> Gathered:
    """All that the judges may know besides the draft itself."""
    now = service.clock()
    age = service.tokens.form_age(draft.form_token, arrival.site.key, now)
    form = Form(trapped=bool(draft.homepage), token=age is not None, origin=arrival.origin, seconds=age)
    thread = await find_thread(session, arrival.site, draft.page)
    standing = await standing_of(session, arrival.site, thread, arrival.sender, form, now)
    judges, policy = await own_judges(service, session, arrival.site)
    return Gathered(thread, _as_asked(service, standing, arrival), policy, judges)


async def judge_gathered(gathered: Gathered, draft: Draft) -> Judged:
    """Judge off the event loop: a long text takes as long as many short requests."""
    return await anyio.to_thread.run_sync(judge, draft, gathered.standing, gathered.policy, gathered.judges)


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


def receipt(service: Service, filed: Filed, site: Site, language: str) -> ReceiptShape:
    """What the author gets, once: how the comment will look, what was noticed, and the link that manages it."""
    comment = filed.comment
    token = service.tokens.manage(comment.id)
    return {
        "id": comment.id,
        "status": "approved" if comment.status == Status.APPROVED else "pending",
        "html": comment.html,
        "findings": as_typed(filed.shown, comment.findings),
        "manage_token": token,
        "manage_url": f"{service.settings.base_url}/comments/{comment.id}/{token}",
        "edit_until": time_shape(comment.created_at + timedelta(minutes=site.edit_minutes)),
        "message": _message(comment, site, language),
    }


def _message(comment: Comment, site: Site, language: str) -> str:
    if comment.status == Status.APPROVED:
        return tell(language, _PUBLISHED)
    own = own_words(site, "thanks", language) or tell(language, _THANKS)
    return " ".join(filter(None, (own, expected(site, comment.created_at, language))))


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


async def _file(service: Service, arrival: Arrival, judged: Judged, signed: SignedOn | None) -> Filed:
    now = service.clock()
    try:
        async with service.db.writing() as session:
            version = await version_of(service, session, arrival.site)
            role: Literal["editor"] | None = "editor" if arrival.editor else None
            confirmed = bool(signed and signed.email)
            circumstances = Circumstances(arrival.sender, version, arrival.language, role, confirmed)
            thread = await open_thread(session, arrival.site, judged.draft.page, "", now)
            comment = await file_comment(session, arrival.site, thread, judged, circumstances, now)
            if signed and signed.editor:
                await use_token(session, signed.used_for(arrival.site, comment.id), signed.key_id, now)
            await tell_of_arrival(session, comment, now)
            released = await release(session, arrival.site, comment, now)
            if judged.draft.notify != "none":
                await ask_to_subscribe(session, comment, judged.draft.notify, now)
    except IdTaken:
        # The same post, sent twice at once: the other one was faster.
        async with service.db.reading() as session:
            earlier = await _find_repeated(session, service, arrival.site, judged.draft)
        if earlier is None:
            raise
        return await _as_filed(earlier, judged.draft)
    except TokenUsed:
        raise token_problem() from None
    metrics.comments.labels(lane=comment.lane).inc()
    if released is not None:
        log.info("comment_released", comment=comment.id, policy=released.policy)
    log.info("comment_filed", comment=comment.id, site=arrival.site.key, lane=comment.lane, failed=comment.failed)
    return Filed(comment, judged.shown)


async def _find_repeated(
    session: AsyncSession, service: Service, site: Site, draft: Draft, *, again: bool = False
) -> Comment | None:
    """The comment that the same client has already filed under this id, when its first answer got lost.

    Only while it waits: ids of published comments are public, and the receipt carries the author's secret. `again`: an
    editor's token, which works for one comment, proves that it is this one's author who asks.
    """
    if draft.id is None:
        return None
    comment = await session.get(Comment, draft.id)
    if comment is None:
        return None
    thread = await session.get_one(Thread, comment.thread_id)
    here = (thread.site_id, thread.page, comment.parent_id) == (site.id, draft.page, draft.parent)
    fresh = service.clock() - comment.created_at < _REPEATABLE
    known = again or comment.status == Status.PENDING
    if not here or not fresh or not known:
        raise IdTaken
    return comment


async def _as_filed(comment: Comment, draft: Draft) -> Filed:
    """The filed comment as its author sees it; only for the same text, for the same reason."""
    shown = await anyio.to_thread.run_sync(show, draft, comment.language)
    if shown.text != comment.text:
        raise IdTaken
    return Filed(comment, shown)


def _as_asked(service: Service, standing: Standing, arrival: Arrival) -> Standing:
    # Load tests switch the rate limit off; then no count of recent comments may refuse either. Nor may it refuse
    # editors, who answer one after the other, and from one office: the host signs each of their comments.
    uncounted = service.settings.rate_limit == "off" or arrival.editor
    recent = 0 if uncounted else standing.recent
    return replace(standing, language=arrival.tone or arrival.language, recent=recent, editor=arrival.editor)


def _advice(refusing: list[Finding]) -> str:
    return " ".join(dict.fromkeys(each.message for each in refusing))
