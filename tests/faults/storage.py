"""The disk is full, the file is locked, the log grows: what cannot be stored is refused, and reading goes on."""

import asyncio
import os
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx2

from tests.faults.ground import PAGE, THREAD, Ground, Node
from tests.faults.ledger import Ledger
from tests.faults.plan import NotHere, Outcome

_FULL = (503, 507)
_WAITS_AT_MOST = 6.0
_BALLAST = 3 * 2**20


async def disk_full(ground: Ground, times: int) -> Outcome:
    """A file system of eight MiB fills up and is given room again."""
    place = ground.place()
    if not _run("mount", "-t", "tmpfs", "-o", "size=8m", "none", str(place)):
        raise NotHere("no right to mount a file system")
    try:
        return await _fill_up(ground, place, times)
    finally:
        _run("umount", "--lazy", str(place))


def _run(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


async def _fill_up(ground: Ground, place: Path, times: int) -> Outcome:
    outcome, database = Outcome(), await ground.sqlite(place)
    ballast, back = place / "ballast", []
    async with ground.serving(database) as node, node.client() as client:
        ledger = Ledger(node.folder / "ledger")
        for _time in range(times):
            ballast.write_bytes(bytes(_BALLAST))
            refused = await _post_until_refused(ledger, client, place)
            outcome.must(refused in _FULL, f"a full disk was answered with {refused}")
            outcome.must(await _reads(client), "a full disk kept readers from reading")
            ballast.unlink()
            began = time.monotonic()
            while await ledger.send(client, ledger.new()) != 202 and time.monotonic() - began < 30:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            back.append(time.monotonic() - began)
            outcome.must(back[-1] < 30, "there was room again, and nothing could be stored")
        await node.kill()
    await ledger.compare(database, outcome)
    statuses = sorted({status for _, status in ledger.refused})
    outcome.must(set(statuses) <= set(_FULL), f"answers were {statuses}")
    outcome.figure = (
        f"{len(ledger.acknowledged)} acknowledged, 0 lost; answers {statuses}; back after {max(back):.1f} s by itself"
    )
    return outcome


async def _post_until_refused(ledger: Ledger, client: httpx2.AsyncClient, place: Path) -> int:
    """Post; leave little room after the first, so that it does not take long. The status that was no yes."""
    for number in range(2000):
        status = await ledger.send(client, ledger.new())
        if status != 202:
            return status
        if number == 2:
            free = os.statvfs(place)
            room = free.f_bavail * free.f_frsize
            with (place / "ballast").open("ab") as file:
                file.write(bytes(max(0, room - 512 * 1024)))
    return 202


async def _reads(client: httpx2.AsyncClient) -> bool:
    return (await client.get(THREAD, params={"page": PAGE})).status_code == 200


async def locked(ground: Ground, seconds: int) -> Outcome:
    """Another process holds the write lock for three seconds, then for long."""
    outcome, database = Outcome(), await ground.sqlite()
    other = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    async with ground.serving(database) as node, node.client(timeout=90) as client:
        ledger = Ledger(node.folder / "ledger")
        await ledger.send(client, ledger.new())
        short = await _while_locked(other, ledger, client, node, 3)
        outcome.must({each[0] for each in short} == {202}, f"after 3 s: {sorted({each[0] for each in short})}")
        long = await _while_locked(other, ledger, client, node, seconds)
        refused = [each for each in long if each[0] != 202]
        outcome.must({each[0] for each in refused} == {503}, f"a long lock: {sorted({each[0] for each in long})}")
        outcome.must(await ledger.send(client, ledger.new()) == 202, "the lock was gone, and nothing could be stored")
        await node.kill()
    other.close()
    await ledger.compare(database, outcome)
    longest = max((each[1] for each in refused), default=0.0)
    outcome.within("a 503 took", longest, _WAITS_AT_MOST, "s")
    outcome.figure = (
        f"3 s: {len(short)} of {len(short)} stored; long: {len(refused)} × 503 after {longest:.1f} s at most"
    )
    return outcome


async def _while_locked(
    other: sqlite3.Connection, ledger: Ledger, client: httpx2.AsyncClient, node: Node, seconds: float
) -> list[tuple[int, float]]:
    """Status and duration of a few posts a second during the lock; readers must not notice it."""
    other.execute("BEGIN IMMEDIATE")
    posts: list[asyncio.Task[tuple[int, float]]] = []
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            posts.append(asyncio.create_task(_timed(ledger, client)))
            assert await _reads(client), node.log[-500:]
            await asyncio.sleep(0.5)
    finally:
        other.execute("ROLLBACK")
    return list(await asyncio.gather(*posts))


async def _timed(ledger: Ledger, client: httpx2.AsyncClient) -> tuple[int, float]:
    began = time.monotonic()
    return await ledger.send(client, ledger.new()), time.monotonic() - began


_MOST_LOG = 8 * 2**20


async def log_grows(ground: Ground, posts: int) -> Outcome:
    """Somebody keeps an old state open while many write: the log grows, says so, and shrinks again."""
    outcome, database = Outcome(), await ground.sqlite()
    path = Path(database.removeprefix("sqlite:///"))
    log = path.with_name(path.name + "-wal")
    async with ground.serving(database) as node, node.client() as client:
        ledger = Ledger(node.folder / "ledger")
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM comment").fetchone()
        await _post(ledger, client, posts)
        grown, told = log.stat().st_size, await _told(client)
        reader.execute("ROLLBACK")
        reader.close()
        after = await _posts_until(ledger, client, lambda: log.stat().st_size <= _MOST_LOG)
        left = log.stat().st_size
        await node.kill()
    await ledger.compare(database, outcome)
    outcome.must(grown > 4 * 2**20, f"the log did not grow: {grown >> 10} KiB")
    outcome.must(told == grown, f"/metrics tells {told} bytes of {grown}")
    outcome.must(left <= _MOST_LOG, f"the log still has {left >> 20} MiB")
    outcome.figure = (
        f"log {grown / 2**20:.1f} MiB, told by /metrics; {left / 2**20:.1f} MiB when the reader had left and "
        f"{after} more had been posted"
    )
    return outcome


async def _posts_until(ledger: Ledger, client: httpx2.AsyncClient, holds: Callable[[], bool]) -> int:
    """How many posts, one after the other, it takes to be so; twenty if it never is."""
    for number in range(1, 21):
        await _post(ledger, client, 1)
        if holds():
            return number
    return 20


async def _post(ledger: Ledger, client: httpx2.AsyncClient, number: int) -> None:
    for start in range(0, number, 8):
        await asyncio.gather(*(ledger.send(client, ledger.new()) for _ in range(start, min(start + 8, number))))


async def _told(client: httpx2.AsyncClient) -> int:
    told = (await client.get("/metrics")).text
    return int(float(told.split('wortmeldung_database_bytes{part="wal"} ')[1].splitlines()[0]))
