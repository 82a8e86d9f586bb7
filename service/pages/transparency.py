"""A finished year's report on moderation, for everybody."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from models.moderator import moderators_of
from models.site import Site
from service.admission import admitted_site
from service.errors import Problem, _, language_of, tone_of
from service.figures_wire import year_shape
from service.pages.links import netiquette_path, tongues, transparency_path
from service.rules import rules_of
from service.state import service_of
from service.templating import ZONE
from service.templating import page as page_of
from service.transparency import EARLIEST_YEAR, Year, report_year

# A year that is over changes no more, but a complaint about it may still be settled.
_CACHED = "public, max-age=3600"


async def get_transparency_page(request: Request) -> Response:
    """`GET /sites/{site}/transparency/{year}`. Only years that are over: a number that grows would tell each case."""
    site = await admitted_site(request)
    year = await _year(request, site)
    return page_of(
        request,
        "pages/transparency.html",
        tone_of(request),
        headers={"Cache-Control": _CACHED},
        site=site,
        report=year,
        netiquette=netiquette_path(request, site),
        tongues=tongues(request, site),
        machine_readable=transparency_path(request, site, year.year) + ".json",
    )


async def get_transparency_json(request: Request) -> Response:
    """`GET /sites/{site}/transparency/{year}.json`: the same as data."""
    site = await admitted_site(request)
    body = year_shape(await _year(request, site), language_of(request))
    return JSONResponse(body, headers={"Cache-Control": _CACHED, "Access-Control-Allow-Origin": "*"})


async def _year(request: Request, site: Site) -> Year:
    service = service_of(request)
    year = int(request.path_params["year"])
    present = service.clock().astimezone(ZONE).year
    if not max(EARLIEST_YEAR, site.created_at.astimezone(ZONE).year) <= year < present:
        raise Problem(404, _("There is no report for this year. Reports appear once a year is over."))
    async with service.db.reading() as session:
        team = len(await moderators_of(session, site.id or 0))
        netiquette = await rules_of(service, session, site)
    titles = {each.id: each.text(language_of(request)).title for each in netiquette.rules} if netiquette else {}
    return await report_year(service, site, year, team, lambda rule: titles.get(rule, rule))
