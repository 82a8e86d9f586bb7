"""Decisions that go on while something else is measured."""

import asyncio
import contextlib
import itertools
import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from benchmarks.fill import a_token
from benchmarks.servers import Server


class Decider:
    """Pins a comment and unpins it again, through the moderators' API."""

    def __init__(self, service: Server, folder: Path, comment: str) -> None:
        self._url = f"{service.url}/api/v1/moderation/comments/{comment}"
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
        revision = self._ask("")["revision"]
        due = time.monotonic()
        for action in itertools.cycle(("pin", "unpin")):
            revision = self._ask("/decisions", {"action": action, "revision": revision})["revision"]
            due += pause
            # An even number leaves the comment as it was.
            if over.wait(max(0.0, due - time.monotonic())) and action == "unpin":
                return

    def _ask(self, path: str, body: dict[str, object] | None = None) -> dict[str, int]:
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self._url + path, data, self._headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            told: dict[str, int] = json.loads(answer.read())
            return told
