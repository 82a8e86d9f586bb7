"""Reading: the approved thread of a page, and counts for teasers. Open to every origin, cacheable by anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import get_args

from starlette.requests import Request
from starlette.responses import Response

from models.approved import Excerpt, approved, count_approved
from models.asked import Asked, asked_at, next_closing
from models.order import Order, Sort
from models.outcome import Shown, shown_outcome
from models.site import site_by_key
from models.thread import Spot, normalise_page, spot_of
from models.trip import Trip
from moderation.draft import FieldFault
from service.api.cache import Answer, cached_response
from service.api.ready import Ready
from service.cors import preflight_headers
from service.errors import Problem, _
from service.state import service_of
from service.wire import CountsShape, as_json, thread_shape

DEFAULT_LIMIT = 100
MOST_COMMENTS = 1000
MOST_PAGES = 200
SORTS: tuple[Sort, ...] = get_args(Sort)


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a thread is asked for, in which order."""

    sort: Sort
    after: str | None
    limit: int


async def get_thread(request: Request) -> Response:
    """`GET /api/v1/sites/{site}/thread?page=…`: the Thread, or 304 for an ETag that is still right."""
    query = request.query_params
    page = normalise_page(query.get("page", ""))
    part = Part(_one_of(query.get("sort", "oldest")), query.get("after") or None, _limit(query.get("limit")))
    service = service_of(request)
    count = service.db.changes.count
    spot = await service.db.glance(partial(spot_of, key=request.path_params["site"], page=page))
    if spot is None:
        raise Problem(404, _("There is no site with this key."))
    # Pages without comments are without number, so their answers are not kept.
    if spot.id is None or not spot.revision:
        return cached_response(request, _render(spot, page, Excerpt([], 0, None)), "application/json")
    key = (spot.id, spot.revision, spot.depth, part)
    answer = await service.cache.answer(key, lambda: _build(request, spot, page, part), service.clock())
    service.ready.keep(request.scope, Ready(answer, "get_thread", spot.id, count))
    return cached_response(request, answer, "application/json")


async def get_counts(request: Request) -> Response:
    """`GET /api/v1/sites/{site}/counts?page=…&page=…`: how many approved comments each page has, as it was asked."""
    asked = list(dict.fromkeys(request.query_params.getlist("page")))
    if not 0 < len(asked) <= MOST_PAGES:
        raise _wrong("page", _("Ask for 1 to %(most)s pages at once."), most=MOST_PAGES)
    pages = {each: normalise_page(each) for each in asked}
    service = service_of(request)
    count = service.db.changes.count
    async with service.db.reading() as session:
        site = await site_by_key(session, request.path_params["site"])
        if site is None:
            raise Problem(404, _("There is no site with this key."))
        found = await count_approved(session, site, sorted(set(pages.values())))
    counts: CountsShape = {"counts": {each: found[page] for each, page in pages.items()}}
    answer = Answer(as_json(counts))
    service.ready.keep(request.scope, Ready(answer, "get_counts", None, count))
    return cached_response(request, answer, "application/json")


async def preflight_public(request: Request) -> Response:
    """`OPTIONS` of what every page may read."""
    anybody = {"Access-Control-Allow-Origin": "*"}
    return Response(status_code=204, headers=preflight_headers(anybody, "GET, HEAD, OPTIONS"))


async def _build(request: Request, spot: Spot, page: str, part: Part) -> Answer:
    service, now = service_of(request), service_of(request).clock()
    known = service.orders.known(spot, spot.depth, part.sort)
    accept = request.headers.get("accept-encoding", "")

    async def look(trip: Trip) -> tuple[Excerpt, Sequence[Asked], Shown | None]:
        excerpt = await approved(trip, spot, spot.depth, part.sort, part.after, part.limit, known)
        return excerpt, await asked_at(trip, spot, now), await shown_outcome(trip, spot)

    def make(found: tuple[Excerpt, Sequence[Asked], Shown | None]) -> tuple[Answer, Order | None]:
        answer = _render(spot, page, *found)
        answer.encoded(answer.encoding(accept))
        return answer, found[0].order

    # Away from the loop, where the orders may not be touched.
    answer, order = await service.db.build(look, make)
    if order is not None:
        service.orders.keep(spot, spot.depth, part.sort, order)
    return answer


def _render(
    spot: Spot, page: str, excerpt: Excerpt, asked: Sequence[Asked] = (), outcome: Shown | None = None
) -> Answer:
    return Answer(as_json(thread_shape(spot, page, excerpt, asked, outcome)), next_closing(asked))


def _one_of(sort: str) -> Sort:
    for known in SORTS:
        if sort == known:
            return known
    raise _wrong("sort", _("“sort” must be one of %(sorts)s."), sorts=", ".join(SORTS))


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= MOST_COMMENTS):
        raise _wrong("limit", _("“limit” must be a number from 1 to %(most)s."), most=MOST_COMMENTS)
    return int(text)


def _wrong(parameter: str, detail: str, **values: object) -> Problem:
    return Problem(422, detail, values, faults=(FieldFault(parameter, "not_allowed"),))
