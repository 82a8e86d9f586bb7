"""A site's own netiquette at the desk: change a rule, see the difference, put it in force, and go back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from models.audit import note
from models.edition import Edition, count_editions, edition_in_force, edition_of, editions_of, put_in_force
from models.moderator import names_of
from models.site import Site
from models.trip import InSession
from moderation.netiquette import BadNetiquette
from moderation.netiquette.change import FIELDS, LONGEST_FIELD, differences, fields_of, with_change
from moderation.netiquette.params import MAY_REFUSE
from moderation.netiquette.rules import title_of
from service.desk.administered import administered
from service.desk.guard import Desk, signed_in
from service.errors import Problem, _
from service.rules import base_text, changes_in, make_netiquette, rules_of, stored
from service.state import service_of

log = structlog.get_logger()
FIELD_NAMES = {
    "enabled": _("In force"),
    "severity": _("What it does"),
    "title_de": _("Title (German)"),
    "explanation_de": _("Explanation (German)"),
    "advice_de": _("Advice to who writes (German)"),
    "title_en": _("Title (English)"),
    "explanation_en": _("Explanation (English)"),
    "advice_en": _("Advice to who writes (English)"),
}
SEVERITY_NAMES = {
    "note": _("Hint while writing"),
    "hold": _("Pointed out to moderators"),
    "refuse": _("Sent back at once"),
}
_DONE = {
    "saved": _("The new version is in force."),
    "back": _("The earlier version is in force again, as a new one."),
    "same": _("Nothing was different, so the version stays."),
}
_MISSING = _("The rules cannot be read at the moment, so they cannot be changed. Please tell the operator.")
_NO_RULE = _("The netiquette has no such rule.")


@dataclass(frozen=True, slots=True)
class Difference:
    """One field before and after, in the moderator's words."""

    rule: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Version:
    """An edition as its row shows it, with what it changed against the one before."""

    edition: Edition
    by: str
    differences: list[Difference]


@signed_in
async def get_netiquette(desk: Desk) -> Response:
    """`GET /desk/sites/{site}/netiquette`: the rules, and every version with what changed."""
    site = await administered(desk, "settings")
    service = service_of(desk.request)
    async with service.db.reading() as session:
        present = await rules_of(service, session, site)
        editions = await editions_of(session, site.id or 0)
        names = await names_of(InSession(session), {each.moderator_id for each in editions if each.moderator_id})
    if present is None:
        raise Problem(503, _MISSING)
    changed = changes_in(editions[0] if site.edition_id and editions else None)
    return desk.page(
        "desk/netiquette.html",
        site=site,
        netiquette=present,
        rules=[(each, each.text(desk.language), each.id in changed) for each in present.rules],
        severity=lambda each: desk.tell(SEVERITY_NAMES[each]),
        versions=_versions(desk, editions, names),
        done=desk.tell(_DONE[told]) if (told := desk.request.query_params.get("done", "")) in _DONE else "",
    )


@signed_in
async def get_rule(desk: Desk) -> Response:
    """`GET /desk/sites/{site}/netiquette/{rule}`: the rule's fields."""
    site = await administered(desk, "settings")
    return await _form(desk, site, await _present_fields(desk, site))


@signed_in
async def post_rule(desk: Desk) -> Response:
    """`POST` of the same: first the difference, and with `do=save` a new version in force."""
    site = await administered(desk, "settings")
    service = service_of(desk.request)
    rule, fields = desk.request.path_params["rule"], _typed(desk)
    if await _present_fields(desk, site) is None:
        raise Problem(404, _NO_RULE)
    async with service.db.writing() as session:
        stored_site = await session.get_one(Site, site.id, with_for_update=True)
        before = changes_in(await edition_in_force(session, stored_site))
        after = with_change(base_text(service), before, rule, fields)
        found = differences(base_text(service), before, after)
        version = await _next_version(desk, session, stored_site)
        try:
            make_netiquette(service, after, version, service.clock())
        except BadNetiquette as error:
            return await _form(desk, site, fields, fault=str(error), status=422)
        if desk.form.get("do") != "save":
            return await _form(desk, site, fields, found=_told(desk, found))
        if not found:
            return desk.go(f"/desk/sites/{site.key}/netiquette?done=same")
        told = " ".join(desk.form.get("note", "").split())[:300]
        now, by = service.clock(), desk.deciding.id
        await put_in_force(session, stored_site, version, stored(after), told, by, now)
        await note(session, "netiquette", version, now, site_id=site.id, moderator_id=by)
    log.info("netiquette_changed", site=site.key, version=version, moderator=desk.deciding.id)
    return desk.go(f"/desk/sites/{site.key}/netiquette?done=saved")


@signed_in
async def post_back(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/netiquette-back`: an earlier version as a new one; `edition` 0 is the installation's."""
    site = await administered(desk, "settings")
    service = service_of(desk.request)
    told = desk.form.get("edition", "")
    number = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else -1
    async with service.db.writing() as session:
        stored_site = await session.get_one(Site, site.id, with_for_update=True)
        earlier = await edition_of(session, site.id or 0, number) if number else None
        if number and earlier is None:
            raise Problem(404, _("There is no such version."))
        version, now, by = await _next_version(desk, session, stored_site), service.clock(), desk.deciding.id
        content, label = (earlier.content, earlier.version) if earlier else (stored({}), _base_version(desk))
        reason = desk.tell(_("Back to version %(version)s"), version=label)
        await put_in_force(session, stored_site, version, content, reason, by, now)
        await note(session, "netiquette", version, now, site_id=site.id, moderator_id=by)
    return desk.go(f"/desk/sites/{site.key}/netiquette?done=back")


def _typed(desk: Desk) -> dict[str, Any]:
    texts = {field: " ".join(desk.form.get(field, "").split())[:LONGEST_FIELD] for field in FIELDS[2:]}
    printable = {field: told if told.isprintable() else "" for field, told in texts.items()}
    return {"enabled": desk.form.get("enabled") == "on", "severity": desk.form.get("severity", ""), **printable}


async def _present_fields(desk: Desk, site: Site) -> dict[str, Any] | None:
    service = service_of(desk.request)
    if service.judges.netiquette is None:
        raise Problem(503, _MISSING)
    async with service.db.reading() as session:
        edition = await edition_in_force(session, site)
    return fields_of(base_text(service), changes_in(edition), desk.request.path_params["rule"])


async def _next_version(desk: Desk, session: AsyncSession, site: Site) -> str:
    """The installation's version with the number of the site's editions behind it."""
    return f"{_base_version(desk)}-{await count_editions(session, site.id or 0) + 1}"


def _base_version(desk: Desk) -> str:
    return service_of(desk.request).netiquette_version


def _versions(desk: Desk, editions: list[Edition], names: Mapping[int, str]) -> list[Version]:
    base = base_text(service_of(desk.request))
    befores = [*editions[1:], None]
    return [
        Version(
            edition,
            names.get(edition.moderator_id or 0, ""),
            _told(desk, differences(base, changes_in(before), changes_in(edition))),
        )
        for edition, before in zip(editions, befores, strict=False)
    ]


def _told(desk: Desk, found: list[tuple[str, str, Any, Any]]) -> list[Difference]:
    netiquette = service_of(desk.request).judges.netiquette
    return [
        Difference(
            title_of(netiquette, rule, desk.language),
            desk.tell(FIELD_NAMES[field]),
            _say(desk, before),
            _say(desk, after),
        )
        for rule, field, before, after in found
    ]


def _say(desk: Desk, value: Any) -> str:
    if isinstance(value, bool):
        return desk.tell(_("Yes") if value else _("No"))
    return desk.tell(SEVERITY_NAMES[value]) if value in SEVERITY_NAMES else str(value)


async def _form(
    desk: Desk,
    site: Site,
    fields: dict[str, Any] | None,
    *,
    fault: str = "",
    found: list[Difference] | None = None,
    status: int = 200,
) -> Response:
    if fields is None:
        raise Problem(404, _NO_RULE)
    rule = desk.request.path_params["rule"]
    severities = [each for each in SEVERITY_NAMES if each != "refuse" or rule in MAY_REFUSE]
    return desk.page(
        "desk/rule.html",
        status,
        site=site,
        rule=rule,
        fields=fields,
        longest=LONGEST_FIELD,
        labels={name: desk.tell(label) for name, label in FIELD_NAMES.items()},
        severities=[(each, desk.tell(SEVERITY_NAMES[each])) for each in severities],
        fault=fault,
        found=found,
        note=desk.form.get("note", ""),
    )
