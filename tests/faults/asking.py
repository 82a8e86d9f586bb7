"""Somebody who asks after the service's health, in a process of their own: `python -m tests.faults.asking PORT TIMES PAUSE`.

Whoever plays hundreds of clients is busy with them, and would measure its own delay.
"""

import asyncio
import http.client
import statistics
import sys
import time
from asyncio.subprocess import PIPE, Process


async def asking(port: int, times: int, pause: float) -> Process:
    """The process, once it has been answered for the first time."""
    words = ("-m", "tests.faults.asking", str(port), str(times), str(pause))
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=PIPE)
    assert process.stdout is not None
    await process.stdout.readline()
    return process


async def slowest(process: Process) -> float:
    """The slowest hundredth of its questions, in milliseconds."""
    said, _ = await process.communicate()
    taken = [float(each) for each in said.split()]
    assert process.returncode == 0, "the service did not answer"
    return statistics.quantiles(taken, n=100)[98]


def ask(port: int, times: int, pause: float) -> None:
    """Ask so often, so many seconds apart, and print how long each answer took, in milliseconds."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for _time in range(times):
        began = time.monotonic()
        line.request("GET", "/healthz")
        answer = line.getresponse()
        assert answer.status == 200, answer.read()
        answer.read()
        print(1000 * (time.monotonic() - began), flush=True)
        time.sleep(pause)  # noqa: TID251  # the pace at which somebody asks is what it plays


if __name__ == "__main__":
    ask(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
