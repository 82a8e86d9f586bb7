"""Figures to look at: what came in, what became of it, how long people waited."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_skeleton, format_timedelta
from starlette.responses import Response

from models.statistics import Figures, Span
from service.desk import words
from service.desk.guard import Desk, signed_in
from service.desk.queue import titler
from service.errors import _
from service.moderating import count, own_sites
from service.state import service_of
from service.templating import ZONE

USUAL_DAYS = 30
MOST_BARS = 31


@dataclass(frozen=True, slots=True)
class Bar:
    """One day, or one stretch of days: what came in and what was decided, and the heights in a drawing of 100."""

    first: date
    last: date
    received: int
    decided: int
    received_height: float
    decided_height: float


@signed_in
async def get_statistics(desk: Desk) -> Response:
    """`GET /desk/statistics?site=&from=&to=`: days in the site's own zone, both ends included."""
    service = service_of(desk.request)
    sites = await own_sites(service, desk.deciding)
    key = desk.request.query_params.get("site", "")
    chosen = [each for each in sites if key in ("", each.key)] or sites
    first, last = _days(desk, service.clock())
    figures = await count(service, [each.id or 0 for each in chosen], Span(_midnight(first), _midnight(last, 1)))
    bars = bars_of(figures.arrivals, figures.rulings, first, last)
    return desk.page(
        "desk/statistics.html",
        figures=figures,
        bars=bars,
        highest=max((max(each.received, each.decided) for each in bars), default=0),
        sites=sites,
        site=key if len(chosen) < len(sites) else "",
        first=first,
        last=last,
        duration=lambda seconds: _duration(seconds, desk.language),
        span=lambda bar: _span(bar, desk.language),
        tables=_tables(desk, figures),
    )


def bars_of(arrivals: Sequence[datetime], rulings: Sequence[datetime], first: date, last: date) -> list[Bar]:
    """The days from `first` to `last`, joined so that there are at most `MOST_BARS` bars."""
    days = (last - first).days + 1
    width = -(-days // MOST_BARS)
    came = Counter((each.astimezone(ZONE).date() - first).days // width for each in arrivals)
    went = Counter((each.astimezone(ZONE).date() - first).days // width for each in rulings)
    highest = max([*came.values(), *went.values(), 1])
    return [
        Bar(
            first=first + timedelta(days=number * width),
            last=min(last, first + timedelta(days=(number + 1) * width - 1)),
            received=came[number],
            decided=went[number],
            received_height=round(100 * came[number] / highest, 1),
            decided_height=round(100 * went[number] / highest, 1),
        )
        for number in range(-(-days // width))
    ]


def _tables(desk: Desk, figures: Figures) -> dict[str, list[tuple[str, int]]]:
    """Every table's rows in the moderator's words."""
    rule = titler(desk)
    return {
        "by_status": [(desk.tell(words.STATUSES[each]), number) for each, number in figures.by_status.items()],
        "decisions": [
            (desk.tell(words.DO.get(each, words.LOGGED.get(each, each))), number)
            for each, number in figures.decisions.items()
        ],
        "held": [(rule(each), number) for each, number in figures.held_by_rule.items()],
        "rejected": [(rule(each), number) for each, number in figures.rejected_by_rule.items()],
        "cases": [
            (desk.tell(_("Reports by readers")), figures.reports),
            (desk.tell(_("Objections by authors")), figures.objections),
        ],
    }


def _duration(seconds: float | None, language: str) -> str:
    return "–" if seconds is None else format_timedelta(timedelta(seconds=seconds), threshold=1.5, locale=language)


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
