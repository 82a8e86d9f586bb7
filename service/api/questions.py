"""Questions under an article, for editors' programs: what a page asks, more of it, and every change."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from models.prompt import MOST_PROMPTS
from models.rights import Deciding
from models.site import Site
from models.thread import normalise_page
from moderation.draft import LONGEST, BadDraft, FieldFault
from service.admission import read_json
from service.asking import Change, change_question, parse_closing, put_questions, question_of, questions_at
from service.bearer import with_token
from service.editors_wire import PromptsShape, prompt_shape
from service.moderating import own_sites, require
from service.state import service_of

_NO_STORE = {"Cache-Control": "no-store"}
_MADE_OF = ("page", "questions", "closes_at", "title")
_CHANGEABLE = ("text", "open", "closes_at", "position", "retired")
_LAST = 1000


@with_token
async def get_questions(request: Request, deciding: Deciding) -> Response:
    """`GET /sites/{site}/questions?page=…`: 200 with all that the page asks or asked, retired ones last."""
    site = await _site(request, deciding)
    page = normalise_page(request.query_params.get("page", ""))
    found = await questions_at(service_of(request), site, page)
    body: PromptsShape = {"questions": [prompt_shape(each) for each in found]}
    return JSONResponse(body, headers=_NO_STORE)


@with_token
async def post_questions(request: Request, deciding: Deciding) -> Response:
    """`POST` of the same with `page` and `questions`: 201 with all of the page. It is made where it is not there."""
    site = await _site(request, deciding)
    require(deciding, site.id or 0, "ask")
    told = _fields(await read_json(request), _MADE_OF, required=("page", "questions"))
    texts = told["questions"]
    if not isinstance(texts, list) or not 1 <= len(texts) <= MOST_PROMPTS or not all(map(_is_text, texts)):
        raise BadDraft((FieldFault("questions", "not_allowed"),))
    page, title = told["page"], told.get("title") or ""
    faults = [FieldFault(name, "not_text") for name, value in (("page", page), ("title", title)) if not _is_text(value)]
    if faults:
        raise BadDraft(tuple(faults))
    if len(title) > LONGEST["title"]:
        raise BadDraft((FieldFault("title", "too_long", LONGEST["title"]),))
    closes_at = parse_closing(told.get("closes_at"))
    found = await put_questions(service_of(request), deciding, site, normalise_page(page), texts, closes_at, title)
    body: PromptsShape = {"questions": [prompt_shape(each) for each in found]}
    return JSONResponse(body, 201, _NO_STORE)


@with_token
async def patch_question(request: Request, deciding: Deciding) -> Response:
    """`PATCH /questions/{id}`: 200 with the question as it is now. `closes_at` null takes its end away."""
    service, prompt_id = service_of(request), request.path_params["id"]
    _prompt, site, _thread = await question_of(service, deciding, prompt_id)
    require(deciding, site.id or 0, "ask")
    change = _change(_fields(await read_json(request), _CHANGEABLE))
    changed = await change_question(service, deciding, prompt_id, change)
    return JSONResponse(prompt_shape(changed), headers=_NO_STORE)


def _change(told: Mapping[str, Any]) -> Change:
    text, place = told.get("text"), told.get("position")
    faults = [FieldFault(name, "not_allowed") for name in ("open", "retired") if type(told.get(name, True)) is not bool]
    if "text" in told and not _is_text(text):
        faults.append(FieldFault("text", "not_text"))
    if "position" in told and (type(place) is not int or not 1 <= place <= _LAST):
        faults.append(FieldFault("position", "not_allowed"))
    if faults:
        raise BadDraft(tuple(faults))
    return Change(
        text=text,
        open=told.get("open"),
        reschedules="closes_at" in told,
        closes_at=parse_closing(told.get("closes_at")),
        place=place,
        retired=told.get("retired"),
    )


def _fields(payload: object, known: tuple[str, ...], required: tuple[str, ...] = ()) -> Mapping[str, Any]:
    if not isinstance(payload, Mapping):
        raise BadDraft((FieldFault("", "not_an_object"),))
    faults = [FieldFault(str(name)[:64], "unknown_field") for name in payload if name not in known]
    faults += [FieldFault(name, "required") for name in required if payload.get(name) is None]
    if faults:
        raise BadDraft(tuple(faults))
    return payload


def _is_text(value: object) -> bool:
    return isinstance(value, str) and "\0" not in value and not any("\ud800" <= each <= "\udfff" for each in value)


async def _site(request: Request, deciding: Deciding) -> Site:
    [site] = await own_sites(service_of(request), deciding, request.path_params["site"])
    return site


routes: list[BaseRoute] = [
    Route("/sites/{site}/questions", get_questions),
    Route("/sites/{site}/questions", post_questions, methods=["POST"]),
    Route("/questions/{id}", patch_question, methods=["PATCH"]),
]
