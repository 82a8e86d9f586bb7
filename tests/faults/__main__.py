"""`python -m tests.faults`: plays the whole plan within twenty minutes, and prints its table as Markdown.

Progress goes to standard error; the exit status is 1 when a promise was broken. `--quick` plays what CI plays; words
choose the scenarios whose names hold them.
"""

import argparse
import asyncio
import contextlib
import logging
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from benchmarks.tables import machine
from service.logs import configure_logs
from tests.faults.ground import Ground
from tests.faults.plan import NotHere, Outcome, Scenario
from tests.faults.rows import SCENARIOS
from tests.faults.starter import starting
from tests.support.postgres import find_binaries, own_postgres

_HEAD = ("Scenario", "What was done", "Reached", "Goal", "Verdict")


def main() -> int:
    """Exit status 0 where everything held."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Plays the fault plan.")
    parser.add_argument("--quick", action="store_true", help="few rounds, as in CI")
    parser.add_argument("names", nargs="*", help="only scenarios whose name holds one of these words")
    chosen = parser.parse_args()
    names = [each.lower() for each in chosen.names]
    scenarios = [each for each in SCENARIOS if not names or any(name in each.name.lower() for name in names)]
    configure_logs(logging.CRITICAL)
    before, began = machine(), time.monotonic()
    played = asyncio.run(_play_all(scenarios, quick=chosen.quick))
    print(_table(scenarios, played, quick=chosen.quick))
    print(f"{before}; {(time.monotonic() - began) / 60:.1f} minutes")
    return int(any(isinstance(each, Outcome) and each.broken for each in played))


async def _play_all(scenarios: Sequence[Scenario], *, quick: bool) -> list[Outcome | str]:
    """What came of each, in order; a reason where it could not be played. Those that wait are played side by side."""
    # Told to end, it leaves nothing behind.
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with _ground() as ground:
        alone = {each.name: await _play(ground, each, quick) for each in scenarios if not each.waits}
        waiting = [each for each in scenarios if each.waits]
        beside = await asyncio.gather(*(_play(ground, each, quick) for each in waiting))
    return [
        {**alone, **dict(zip([each.name for each in waiting], beside, strict=True))}[each.name] for each in scenarios
    ]


@contextlib.asynccontextmanager
async def _ground() -> AsyncIterator[Ground]:
    binaries = find_binaries()
    with tempfile.TemporaryDirectory(prefix="wortmeldung-faults-") as folder:
        async with starting() as starter:
            if binaries is None:
                yield Ground(Path(folder), starter)
                return
            with own_postgres(binaries, durable=True) as server:
                yield Ground(Path(folder), starter, server.address)


async def _play(ground: Ground, scenario: Scenario, quick: bool) -> Outcome | str:
    began = time.monotonic()
    try:
        outcome: Outcome | str = await scenario.play(ground, scenario.quick if quick else scenario.whole)
    except NotHere as lack:
        outcome = str(lack)
    except Exception as error:  # noqa: BLE001  # one row that fails must not hide the others
        outcome = Outcome("stopped", [f"{type(error).__name__}: {error}"])
    told = outcome if isinstance(outcome, str) else "; ".join([outcome.figure, *outcome.broken, *outcome.late])
    print(f"{scenario.name} ({time.monotonic() - began:.0f} s): {told}", file=sys.stderr, flush=True)
    return outcome


def _table(scenarios: Sequence[Scenario], played: Sequence[Outcome | str], *, quick: bool) -> str:
    lines = ["| " + " | ".join(_HEAD) + " |", "|---" * len(_HEAD) + "|"]
    for scenario, outcome in zip(scenarios, played, strict=True):
        rounds = scenario.quick if quick else scenario.whole
        reached = outcome if isinstance(outcome, str) else outcome.figure
        row = (scenario.name, scenario.done.format(n=f"{rounds:,}"), reached, scenario.goal, _verdict(outcome))
        lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines) + "\n"


def _verdict(outcome: Outcome | str) -> str:
    if isinstance(outcome, str):
        return "not played"
    if outcome.broken:
        return "**broken**: " + "; ".join(dict.fromkeys(outcome.broken))
    return "holds, but " + "; ".join(outcome.late) if outcome.late else "holds"


if __name__ == "__main__":
    sys.exit(main())
