"""A long time under an even load: memory and times at the end are those of the beginning."""

import asyncio
import statistics
import time

import httpx2

from tests.faults.ground import PAGE, THREAD, Ground
from tests.faults.ledger import Ledger
from tests.faults.plan import Outcome

_WRITES, _READS = 20, 100
_MOST_DRIFT = 5.0
_MOST_SLOWER = 20.0
_PAGES = 50


async def soak(ground: Ground, seconds: int) -> Outcome:
    """Twenty comments and a hundred reads a second, spread over fifty pages."""
    outcome, database = Outcome(), await ground.sqlite()
    async with ground.serving(database) as node, node.client() as client:
        ledger = Ledger(node.folder / "ledger")
        taken: list[tuple[float, float]] = []
        await _load(client, ledger, 2, [])
        memory = [node.memory()]
        await node.lag()
        began = time.monotonic()
        for _part in range(4):
            await _load(client, ledger, seconds / 4, taken)
            memory.append(node.memory())
        lasted = time.monotonic() - began
        lag = await node.lag()
        await node.kill()
    await ledger.compare(database, outcome)
    outcome.must(not ledger.refused, f"{len(ledger.refused)} posts were refused")
    first = _slowest([each for at, each in taken if at < began + lasted / 4])
    final = _slowest([each for at, each in taken if at > began + lasted * 3 / 4])
    drift, slower = 100 * (memory[4] / memory[1] - 1), 100 * (final / first - 1)
    outcome.within("memory drifted by", drift, _MOST_DRIFT, "%")
    outcome.within("p99 drifted by", slower, _MOST_SLOWER, "%")
    outcome.figure = (
        f"{len(ledger.acknowledged):,} posts and {len(taken):,} reads in {lasted:.0f} s, 0 lost; memory {memory[1]:.0f} "
        f"to {memory[4]:.0f} MiB; reads p99 {first:.0f} to {final:.0f} ms; event loop p99 {lag:.0f} ms"
    )
    return outcome


async def _load(client: httpx2.AsyncClient, ledger: Ledger, seconds: float, taken: list[tuple[float, float]]) -> None:
    until = time.monotonic() + seconds

    async def write() -> None:
        while time.monotonic() < until:
            due = time.monotonic() + 4 / _WRITES
            await ledger.send(client, ledger.new())
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def read(number: int) -> None:
        while time.monotonic() < until:
            number, due = number + 4, time.monotonic() + 4 / _READS
            began = time.monotonic()
            await client.get(THREAD, params={"page": f"{PAGE}/{number % _PAGES}"})
            taken.append((began, 1000 * (time.monotonic() - began)))
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    await asyncio.gather(*(write() for _ in range(4)), *(read(each) for each in range(4)))


def _slowest(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=100)[98]
