"""A year's report on moderation for the public (in the form of DSA Art. 15), with small numbers hidden.

A number from 1 to 4 could point to a person, so it is not told; and since a sum would give it away, enough of its
neighbours are hidden with it (primary and complementary cell suppression). What is hidden all looks the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from models.calibration import Reliability
from models.redress import Cases
from models.site import Site
from models.statistics import Span
from moderation.lifecycle import Action, Status
from service.errors import _
from service.figures import Report, gather_figures
from service.state import Service
from service.templating import ZONE

LEAST_SHOWN = 5
EARLIEST_YEAR = 2000
Cell = int | None


@dataclass(frozen=True, slots=True)
class Table:
    """A part of the report: cells by what they count; None is a hidden number. `title` and `rows` are source texts."""

    title: str
    rows: tuple[tuple[str, Cell], ...]
    total: Cell


@dataclass(frozen=True, slots=True)
class Year:
    """The whole report. Times are in hours; None where too few were decided to tell."""

    site: Site
    year: int
    tables: tuple[Table, ...]
    median_hours: float | None
    report_hours: float | None
    objection_hours: float | None
    kept_percent: int | None
    team: Cell
    error_percent: int | None
    automatic: bool


async def report_year(service: Service, site: Site, year: int, team: int, title: Callable[[str], str]) -> Year:
    """The report of a year in the sites' own zone. `title` names a rule; `team` is how many people decide."""
    span = Span(datetime(year, 1, 1, tzinfo=ZONE), datetime(year + 1, 1, 1, tzinfo=ZONE))
    found = await gather_figures(service, [site], span)
    pace = found.pace
    return Year(
        site=site,
        year=year,
        tables=tuple(_tables(found, title)),
        median_hours=_hours(pace.clock.median, pace.clock.decided),
        report_hours=_typical(found.reports),
        objection_hours=_typical(found.objections),
        kept_percent=round(100 * pace.kept / pace.promised) if pace.promised >= LEAST_SHOWN else None,
        team=hide({"": team})[""],
        error_percent=_error(found.reliability["spam"]),
        automatic=found.published.by_policy > 0 or site.holds != "everything",
    )


def hide(cells: Mapping[str, int]) -> dict[str, Cell]:
    """The cells with every small one hidden, and so many others that the sum of all gives none of them away.

    Zero tells nothing of a person and stays. Of k hidden cells, each at least one, the sum must leave room: it is at
    least `LEAST_SHOWN`, and twice k. Where all cells together cannot do that, all of them are hidden.
    """
    rising = sorted((number, name) for name, number in cells.items() if number)
    hidden = [name for number, name in rising if number < LEAST_SHOWN]
    if not hidden:
        return dict(cells)
    for _number, name in rising[len(hidden) :]:
        total = sum(cells[each] for each in hidden)
        if len(hidden) > 1 and total >= max(LEAST_SHOWN, 2 * len(hidden)):
            break
        hidden.append(name)
    return {name: None if name in hidden else number for name, number in cells.items()}


def table_of(title: str, cells: Mapping[str, int]) -> Table:
    """A table with its total, which is hidden too where it would give away what is hidden."""
    shown = hide(cells)
    hidden = [cells[name] for name, cell in shown.items() if cell is None]
    safe = not hidden or (len(hidden) > 1 and sum(hidden) >= max(LEAST_SHOWN, 2 * len(hidden)))
    return Table(title, tuple(shown.items()), sum(cells.values()) if safe else None)


def _tables(found: Report, title: Callable[[str], str]) -> list[Table]:
    figures = found.figures
    statuses = figures.by_status
    measures = {
        _("Rejected or taken down"): figures.decisions.get(Action.REJECT, 0),
        _("Marked as spam"): figures.decisions.get(Action.SPAM, 0),
        _("Deleted"): figures.decisions.get(Action.DELETE, 0),
    }
    return [
        table_of(
            _("Comments received, as they stand now"),
            {
                _("Published"): statuses[Status.APPROVED],
                _("Rejected"): statuses[Status.REJECTED],
                _("Spam"): statuses[Status.SPAM],
                _("Deleted or withdrawn"): statuses[Status.DELETED],
                _("Still waiting"): statuses[Status.PENDING],
            },
        ),
        table_of(_("Moderation on our own initiative, by measure (Art. 15(1)(c))"), measures),
        table_of(
            _("Rejections by rule (Art. 15(1)(c))"),
            {title(rule): number for rule, number in figures.rejected_by_rule.items()},
        ),
        table_of(
            _("Notices by readers and what followed (Art. 15(1)(b))"),
            {
                _("Comment taken down"): found.reports.followed,
                _("Comment left as it is"): found.reports.left,
                _("Still open"): found.reports.open,
            },
        ),
        table_of(
            _("Complaints by authors and what followed (Art. 15(1)(d))"),
            {
                _("Comment published after all"): found.objections.followed,
                _("Decision kept"): found.objections.left,
                _("Still open"): found.objections.open,
            },
        ),
        table_of(
            _("Publications (Art. 15(1)(e))"),
            {
                _("By people"): found.published.by_people,
                _("By the site's policy, without a person"): found.published.by_policy,
            },
        ),
    ]


def _hours(seconds: float | None, cases: int) -> float | None:
    return round(seconds / 3600, 1) if seconds is not None and cases >= LEAST_SHOWN else None


def _typical(cases: Cases) -> float | None:
    return _hours(median(cases.seconds), len(cases.seconds)) if cases.seconds else None


def _error(found: Reliability) -> int | None:
    return round(100 * found.error) if found.error is not None and found.comments >= LEAST_SHOWN else None
