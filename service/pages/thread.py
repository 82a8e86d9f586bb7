"""The thread as a page of its own: reading and writing without JavaScript."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.approved import Excerpt, Sort, approved, step_with
from models.comment import Comment, IdTaken, UnknownParent, find_comment
from models.site import Site
from models.thread import Thread, find_thread, normalise_page
from moderation.draft import parse_draft
from moderation.lifecycle import Status
from service.admission import admit_origin, admitted_site, read_form, sender_of
from service.errors import STOPPING, language_of
from service.pages.links import article_url, netiquette_path, own_path, report_path, thread_path
from service.pages.preview import Preview, preview_of
from service.pages.tree import grow, initials, tint
from service.pages.trouble import Trouble, trouble_of
from service.state import service_of
from service.submission import arrival_of, judge_draft, submit
from service.templating import page as page_of

# Browsers may keep the page for the way back, so that what was typed is still in its form; `no-store` would lose it.
_KEPT_FOR_THE_WAY_BACK = {"Cache-Control": "private, no-cache"}
SORTS: tuple[Sort, ...] = ("oldest", "newest", "helpful")
PER_PAGE = 100
_FIELDS = ("text", "name", "email", "url", "homepage", "form_token", "id", "parent")


@dataclass(frozen=True, slots=True)
class View:
    """What of a thread is shown, as the query asks for it."""

    site: Site
    page: str
    sort: Sort
    after: str | None
    thread: Thread | None
    excerpt: Excerpt


async def get_thread_page(request: Request) -> Response:
    """`GET /sites/{site}/thread?page=…[&sort=][&after=|&comment=ID][&reply=ID]`: the thread, and a form to write in.

    `comment` (and `reply`) show the part of a long thread that holds that comment.
    """
    site = await admitted_site(request)
    view = await _view(request, site)
    return await _show(request, view, {"parent": request.query_params.get("reply", "")})


async def post_thread_page(request: Request) -> Response:
    """`POST` of the form: on to the author's own page, or back to the form with what was typed.

    The `id` in the form makes it safe to send twice: both are one comment.
    """
    site = await admitted_site(request)
    origin = admit_origin(request, site)
    view = await _view(request, site)
    fields = {name: value for name, value in (await read_form(request)).items() if name in (*_FIELDS, "do")}
    language = language_of(request)
    arrival = arrival_of(request, site, origin, language)
    try:
        draft = parse_draft({"page": view.page, **{name: fields[name] for name in _FIELDS if fields.get(name)}})
        if fields.get("do") == "preview":
            await service_of(request).rates.attempt(f"preview {sender_of(request)}")
            judged = await judge_draft(service_of(request), arrival, draft)
            return await _show(request, view, fields, preview=preview_of(request, judged))
        receipt = await submit(request, arrival, draft)
    except STOPPING as error:
        if isinstance(error, UnknownParent):
            fields["parent"] = ""
        if isinstance(error, IdTaken):
            fields["id"] = ""
        return await _show(request, view, fields, trouble=trouble_of(error, language))
    return RedirectResponse(own_path(request, receipt["id"], receipt["manage_token"], sent="1") + "#stand", 303)


async def _view(request: Request, site: Site) -> View:
    query = request.query_params
    page = normalise_page(query.get("page", ""))
    sort = next((each for each in SORTS if each == query.get("sort")), SORTS[0])
    if sort == "helpful" and not site.helpful:
        sort = SORTS[0]
    after = query.get("after") or None
    wanted = query.get("comment") or query.get("reply")
    async with service_of(request).db.reading() as session:
        thread = await find_thread(session, site, page)
        if thread is None:
            return View(site, page, sort, after, thread, Excerpt([], 0, None))
        if wanted and after is None:
            after = await step_with(session, thread, site.depth, sort, wanted, PER_PAGE)
        excerpt = await approved(session, thread, site.depth, sort, after, PER_PAGE)
    return View(site, page, sort, after, thread, excerpt)


async def _show(
    request: Request,
    view: View,
    fields: Mapping[str, str],
    *,
    trouble: Trouble | None = None,
    preview: Preview | None = None,
) -> Response:
    service = service_of(request)
    site = view.site
    parent = await _answered(request, view.thread, fields.get("parent", ""))
    netiquette = service.judges.netiquette
    return page_of(
        request,
        "pages/thread.html",
        language_of(request),
        trouble.status if trouble else 200,
        {**_KEPT_FOR_THE_WAY_BACK, **(trouble.headers if trouble else {})},
        site=site,
        view=view,
        branches=grow(view.excerpt.entries),
        open=view.thread.open if view.thread else True,
        fields={**dict.fromkeys(_FIELDS, ""), **fields},
        parent=parent,
        lost_parent=bool(fields.get("parent")) and parent is None,
        id=fields.get("id") or secrets.token_hex(12),
        form_token=_form_token(request, site, fields.get("form_token", "")),
        max_length=netiquette.max_length if netiquette else 5000,
        trouble=trouble,
        preview=preview,
        initials=initials,
        tint=tint,
        article=article_url(site, view.page),
        netiquette=netiquette_path(request, site),
        link=lambda **query: thread_path(request, site, view.page, **_kept(view), **query),
        sorted_by=lambda sort: thread_path(request, site, view.page, sort=sort if sort != SORTS[0] else None),
        report=lambda comment_id: report_path(request, comment_id),
    )


def _kept(view: View) -> dict[str, str | None]:
    return {"sort": view.sort if view.sort != SORTS[0] else None}


async def _answered(request: Request, thread: Thread | None, comment_id: str) -> Comment | None:
    """The published comment of this thread that is to be answered."""
    if not comment_id or thread is None:
        return None
    async with service_of(request).db.reading() as session:
        found = await find_comment(session, comment_id)
    if found is None or found.thread_id != thread.id or found.status != Status.APPROVED:
        return None
    return found


def _form_token(request: Request, site: Site, sent: str) -> str:
    """The token that the form came with while it is good, since it tells how long the author took; else a new one."""
    service = service_of(request)
    now = service.clock()
    good = sent and service.tokens.form_age(sent, site.key, now) is not None
    return sent if good else service.tokens.form(site.key, now)
