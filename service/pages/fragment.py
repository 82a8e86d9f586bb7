"""The approved thread as a piece of HTML that a host's own server puts into its page."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from models.approved import Excerpt, approved
from models.asked import Asked, asked_at, next_closing
from models.outcome import Outcome, outcome_of
from models.site import Site
from models.thread import Thread, find_place, normalise_page
from models.trip import InSession
from moderation.draft import FieldFault
from service.api.cache import Answer, cached_response
from service.api.ready import Ready
from service.errors import Problem, _
from service.pages.links import article_url, report_path, thread_path
from service.pages.sections import sections_of
from service.pages.tree import grow
from service.state import service_of
from service.templating import render
from service.texts import LANGUAGES, choose_language

MOST_COMMENTS = 1000
HEADING_LEVELS = (1, 2, 3, 4, 5)
WRITING = ("yes", "no")
_MEDIA_TYPE = "text/html"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """All that shapes a fragment besides its thread."""

    language: str
    level: int
    depth: int
    host: str
    helpful: bool
    write: bool


@dataclass(frozen=True, slots=True)
class _Talk:
    """What a page shows: its comments, what it asks, and what became of it."""

    thread: Thread | None
    excerpt: Excerpt
    asked: Sequence[Asked] = ()
    outcome: Outcome | None = None


async def get_fragment(request: Request) -> Response:
    """`GET /sites/{site}/fragment?page=…[&lang=][&level=][&write=no]`: the thread, without script and without style.

    It is the same for every reader, so the language is that of the query or the site's, never that of the request.
    `write=no` is for a host that has closed the page itself: then nothing leads to a form.
    """
    query = request.query_params
    page = normalise_page(query.get("page", ""))
    level, write = _level(query.get("level", "2")), _write(query.get("write", "yes"))
    service = service_of(request)
    count = service.db.changes.count
    async with service.db.reading() as session:
        found = await find_place(session, request.path_params["site"], page)
    if found is None:
        raise Problem(404, _("There is no site with this key."))
    site, thread = found
    language = _language(query.get("lang", ""), site)
    wanted = _Wanted(language, level, site.depth, article_url(site, ""), site.helpful, write)
    if thread is None or not thread.revision:
        answer = _rendered(request, site, page, _Talk(thread, Excerpt([], 0, None)), wanted)
        return cached_response(request, answer, _MEDIA_TYPE)

    async def build() -> Answer:
        async with service.db.reading() as session:
            trip = InSession(session)
            order = await service.orders.find(trip, thread, site.depth, "oldest")
            excerpt = await approved(trip, thread, site.depth, limit=MOST_COMMENTS, order=order)
            asked = await asked_at(trip, thread, service.clock())
            talk = _Talk(thread, excerpt, asked, await outcome_of(session, thread))
        return _rendered(request, site, page, talk, wanted)

    key = ("fragment", thread.id, thread.revision, *astuple(wanted))
    answer = await service.cache.answer(key, build, service.clock())
    service.ready.keep(request.scope, Ready(answer, "get_fragment", thread.id, count, _MEDIA_TYPE))
    return cached_response(request, answer, _MEDIA_TYPE)


def _rendered(request: Request, site: Site, page: str, talk: _Talk, wanted: _Wanted) -> Answer:
    thread, excerpt, asked = talk.thread, talk.excerpt, talk.asked
    base = urlsplit(service_of(request).settings.base_url)
    here = f"{base.scheme}://{base.netloc}"
    html = render(
        request,
        "pages/fragment.html",
        wanted.language,
        site=site,
        excerpt=excerpt,
        sections=sections_of(asked, grow(excerpt.entries)),
        asks=bool(asked),
        outcome=talk.outcome,
        open=wanted.write and (thread.open if thread else True),
        title=thread.title if thread else "",
        level=wanted.level,
        article=article_url(site, page),
        link=lambda **query: here + thread_path(request, site, page, **query),
        report=lambda comment_id: here + report_path(request, comment_id),
    )
    return Answer(html.encode(), next_closing(asked))


def _language(asked: str, site: Site) -> str:
    return asked if asked in LANGUAGES else choose_language("", site.language)


def _level(text: str) -> int:
    for level in HEADING_LEVELS:
        if text == str(level):
            return level
    raise Problem(
        422,
        _("“level” must be a number from 1 to %(most)s."),
        {"most": HEADING_LEVELS[-1]},
        faults=(FieldFault("level", "not_allowed"),),
    )


def _write(text: str) -> bool:
    if text not in WRITING:
        told = {"choices": ", ".join(WRITING)}
        raise Problem(422, _("“write” must be one of %(choices)s."), told, faults=(FieldFault("write", "not_allowed"),))
    return text == "yes"
