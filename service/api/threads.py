"""Reading: the approved thread of a page, and counts for teasers. Open to every origin, cacheable by anybody."""

from typing import get_args

import orjson
from starlette.requests import Request
from starlette.responses import Response

from models.approved import Excerpt, Sort, approved, count_approved
from models.site import site_by_key
from models.thread import find_thread, normalise_page
from service import metrics
from service.api.cache import Answer, make_answer
from service.errors import Problem, _
from service.state import service_of
from service.wire import CountsShape, thread_shape

DEFAULT_LIMIT = 100
MOST_COMMENTS = 1000
MOST_PAGES = 200
SORTS: tuple[Sort, ...] = get_args(Sort)
# Browsers and CDNs ask again at once, which costs a 304; a CDN may serve the old thread while it asks.
_CACHE_CONTROL = "public, max-age=0, s-maxage=5, stale-while-revalidate=30, stale-if-error=86400"


async def get_thread(request: Request) -> Response:
    """`GET /api/v1/sites/{site}/thread?page=…`: the Thread, or 304 for an ETag that is still right."""
    query = request.query_params
    page = normalise_page(query.get("page", ""))
    sort = _one_of(query.get("sort", "oldest"))
    limit = _number(query.get("limit"), DEFAULT_LIMIT, MOST_COMMENTS)
    answer = await thread_answer(request, page, sort, query.get("after") or None, limit)
    return cached_response(request, answer, "application/json")


async def thread_answer(request: Request, page: str, sort: Sort, after: str | None, limit: int) -> Answer:
    """The thread's bytes, from the cache when its revision has not moved. 404 for an unknown site."""
    service = service_of(request)
    async with service.db.reading() as session:
        site = await site_by_key(session, request.path_params["site"])
        if site is None:
            raise Problem(404, _("There is no site with this key."))
        thread = await find_thread(session, site, page)
        key = (site.id, site.depth, page, thread.revision if thread else -1, sort, after, limit)
        if answer := service.cache.get(key):
            metrics.cached.labels(source="cache").inc()
            return answer
        excerpt = Excerpt([], 0, None)
        if thread is not None:
            excerpt = await approved(session, thread, site.depth, sort, after, limit)
    answer = make_answer(orjson.dumps(thread_shape(site, page, thread, excerpt)))
    service.cache.put(key, answer)
    metrics.cached.labels(source="built").inc()
    return answer


async def get_counts(request: Request) -> Response:
    """`GET /api/v1/sites/{site}/counts?page=…&page=…`: how many approved comments each page has, as it was asked."""
    asked = list(dict.fromkeys(request.query_params.getlist("page")))
    if not 0 < len(asked) <= MOST_PAGES:
        raise Problem(422, _("Ask for 1 to %(most)s pages at once."), {"most": MOST_PAGES})
    pages = {each: normalise_page(each) for each in asked}
    async with service_of(request).db.reading() as session:
        site = await site_by_key(session, request.path_params["site"])
        if site is None:
            raise Problem(404, _("There is no site with this key."))
        found = await count_approved(session, site, sorted(set(pages.values())))
    counts: CountsShape = {"counts": {each: found[page] for each, page in pages.items()}}
    return cached_response(request, make_answer(orjson.dumps(counts)), "application/json")


def cached_response(request: Request, answer: Answer, media_type: str) -> Response:
    """The answer with its validators: 304 when the client has it already."""
    headers = {
        "ETag": answer.etag,
        "Cache-Control": _CACHE_CONTROL,
        "Vary": "Accept-Encoding",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "ETag",
    }
    if _matches(request.headers.get("if-none-match", ""), answer.etag):
        return Response(status_code=304, headers=headers)
    body, encoding = answer.encoded(request.headers.get("accept-encoding", ""))
    if encoding:
        headers["Content-Encoding"] = encoding
    return Response(body, headers=headers, media_type=media_type)


def _matches(if_none_match: str, etag: str) -> bool:
    """Weak comparison, as RFC 9110 (section 13.1.2) asks for: proxies that compress mark our ETag as weak."""
    told = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    return etag in told or "*" in told


def _one_of(sort: str) -> Sort:
    for known in SORTS:
        if sort == known:
            return known
    raise Problem(422, _("“sort” must be one of %(sorts)s."), {"sorts": ", ".join(SORTS)})


def _number(text: str | None, otherwise: int, most: int) -> int:
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= most):
        raise Problem(422, _("“limit” must be a number from 1 to %(most)s."), {"most": most})
    return int(text)
