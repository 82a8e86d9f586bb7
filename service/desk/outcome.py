""" "Was daraus wurde" at the desk: the note on top of a page's closed thread."""

from collections.abc import Mapping

from starlette.responses import Response

from models.outcome import TOLD_AFTER, Words
from models.site import Site
from models.thread import normalise_page
from moderation.working_time import ZONE
from service.concluding import FIELDS, Written, conclude, read_outcome, take_back, talk_at
from service.desk.guard import Desk, signed_in
from service.desk.paths import talk_path
from service.errors import _
from service.moderating import own_sites, require
from service.state import service_of

_DONE = {
    "put": _("The note stands on top of the comments."),
    "taken": _("The note is taken back. The comments stay closed."),
}


@signed_in
async def get_outcome(desk: Desk) -> Response:
    """`GET /desk/sites/{site}/outcome?page=…`: the note of that page's thread, or a form for one."""
    site = await _site(desk)
    page = normalise_page(desk.request.query_params.get("page", ""))
    return await _show(desk, site, page, told=_DONE.get(desk.request.query_params.get("done", ""), ""))


@signed_in
async def post_outcome(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/outcome`: show it, put it, or take it back, as the pressed button says."""
    site = await _site(desk)
    require(desk.deciding, site.id or 0, "answer")
    page = normalise_page(desk.form.get("page", ""))
    service = service_of(desk.request)
    if desk.form.get("do") == "take":
        await take_back(service, desk.deciding, site, page)
        return _onward(desk, site, page, "taken")
    written = await read_outcome(site, desk.form, service.clock())
    if written.words is None or desk.form.get("do") == "preview":
        return await _show(desk, site, page, written=written)
    await conclude(service, desk.deciding, site, page, written.words)
    return _onward(desk, site, page, "put")


async def _site(desk: Desk) -> Site:
    [site] = await own_sites(service_of(desk.request), desk.deciding, desk.request.path_params["site"])
    return site


def _onward(desk: Desk, site: Site, page: str, done: str) -> Response:
    return desk.go(talk_path(site, page, "outcome", done=done))


async def _show(desk: Desk, site: Site, page: str, *, told: str = "", written: Written | None = None) -> Response:
    service = service_of(desk.request)
    thread, outcome = await talk_at(service, site, page)
    today = service.clock().astimezone(ZONE).date().isoformat()
    stored: Mapping[str, str] = {
        "title": outcome.title if outcome else "",
        "text": outcome.text if outcome else "",
        "day": outcome.day.isoformat() if outcome else today,
    }
    shown: Words | None = written.words if written else None
    return desk.page(
        "desk/outcome.html",
        422 if written and written.faults else 200,
        site=site,
        page=page,
        thread=thread,
        outcome=outcome,
        fields={name: desk.form.get(name, stored[name]) for name in FIELDS},
        faults={name: desk.tell(text) for name, text in (written.faults if written else {}).items()},
        shown=shown,
        told=desk.say(told),
        minutes=int(TOLD_AFTER.total_seconds() // 60),
        may=desk.deciding.may(site.id or 0, "answer"),
        article=f"{site.origins[0]}{page}",
        path=talk_path,
    )
