"""One draft from arrival to receipt: gather, judge, file. The JSON API and the plain forms both come through here."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

import anyio.to_thread
import structlog
from starlette.requests import Request

from models.comment import Comment, IdTaken
from models.filing import Circumstances, Filed, file
from models.release import release
from models.sign_on import TokenUsed, use_token
from models.site import Site
from models.subscription import ask_to_subscribe
from models.telling import tell_of_arrival
from models.thread import Thread, normalise_page
from models.trip import InSession, Trip
from moderation.draft import LONGEST, BadDraft, Draft, FieldFault
from moderation.judge import show
from moderation.lifecycle import Status
from moderation.personal_data import mask_text
from moderation.verdict import Judged
from service import metrics
from service.arrival import Arrival, as_signed
from service.judging import gather, judge_gathered, refuse_if_needed
from service.learning import own_judges
from service.receipt import receipt
from service.sign_on import SignedOn, sign_on, token_problem
from service.state import Service, service_of
from service.taking import require_taking
from service.wire import ReceiptShape

log = structlog.get_logger()
_REPEATABLE = timedelta(hours=24)


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
    judged = await judge_gathered(service, draft, gathered.standing, policy, judges)
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


def clean(draft: Draft, language: str) -> Draft:
    """The draft with its page normalised, and with no e-mail address in its title."""
    title = mask_text(draft.title, language).text[: LONGEST["title"]] if draft.title else ""
    return replace(draft, page=normalise_page(draft.page), title=title)


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
