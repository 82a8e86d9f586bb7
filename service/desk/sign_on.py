"""Sign-on from a site's own pages: its keys, made and taken away."""

import structlog
from starlette.responses import Response

from models.sign_on import MOST_KEYS, TooManyKeys, keys_of
from models.site import Site
from service.administering import end_sign_on_key, make_sign_on_key
from service.desk.administered import administered
from service.desk.guard import Desk, signed_in
from service.errors import Problem, _
from service.state import service_of

log = structlog.get_logger()
_TWO = _("There are two keys already. Please remove the one that is no longer used first.")
_NO_KEY = _("There is no such key.")
_REMOVED = _("The key is removed. What it signed is worth nothing any more.")


@signed_in
async def get_sign_on(desk: Desk) -> Response:
    """`GET /desk/sites/{site}/sign-on`."""
    site = await administered(desk, "settings")
    return await _show(desk, site, told=_REMOVED if desk.request.query_params.get("done") == "removed" else "")


@signed_in
async def post_key(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/sign-on`: a new key, which is shown this once."""
    site = await administered(desk, "settings")
    service = service_of(desk.request)
    try:
        async with service.db.writing() as session:
            key = await make_sign_on_key(session, site, service.clock(), by=desk.deciding.id)
    except TooManyKeys:
        return await _show(desk, site, 409, fault=_TWO)
    log.info("sign_on_key_made", site=site.key, moderator=desk.deciding.id)
    return await _show(desk, site, secret=key.secret)


@signed_in
async def post_removal(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/sign-on/{id}/remove`."""
    site = await administered(desk, "settings")
    service = service_of(desk.request)
    try:
        async with service.db.writing() as session:
            key_id = desk.request.path_params["id"]
            await end_sign_on_key(session, site, key_id, service.clock(), by=desk.deciding.id)
    except LookupError:
        raise Problem(404, _NO_KEY) from None
    log.info("sign_on_key_removed", site=site.key, moderator=desk.deciding.id)
    return desk.go(f"/desk/sites/{site.key}/sign-on?done=removed")


async def _show(
    desk: Desk, site: Site, status: int = 200, *, told: str = "", fault: str = "", secret: str = ""
) -> Response:
    async with service_of(desk.request).db.reading() as session:
        keys = await keys_of(session, site.id or 0)
    return desk.page(
        "desk/sign_on.html",
        status,
        site=site,
        sign_on_keys=keys,
        most=MOST_KEYS,
        told=desk.say(told),
        fault=desk.say(fault),
        secret=secret,
    )
