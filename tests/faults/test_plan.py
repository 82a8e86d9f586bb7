"""Every row of the fault plan in its short form. What only a quiet machine reaches (times, sizes) is not judged here.

`python -m tests.faults` plays the whole plan and prints its table.
"""

import asyncio
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


@pytest.mark.parametrize("scenario", [each for each in SCENARIOS if not each.waits], ids=lambda each: each.name)
async def test_what_was_promised_holds(ground: Ground, scenario: Scenario) -> None:
    assert await broken(ground, scenario) == []


async def test_what_takes_patience_holds_side_by_side(ground: Ground) -> None:
    waiting = [each for each in SCENARIOS if each.waits]
    found = await asyncio.gather(*(broken(ground, each) for each in waiting))
    assert dict(zip([each.name for each in waiting], found, strict=True)) == {each.name: [] for each in waiting}


async def broken(ground: Ground, scenario: Scenario) -> list[str]:
    """Which promises of the scenario were broken."""
    try:
        return (await scenario.play(ground, scenario.quick)).broken
    except NotHere as lack:
        skip_or_fail(str(lack))
