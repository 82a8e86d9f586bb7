"""The service dies, the power goes, a log is torn: what was acknowledged is there."""

import asyncio
import os
import random
import re
import shutil
import signal
import sqlite3
import struct
import sys
from pathlib import Path

from tests.faults.ground import Ground, Node, children
from tests.faults.ledger import Ledger, more_acknowledged, writing
from tests.faults.plan import NotHere, Outcome

_READY_SECONDS = 2.0
_MANY = 50
_FRAME_HEADER, _WAL_HEADER = 24, 32


async def killed_on_sqlite(ground: Ground, rounds: int) -> Outcome:
    return await _killed(ground, await ground.sqlite(), rounds)


async def killed_on_postgresql(ground: Ground, rounds: int) -> Outcome:
    if not ground.server:
        raise NotHere("no PostgreSQL")
    return await _killed(ground, await ground.postgresql(), rounds)


async def _killed(ground: Ground, database: str, rounds: int) -> Outcome:
    """Four writers post, and repeat under the same id what was not acknowledged, while the service dies and dies."""
    outcome, chance = Outcome(), random.Random(20260302)
    node = ground.node(database)
    ledger = Ledger(node.folder / "ledger")
    starts = [await node.serve("--no-courier")]
    async with writing(ledger, node):
        for _round in range(rounds):
            await more_acknowledged(ledger)
            await asyncio.sleep(chance.uniform(0.02, 0.8 if rounds >= _MANY else 0.3))
            await node.kill()
            starts.append(await node.serve("--no-courier"))
    await node.kill()
    await ledger.compare(database, outcome)
    ready = sorted(starts)[len(starts) // 2]
    outcome.within("ready again after", ready, _READY_SECONDS, "s")
    outcome.figure = f"{len(ledger.acknowledged)} acknowledged, 0 lost, 0 twice; ready again in {ready:.1f} s (median)"
    return outcome


async def synced_before_the_yes(ground: Ground, acknowledgements: int) -> Outcome:
    """Watch the system calls: each 202 leaves after an fdatasync that follows the last write to the log."""
    strace = shutil.which("strace")
    if strace is None:
        raise NotHere("no strace")
    outcome, node = Outcome(), ground.node(await ground.sqlite())
    trace = node.folder / "trace"
    calls = "trace=openat,open,dup,dup2,close,pwrite64,pwritev,write,fdatasync,fsync,sendto,sendmsg,writev"
    command = [strace, "-f", "-y", "-s", "16", "-o", str(trace), "-e", calls, "-e", "signal=none",
               sys.executable, "-m", "service", "serve", "--port", str(node.port), "--no-courier"]  # fmt: skip
    with (node.folder / "log").open("w") as log:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=Path(__file__).parents[2], env=node.environment, stdout=log, stderr=log
        )
    try:
        await _answers(node)
        ledger = Ledger(node.folder / "ledger")
        # One at a time: whatever was written to the log before a yes belongs to that yes, or to one before it.
        async with writing(ledger, node, writers=1):
            while len(ledger.acknowledged) < acknowledgements:  # noqa: ASYNC110  # another process acknowledges
                await asyncio.sleep(0.02)
    finally:
        # strace passes no signal on: the service is its child, and strace ends with it.
        for child in children(process.pid):
            os.kill(child, signal.SIGTERM)
        await process.wait()
    yes, early = _read_trace(trace)
    outcome.must(early == 0, f"{early} of {yes} yes left before the log was synced")
    outcome.must(yes >= len(ledger.acknowledged), f"only {yes} yes seen for {len(ledger.acknowledged)} acknowledged")
    await ledger.compare(node.database, outcome)
    outcome.figure = f"{yes - early} of {yes} after the sync"
    return outcome


async def _answers(node: Node) -> None:
    async with asyncio.timeout(120), node.client() as client:
        while True:
            try:
                if (await client.get("/readyz")).status_code == 200:
                    return
            except Exception:  # noqa: BLE001  # it is not there yet
                pass
            await asyncio.sleep(0.1)


def _read_trace(trace: Path) -> tuple[int, int]:
    """How many 202 were sent, and how many of them while writes to the log were not yet synced.

    A call that another thread interrupts is told in two lines; it counts as done with the second.
    """
    unsynced, syncing, yes, early = False, set[str](), 0, 0
    for line in trace.read_text(errors="replace").splitlines():
        thread, _, call = line.partition(" ")
        call = call.strip()
        if "-wal>" in call and re.match(r"p?write", call):
            unsynced = True
        elif "-wal>" in call and re.match(r"f(data)?sync\(", call):
            if "unfinished" in call:
                syncing.add(thread)
            else:
                unsynced = False
        elif "sync resumed" in call and thread in syncing:
            syncing.discard(thread)
            unsynced = False
        elif "HTTP/1.1 202" in call:
            yes += 1
            early += unsynced
    return yes, early


async def torn_log(ground: Ground, frames: int) -> Outcome:
    """Cut the log of a running service at every 512 bytes of its last frames: what opens is a prefix of the commits."""
    outcome, database = Outcome(), await ground.sqlite()
    path = Path(database.removeprefix("sqlite:///"))
    async with ground.serving(database) as node, node.client() as client:
        ledger, order = Ledger(node.folder / "ledger"), []
        for _each in range(12):
            sent = ledger.new()
            await ledger.send(client, sent)
            order.append(sent["id"])
        await node.kill()
    log = path.with_name(path.name + "-wal").read_bytes()
    page = struct.unpack(">I", log[8:12])[0]
    end = len(log) - frames * (page + _FRAME_HEADER)
    cuts = [*range(max(_WAL_HEADER, end), len(log), 512), len(log)]
    copy = ground.place() / "torn.db"
    kept = set()
    for cut in cuts:
        shutil.copy(path, copy)
        copy.with_name("torn.db-wal").write_bytes(log[:cut])
        copy.with_name("torn.db-shm").unlink(missing_ok=True)
        there, sound = _read_torn(copy)
        outcome.must(sound, f"cut at {cut}: the database is damaged")
        outcome.must(there == order[: len(there)], f"cut at {cut}: not a prefix of the commits")
        kept.add(len(there))
    outcome.must(max(kept) == len(order), "the whole log does not hold all commits")
    outcome.figure = f"{len(cuts)} cuts opened, {min(kept)} to {max(kept)} of {len(order)} commits"
    return outcome


def _read_torn(path: Path) -> tuple[list[str], bool]:
    connection = sqlite3.connect(path)
    try:
        there = [row[0] for row in connection.execute("SELECT id FROM comment ORDER BY created_at, rowid")]
        return there, connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        connection.close()
