"""Every row of the fault plan in its short form. What only a quiet machine reaches (times, sizes) is not judged here.

`python -m tests.faults` plays the whole plan and prints its table.
"""

from collections.abc import AsyncIterator

import pytest

from tests.faults.ground import Ground
from tests.faults.plan import NotHere, Scenario
from tests.faults.rows import SCENARIOS
from tests.faults.starter import starting
from tests.support.missing import skip_or_fail

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
async def ground(tmp_path_factory: pytest.TempPathFactory, postgres: str) -> AsyncIterator[Ground]:
    async with starting() as starter:
        yield Ground(tmp_path_factory.mktemp("faults"), starter, postgres)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
async def test_what_was_promised_holds(ground: Ground, scenario: Scenario) -> None:
    try:
        outcome = await scenario.play(ground, scenario.quick)
    except NotHere as lack:
        skip_or_fail(str(lack))
    assert outcome.broken == []
