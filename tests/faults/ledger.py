"""Whoever got a yes wrote it down: afterwards every yes must be there once, and everything else at most once."""

import asyncio
import contextlib
import itertools
import os
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
from sqlalchemy import text
from sqlmodel import select

from models.comment import Comment
from models.outbox import Notice
from tests.faults.ground import POST, Node, draft, opened
from tests.faults.plan import Outcome


class Ledger:
    """What was tried, and what was acknowledged, safe on the disk before anything else happens."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.tried: set[str] = set()
        self.acknowledged: set[str] = set()
        self.refused: list[tuple[float, int]] = []
        self._numbers = itertools.count()

    def new(self) -> dict[str, str]:
        """Another comment to send."""
        key = uuid.uuid4().hex
        self.tried.add(key)
        return draft(key, f"Nummer {next(self._numbers)}")

    def note(self, key: str) -> None:
        """It was acknowledged."""
        with self._path.open("ab", buffering=0) as file:
            file.write(key.encode() + b"\n")
            os.fdatasync(file.fileno())
        self.acknowledged.add(key)

    async def send(self, client: httpx2.AsyncClient, sent: dict[str, str]) -> int:
        """Post once; the status, or 0 where there was no answer."""
        try:
            answer = await client.post(POST, json=sent)
        except httpx2.TransportError:
            return 0
        if answer.status_code == 202:
            self.note(sent["id"])
        else:
            self.refused.append((time.monotonic(), answer.status_code))
        return answer.status_code

    async def compare(self, database: str, outcome: Outcome) -> None:
        """Hold the database to the ledger."""
        async with opened(database) as db, db.reading() as session:
            stored = list(await session.exec(select(Comment.id)))
            notices = await session.exec(select(Notice).where(Notice.kind == "comment_waits"))
            told = [each.payload["comment"] for each in notices]
            if db.sqlite:
                sound = (await session.exec(text("PRAGMA integrity_check"))).scalar_one()  # type: ignore[call-overload]
                outcome.must(sound == "ok", f"integrity_check says {sound}")
        lost = self.acknowledged - set(stored)
        outcome.must(not lost, f"{len(lost)} of {len(self.acknowledged)} acknowledged are lost")
        outcome.must(len(stored) == len(set(stored)), "a comment is there twice")
        outcome.must(set(stored) <= self.tried, "a comment is there that nobody sent")
        outcome.must(sorted(told) == sorted(stored), "comments and notices differ")


@contextlib.asynccontextmanager
async def writing(ledger: Ledger, *nodes: Node, writers: int = 4, pause: float = 0.0) -> AsyncIterator[None]:
    """Writers who post while the block lasts, and send again under the same id what was not acknowledged."""
    over = asyncio.Event()

    async def write(node: Node) -> None:
        async with node.client() as client:
            while not over.is_set():
                sent = ledger.new()
                while not over.is_set() and await ledger.send(client, sent) != 202:  # noqa: ASYNC110  # the service comes back
                    await asyncio.sleep(0.02)
                await asyncio.sleep(pause)

    tasks = [asyncio.create_task(write(nodes[number % len(nodes)])) for number in range(writers)]
    try:
        yield
    finally:
        over.set()
        await asyncio.gather(*tasks)


async def more_acknowledged(ledger: Ledger, seconds: float = 60) -> float:
    """Until one more was acknowledged; how long that took."""
    before, began = len(ledger.acknowledged), time.monotonic()
    async with asyncio.timeout(seconds):
        while len(ledger.acknowledged) == before:  # noqa: ASYNC110  # another process acknowledges
            await asyncio.sleep(0.01)
    return time.monotonic() - began
