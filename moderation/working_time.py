"""Working time: what of a span of time lies within a site's opening hours.

Nobody decides at night, at the weekend or on a holiday; so a comment's age, and whether it was decided in time, is
told in the hours in which somebody could have. Holidays are those of the library `holidays`, nationwide or of a state.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# The states of Germany, by their two letters in ISO 3166-2.
STATES: Mapping[str, str] = {
    "BW": "Baden-Württemberg", "BY": "Bayern", "BE": "Berlin", "BB": "Brandenburg", "HB": "Bremen", "HH": "Hamburg",
    "HE": "Hessen", "MV": "Mecklenburg-Vorpommern", "NI": "Niedersachsen", "NW": "Nordrhein-Westfalen",
    "RP": "Rheinland-Pfalz", "SL": "Saarland", "SN": "Sachsen", "ST": "Sachsen-Anhalt", "SH": "Schleswig-Holstein",
    "TH": "Thüringen",
}  # fmt: skip
ZONE = ZoneInfo("Europe/Berlin")
_LOOKED_AHEAD = 400
_NONE = timedelta()


class BadHours(ValueError):
    """Opening hours that cannot be; the message names the day."""


@dataclass(frozen=True, slots=True)
class Opening:
    """From one time of the day until before another."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """A site's week and holidays. `week` has seven days from Monday, each with its openings in order."""

    week: tuple[tuple[Opening, ...], ...]
    state: str = ""

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from one moment to another; none where the second comes first."""
        return sum((span[1] - span[0] for span in self._spans(start, end)), _NONE)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is at work at that moment."""
        return self.between(at, at + timedelta(seconds=1)) > _NONE

    def after(self, start: datetime, worked: timedelta) -> datetime | None:
        """The first moment at which so much working time has passed; None where there is none within a year."""
        left = worked
        for opened, closed in self._spans(start, start + timedelta(days=_LOOKED_AHEAD)):
            if closed - opened >= left:
                return opened + left
            left -= closed - opened
        return None

    def day(self, on: date) -> tuple[Opening, ...]:
        """The openings of one day; none on a holiday."""
        return () if on in holidays_of(self.state, on.year) else self.week[on.weekday()]

    def _spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The stretches of work between two moments, in order and in the caller's zone."""
        day, last = start.astimezone(ZONE).date(), end.astimezone(ZONE).date()
        while day <= last:
            for opening in self.day(day):
                # Through UTC, or the hour that a change of clocks adds or takes would be counted wrongly.
                opened = datetime.combine(day, opening.start, ZONE).astimezone(start.tzinfo)
                closed = datetime.combine(day, opening.end, ZONE).astimezone(start.tzinfo)
                if max(opened, start) < min(closed, end):
                    yield max(opened, start), min(closed, end)
            day += timedelta(days=1)


def parse_week(hours: Sequence[Sequence[Sequence[str]]]) -> tuple[tuple[Opening, ...], ...]:
    """Seven days of openings from pairs such as `["09:00", "12:30"]`, or `BadHours`. `24:00` ends a day."""
    if len(hours) != 7:
        raise BadHours("A week has seven days, from Monday.")
    return tuple(_parse_day(day, pairs) for day, pairs in enumerate(hours, 1))


@lru_cache(maxsize=512)
def working_time(hours: str, state: str) -> WorkingTime:
    """The same week is asked for again and again; `hours` is `09:00-17:00,…;…` as `spell_week` makes it."""
    week = tuple(
        tuple(Opening(time.fromisoformat(pair[:5]), _end(pair[6:])) for pair in day.split(",") if pair)
        for day in hours.split(";")
    )
    return WorkingTime(week, state)


def spell_week(hours: Sequence[Sequence[Sequence[str]]]) -> str:
    """A week in one line, as a key."""
    return ";".join(",".join("-".join(pair) for pair in day) for day in hours)


@lru_cache(maxsize=512)
def holidays_of(state: str, year: int) -> Mapping[date, str]:
    """The public holidays of a state, or with an empty one those of all of Germany, with their German names."""
    import holidays  # noqa: PLC0415  # four MiB, which a service needs once somebody is at work

    return dict(holidays.country_holidays("DE", subdiv=state or None, years=year, language="de"))


def _parse_day(day: int, pairs: Sequence[Sequence[str]]) -> tuple[Opening, ...]:
    openings: list[Opening] = []
    for pair in pairs:
        try:
            start, end = pair
            opening = Opening(time.fromisoformat(start), _end(end))
        except ValueError:
            raise BadHours(f"Day {day}: an opening is two times such as 09:00 and 17:00.") from None
        if opening.start >= opening.end or (openings and openings[-1].end > opening.start):
            raise BadHours(f"Day {day}: openings end after they begin, and do not overlap.")
        openings.append(opening)
    return tuple(openings)


def _end(told: str) -> time:
    return time.max if told == "24:00" else time.fromisoformat(told)
