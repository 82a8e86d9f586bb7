"""Decisions that go on while something else is measured."""

import asyncio
import contextlib
import itertools
import json
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.fill import a_token
from benchmarks.servers import Server


class Decider:
    """Pins each of some comments and unpins it again, through the moderators' API."""

    def __init__(self, service: Server, folder: Path, comments: Sequence[str]) -> None:
        self._urls = [f"{service.url}/api/v1/moderation/comments/{each}" for each in comments]
        self._headers = {
            "Authorization": f"Bearer {asyncio.run(a_token(str(folder)))}", "Content-Type": "application/json"
        }  # fmt: skip

    @contextlib.contextmanager
    def at_work(self, each_second: int) -> Iterator[None]:
        """So many decisions a second while the block lasts."""
        over = threading.Event()
        deciding = threading.Thread(target=self._decide_until, args=(over, 1 / each_second))
        deciding.start()
        try:
            yield
        finally:
            over.set()
            deciding.join()

    def _decide_until(self, over: threading.Event, pause: float) -> None:
        due = time.monotonic()
        for url in itertools.cycle(self._urls):
            revision = self._ask(url)["revision"]
            for action in ("pin", "unpin"):
                revision = self._ask(f"{url}/decisions", {"action": action, "revision": revision})["revision"]
                due += pause
                over.wait(max(0.0, due - time.monotonic()))
            if over.is_set():  # here, so that every comment is left as it was
                return

    def _ask(self, url: str, body: dict[str, object] | None = None) -> dict[str, int]:
        data = json.dumps(body).encode() if body else None
        with urllib.request.urlopen(urllib.request.Request(url, data, self._headers), timeout=30) as answer:
            told: dict[str, int] = json.loads(answer.read())
            return told
