"""The service as its operator runs it: a process of its own, with settings from the environment."""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

import httpx2

from service.settings import PREFIX
from tests.support.postgres import free_port

ROOT = Path(__file__).parents[2]


class Serving:
    """`python -m service serve` in a process of its own, on one port, as often as it is started.

    `more`: settings besides, without their prefix.
    """

    def __init__(self, database: str, folder: Path, **more: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        chosen = {
            "DATABASE_URL": database, "DATA_DIR": str(folder), "BASE_URL": self.address, "RATE_LIMIT": "off", **more,
        }  # fmt: skip
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        self._environment = inherited | {PREFIX + name: value for name, value in chosen.items()}
        self._process: asyncio.subprocess.Process | None = None
        self._log = folder / "log"

    @property
    def log(self) -> str:
        """What was written to standard error so far."""
        return self._log.read_text() if self._log.exists() else ""

    async def command(self, *words: str) -> str:
        """What `python -m service …` prints."""
        process = await self._run(*words, stdout=asyncio.subprocess.PIPE)
        printed, _ = await process.communicate()
        assert process.returncode == 0, self.log[-2000:]
        return printed.decode()

    async def start(self, *options: str) -> None:
        """Until the service is ready to answer."""
        self._process = await self._run("serve", "--port", str(self.port), *options, stdout=asyncio.subprocess.DEVNULL)
        async with asyncio.timeout(60), httpx2.AsyncClient() as client:
            while True:
                with contextlib.suppress(httpx2.TransportError):
                    if (await client.get(f"{self.address}/readyz")).status_code == 200:
                        return
                assert self._process.returncode is None, self.log[-2000:]
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """Without a warning, as when the power goes."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()

    async def stop(self) -> None:
        """As its operator does."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def _run(self, *words: str, stdout: int) -> asyncio.subprocess.Process:
        with self._log.open("a") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", "service", *words, cwd=ROOT, env=self._environment, stdout=stdout, stderr=log
            )
