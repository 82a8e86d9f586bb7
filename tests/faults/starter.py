"""Starts commands of the service in a tenth of the time: what they import and read is there, and each start is a fork.

`python -m tests.faults.starter` reads a line of JSON for each start (`words`, `environment`, `log`) and answers with the
process id; `wait` with a process id, and it answers with how that process ended.
"""

import asyncio
import contextlib
import ctypes
import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class Process:
    """A command that runs."""

    def __init__(self, starter: "Starter", pid: int) -> None:
        self._starter = starter
        self.pid = pid
        self.status: int | None = None

    def signal(self, number: signal.Signals) -> None:
        if self.status is None:
            os.kill(self.pid, number)

    async def wait(self) -> int:
        """How it ended: its exit status, or minus the signal that killed it."""
        if self.status is None:
            await _ended(self.pid)
            self.status = await self._starter.ask({"wait": self.pid})
        return self.status

    async def kill(self) -> None:
        """Without a warning, as when the power goes."""
        self.signal(signal.SIGKILL)
        await self.wait()

    async def stop(self) -> int:
        """As its operator does."""
        self.signal(signal.SIGTERM)
        return await self.wait()


class Starter:
    """The process that has imported everything."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._one_at_a_time = asyncio.Lock()
        self._started: list[Process] = []

    async def start(self, words: list[str], environment: dict[str, str], log: Path) -> Process:
        """`python -m service` with these words, its output in the file `log`."""
        asked = {"words": words, "environment": environment, "log": str(log)}
        process = Process(self, await self.ask(asked))
        self._started.append(process)
        return process

    async def ask(self, what: dict[str, object]) -> int:
        """One question, one number."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        async with self._one_at_a_time:
            self._process.stdin.write(json.dumps(what).encode() + b"\n")
            await self._process.stdin.drain()
            return int(await self._process.stdout.readline())

    async def end(self) -> None:
        """Nothing of what was started is left."""
        for each in self._started:
            if each.status is None:
                await each.kill()
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


@contextlib.asynccontextmanager
async def starting() -> AsyncIterator[Starter]:
    """A starter that ends with the block, and all it has started with it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    starter = Starter(process)
    try:
        yield starter
    finally:
        await starter.end()


async def _ended(pid: int) -> None:
    descriptor = os.pidfd_open(pid)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(descriptor, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


def _serve_starts() -> None:
    import service.app  # noqa: PLC0415  # this is what takes long
    import service.command_line  # noqa: PLC0415
    import service.mail.courier  # noqa: PLC0415
    import service.routes  # noqa: PLC0415
    import service.serving  # noqa: F401, PLC0415
    from moderation.judge import warm  # noqa: PLC0415
    from service.bench import load_judges  # noqa: PLC0415

    warm(load_judges())
    gc.freeze()

    for line in sys.stdin:
        asked = json.loads(line)
        if "wait" in asked:
            _, status = os.waitpid(asked["wait"], 0)
            answer = os.waitstatus_to_exitcode(status)
        else:
            answer = os.fork() or _become(**asked)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _become(words: list[str], environment: dict[str, str], log: str) -> int:
    """In the new process: never returns."""
    from tests.faults.doing import do  # noqa: PLC0415  # only the new process needs it

    # Nothing that was started outlives the plan, however that ends.
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    os.environ.clear()
    os.environ.update(environment)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, descriptor in enumerate((nothing, output, output)):
        os.dup2(descriptor, number)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    status = 1
    try:
        do(words)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  # the log tells, and the process ends in any case
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    _serve_starts()
