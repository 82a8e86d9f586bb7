"""The moderators' API (contract, section 4)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from models.question import LANES, Question
from models.rights import Deciding
from models.ruling import Stale
from models.statistics import Span
from moderation.draft import LONGEST_JUDGED, FieldFault
from moderation.lifecycle import Status
from service.admission import read_json
from service.bearer import with_token
from service.errors import Problem, _, as_problem, language_of, problem_body
from service.figures_wire import statistics_shape
from service.moderating import (
    ACTIONS,
    LONGEST_STATEMENT,
    Order,
    Outcome,
    carry_out,
    carry_out_each,
    count,
    look,
    look_again,
    look_up,
    own_sites,
)
from service.moderators_wire import BulkResultShape, BulkShape, QueueShape, queue_item_shape
from service.redacting import MARKS
from service.state import service_of
from service.wire import as_json

MOST_ITEMS = 200
MOST_DECISIONS = 200
USUAL_SPAN = timedelta(days=30)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_NO_STORE = {"Cache-Control": "no-store"}
_OPTIONAL = ("rule", "statement", "passage", "mark", "to")
_BAD_FIELDS = _("Some fields cannot be read as they are.")


@with_token
async def get_queue(request: Request, deciding: Deciding) -> Response:
    """`GET /queue`: 200 with at most `limit` items (50, at most 200), urgent first, then oldest."""
    asked = request.query_params
    lane, status = asked.get("lane"), asked.get("status")
    faults = [FieldFault("lane", "not_allowed")] if lane is not None and lane not in LANES else []
    if status is not None and status not in list(Status):
        faults.append(FieldFault("status", "not_allowed"))
    limit = _whole(asked.get("limit", "50"))
    if limit is None or not 1 <= limit <= MOST_ITEMS:
        faults.append(FieldFault("limit", "not_allowed"))
    words = asked.get("q", "")
    if "\0" in words or len(words) > 200:
        faults.append(FieldFault("q", "not_allowed"))
    if faults:
        raise Problem(422, _BAD_FIELDS, faults=tuple(faults))
    sites = await own_sites(service_of(request), deciding, asked.get("site", ""))
    question = Question(
        sites=tuple(each.id or 0 for each in sites),
        lane=next((each for each in LANES if each == lane), None),
        status=Status(status) if status else None,
        words=words,
        prompt=asked.get("question", "")[:64].replace("\0", ""),
        after=asked.get("after"),
        limit=limit or 0,
    )
    page = await look(service_of(request), question)
    body: QueueShape = {
        "items": [queue_item_shape(each, language_of(request)) for each in page.dossiers],
        "next": page.next,
    }
    return _answer(body)


@with_token
async def get_comment(request: Request, deciding: Deciding) -> Response:
    """`GET /comments/{id}`: 200 with the comment and its history."""
    dossier = await look_up(service_of(request), deciding, request.path_params["id"])
    return _answer(queue_item_shape(dossier, language_of(request)))


@with_token
async def post_decision(request: Request, deciding: Deciding) -> Response:
    """`POST /comments/{id}/decisions`: 200 with the new state; 409 with the present one for who saw an older."""
    service = service_of(request)
    order = parse_order(await read_json(request), request.path_params["id"])
    try:
        done = await carry_out(service, deciding, order)
    except Stale as error:
        present = await look_up(service, deciding, order.comment)
        stale = as_problem(error)
        more = {**stale.more, "comment": queue_item_shape(present, language_of(request))}
        raise Problem(409, stale.detail, more=more) from None
    return _answer(queue_item_shape(await look_again(service, done), language_of(request)))


@with_token
async def post_decisions(request: Request, deciding: Deciding) -> Response:
    """`POST /decisions`: 200 with a result for each, in order; never all or nothing."""
    service = service_of(request)
    payload = await read_json(request)
    given = payload.get("decisions") if isinstance(payload, Mapping) and payload.keys() == {"decisions"} else None
    if not isinstance(given, list) or len(given) > MOST_DECISIONS:
        raise Problem(422, _BAD_FIELDS, faults=(FieldFault("decisions", "not_allowed"),))
    outcomes: list[Outcome] = []
    for each in given:
        try:
            outcomes += await carry_out_each(service, deciding, [parse_order(each)])
        except Problem as problem:
            outcomes.append(Outcome(_told_id(each), None, problem))
    language = language_of(request)
    body: BulkShape = {"results": [_result_shape(each, language) for each in outcomes]}
    return _answer(body)


@with_token
async def get_statistics(request: Request, deciding: Deciding) -> Response:
    """`GET /statistics`: 200 with figures of one site or all of the moderator's, of the last 30 days or `from` `to`."""
    service = service_of(request)
    span = parse_span(request.query_params.get("from", ""), request.query_params.get("to", ""), service.clock())
    sites = await own_sites(service, deciding, request.query_params.get("site", ""))
    figures = await count(service, [each.id or 0 for each in sites], span)
    return _answer(statistics_shape(sites, span, figures))


def parse_order(payload: object, comment_id: str | None = None) -> Order:
    """A decision from a decoded body, or `Problem` naming every field that is wrong. Types are strict.

    `comment_id` comes from the path; without one the body must say `id`.
    """
    if not isinstance(payload, Mapping):
        raise Problem(422, _BAD_FIELDS, faults=(FieldFault("", "not_an_object"),))
    known = {"action", "revision", *_OPTIONAL, *(() if comment_id else ("id",))}
    faults = [FieldFault(str(name)[:64], "unknown_field") for name in payload if name not in known]
    required = known - set(_OPTIONAL)
    faults += [FieldFault(name, "required") for name in sorted(required) if payload.get(name) is None]
    faults += [fault for name in sorted(known) if (fault := _fault(name, payload.get(name)))]
    if faults:
        raise Problem(422, _BAD_FIELDS, faults=tuple(faults))
    return Order(
        comment=comment_id or payload["id"],
        action=payload["action"],
        revision=payload["revision"],
        rule=payload.get("rule"),
        statement=payload.get("statement") or "",
        passage=payload.get("passage") or "",
        mark=payload.get("mark") or "",
        to=payload.get("to"),
    )


def parse_span(start: str, end: str, now: datetime) -> Span:
    """Days (`2026-03-01`, in UTC) or times with a zone; `end` as a day counts whole. 422 for anything else."""
    # What happened just now counts, too.
    until = _moment("to", end, whole_day=True) if end else now + timedelta(seconds=1)
    if until - EARLIEST < USUAL_SPAN:
        raise Problem(422, _BAD_FIELDS, faults=(FieldFault("to", "not_allowed"),))
    since = _moment("from", start) if start else until - USUAL_SPAN
    if since >= until:
        raise Problem(422, _BAD_FIELDS, faults=(FieldFault("from", "not_allowed"),))
    return Span(since, until)


def _answer(body: object) -> Response:
    return Response(as_json(body), headers=_NO_STORE, media_type="application/json")


def _moment(name: str, told: str, *, whole_day: bool = False) -> datetime:
    bad = Problem(422, _BAD_FIELDS, faults=(FieldFault(name, "not_allowed"),))
    try:
        moment = datetime.fromisoformat(told)
        if len(told) == len("2026-03-01"):
            return moment.replace(tzinfo=UTC) + timedelta(days=whole_day)
        utc = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise bad from None
    if moment.tzinfo is None:
        raise bad
    return utc


def _fault(name: str, value: Any) -> FieldFault | None:
    if value is None:
        return None
    if name in ("revision", "to"):
        return None if type(value) is int else FieldFault(name, "not_allowed")  # True is an int, too
    if not isinstance(value, str) or "\0" in value or any("\ud800" <= each <= "\udfff" for each in value):
        return FieldFault(name, "not_text")
    if name == "action" and value not in ACTIONS:
        return FieldFault(name, "not_allowed")
    if name == "mark" and value and value not in MARKS:
        return FieldFault(name, "not_allowed")
    if name == "passage" and len(value) > LONGEST_JUDGED:
        return FieldFault(name, "too_long", LONGEST_JUDGED)
    if name == "statement" and len(value) > LONGEST_STATEMENT:
        return FieldFault(name, "too_long", LONGEST_STATEMENT)
    return None


def _result_shape(outcome: Outcome, language: str) -> BulkResultShape:
    problem = problem_body(outcome.problem, language) if outcome.problem else None
    return {
        "id": outcome.comment,
        "status": outcome.problem.status if outcome.problem else 200,
        "comment": queue_item_shape(outcome.dossier, language) if outcome.dossier else None,
        "problem": problem,
    }


def _told_id(payload: object) -> str:
    told = payload.get("id") if isinstance(payload, Mapping) else None
    return told[:64] if isinstance(told, str) else ""


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


routes: list[BaseRoute] = [
    Route("/queue", get_queue),
    Route("/comments/{id}", get_comment),
    Route("/comments/{id}/decisions", post_decision, methods=["POST"]),
    Route("/decisions", post_decisions, methods=["POST"]),
    Route("/statistics", get_statistics),
]
