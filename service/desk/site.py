"""A site's settings at the desk: looked at, changed section by section, each change in the log."""

from collections.abc import Mapping

import structlog
from starlette.responses import Response

from models.audit import note
from models.site import Site
from service.desk.administered import administered
from service.desk.guard import Desk, signed_in
from service.desk.queue import titler
from service.errors import Problem, _
from service.moderating import own_sites
from service.site_settings import SECTIONS, SETTINGS, Setting, Wrong, change, present
from service.state import service_of

log = structlog.get_logger()
SECTION_TITLES = {
    "site": _("Site"),
    "release": _("Reading and release"),
    "hours": _("Hours and promise"),
    "taking": _("Taking comments"),
    "words": _("Your own words"),
    "safety": _("Safety"),
}
SECTION_HINTS = {
    "words": _("Plain text of your own, in place of ours. Empty: our words."),
    "hours": _("Take comments always, publish in hours: readers are told when to expect an answer."),
}


@signed_in
async def get_sites(desk: Desk) -> Response:
    """`GET /desk/sites`: the sites at which the moderator may arrange something."""
    sites = await own_sites(service_of(desk.request), desk.deciding)
    own = [each for each in sites if desk.deciding.may(each.id or 0, "contacts")]
    return desk.page("desk/sites.html", sites=own)


@signed_in
async def get_site(desk: Desk) -> Response:
    """`GET /desk/sites/{site}`."""
    return _show(desk, await administered(desk, "settings"), saved=desk.request.query_params.get("saved", ""))


@signed_in
async def post_section(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/settings/{section}`: all of the section, or nothing and what is wrong with it."""
    site = await administered(desk, "settings")
    section = desk.request.path_params["section"]
    if section not in SECTIONS:
        raise Problem(404, _("There is no such section."))
    given = _given(desk, section)
    service = service_of(desk.request)
    async with service.db.writing() as session:
        stored = await session.get_one(Site, site.id, with_for_update=True)
        changed, wrong = change(stored, given)
        for name in changed:
            await note(session, "setting", name, service.clock(), site_id=site.id, moderator_id=desk.deciding.id)
        session.add(stored)
    if wrong:
        return _show(desk, site, 422, given=given, wrong=wrong, section=section)
    log.info("settings_changed", site=site.key, settings=changed, moderator=desk.deciding.id)
    return desk.go(f"/desk/sites/{site.key}?saved={section}#{section}")


def _given(desk: Desk, section: str) -> dict[str, str]:
    """What a section's form carried. Boxes that are not ticked are not sent at all."""
    given = {}
    for setting in SETTINGS:
        if setting.section != section:
            continue
        if setting.kind == "week":
            given[setting.name] = ";".join(desk.form.get(f"{setting.name}-{day}", "") for day in range(7))
        elif setting.kind == "rules":
            marked = f"{setting.name}-"
            given[setting.name] = "\n".join(each.removeprefix(marked) for each in desk.form if each.startswith(marked))
        else:
            given[setting.name] = desk.form.get(setting.name, "")
    return given


def _show(
    desk: Desk,
    site: Site,
    status: int = 200,
    *,
    saved: str = "",
    given: Mapping[str, str] | None = None,
    wrong: list[Wrong] | None = None,
    section: str = "",
) -> Response:
    netiquette = service_of(desk.request).judges.netiquette
    title = titler(desk)

    def value(setting: Setting) -> str:
        return given[setting.name] if given and setting.name in given else present(site, setting)

    return desk.page(
        "desk/site.html",
        status,
        site=site,
        sections=[(each, desk.tell(SECTION_TITLES[each]), _hint(desk, each)) for each in SECTIONS],
        settings={each: [one for one in SETTINGS if one.section == each] for each in SECTIONS},
        value=value,
        label=lambda text: desk.tell(text) if text else "",
        faults={each.name: desk.tell(each.fault.text, **each.fault.values) for each in wrong or []},
        rules=[(each.id, title(each.id)) for each in netiquette.rules] if netiquette else [],
        saved=saved if saved in SECTIONS else "",
        wrong_section=section,
    )


def _hint(desk: Desk, section: str) -> str:
    return desk.tell(SECTION_HINTS[section]) if section in SECTION_HINTS else ""
