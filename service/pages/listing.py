"""The comments of a view as HTML, made once for everybody who reads the same part in the same minute."""

from markupsafe import Markup
from starlette.requests import Request

from models.approved import approved
from models.asked import asked_at, next_closing
from models.thread import Thread
from models.trip import InSession
from service.api.cache import Answer
from service.errors import tone_of
from service.pages.links import helpful_path, report_path, thread_path
from service.pages.sections import sections_of
from service.pages.tree import grow, initials, tint
from service.pages.view import SORTS, View
from service.state import service_of
from service.templating import render

# “5 minutes ago” may be this old.
_FRESH_SECONDS = 60


async def listing_of(request: Request, view: View) -> Markup:
    """Questions and comments as nested lists, with what can be done to each; empty where there are none."""
    if view.thread is None or not view.thread.revision:
        return Markup()
    helped = request.query_params.get("helped")
    if helped:
        shown = await _render(request, view, view.thread, helped)
        return Markup(shown.identity.decode())  # noqa: S704  # a template of ours made it
    site, thread, service = view.site, view.thread, service_of(request)
    minute = int(service.clock().timestamp() // _FRESH_SECONDS)
    shaped_by = (site.depth, site.helpful, site.language, tone_of(request), request.query_params.get("lang"))
    key = ("page", thread.id, thread.revision, view.sort, view.after, minute, *shaped_by)

    answer = await service.cache.answer(key, lambda: _render(request, view, thread), service.clock())
    return Markup(answer.identity.decode())  # noqa: S704  # a template of ours made it


async def _render(request: Request, view: View, thread: Thread, helped: str | None = None) -> Answer:
    site, page, sort = view.site, view.page, kept_sort(view)
    async with service_of(request).db.reading() as session:
        trip = InSession(session)
        shown = await approved(trip, thread, site.depth, view.sort, view.after, view.paging.size, view.order)
        asked = await asked_at(trip, thread, service_of(request).clock())
    if not shown.entries and not asked:
        return Answer(b"")
    html = render(
        request,
        "pages/comments.html",
        tone_of(request),
        site=site,
        sections=sections_of(asked, grow(shown.entries), whole=view.after is None),
        asks=bool(asked),
        open=view.open,
        helped=helped,
        initials=initials,
        tint=tint,
        link=lambda **query: thread_path(request, site, page, sort=sort, **query),
        report=lambda comment_id: report_path(request, comment_id),
        helpful=lambda comment_id: helpful_path(request, comment_id, sort=sort or ""),
    )
    return Answer(html.encode(), next_closing(asked))


def kept_sort(view: View) -> str | None:
    """The order as links carry it on: not at all where it is the usual one."""
    return view.sort if view.sort != SORTS[0] else None
