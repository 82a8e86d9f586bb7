"""The JSON shapes of figures: a span of time, and the yearly report."""

from collections.abc import Iterable

from typing_extensions import TypedDict  # pydantic cannot read typing's own before Python 3.12

from models.site import Site
from models.statistics import Figures, Span
from service.texts import tell
from service.transparency import Year
from service.wire import time_shape


class WaitedShape(TypedDict):
    """Seconds from arrival to the first ruling."""

    decided: int
    median: float | None
    p90: float | None


# “from” is a word of Python, so this shape is written as a call.
_Span = TypedDict("_Span", {"from": str, "to": str})


class StatisticsShape(_Span):
    sites: list[str]
    received: int
    by_status: dict[str, int]
    by_lane: dict[str, int]
    decisions: dict[str, int]
    held_by_rule: dict[str, int]
    rejected_by_rule: dict[str, int]
    seconds_to_decision: WaitedShape
    reports: int
    objections: int


class YearRowShape(TypedDict):
    """`number` is null where it is hidden."""

    name: str
    number: int | None


class YearTableShape(TypedDict):
    title: str
    rows: list[YearRowShape]
    total: int | None


class YearShape(TypedDict):
    """A yearly report; hours and percentages are null where too few were decided."""

    site: str
    name: str
    year: int
    language: str
    tables: list[YearTableShape]
    median_hours: float | None
    notice_hours: float | None
    complaint_hours: float | None
    within_promise_percent: int | None
    people: int | None
    automated_publication: bool
    spam_error_percent: int | None


def statistics_shape(sites: Iterable[Site], span: Span, figures: Figures) -> StatisticsShape:
    """What came in and what became of it."""
    waited = figures.waited
    return {
        "sites": [each.key for each in sites],
        "from": time_shape(span.start),
        "to": time_shape(span.end),
        "received": figures.received,
        "by_status": figures.by_status,
        "by_lane": figures.by_lane,
        "decisions": figures.decisions,
        "held_by_rule": figures.held_by_rule,
        "rejected_by_rule": figures.rejected_by_rule,
        "seconds_to_decision": {"decided": waited.decided, "median": waited.median, "p90": waited.p90},
        "reports": figures.reports,
        "objections": figures.objections,
    }


def year_shape(year: Year, language: str) -> YearShape:
    """A yearly report in a language."""
    return {
        "site": year.site.key,
        "name": year.site.name,
        "year": year.year,
        "language": language,
        "tables": [
            {
                "title": tell(language, table.title),
                "rows": [{"name": tell(language, name), "number": number} for name, number in table.rows],
                "total": table.total,
            }
            for table in year.tables
        ],
        "median_hours": year.median_hours,
        "notice_hours": year.report_hours,
        "complaint_hours": year.objection_hours,
        "within_promise_percent": year.kept_percent,
        "people": year.team,
        "automated_publication": year.automatic,
        "spam_error_percent": year.error_percent,
    }
