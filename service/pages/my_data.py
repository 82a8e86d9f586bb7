"""My data: by a mailed link that works once, somebody sees what is stored about them and decides what becomes of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from models.comment import Comment
from models.data_request import (
    REQUEST_KINDS,
    RequestKind,
    Visit,
    enter,
    file_request,
    leave,
    visit_of,
    want_visit,
)
from models.erasure import How, erase_comment, erase_person
from models.seal import mark_of
from models.site import Site
from models.telling import write_unasked
from moderation.draft import BadDraft, FieldFault, is_address
from service.admission import admit_origin, admitted_site, read_form, sender_of
from service.errors import STOPPING, Problem, _, language_of, tone_of
from service.pages.links import (
    article_url,
    message_path,
    my_data_path,
    netiquette_path,
    root_of,
    tongues,
    with_language,
)
from service.pages.trouble import Trouble, trouble_of
from service.retention import leave_no_trace
from service.rights import Holdings, as_json, holdings_of, own_comments
from service.state import service_of
from service.templating import page as page_of

LONGEST = 4000
_GONE = _("This link has been used, or it is older than 30 minutes. Please ask for a new one.")
REQUEST_LABELS: dict[RequestKind, str] = {
    "correct": _("Correct something that I cannot change myself"),
    "restrict": _("Block my data while something is cleared up"),
    "object": _("Object to the processing"),
    "other": _("Something else"),
}


async def get_ask(request: Request) -> Response:
    """`GET /sites/{site}/my-data`: where to ask for the link."""
    site = await admitted_site(request)
    return _asking(request, site, {}, sent=bool(request.query_params.get("sent")))


async def post_ask(request: Request) -> Response:
    """Mail the link. Whether anything is stored is told to nobody but who reads that mail."""
    site = await admitted_site(request)
    admit_origin(request, site)
    fields = await read_form(request)
    service = service_of(request)
    address = fields.get("email", "").strip()
    try:
        if not is_address(address):
            raise BadDraft((FieldFault("email", "not_an_address" if address else "required"),))
        await service.rates.count(sender_of(request), "my-data")
        async with service.db.writing() as session:
            mark, now = mark_of(session, address), service.clock()
            wanted = await want_visit(session, site.id or 0, address, mark, now)
            told = {"visit": wanted, "language": language_of(request)}
            await write_unasked(session, "letter_my_data", told, mark, now)
    except STOPPING as error:
        return _asking(request, site, fields, trouble_of(error, tone_of(request)))
    return RedirectResponse(my_data_path(request, site, sent="1"), 303)


async def get_my_data(request: Request) -> Response:
    """`GET /my-data/{secret}`: the door, or, behind it, everything. Looking changes nothing."""
    visit, inside = await _visit(request)
    if not inside:
        return page_of(request, "pages/my_data_door.html", tone_of(request), **_common(request), missing=False)
    return await _show(request, visit)


async def post_enter(request: Request) -> Response:
    """The button of the door uses the mailed link up; the tick beside it is what no mail scanner sets."""
    _link, inside = await _visit(request)
    admit_origin(request, request.state.site)
    if inside:
        return _onward(request)
    if (await read_form(request)).get("yes") != "on":
        return page_of(request, "pages/my_data_door.html", tone_of(request), 422, **_common(request), missing=True)
    service = service_of(request)
    async with service.db.writing() as session:
        secret = await enter(session, request.path_params["secret"], service.clock())
    if secret is None:
        raise Problem(404, _GONE)
    return RedirectResponse(with_language(request, f"{root_of(request)}/my-data/{secret}"), 303)


async def get_export(request: Request) -> Response:
    """`GET /my-data/{secret}/export.json`: everything, to take away (GDPR Art. 20)."""
    visit = await _inside(request)
    holdings = await _holdings(request, visit)
    body = as_json(holdings, visit.email, service_of(request).clock())
    name = f"{holdings.site.key}-daten.json"
    return JSONResponse(
        body, headers={"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    )


async def post_erase(request: Request) -> Response:
    """Forget the ticked comments, or everything; by name alone, or with the words."""
    visit = await _inside(request)
    admit_origin(request, request.state.site)
    fields = await read_form(request)
    how: How = "name" if fields.get("how") == "name" else "text"
    service = service_of(request)
    now = service.clock()
    chosen = [name.removeprefix("comment-") for name, value in fields.items() if name.startswith("comment-") and value]
    if fields.get("everything") != "on" and not chosen:
        return await _show(request, visit, missing=True)
    holdings = await _holdings(request, visit)
    async with service.db.writing() as session:
        if fields.get("everything") == "on":
            await erase_person(session, visit.email_mark, how, now, visit.site_id)
        else:
            for comment in await own_comments(session, holdings, chosen):
                await erase_comment(session, await session.get_one(Comment, comment.id), how, now)
    await leave_no_trace(service.db)
    if fields.get("everything") == "on":
        return RedirectResponse(my_data_path(request, holdings.site, erased="1"), 303)
    return _onward(request, done="erased")


async def post_request(request: Request) -> Response:
    """Something that a person has to answer, within a month."""
    visit = await _inside(request)
    admit_origin(request, request.state.site)
    fields = await read_form(request)
    service = service_of(request)
    try:
        kind, statement = _request(fields)
        async with service.db.writing() as session:
            await file_request(session, visit, kind, statement, service.clock())
    except STOPPING as error:
        return await _show(request, visit, fields, trouble_of(error, tone_of(request)))
    return _onward(request, done="requested")


async def post_leave(request: Request) -> Response:
    """Close the page for good, before its half hour is over."""
    visit = await _inside(request)
    admit_origin(request, request.state.site)
    async with service_of(request).db.writing() as session:
        await leave(session, visit.email_mark, visit.site_id)
    return RedirectResponse(my_data_path(request, request.state.site, left="1"), 303)


async def _visit(request: Request) -> tuple[Visit, bool]:
    service = service_of(request)
    secret, now = request.path_params["secret"], service.clock()
    async with service.db.reading() as session:
        within = await visit_of(session, secret, now, inside=True)
        visit = within or await visit_of(session, secret, now, inside=False)
        if visit is None:
            raise Problem(404, _GONE)
        request.state.site = await session.get_one(Site, visit.site_id)
    return visit, within is not None


async def _inside(request: Request) -> Visit:
    visit, inside = await _visit(request)
    if not inside:
        raise Problem(404, _GONE)
    return visit


async def _holdings(request: Request, visit: Visit) -> Holdings:
    async with service_of(request).db.reading() as session:
        return await holdings_of(session, request.state.site, visit.email_mark)


def _request(fields: Mapping[str, str]) -> tuple[RequestKind, str]:
    statement = fields.get("statement", "").strip()
    faults = []
    kind = next((each for each in REQUEST_KINDS if each == fields.get("kind")), None)
    if kind is None:
        faults.append(FieldFault("kind", "required"))
    if not statement or "\0" in statement:
        faults.append(FieldFault("statement", "not_text" if statement else "required"))
    if len(statement) > LONGEST:
        faults.append(FieldFault("statement", "too_long", LONGEST))
    if faults or kind is None:
        raise BadDraft(tuple(faults))
    return kind, statement


def _asking(
    request: Request, site: Site, fields: Mapping[str, str], trouble: Trouble | None = None, *, sent: bool = False
) -> Response:
    told = next((each for each in ("sent", "erased", "left") if request.query_params.get(each)), "")
    return page_of(
        request,
        "pages/my_data_ask.html",
        tone_of(request),
        trouble.status if trouble else 200,
        trouble.headers if trouble else None,
        site=site,
        fields={"email": "", **fields},
        trouble=trouble,
        told="sent" if sent else told,
        path=my_data_path(request, site),
        netiquette=netiquette_path(request, site),
        tongues=tongues(request, site),
    )


async def _show(
    request: Request,
    visit: Visit,
    fields: Mapping[str, str] | None = None,
    trouble: Trouble | None = None,
    *,
    missing: bool = False,
) -> Response:
    service, site = service_of(request), request.state.site
    holdings = await _holdings(request, visit)
    ends: datetime = visit.expires_at
    return page_of(
        request,
        "pages/my_data.html",
        tone_of(request),
        trouble.status if trouble else 422 if missing else 200,
        **_common(request),
        holdings=holdings,
        address=visit.email,
        ends=ends,
        fields={"kind": "", "statement": "", **(fields or {})},
        trouble=trouble,
        missing=missing,
        done=request.query_params.get("done", ""),
        kinds=REQUEST_LABELS,
        manage=lambda each: f"{root_of(request)}/comments/{quote(each)}/{service.tokens.manage(each)}",
        subscriptions=lambda each: f"{root_of(request)}/subscriptions/{each}/{service.tokens.unsubscribe(each)}",
        message=lambda each: message_path(request, each, service.tokens.message(each)),
        article=lambda thread: article_url(site, thread.page),
    )


def _common(request: Request) -> dict[str, Any]:
    site: Site = request.state.site
    return {
        "site": site,
        "path": lambda doing="": _own_path(request, doing),
        "netiquette": netiquette_path(request, site),
        "tongues": tongues(request, site),
    }


def _onward(request: Request, **query: str) -> Response:
    return RedirectResponse(_own_path(request, **query), 303)


def _own_path(request: Request, doing: str = "", **query: str) -> str:
    return with_language(request, f"{root_of(request)}/my-data/{request.path_params['secret']}{doing}", **query)
