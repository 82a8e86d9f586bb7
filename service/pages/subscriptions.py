"""Subscriptions by mail: saying yes, and one page to see and end all of one's own.

No link changes anything. The forms want something ticked by hand, because mail scanners open every link and some send
every form they find.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from models.comment import Comment
from models.release import release_confirmed
from models.site import Site
from models.subscription import Subscription, confirm, end, subscriptions_of
from models.thread import Thread
from service.admission import admit_origin, read_form
from service.errors import Problem, _, tone_of
from service.pages.links import article_url, my_data_path, netiquette_path, root_of, tongues, with_language
from service.state import service_of
from service.templating import page as page_of

_GONE = _("This link no longer works. You can subscribe again with your next comment.")


@dataclass(frozen=True, slots=True)
class Told:
    """A subscription as its page shows it."""

    subscription: Subscription
    title: str
    article: str


async def get_confirm(request: Request) -> Response:
    """`GET /confirm/{token}`: asks once more, and changes nothing."""
    return await _ask(request, await _asked(request))


async def post_confirm(request: Request) -> Response:
    """The yes. Saying it twice is the same as once."""
    found = await _asked(request)
    admit_origin(request, request.state.site)
    if (await read_form(request)).get("yes") != "on":
        return await _ask(request, found, missing=True)
    service = service_of(request)
    async with service.db.writing() as session:
        confirmed = await confirm(session, found.id, service.clock())
        if confirmed is not None and confirmed.comment_id:
            await release_confirmed(session, confirmed.comment_id, service.clock())
    if confirmed is None:
        raise Problem(404, _GONE)
    return RedirectResponse(_own_path(request, found, confirmed="1"), 303)


async def get_subscriptions(request: Request) -> Response:
    """`GET /subscriptions/{id}/{token}`: everything that the same address is subscribed to at the site."""
    return await _show(request, await _own(request))


async def post_subscriptions(request: Request) -> Response:
    """End what was ticked."""
    own = await _own(request)
    admit_origin(request, request.state.site)
    fields = await read_form(request)
    service = service_of(request)
    async with service.db.writing() as session:
        present = await subscriptions_of(session, own.site_id, own.email_mark)
        chosen = [each.id for each in present if fields.get("all") == "on" or fields.get(f"end-{each.id}") == "on"]
        await end(session, chosen, service.clock())
    return RedirectResponse(_own_path(request, own, **({"ended": "1"} if chosen else {})), 303)


async def post_one_click(request: Request) -> Response:
    """`POST /subscriptions/{id}/{token}/end`: what mail programs send for `List-Unsubscribe-Post` (RFC 8058)."""
    own = await _own(request)
    if (await read_form(request)).get("List-Unsubscribe") != "One-Click":
        return RedirectResponse(_own_path(request, own), 303)
    service = service_of(request)
    async with service.db.writing() as session:
        await end(session, [own.id], service.clock())
    return PlainTextResponse("OK", headers={"Cache-Control": "no-store"})


async def get_one_click(request: Request) -> Response:
    """Who opens that address by hand is shown the page."""
    return RedirectResponse(_own_path(request, await _own(request)), 303)


async def _asked(request: Request) -> Subscription:
    service = service_of(request)
    subscription_id = service.tokens.confirms(request.path_params["token"], service.clock())
    return await _load(request, subscription_id, ended=False)


async def _own(request: Request) -> Subscription:
    subscription_id = request.path_params["id"]
    if not service_of(request).tokens.unsubscribes(request.path_params["token"], subscription_id):
        raise Problem(404, _GONE)
    return await _load(request, subscription_id, ended=True)


async def _load(request: Request, subscription_id: str | None, *, ended: bool) -> Subscription:
    if subscription_id is None:
        raise Problem(404, _GONE)
    async with service_of(request).db.reading() as session:
        found = await session.get(Subscription, subscription_id)
        if found is None or (found.ended_at is not None and not ended):
            raise Problem(404, _GONE)
        request.state.site = await session.get_one(Site, found.site_id)
    return found


async def _ask(request: Request, found: Subscription, *, missing: bool = False) -> Response:
    site: Site = request.state.site
    async with service_of(request).db.reading() as session:
        told = await _told(request, found, site, await session.get_one(Thread, found.thread_id))
    path = with_language(request, f"{root_of(request)}/confirm/{request.path_params['token']}")
    return page_of(
        request,
        "pages/confirm.html",
        tone_of(request),
        422 if missing else 200,
        site=site,
        told=told,
        missing=missing,
        path=path,
        netiquette=netiquette_path(request, site),
        tongues=tongues(request, site),
    )


async def _show(request: Request, own: Subscription) -> Response:
    site: Site = request.state.site
    async with service_of(request).db.reading() as session:
        present = await subscriptions_of(session, own.site_id, own.email_mark)
        told = [await _told(request, each, site, await session.get_one(Thread, each.thread_id)) for each in present]
    return page_of(
        request,
        "pages/subscriptions.html",
        tone_of(request),
        site=site,
        told=told,
        done=next((each for each in ("confirmed", "ended") if request.query_params.get(each)), ""),
        path=_own_path(request, own),
        my_data=my_data_path(request, site),
        netiquette=netiquette_path(request, site),
        tongues=tongues(request, site),
    )


async def _told(request: Request, each: Subscription, site: Site, thread: Thread) -> Told:
    async with service_of(request).db.reading() as session:
        comment = await session.get(Comment, each.comment_id)
    title = thread.title or (comment.title if comment else "") or thread.page
    return Told(each, title, article_url(site, thread.page))


def _own_path(request: Request, own: Subscription, **query: str) -> str:
    token = service_of(request).tokens.unsubscribe(own.id)
    return with_language(request, f"{root_of(request)}/subscriptions/{own.id}/{token}", **query)
