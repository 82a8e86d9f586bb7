"""`kill -9` at any moment: every comment that was acknowledged is there once, and one that was not at most once."""

import asyncio
import contextlib
import itertools
import os
import random
import uuid
from collections.abc import AsyncIterator

import httpx2
import pytest
from sqlalchemy import text
from sqlmodel import select

from models.comment import Comment
from models.db import Database
from models.outbox import Notice
from models.site import add_site
from service.state import utc_now
from tests.builders import ORIGIN, PAGE, TEXT, both_databases
from tests.support.process import Serving

POST = "/api/v1/sites/musterstadt/comments"
KILLS = 8 if os.environ.get("CI") else 3


@pytest.fixture
async def serving(database, tmp_path) -> AsyncIterator[Serving]:
    db = Database(database)
    async with db.writing() as session:
        await add_site(session, "musterstadt", [ORIGIN], utc_now())
    await db.close()
    process = Serving(database, tmp_path)
    try:
        await process.start("--no-courier")
        yield process
    finally:
        await process.kill()


async def stored(database: str) -> tuple[list[Comment], list[str]]:
    """All comments, and for which of them a notice waits; a SQLite file is checked, too."""
    db = Database(database)
    async with db.reading() as session:
        comments = list(await session.exec(select(Comment)))
        told = [each.payload["comment"] for each in await session.exec(select(Notice))]
        if db.sqlite:
            assert (await session.exec(text("PRAGMA integrity_check"))).scalar_one() == "ok"  # type: ignore[call-overload]
    await db.close()
    return comments, told


@pytest.mark.slow
@both_databases
async def test_straight_after_the_receipt_the_comment_is_safe(serving, database):
    async with httpx2.AsyncClient(base_url=serving.address) as client:
        answer = await client.post(
            POST, json={"page": PAGE, "text": TEXT, "id": "mein-schluessel"}, headers={"Origin": ORIGIN}
        )
    await serving.kill()
    assert answer.status_code == 202
    await serving.start("--no-courier")
    comments, told = await stored(database)
    assert [(each.id, each.status) for each in comments] == [("mein-schluessel", "pending")]
    assert told == ["mein-schluessel"]
    async with httpx2.AsyncClient(base_url=serving.address) as client:
        again = await client.post(
            POST, json={"page": PAGE, "text": TEXT, "id": "mein-schluessel"}, headers={"Origin": ORIGIN}
        )
    assert (again.status_code, again.json()) == (202, answer.json())


@pytest.mark.slow
@both_databases
async def test_no_acknowledged_comment_is_lost_or_doubled_however_often_the_service_dies(serving, database):
    """Four writers post, and repeat under the same id what was not acknowledged, while the service is killed again and again."""
    random_pause = random.Random(20260302)
    acknowledged: set[str] = set()
    tried: set[str] = set()
    over = asyncio.Event()
    numbers = itertools.count()

    async def write() -> None:
        async with httpx2.AsyncClient(base_url=serving.address, timeout=20) as client:
            while not over.is_set():
                key, number = uuid.uuid4().hex, next(numbers)
                tried.add(key)
                draft = {"page": PAGE, "text": f"Gedanke Nummer {number}: {uuid.uuid4()}", "id": key}
                while not over.is_set():
                    with contextlib.suppress(httpx2.TransportError):
                        if (await client.post(POST, json=draft, headers={"Origin": ORIGIN})).status_code == 202:
                            acknowledged.add(key)
                            break
                    await asyncio.sleep(0.02)

    writers = [asyncio.create_task(write()) for _ in range(4)]
    for _kill in range(KILLS):
        before = len(acknowledged)
        while len(acknowledged) == before:  # noqa: ASYNC110  # another process acknowledges
            await asyncio.sleep(0.01)
        await asyncio.sleep(random_pause.uniform(0.02, 0.8))
        await serving.kill()
        await serving.start("--no-courier")
    over.set()
    await asyncio.gather(*writers)
    await serving.kill()
    comments, told = await stored(database)
    ids = [each.id for each in comments]
    assert len(acknowledged) >= KILLS
    assert acknowledged <= set(ids) <= tried
    assert len(ids) == len(set(ids))
    assert sorted(told) == sorted(ids)
