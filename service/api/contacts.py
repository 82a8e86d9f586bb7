"""Contacts of a site, and private messages to them. No answer holds an address."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from service.admission import admit_origin, admitted_site, read_json
from service.contacting import (
    LONGEST,
    form_url,
    languages_of,
    reach_of,
    receipt_url,
    receive_message,
    sent_words,
    told_of,
)
from service.cors import cors_headers
from service.errors import language_of, tone_of
from service.notice import message_consent_of, message_notice_of
from service.state import service_of
from service.wire import ContactShape, SentShape


async def get_contact(request: Request) -> Response:
    """`GET /api/v1/sites/{site}/contacts/{person}`: who it is, who reads instead, and the form's signed token."""
    site = await admitted_site(request)
    reach = await reach_of(request, site, request.path_params["person"])
    service, tone, language = service_of(request), tone_of(request), language_of(request)
    body: ContactShape = {
        "key": reach.asked.key,
        "name": reach.asked.name,
        "function": reach.asked.function,
        "languages": languages_of(reach.asked, language),
        "reachable": reach.reader is not None,
        "told": told_of(reach, tone),
        "form_token": service.tokens.form(site.key, service.clock()),
        "page_url": form_url(service, reach),
        "privacy_url": site.privacy_url,
        "imprint_url": site.imprint_url,
        "max_length": LONGEST,
        "notice": message_notice_of(site, tone),
        "consent": message_consent_of(site, tone),
    }
    return JSONResponse(body, headers={"Cache-Control": "no-store", **cors_headers(request, site)})


async def post_message(request: Request) -> Response:
    """`POST /api/v1/sites/{site}/contacts/{person}/messages`: 202; it leaves by mail and stays nowhere."""
    site = await admitted_site(request)
    origin = admit_origin(request, site)
    reach = await reach_of(request, site, request.path_params["person"])
    sent = await receive_message(request, reach, await read_json(request), origin=origin)
    body: SentShape = {
        "id": sent.message.id,
        "message": sent_words(sent, tone_of(request)),
        "receipt_url": receipt_url(service_of(request), sent.message),
    }
    return JSONResponse(body, 202, {"Cache-Control": "no-store", **cors_headers(request, site)})
