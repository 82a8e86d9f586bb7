"""`PUT /api/v1/sites/{site}/thread?page=…`: the host closes a page of its own to new comments, or opens it again.

A WordPress whose post takes no comments any more says so here, so that nobody can write to it by another way either.
"""

from collections.abc import Mapping
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from models.audit import note
from models.outbox import enqueue
from models.sign_on import keys_of
from models.site import Site
from models.thread import find_thread, normalise_page, open_thread, set_open
from moderation.draft import LONGEST, BadDraft, FieldFault
from service.admission import admitted_site, read_json
from service.errors import Problem, _
from service.sign_on import BadToken, read_host_token
from service.state import Service, service_of
from service.wire import PlaceShape

log = structlog.get_logger()


async def put_thread(request: Request) -> Response:
    """200 with the page as it is now; saying the same twice changes nothing. 401 without a token of the host's."""
    site = await admitted_site(request)
    page = normalise_page(request.query_params.get("page", ""))
    service = service_of(request)
    await _require_host(request, service, site, page)
    open_ = _wanted(await read_json(request))
    await _settle(service, site, page, open_)
    told: PlaceShape = {"site": site.key, "page": page, "open": open_}
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


async def _require_host(request: Request, service: Service, site: Site, page: str) -> None:
    scheme, _space, token = request.headers.get("authorization", "").partition(" ")
    async with service.db.reading() as session:
        keys = await keys_of(session, site.id or 0)
    try:
        if scheme.lower() != "bearer" or len(token) > LONGEST["token"]:
            raise BadToken("none, or longer than any")  # noqa: TRY301  # the same answer as for one that is wrong
        read_host_token(token.strip(), keys, site.key, page, service.clock())
    except BadToken as error:
        log.info("host_token_refused", site=site.key, reason=str(error))
        told = _("This needs a token for this page, signed with the site's key.")
        raise Problem(401, told, headers={"WWW-Authenticate": "Bearer"}) from None


def _wanted(payload: Any) -> bool:
    if not isinstance(payload, Mapping):
        raise BadDraft((FieldFault("", "not_an_object"),))
    faults = [FieldFault(str(name)[:64], "unknown_field") for name in payload if name != "open"]
    if not isinstance(payload.get("open"), bool):
        faults.append(FieldFault("open", "not_allowed" if "open" in payload else "required"))
    if faults:
        raise BadDraft(tuple(faults))
    return bool(payload["open"])


async def _settle(service: Service, site: Site, page: str, open_: bool) -> None:
    now = service.clock()
    async with service.db.writing() as session:
        thread = await find_thread(session, site, page)
        if thread is None and open_:
            return
        thread = thread or await open_thread(session, site, page, "", now)
        if thread.open == open_:
            return
        await set_open(session, thread, open_)
        await enqueue(session, "thread_changed", {"thread": thread.id, "site": site.id}, now)
        action = "opened_by_host" if open_ else "closed_by_host"
        await note(session, action, str(thread.id), now, site_id=site.id, moderator_id=None)
    log.info(action, site=site.key, thread=thread.id)
