"""Posting: a comment, its preview, and what the form needs to know before."""

from collections.abc import Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from models.thread import normalise_page
from moderation.draft import Draft, parse_draft
from service.admission import admit_origin, admitted_site, read_json, sender_of
from service.arrival import arrival_of, as_signed
from service.confiding import confide, confidence_shape, offered, part, private_receipt
from service.cors import cors_headers, preflight_headers
from service.errors import language_of, tone_of
from service.judging import judge_draft
from service.notice import consent_of, notice_of
from service.receipt import as_typed
from service.sign_on import sign_on
from service.state import service_of
from service.submission import submit
from service.taking import expected, own_words, pause_of, promise_of
from service.wire import FormShape, PreviewShape


async def post_comment(request: Request) -> Response:
    """`POST /api/v1/sites/{site}/comments`: 202 with the Receipt. With `private` it becomes no comment."""
    site = await admitted_site(request)
    origin = admit_origin(request, site)
    parted = part(await read_json(request))
    if parted.private:
        receipt = private_receipt(request, await confide(request, site, parted.payload, origin=origin))
    else:
        arrival = arrival_of(request, site, origin, language_of(request))
        receipt = await submit(request, arrival, parse_draft(parted.payload))
    return JSONResponse(receipt, 202, {"Cache-Control": "no-store", **cors_headers(request, site)})


async def post_preview(request: Request) -> Response:
    """`POST /api/v1/sites/{site}/preview`: how it would look and what the judges notice; nothing is stored or logged.

    What is only known of a sent comment (how fast, from where, how often) is not judged here.
    """
    site = await admitted_site(request)
    admit_origin(request, site)
    service = service_of(request)
    await service.rates.attempt(f"preview {sender_of(request)}")
    draft = parse_preview(await read_json(request))
    signed = await sign_on(service, site, draft.token, draft.id)
    arrival, draft = as_signed(arrival_of(request, site, True, language_of(request)), draft, signed)
    judged = await judge_draft(service, arrival, draft)
    findings = [each for each in judged.verdict.findings if each.rule not in ("automation", "flooding")]
    body: PreviewShape = {"html": judged.shown.html, "findings": as_typed(judged.shown, findings)}
    return JSONResponse(body, headers={"Cache-Control": "no-store", **cors_headers(request, site)})


def parse_preview(payload: object) -> Draft:
    """A draft of which only the text must be there; an empty one is judged too, and found to be empty."""
    if isinstance(payload, Mapping):
        payload = {"page": "/", **payload}
        if payload.get("text") == "":
            payload["text"] = " "
    draft = parse_draft(payload)
    page = normalise_page(draft.page)
    return Draft(page, draft.text, draft.name, url=draft.url, parent=draft.parent, id=draft.id, token=draft.token)


async def get_form(request: Request) -> Response:
    """`GET /api/v1/sites/{site}/form?page=…`: the form's signed token and what stands beside the form."""
    site = await admitted_site(request)
    service = service_of(request)
    page = normalise_page(request.query_params.get("page") or "/")
    base, tone = service.settings.base_url, tone_of(request)
    language = language_of(request)
    paused = await service.db.glance(lambda trip: pause_of(trip, site, language))
    body: FormShape = {
        "form_token": service.tokens.form(site.key, service.clock()),
        "netiquette_url": f"{base}/sites/{site.key}/netiquette",
        "privacy_url": site.privacy_url,
        "imprint_url": site.imprint_url,
        "contact_url": site.contact_url,
        "page_url": f"{base}/sites/{site.key}/thread?page={quote(page, safe='')}",
        "max_length": service.max_length,
        "edit_minutes": site.edit_minutes,
        "helpful": site.helpful,
        "notify": service.settings.sends_mail,
        "notice": notice_of(site, tone),
        "consent": consent_of(site, tone),
        "paused": paused,
        "expected": expected(site, service.clock(), language),
        "promise": promise_of(site, language),
        "words": own_words(site, "form", language),
        "my_data_url": f"{base}/sites/{site.key}/my-data",
        "private": confidence_shape(await offered(service, site), tone),
    }
    return JSONResponse(body, headers={"Cache-Control": "no-store", **cors_headers(request, site)})


async def preflight(request: Request) -> Response:
    """`OPTIONS`: what a browser asks before it posts from another origin."""
    site = await admitted_site(request)
    return Response(status_code=204, headers=preflight_headers(cors_headers(request, site), "GET, POST, OPTIONS"))
