"""What counts as working time: hours, weekends, holidays of the 16 states, changes of the clock."""

from datetime import UTC, date, datetime, timedelta

import pytest

from moderation.working_time import (
    STATES,
    ZONE,
    BadHours,
    WorkingTime,
    holidays_of,
    parse_week,
    spell_week,
    working_time,
)

OFFICE = [[["09:00", "12:00"], ["13:00", "17:00"]]] * 5 + [[], []]


def week(state: str = "") -> WorkingTime:
    return WorkingTime(parse_week(OFFICE), state)


def at(told: str) -> datetime:
    return datetime.fromisoformat(told).replace(tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-02T10:00", "2026-03-02T11:30", 1.5),
        ("2026-03-02T11:00", "2026-03-02T14:00", 2),
        ("2026-03-06T16:00", "2026-03-09T10:00", 2),
        ("2026-03-07T10:00", "2026-03-08T20:00", 0),
        ("2026-03-02T00:00", "2026-03-09T00:00", 35),
        ("2026-03-02T12:00", "2026-03-02T11:00", 0),
        # The clocks change on Sunday, 29 March.
        ("2026-03-27T16:00", "2026-03-30T10:00", 2),
    ],
)
def test_only_opening_hours_count(start: str, end: str, hours: float) -> None:
    assert week().between(at(start), at(end)) == timedelta(hours=hours)


def test_an_hour_at_night_that_the_clocks_take_is_not_worked() -> None:
    always = WorkingTime(parse_week([[["00:00", "24:00"]]] * 7))
    worked = always.between(at("2026-03-28T12:00"), at("2026-03-29T12:00"))
    assert timedelta(hours=22, minutes=59) < worked <= timedelta(hours=23)


# One day in each state that is a holiday there, and one that is a holiday elsewhere only.
@pytest.mark.parametrize(
    ("state", "holiday", "workday"),
    [
        ("BW", "2026-01-06", "2026-10-31"), ("BY", "2026-01-06", "2026-10-31"), ("BE", "2027-03-08", "2026-01-06"),
        ("BB", "2025-10-31", "2026-01-06"), ("HB", "2025-10-31", "2026-01-06"), ("HH", "2025-10-31", "2026-01-06"),
        ("HE", "2026-06-04", "2026-01-06"), ("MV", "2027-03-08", "2026-01-06"), ("NI", "2025-10-31", "2026-01-06"),
        ("NW", "2026-06-04", "2025-10-31"), ("RP", "2026-06-04", "2025-10-31"), ("SL", "2024-08-15", "2025-10-31"),
        ("SN", "2026-11-18", "2026-01-06"), ("ST", "2026-01-06", "2026-06-04"), ("SH", "2025-10-31", "2026-01-06"),
        ("TH", "2024-09-20", "2026-01-06"),
    ],
)  # fmt: skip
def test_each_state_has_its_own_holidays(state: str, holiday: str, workday: str) -> None:
    off, on = date.fromisoformat(holiday), date.fromisoformat(workday)
    assert off in holidays_of(state, off.year)
    assert on not in holidays_of(state, on.year)
    assert week(state).day(off) == ()


def test_all_sixteen_states_are_known_and_share_the_nationwide_holidays() -> None:
    assert len(STATES) == 16
    for state in STATES:
        assert holidays_of("", 2026).keys() <= holidays_of(state, 2026).keys()


def test_what_comes_on_friday_evening_is_due_on_monday() -> None:
    assert week().after(at("2026-03-06T18:00"), timedelta(hours=1)) == at("2026-03-09T10:00")
    assert week().after(at("2026-03-06T18:00"), timedelta()) == at("2026-03-09T09:00")
    assert week("BY").after(at("2026-01-05T16:30"), timedelta(hours=1)) == at("2026-01-07T09:30")


def test_a_site_that_never_opens_is_never_due() -> None:
    never = WorkingTime(parse_week([[]] * 7))
    assert never.after(at("2026-03-06T18:00"), timedelta(hours=1)) is None
    assert not never.is_open(at("2026-03-06T10:00"))


def test_it_is_open_within_the_hours() -> None:
    assert week().is_open(at("2026-03-02T09:00"))
    assert not week().is_open(at("2026-03-02T12:30"))


@pytest.mark.parametrize(
    "hours",
    [
        [], [[]] * 6, [[["09:00"]], *[[]] * 6], [[["9", "17"]], *[[]] * 6], [[["17:00", "09:00"]], *[[]] * 6],
        [[["09:00", "12:00"], ["11:00", "13:00"]], *[[]] * 6], [[["09:00", "25:00"]], *[[]] * 6],
    ],
)  # fmt: skip
def test_hours_that_cannot_be_are_refused(hours: list[list[list[str]]]) -> None:
    with pytest.raises(BadHours):
        parse_week(hours)


def test_a_week_is_the_same_from_its_spelling() -> None:
    assert working_time(spell_week(OFFICE), "BY") == week("BY")
