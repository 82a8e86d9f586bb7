"""The figures page tells what the figures are."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from models.site import Site
from moderation.lifecycle import Action
from service.desk.plots import MOST_BARS, bars_of
from service.state import Service
from tests.builders import a_moderator, both_databases, file, rule
from tests.conftest import Clock
from tests.service.desk.conftest import AtDesk, words_of


async def test_the_page_tells_what_came_and_what_became_of_it(
    desk: AtDesk, service: Service, site: Site, clock: Clock
) -> None:
    comments = [await file(service, site) for _ in range(3)]
    clock.advance(hours=2)
    moderator = await a_moderator(service, site)
    await rule(service, comments[0], Action.APPROVE, moderator)
    await rule(service, comments[1], Action.REJECT, moderator, rule="off_topic")
    told = words_of(await desk.get("/desk/statistics"))
    for expected in ("Eingegangen 3", "davon warten noch 1", "nach 2 Stunden", "Beim Thema bleiben 1", "2. März 3 2"):
        assert expected in told, expected


@pytest.mark.parametrize("query", [{}, {"from": "x"}, {"from": "2026-04-01", "to": "2026-01-01"}, {"to": "9999-12-31"}])
async def test_any_span_gives_a_page(desk: AtDesk, query: dict[str, str]) -> None:
    assert (await desk.get("/desk/statistics", **query)).status_code == 200


def test_a_day_is_the_sites_own_day() -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    bars = bars_of([late], [], date(2026, 3, 1), date(2026, 3, 2))
    assert [each.received for each in bars] == [0, 1]
    assert bars[1].received_height == 100


@pytest.mark.parametrize("days", [1, 30, 31, 32, 365, 3660])
def test_bars_cover_every_day_once(days: int) -> None:
    first = date(2026, 1, 1)
    last = date.fromordinal(first.toordinal() + days - 1)
    bars = bars_of([], [], first, last)
    assert len(bars) <= MOST_BARS
    assert (bars[0].first, bars[-1].last) == (first, last)
    assert all(before.last.toordinal() + 1 == after.first.toordinal() for before, after in pairwise(bars))


@both_databases
async def test_the_sheet_has_the_figures_of_the_page(desk: AtDesk, service: Service, site: Site, clock: Clock) -> None:
    comments = [await file(service, site) for _ in range(3)]
    clock.advance(hours=2)
    await rule(service, comments[0], Action.APPROVE, await a_moderator(service, site))
    answer = await desk.get("/desk/statistics.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert rows[0].startswith("Gruppe;Angabe;")
    assert any(each.startswith("Eingegangen;") and each.endswith(";3") for each in rows)
    assert any("Median;2,00" in each for each in rows)
