"""The thread as a page of its own: reading and writing without JavaScript."""

import secrets
from collections.abc import Mapping
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.asked import asked_at
from models.comment import Comment, IdTaken, UnknownParent, find_comment
from models.outcome import outcome_of
from models.site import Site
from models.thread import Thread
from models.trip import InSession
from moderation.draft import parse_draft
from moderation.lifecycle import Status
from service.admission import admit_origin, admitted_site, read_long_form, sender_of
from service.arrival import arrival_of, as_signed
from service.confiding import confide, confidence_shape
from service.contacting import Sent, private_reach
from service.errors import STOPPING, _, language_of, tone_of
from service.judging import judge_draft
from service.notice import consent_of, notice_of
from service.pages.links import (
    article_url,
    contact_path,
    message_path,
    netiquette_path,
    own_path,
    thread_path,
    tongues,
)
from service.pages.listing import kept_sort, listing_of
from service.pages.preview import Preview, preview_of, refusal_of
from service.pages.trouble import Trouble, trouble_of
from service.pages.view import SORTS, View, view_of
from service.sign_on import SignedOn, sign_on
from service.state import service_of
from service.submission import submit
from service.taking import expected, own_words, pause_of
from service.templating import page as page_of
from service.texts import tell

# Browsers may keep the page for the way back, so that what was typed is still in its form; `no-store` would lose it.
_KEPT_FOR_THE_WAY_BACK = {"Cache-Control": "private, no-cache"}
_FIELDS = (
    "text", "name", "email", "url", "homepage", "form_token", "id", "parent", "question", "notify", "consent", "token",
)  # fmt: skip
# Besides what makes a comment: who shall read it, and which button was pressed.
_READ = (*_FIELDS, "private", "do")


async def get_thread_page(request: Request) -> Response:
    """`GET /sites/{site}/thread?page=…[&sort=][&after=|&comment=ID][&reply=ID]`: the thread, and a form to write in.

    `comment` (and `reply`) show the part of a long thread that holds that comment; of an `after` that is not there any
    more the page says so, and shows the beginning.
    """
    site = await admitted_site(request)
    view = await view_of(request, site)
    query = request.query_params
    fields = {"parent": query.get("reply", ""), "question": query.get("question", "")}
    return await _show(request, view, fields, status=404 if view.lost else 200)


async def post_thread_page(request: Request) -> Response:
    """`POST` of the form: on to the author's own page, or back to the form with what was typed.

    The `id` in the form makes it safe to send twice: both are one comment. With `do=open` nothing is sent yet: so the
    host's page leads its reader here with the `token` that signs them on.
    """
    site = await admitted_site(request)
    origin = admit_origin(request, site)
    view = await view_of(request, site)
    fields = {name: value for name, value in (await read_long_form(request)).items() if name in _READ}
    arrival = arrival_of(request, site, origin, language_of(request))
    signed = None
    try:
        signed = await sign_on(service_of(request), site, fields.get("token", ""), fields.get("id"))
        if fields.get("do") == "open":
            return await _show(request, view, fields, signed=signed)
        if fields.get("private") == "yes" and fields.get("do") != "preview":
            sent = await confide(request, site, {"page": view.page, **_private_payload(site, fields)}, origin=origin)
            return RedirectResponse(_message_path(request, sent), 303)
        draft = parse_draft({"page": view.page, **_payload(site, fields)})
        if fields.get("do") == "preview":
            await service_of(request).rates.attempt(f"preview {sender_of(request)}")
            judged = await judge_draft(service_of(request), *as_signed(arrival, draft, signed))
            return await _show(request, view, fields, signed=signed, preview=preview_of(request, judged))
        receipt = await submit(request, arrival, draft)
    except STOPPING as error:
        if isinstance(error, UnknownParent):
            fields["parent"] = ""
        if isinstance(error, IdTaken):
            fields["id"] = ""
        # The thread may have been closed meanwhile: the page shows it as it is now.
        fresh, trouble = await view_of(request, site), _trouble(error, tone_of(request))
        return await _show(request, fresh, fields, signed=signed, trouble=trouble)
    return RedirectResponse(own_path(request, receipt["id"], receipt["manage_token"], sent="1") + "#stand", 303)


async def _show(
    request: Request,
    view: View,
    fields: Mapping[str, str],
    *,
    status: int = 200,
    signed: SignedOn | None = None,
    trouble: Trouble | None = None,
    preview: Preview | None = None,
) -> Response:
    service = service_of(request)
    site = view.site
    tone = tone_of(request)
    paused = await service.db.look(lambda trip: pause_of(trip, site, tone)) if view.open else ""
    async with service.db.reading() as session:
        outcome = await outcome_of(session, view.thread)
        reach = await private_reach(service, session, site)
        asked = await asked_at(InSession(session), view.thread, service.clock()) if view.thread else []
    parent = await _answered(request, view.thread, fields.get("parent", ""))
    return page_of(
        request,
        "pages/thread.html",
        tone,
        trouble.status if trouble else status,
        {**_KEPT_FOR_THE_WAY_BACK, **(trouble.headers if trouble else {})},
        site=site,
        view=view,
        listing=await listing_of(request, view),
        open=view.open,
        paused=paused,
        outcome=outcome,
        expected=expected(site, service.clock(), tone),
        words=own_words(site, "form", tone),
        closing_words=own_words(site, "closed", tone),
        # A token that does not hold is dropped: the same form can be sent without it.
        fields={
            **dict.fromkeys(_READ, ""),
            **fields,
            "token": fields.get("token", "") if signed else "",
        },
        signed=signed,
        parent=parent,
        asked=[each for each in asked if each.open],
        lost_question=bool(fields.get("question"))
        and fields["question"] not in {each.id for each in asked if each.open},
        lost_parent=bool(fields.get("parent")) and parent is None,
        id=fields.get("id") or secrets.token_hex(12),
        form_token=_form_token(request, site, fields.get("form_token", "")),
        max_length=service.max_length,
        trouble=trouble,
        refused=refusal_of(request, trouble, fields.get("text", "")),
        preview=preview,
        mails=service.settings.sends_mail,
        notice=notice_of(site, tone),
        private=confidence_shape(reach, tone),
        write_to=contact_path(request, site, reach.asked.key) if reach else "",
        consent=consent_of(site, tone),
        article=article_url(site, view.page),
        netiquette=netiquette_path(request, site),
        tongues=tongues(request, site),
        link=lambda **query: thread_path(request, site, view.page, sort=kept_sort(view), **query),
        sorted_by=lambda sort: thread_path(request, site, view.page, sort=sort if sort != SORTS[0] else None),
    )


def _private_payload(site: Site, fields: Mapping[str, str]) -> dict[str, object]:
    return {**{name: fields[name] for name in _FIELDS if fields.get(name)}, "consent": bool(fields.get("consent"))}


def _message_path(request: Request, sent: Sent) -> str:
    return message_path(request, sent.message.id, service_of(request).tokens.message(sent.message.id), sent="1")


def _payload(site: Site, fields: Mapping[str, str]) -> dict[str, object]:
    """The fields of a draft. Choosing a notification says yes to it; where consent is the basis, only the tick does."""
    payload: dict[str, object] = {name: fields[name] for name in _FIELDS if fields.get(name)}
    chosen = fields.get("consent") if site.terms.basis == "a" else fields.get("notify", "none") != "none"
    return {**payload, "consent": bool(chosen)}


def _trouble(error: Exception, tone: str) -> Trouble:
    trouble = trouble_of(error, tone)
    if "consent" not in trouble.faults:
        return trouble
    without = tell(tone, _("Without your consent we may not take the comment."))
    return replace(trouble, faults={**trouble.faults, "consent": without})


async def _answered(request: Request, thread: Thread | None, comment_id: str) -> Comment | None:
    """The published comment of this thread that is to be answered."""
    if not comment_id or thread is None:
        return None
    async with service_of(request).db.reading() as session:
        found = await find_comment(session, comment_id)
    if found is None or found.thread_id != thread.id or found.status != Status.APPROVED:
        return None
    return found


def _form_token(request: Request, site: Site, sent: str) -> str:
    """The token that the form came with while it is good, since it tells how long the author took; else a new one."""
    service = service_of(request)
    now = service.clock()
    good = sent and service.tokens.form_age(sent, site.key, now) is not None
    return sent if good else service.tokens.form(site.key, now)
