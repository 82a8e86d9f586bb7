"""All figures of some sites and a span, for the page, the table that can be taken along, and the API."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.calibration import Head, Reliability, reliability
from models.pace import Pace, pace
from models.redress import Cases, Published, objection_outcomes, published, report_outcomes
from models.site import Site
from models.statistics import Figures, Span, statistics
from service.state import Service


@dataclass(frozen=True, slots=True)
class Report:
    """What there is to say about a span."""

    figures: Figures
    pace: Pace
    reliability: dict[Head, Reliability]
    reports: Cases
    objections: Cases
    published: Published


async def gather_figures(service: Service, sites: Sequence[Site], span: Span) -> Report:
    """Everything at one moment: the parts belong together."""
    ids = [each.id or 0 for each in sites]
    async with service.db.reading() as session:
        return Report(
            figures=await statistics(session, ids, span),
            pace=await pace(session, sites, span, service.clock()),
            reliability=await reliability(session, ids, span),
            reports=await report_outcomes(session, ids, span),
            objections=await objection_outcomes(session, ids, span),
            published=await published(session, ids, span),
        )
