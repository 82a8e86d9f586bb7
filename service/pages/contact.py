"""Writing to a contact without JavaScript, and the page on which the writer sees what became of it."""

import secrets
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.comment import IdTaken
from models.contact import contacts_of
from models.private_message import PrivateMessage, erase_message
from models.site import Site
from service.admission import admit_origin, admitted_site, read_long_form
from service.contacting import FIELDS, LONGEST, Reach, languages_of, reach_of, receive_message, told_of
from service.errors import STOPPING, Problem, _, tone_of
from service.notice import message_consent_of, message_notice_of
from service.pages.links import article_url, contact_path, message_path, netiquette_path, tongues
from service.pages.trouble import Trouble, trouble_of
from service.retention import leave_no_trace
from service.state import service_of
from service.templating import page as page_of

_GONE = _("Nothing is kept of this message any more.")


async def get_contact_page(request: Request) -> Response:
    """`GET /sites/{site}/contact/{person}[?page=…]`: who reads what is written here, and the form."""
    site = await admitted_site(request)
    reach = await reach_of(request, site, request.path_params["person"])
    return _show(request, reach, {"page": request.query_params.get("page", "")})


async def post_contact_page(request: Request) -> Response:
    """`POST` of the form: on to the message's own page, or back to the form with what was typed."""
    site = await admitted_site(request)
    origin = admit_origin(request, site)
    reach = await reach_of(request, site, request.path_params["person"])
    fields = {name: value for name, value in (await read_long_form(request)).items() if name in FIELDS}
    payload: dict[str, object] = {name: value for name, value in fields.items() if value}
    try:
        sent = await receive_message(request, reach, {**payload, "consent": bool(fields.get("consent"))}, origin=origin)
    except STOPPING as error:
        if isinstance(error, IdTaken):
            fields["id"] = ""
        return _show(request, reach, fields, trouble_of(error, tone_of(request)))
    token = service_of(request).tokens.message(sent.message.id)
    return RedirectResponse(message_path(request, sent.message.id, token, sent="1"), 303)


async def get_message_page(request: Request) -> Response:
    """`GET /messages/{id}/{token}`: how it stands; its words, as long as they are here."""
    message = await _own(request)
    site: Site = request.state.site
    async with service_of(request).db.reading() as session:
        contacts = await contacts_of(session, site)
    asked = contacts.by_id.get(message.contact_id or "")
    token = request.path_params["token"]
    return page_of(
        request,
        "pages/message.html",
        tone_of(request),
        site=site,
        message=message,
        to=asked.name if asked else "",
        sent="sent" in request.query_params,
        article=article_url(site, message.page) if message.page else "",
        erase=message_path(request, message.id, token, "/erase"),
        netiquette=netiquette_path(request, site),
        tongues=tongues(request, site),
    )


async def post_erase(request: Request) -> Response:
    """Take the message back. What was delivered meanwhile is the recipient's; of it nothing is here any more."""
    message = await _own(request)
    site: Site = request.state.site
    admit_origin(request, site)
    service = service_of(request)
    async with service.db.writing() as session:
        await erase_message(session, message.id)
    await leave_no_trace(service.db)
    return page_of(
        request,
        "pages/message.html",
        tone_of(request),
        site=site,
        message=None,
        delivered=message.delivered_at is not None,
        netiquette=netiquette_path(request, site),
        tongues=[],
    )


async def _own(request: Request) -> PrivateMessage:
    message_id, service = request.path_params["id"], service_of(request)
    if not service.tokens.is_message(request.path_params["token"], message_id):
        raise Problem(404, _GONE)
    async with service.db.reading() as session:
        found = await session.get(PrivateMessage, message_id)
        if found is None:
            raise Problem(404, _GONE)
        request.state.site = await session.get_one(Site, found.site_id)
    return found


def _show(request: Request, reach: Reach, fields: Mapping[str, str], trouble: Trouble | None = None) -> Response:
    service, tone, site = service_of(request), tone_of(request), reach.site
    now, token = service.clock(), fields.get("form_token", "")
    good = token and service.tokens.form_age(token, site.key, now) is not None
    return page_of(
        request,
        "pages/contact.html",
        tone,
        trouble.status if trouble else 200,
        trouble.headers if trouble else None,
        site=site,
        contact=reach.asked,
        languages=languages_of(reach.asked, tone),
        reachable=reach.reader is not None,
        told=told_of(reach, tone),
        fields={**dict.fromkeys(FIELDS, ""), **fields},
        trouble=trouble,
        path=contact_path(request, site, reach.asked.key),
        form_token=token if good else service.tokens.form(site.key, now),
        id=fields.get("id") or secrets.token_hex(12),
        limit=LONGEST,
        notice=message_notice_of(site, tone),
        consent=message_consent_of(site, tone),
        netiquette=netiquette_path(request, site),
        tongues=tongues(request, site),
    )
