"""The figures as shapes to draw: positions and lengths, ready for the templates' SVG."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.calibration import Reliability
from service.templating import ZONE

MOST_BARS = 31
_NICE = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """One day, or one stretch of days: what came in and what was decided, and the heights in a drawing of 100."""

    first: date
    last: date
    received: int
    decided: int
    received_height: float
    decided_height: float


@dataclass(frozen=True, slots=True)
class Line:
    """One row of bars side by side; `length` in a drawing of 100."""

    name: str
    number: int
    length: float


@dataclass(frozen=True, slots=True)
class Dot:
    """A tenth of the scale in a drawing of 100 by 100: its place, its size by the number of comments, and its text."""

    x: float
    y: float
    radius: float
    comments: int
    expected: float
    confirmed: float


def bars_of(arrivals: Sequence[datetime], rulings: Sequence[datetime], first: date, last: date) -> list[Bar]:
    """The days from `first` to `last`, joined so that there are at most `MOST_BARS` bars."""
    days = (last - first).days + 1
    width = -(-days // MOST_BARS)
    came = Counter((each.astimezone(ZONE).date() - first).days // width for each in arrivals)
    went = Counter((each.astimezone(ZONE).date() - first).days // width for each in rulings)
    top = ceiling_of(max([*came.values(), *went.values(), 1]))
    return [
        Bar(
            first=first + timedelta(days=number * width),
            last=min(last, first + timedelta(days=(number + 1) * width - 1)),
            received=came[number],
            decided=went[number],
            received_height=round(100 * came[number] / top, 1),
            decided_height=round(100 * went[number] / top, 1),
        )
        for number in range(-(-days // width))
    ]


def ceiling_of(highest: int) -> int:
    """The round number above, on which an axis ends: 1, 2, 5, 10, 20, 50 and so on, or an even part of the next."""
    scale = 1
    while True:
        for nice in _NICE:
            if nice * scale >= highest:
                return nice * scale
        scale *= 10


def lines_of(rows: Sequence[tuple[str, int]]) -> list[Line]:
    """Rows as bars, the longest of which fills the drawing."""
    highest = max([number for _, number in rows] + [1])
    return [Line(name, number, round(100 * number / highest, 1)) for name, number in rows]


def dots_of(found: Reliability) -> list[Dot]:
    """The reliability diagram: further right the classifier was surer, higher up people agreed more often."""
    most = max([each.comments for each in found.tenths] + [1])
    return [
        Dot(
            x=round(100 * each.expected, 1),
            y=round(100 - 100 * each.confirmed, 1),
            radius=round(1.8 + 3.2 * (each.comments / most) ** 0.5, 1),
            comments=each.comments,
            expected=each.expected,
            confirmed=each.confirmed,
        )
        for each in found.tenths
    ]
