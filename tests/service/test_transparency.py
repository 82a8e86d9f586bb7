"""The yearly report: what it counts, and that nobody can work out what it hides."""

from datetime import UTC, datetime

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.report import file_report
from moderation.lifecycle import Action
from service.sheet import sheet
from service.state import Service
from service.transparency import LEAST_SHOWN, hide, report_year, table_of
from tests.builders import a_moderator, add_site, both_databases, file, rule
from tests.conftest import Clock


@given(st.lists(st.integers(0, 12), max_size=5))
def test_nobody_can_work_out_a_hidden_number(numbers: list[int]) -> None:
    """Whoever knows the total and the rule that 0 is told still finds at least two answers for each small cell."""
    table = table_of("", {str(place): number for place, number in enumerate(numbers)})
    shown = [cell for _, cell in table.rows]
    assert all(cell is None for cell, number in zip(shown, numbers, strict=True) if 0 < number < LEAST_SHOWN)
    hidden = [place for place, cell in enumerate(shown) if cell is None]
    if not hidden or table.total is None:
        return
    rest = table.total - sum(cell for cell in shown if cell is not None)
    # Each hidden number may be anything from 1 to what the others, each at least 1, leave of the rest.
    assert len(hidden) > 1
    assert rest - (len(hidden) - 1) > 1


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ({}, {}),
        ({"a": 0, "b": 0}, {"a": 0, "b": 0}),
        ({"a": 9, "b": 5}, {"a": 9, "b": 5}),
        ({"a": 9, "b": 3, "c": 20}, {"a": None, "b": None, "c": 20}),
        ({"a": 1, "b": 1, "c": 0, "d": 50, "e": 7}, {"a": None, "b": None, "c": 0, "d": 50, "e": None}),
        ({"a": 4}, {"a": None}),
    ],
)
def test_a_small_number_takes_a_neighbour_with_it(cells: dict[str, int], shown: dict[str, int | None]) -> None:
    assert hide(cells) == shown


def test_a_total_that_would_give_it_away_is_hidden_too() -> None:
    assert table_of("", {"a": 4, "b": 0}).total is None
    assert table_of("", {"a": 4, "b": 9}).total == 13


@both_databases
async def test_an_empty_year_has_a_report(service: Service) -> None:
    site = await add_site(service)
    year = await report_year(service, site, 2025, 0, str)
    assert {table.total for table in year.tables} == {0}
    assert (year.median_hours, year.kept_percent, year.automatic) == (None, None, False)


@both_databases
async def test_the_report_counts_its_own_year_alone(service: Service, clock: Clock) -> None:
    site = await add_site(service)
    moderator = await a_moderator(service, site)
    clock.now = datetime(2025, 12, 31, 22, 30, tzinfo=UTC)  # half past eleven in Berlin
    for _ in range(6):
        comment = await file(service, site)
        await rule(service, comment, Action.REJECT, moderator, rule="off_topic")
    async with service.db.writing() as session:
        await file_report(session, comment, "illegal", "", "", "", clock.now)
    clock.advance(hours=1)
    await file(service, site)
    year = await report_year(service, site, 2025, 1, lambda each: f"title of {each}")
    tables = {table.title: dict(table.rows) for table in year.tables}
    assert tables["Comments received, as they stand now"]["Rejected"] == 6
    assert tables["Rejections by rule (Art. 15(1)(c))"] == {"title of off_topic": 6}
    assert tables["Notices by readers and what followed (Art. 15(1)(b))"]["Still open"] is None
    assert year.median_hours == 0.0
    assert year.team is None, "one person is fewer than five"


async def test_only_years_that_are_over_are_public(client: httpx2.AsyncClient, service: Service, clock: Clock) -> None:
    clock.now = datetime(2025, 6, 1, tzinfo=UTC)
    await add_site(service)
    clock.now = datetime(2026, 3, 1, tzinfo=UTC)
    path = "/sites/musterstadt/transparency"
    page = await client.get(f"{path}/2025", headers={"Accept-Language": "de"})
    assert (page.status_code, "Transparenzbericht 2025" in page.text) == (200, True)
    data = (await client.get(f"{path}/2025.json")).json()
    assert (data["year"], data["site"], len(data["tables"])) == (2025, "musterstadt", 6)
    for year in ("2024", "2026", "99999999999", "0"):
        assert (await client.get(f"{path}/{year}")).status_code == 404
    assert (await client.get("/sites/nowhere/transparency/2025")).status_code == 404


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@sum", "\t=1", "  =1", "\r=1", "＝1", '=HYPERLINK("x")'])
def test_no_cell_becomes_a_formula(value: str) -> None:
    told = sheet([[value]], "en").decode("utf-8-sig")
    assert told.lstrip('"').startswith("'")


def test_a_german_sheet_opens_in_german_spreadsheets() -> None:
    assert sheet([["a;b", 1.5, "x"]], "de").decode("utf-8-sig") == '"a;b";1,50;x\r\n'
    assert sheet([["a,b", 1.5]], "en").decode("utf-8-sig") == '"a,b",1.50\r\n'
