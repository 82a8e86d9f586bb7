"""Figures to look at: what came in, what became of it, how long people waited, and whether the classifier is right."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_skeleton, format_timedelta
from babel.numbers import format_percent
from starlette.responses import Response

from models.site import Site
from models.statistics import Span
from service.desk import words
from service.desk.guard import HEADERS, Desk, signed_in
from service.desk.plots import Bar, bars_of, ceiling_of, dots_of, lines_of
from service.desk.queue import titler
from service.errors import _
from service.figures import Report, gather_figures
from service.moderating import own_sites
from service.sheet import sheet
from service.state import service_of
from service.templating import ZONE

USUAL_DAYS = 30
PERIODS = (7, 30, 90, 365)
_HEADS = {"spam": _("Spam"), "violation": _("Violation")}

Rows = list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for: days in the sites' own zone, both ends included."""

    sites: list[Site]
    every: list[Site]
    key: str
    first: date
    last: date

    @property
    def span(self) -> Span:
        return Span(_midnight(self.first), _midnight(self.last, 1))

    @property
    def query(self) -> str:
        """The same question for the table."""
        return f"?site={self.key}&from={self.first}&to={self.last}"


@signed_in
async def get_statistics(desk: Desk) -> Response:
    """`GET /desk/statistics?site=&from=&to=`."""
    service = service_of(desk.request)
    asked = await _asked(desk)
    report = await gather_figures(service, asked.sites, asked.span)
    figures = report.figures
    bars = bars_of(figures.arrivals, figures.rulings, asked.first, asked.last)
    return desk.page(
        "desk/statistics.html",
        report=report,
        figures=figures,
        bars=bars,
        top=ceiling_of(max((max(each.received, each.decided) for each in bars), default=1)),
        asked=asked,
        periods=[(days, asked.last - timedelta(days=days - 1)) for days in PERIODS],
        duration=lambda seconds: _duration(seconds, desk.language),
        percent=lambda part, whole: _percent(part, whole, desk.language),
        share=lambda value: str(format_percent(value, "#,##0 %", locale=desk.language)),
        span=lambda bar: _span(bar, desk.language),
        tables={name: lines_of(rows) for name, rows in _tables(desk, report).items()},
        heads=[(name, desk.tell(_HEADS[name]), found, dots_of(found)) for name, found in report.reliability.items()],
        called=lambda each: desk.tell(words.STATUSES[each]),
    )


@signed_in
async def get_sheet(desk: Desk) -> Response:
    """`GET /desk/statistics.csv`, likewise: the same figures as a table for a spreadsheet."""
    asked = await _asked(desk)
    report = await gather_figures(service_of(desk.request), asked.sites, asked.span)
    head = [(desk.tell(_("Group")), desk.tell(_("Figure")), desk.tell(_("Number")))]
    name = f"wortmeldung-{asked.key or 'sites'}-{asked.first}-{asked.last}.csv"
    headers = {
        **HEADERS,
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    body = sheet([*head, *_sheet_rows(desk, report, asked)], desk.language)
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


async def _asked(desk: Desk) -> Asked:
    sites = await own_sites(service_of(desk.request), desk.deciding)
    key = desk.request.query_params.get("site", "")
    chosen = [each for each in sites if key in ("", each.key)] or sites
    first, last = _days(desk, service_of(desk.request).clock())
    return Asked(chosen, sites, key if len(chosen) < len(sites) else "", first, last)


def _tables(desk: Desk, report: Report) -> dict[str, Rows]:
    """Every table's rows in the moderator's words."""
    rule, figures = titler(desk), report.figures
    return {
        "by_status": [(desk.tell(words.STATUSES[each]), number) for each, number in figures.by_status.items()],
        "decisions": [
            (desk.tell(words.DO.get(each, words.LOGGED.get(each, each))), number)
            for each, number in figures.decisions.items()
        ],
        "held": [(rule(each), number) for each, number in figures.held_by_rule.items()],
        "rejected": [(rule(each), number) for each, number in figures.rejected_by_rule.items()],
        "steps": [(_step(desk, limit), number) for limit, number in report.pace.steps],
        "reports": [
            (desk.tell(_("Comment taken down")), report.reports.followed),
            (desk.tell(_("Comment left as it is")), report.reports.left),
            (desk.tell(_("Still open")), report.reports.open),
        ],
        "objections": [
            (desk.tell(_("Comment published after all")), report.objections.followed),
            (desk.tell(_("Decision kept")), report.objections.left),
            (desk.tell(_("Still open")), report.objections.open),
        ],
        "published": [
            (desk.tell(_("By people")), report.published.by_people),
            (desk.tell(_("By the site's policy, without a person")), report.published.by_policy),
        ],
    }


def _sheet_rows(desk: Desk, report: Report, asked: Asked) -> list[tuple[str, str, object]]:
    groups = {
        "by_status": _("Received in this time, as they stand now"),
        "decisions": _("What moderators did in this time"),
        "held": _("Received comments that a rule held"),
        "rejected": _("Rejections by the rule named"),
        "steps": _("Working time to the decision"),
        "reports": _("Reports by readers"),
        "objections": _("Objections by authors"),
        "published": _("Published"),
    }
    tables = _tables(desk, report)
    pace = report.pace
    waiting = desk.tell(_("Hours to the decision"))
    rows: list[tuple[str, str, object]] = [
        (desk.tell(_("Received")), f"{asked.first} – {asked.last}", report.figures.received),
        *((desk.tell(group), name, number) for key, group in groups.items() for name, number in tables[key]),
        (waiting, desk.tell(_("Median")), _hours(pace.clock.median)),
        (waiting, desk.tell(_("Nine of ten within")), _hours(pace.clock.p90)),
        (waiting, desk.tell(_("Median, in working time")), _hours(pace.working.median)),
        (waiting, desk.tell(_("Nine of ten within, in working time")), _hours(pace.working.p90)),
        (desk.tell(_("Decided within the promised time")), desk.tell(_("Yes")), pace.kept),
        (desk.tell(_("Decided within the promised time")), desk.tell(_("No")), pace.promised - pace.kept),
    ]
    for name, found in report.reliability.items():
        group = desk.tell(_HEADS[name])
        rows += [
            (group, f"{each.expected:.2f}: {desk.tell(_('confirmed'))} {each.confirmed:.2f}", each.comments)
            for each in found.tenths
        ]
    days = bars_of(report.figures.arrivals, report.figures.rulings, asked.first, asked.last)
    rows += [(desk.tell(_("Received")), _span(each, desk.language), each.received) for each in days]
    rows += [(desk.tell(_("Decided")), _span(each, desk.language), each.decided) for each in days]
    return rows


def _hours(seconds: float | None) -> float | str:
    return "" if seconds is None else seconds / 3600


def _step(desk: Desk, limit: int | None) -> str:
    return desk.tell(_("longer")) if limit is None else desk.tell(_("up to %(hours)s h"), hours=limit)


def _duration(seconds: float | None, language: str) -> str:
    return "–" if seconds is None else format_timedelta(timedelta(seconds=seconds), threshold=1.5, locale=language)


def _percent(part: int, whole: int, language: str) -> str:
    return str(format_percent(part / whole, "#,##0 %", locale=language)) if whole else "–"


def _span(bar: Bar, language: str) -> str:
    first = format_skeleton("MMMd", bar.first, locale=language)
    return first if bar.first == bar.last else f"{first} – {format_skeleton('MMMd', bar.last, locale=language)}"


def _days(desk: Desk, now: datetime) -> tuple[date, date]:
    today = now.astimezone(ZONE).date()
    last = _day(desk.request.query_params.get("to", "")) or today
    first = _day(desk.request.query_params.get("from", "")) or last - timedelta(days=USUAL_DAYS - 1)
    return (first, last) if first <= last else (last, first)


def _day(told: str) -> date | None:
    try:
        day = date.fromisoformat(told)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2200 else None


def _midnight(day: date, later: int = 0) -> datetime:
    following = day + timedelta(days=later)
    return datetime(following.year, following.month, following.day, tzinfo=ZONE)
