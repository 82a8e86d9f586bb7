"""Atom feeds (RFC 4287) of approved comments, of a site or of one page: to follow a talk without giving an address."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from models.latest import Latest, latest
from models.outcome import Outcome, latest_outcomes
from models.site import Site
from models.thread import Thread, find_place, normalise_page
from service.api.cache import Answer, cached_response
from service.api.ready import Ready
from service.errors import Problem, _
from service.pages.links import article_url
from service.state import service_of
from service.templating import render
from service.texts import choose_language, tell

MOST_ENTRIES = 50
# Notes of what became of talks stand beside the comments, and crowd none of them out.
MOST_OUTCOMES = 10
_MEDIA_TYPE = "application/atom+xml"
# What XML cannot hold, however it is written (XML 1.0, section 2.2).
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TITLE = _("Comments on “%(title)s”")


async def get_feed(request: Request) -> Response:
    """`GET /sites/{site}/feed.atom[?page=…]`: the comments published last, newest first, in the site's language."""
    asked = request.query_params.get("page")
    page = normalise_page(asked) if asked is not None else None
    service = service_of(request)
    count = service.db.changes.count
    async with service.db.reading() as session:
        found = await find_place(session, request.path_params["site"], page or "/")
        if found is None:
            raise Problem(404, _("There is no site with this key."))
        site, thread = found
        alone = thread if page is not None else None
        unwritten = page is not None and thread is None
        entries = [] if unwritten else await latest(session, site, alone, MOST_ENTRIES)
        outcomes = [] if unwritten else await latest_outcomes(session, site.id or 0, alone, MOST_OUTCOMES)
    answer = _rendered(request, site, page, alone, entries, outcomes)
    if not unwritten:
        service.ready.keep(request.scope, Ready(answer, "get_feed", alone.id if alone else None, count, _MEDIA_TYPE))
    return cached_response(request, answer, _MEDIA_TYPE)


def _rendered(
    request: Request,
    site: Site,
    page: str | None,
    thread: Thread | None,
    entries: list[Latest],
    outcomes: Sequence[tuple[Outcome, Thread]],
) -> Answer:
    settings = service_of(request).settings
    language = choose_language("", site.language)
    about = (thread.title if thread else "") or page or site.name
    here = f"{settings.base_url}/sites/{site.key}/feed.atom"
    xml = render(
        request,
        "pages/feed.xml",
        language,
        title=tell(language, _TITLE, title=about),
        site=site,
        address=here + (f"?{urlencode({'page': page})}" if page is not None else ""),
        article=article_url(site, page or "/"),
        tag=_tag(site, settings.base_url),
        updated=max(
            (*map(_changed, entries), *(_put_or_changed(each) for each, _at in outcomes)), default=site.created_at
        ),
        outcomes=[_outcome_entry(site, each, at, language) for each, at in outcomes],
        entries=[(each, _entry_title(each, language), _changed(each)) for each in entries],
        guest=tell(language, _("Guest")),
        permalink=lambda entry: f"{article_url(site, entry.page)}#kommentar-{entry.id}",
        stamp=lambda time: time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    return Answer(_NO_XML.sub("", xml).encode())


def _tag(site: Site, base_url: str) -> str:
    """What begins every id (RFC 4151): it stays the same when pages move."""
    return f"tag:{urlsplit(base_url).hostname},{site.created_at:%Y-%m-%d}:{site.key}"


def _entry_title(entry: Latest, language: str) -> str:
    name = entry.name or tell(language, _("Guest"))
    if entry.question:
        return tell(language, _("%(name)s on the question “%(question)s”"), name=name, question=entry.question)
    return tell(language, _("%(name)s on “%(title)s”"), name=name, title=entry.title or entry.page)


def _outcome_entry(site: Site, outcome: Outcome, at: Thread, language: str) -> tuple[Outcome, str, datetime, str]:
    """The note, its heading, when it last changed, and where it stands."""
    heading = tell(language, _("What became of “%(title)s”"), title=at.title or at.page)
    heading = f"{heading}: {outcome.title}" if outcome.title else heading
    return outcome, heading, _put_or_changed(outcome), f"{article_url(site, at.page)}#was-daraus-wurde"


def _put_or_changed(outcome: Outcome) -> datetime:
    return outcome.changed_at or outcome.created_at


def _changed(entry: Latest) -> datetime:
    return max(entry.published_at, entry.edited_at) if entry.edited_at else entry.published_at
