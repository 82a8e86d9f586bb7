"""The rules in force, from the same data that enforces them: for people and for machines."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from models.edition import Edition, editions_of
from moderation.netiquette import Netiquette
from moderation.netiquette.rules import Rule, Text
from moderation.verdict import Severity
from service.admission import admitted_site
from service.errors import Problem, _, tone_of
from service.pages.links import netiquette_path, tongues
from service.rules import rules_of
from service.state import service_of
from service.templating import ZONE
from service.templating import page as page_of

# From what a person reads first to what the machine does alone.
SEVERITIES: tuple[Severity, ...] = ("hold", "note", "refuse")
_CACHED = "public, max-age=300"


async def get_netiquette_page(request: Request) -> Response:
    """`GET /sites/{site}/netiquette`: each rule with title and explanation, who finds a breach, version and date."""
    site = await admitted_site(request)
    service = service_of(request)
    async with service.db.reading() as session:
        found = _readable(await rules_of(service, session, site))
        editions = await editions_of(session, site.id or 0) if site.edition_id else []
    language = tone_of(request)
    return page_of(
        request,
        "pages/netiquette.html",
        language,
        headers={"Cache-Control": _CACHED},
        site=site,
        groups={each: _rules(found, each, language) for each in SEVERITIES},
        version=found.version,
        date=found.date,
        editions=editions,
        netiquette=None,
        tongues=tongues(request, site),
        machine_readable=netiquette_path(request, site).replace("/netiquette", "/netiquette.json", 1),
    )


async def get_netiquette_json(request: Request) -> Response:
    """`GET /sites/{site}/netiquette.json`: the same as data, in every language or, with `?lang=`, in one."""
    site = await admitted_site(request)
    service = service_of(request)
    async with service.db.reading() as session:
        found = _readable(await rules_of(service, session, site))
        editions = await editions_of(session, site.id or 0) if site.edition_id else []
    log = [{"version": each.version, "date": _date(each), "note": each.note} for each in editions]
    body = {**found.as_json(request.query_params.get("lang") or None), "changes": log}
    return JSONResponse(body, headers={"Cache-Control": _CACHED, "Access-Control-Allow-Origin": "*"})


def _rules(netiquette: Netiquette, severity: Severity, language: str) -> list[tuple[Rule, Text]]:
    return [(each, each.text(language)) for each in netiquette.rules if each.enabled and each.severity == severity]


def _readable(netiquette: Netiquette | None) -> Netiquette:
    if netiquette is None:
        raise Problem(503, _("The rules cannot be shown at the moment. Every comment is read by a person."))
    return netiquette


def _date(edition: Edition) -> str:
    return edition.created_at.astimezone(ZONE).date().isoformat()
