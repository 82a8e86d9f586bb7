"""More than one process on one PostgreSQL: together, through its crashes, and while they are replaced one by one."""

import asyncio
import contextlib
import re
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median

import httpx2
from sqlmodel import select

from models.api_token import create_token
from models.decision import Decision
from models.desk_session import invite
from models.moderator import moderator_by_email
from service.state import utc_now
from tests.faults.ground import ORIGIN, PAGE, POST, THREAD, Ground, Node, opened, the_site
from tests.faults.inside import MovableClock, carry_the_rest, inside, real_now
from tests.faults.ledger import Ledger, more_acknowledged, writing
from tests.faults.messages import lay, notice_of
from tests.faults.plan import NotHere, Outcome
from tests.faults.streams import desks_at
from tests.support.catcher import Catcher, catching
from tests.support.postgres import PostgresServer, find_binaries, free_port, own_postgres

_SCALING = Path(__file__).parents[2] / "docs" / "scaling.md"
_API = "/api/v1/moderation"
_COHERENT_WITHIN = 1000.0
_LOST_SECONDS = 5.0


async def server_crashes(ground: Ground, times: int) -> Outcome:
    """Two services and two couriers, while their PostgreSQL is switched off and on."""
    binaries = find_binaries()
    if binaries is None:
        raise NotHere("no PostgreSQL")
    with own_postgres(binaries, durable=True) as server:
        return await _crash(Ground(ground.place(), ground.starter, server.address), server, times)


async def _crash(ground: Ground, server: PostgresServer, times: int) -> Outcome:
    outcome, database, catcher = Outcome(), await ground.postgresql(), Catcher()
    away: list[float] = []
    async with catching(catcher), _two(ground, database) as nodes, _couriers(ground, database, catcher):
        ledger = Ledger(nodes[0].folder / "ledger")
        async with opened(database) as db:
            laid = await lay(db, 10 * times)
        async with writing(ledger, *nodes, writers=4, pause=0.15):
            for _time in range(times):
                await more_acknowledged(ledger)
                await asyncio.sleep(0.5)
                await asyncio.to_thread(server.crash)
                await asyncio.to_thread(server.start)
                away.append(await more_acknowledged(ledger))
        for node in nodes:
            outcome.must(node.runs(), "a service ended with its database")
        with contextlib.suppress(TimeoutError):
            await catcher.wait_for(len(laid), 20)
    ids = Counter(await _all_carried(ground, database, catcher))
    await ledger.compare(database, outcome)
    twice = sum(ids[each] > 1 for each in laid)
    outcome.must(all(ids[each] for each in laid), f"{sum(not ids[each] for each in laid)} mails are lost")
    outcome.must(twice <= 2 * times, f"{twice} mails came twice")
    statuses = sorted({status for _, status in ledger.refused})
    outcome.must(set(statuses) <= {503}, f"answers were {statuses}: {nodes[0].failures()} {nodes[1].failures()}")
    outcome.within("back after", max(away), _LOST_SECONDS, "s")
    outcome.figure = (
        f"{len(ledger.acknowledged)} acknowledged, 0 lost; {len(laid)} mails, {twice} twice; "
        f"answers again at most {max(away):.1f} s after the server"
    )
    return outcome


async def _all_carried(ground: Ground, database: str, catcher: Catcher) -> list[str]:
    """The notices of all mails, after what a crash left under lease was carried, too."""
    clock = MovableClock(real_now())
    clock.move(minutes=6)
    async with catching(catcher), inside(database, ground.place(), clock, catcher.url) as service:
        await carry_the_rest(service, clock, timedelta(hours=1))
    return [notice_of(each) for each in catcher.caught]


async def decided_at_once(ground: Ground, times: int) -> Outcome:
    """Two moderators at two processes decide the same comment at the same moment."""
    outcome = Outcome()
    database = await _shared(ground)
    async with _two(ground, database) as nodes, nodes[0].client() as one, nodes[1].client() as other:
        tokens = [await _token(database, email) for email in ("ada@musterstadt.example", "uwe@musterstadt.example")]
        ledger = Ledger(nodes[0].folder / "ledger")
        answers: Counter[tuple[int, ...]] = Counter()
        for _time in range(times):
            sent = ledger.new()
            await ledger.send(one, sent)
            both = await asyncio.gather(
                _decide(one, tokens[0], sent["id"], "approve"), _decide(other, tokens[1], sent["id"], "reject")
            )
            answers[tuple(sorted(both))] += 1
    async with opened(database) as db, db.reading() as session:
        decisions = Counter(await session.exec(select(Decision.comment_id)))
    outcome.must(set(answers) == {(200, 409)}, f"answers were {dict(answers)}")
    outcome.must(set(decisions.values()) == {1}, "a comment was decided twice")
    outcome.figure = f"{len(decisions)} decided once, the other told (409)"
    return outcome


async def seen_everywhere(ground: Ground, times: int) -> Outcome:
    """What one process publishes, readers at the other see; what one files, desks at the other hear."""
    outcome, database, seen, heard = Outcome(), await _shared(ground), [], []
    async with (
        _two(ground, database) as nodes, nodes[0].client() as one, nodes[1].client() as other,
        desks_at(nodes[1], 1) as (desk,),
    ):  # fmt: skip
        token = await _token(database, "ada@musterstadt.example")
        ledger = Ledger(nodes[0].folder / "ledger")
        await desk.open(nodes[1])
        for _time in range(times):
            sent = ledger.new()
            comment = sent["id"]
            await ledger.send(one, sent)
            heard.append(await _after(partial(desk.heard.__contains__, comment)))
            await other.get(THREAD, params={"page": PAGE})
            assert await _decide(one, token, comment, "approve") == 200
            seen.append(await _after(partial(_stands, other, comment)))
    outcome.within("seen elsewhere after", max(seen), _COHERENT_WITHIN, "ms")
    outcome.within("heard elsewhere after", max(heard), _COHERENT_WITHIN, "ms")
    outcome.figure = "; ".join(
        f"{what} at the other process after {median(times):.0f} ms, at most {max(times):.0f}"
        for what, times in (("a reader sees it", seen), ("a desk hears of it", heard))
    )
    return outcome


async def _after(holds: Callable[[], bool | Awaitable[bool]]) -> float:
    """How many milliseconds it takes to be so; raises `TimeoutError` after ten seconds."""
    began = time.monotonic()
    async with asyncio.timeout(10):
        while True:
            found = holds()
            if found if isinstance(found, bool) else await found:
                return 1000 * (time.monotonic() - began)
            await asyncio.sleep(0.01)


async def _stands(client: httpx2.AsyncClient, comment: str) -> bool:
    return comment in (await client.get(THREAD, params={"page": PAGE})).text


async def counted_together(ground: Ground, allowed: int) -> Outcome:
    """One sender posts at two processes, which have nothing in common but the database."""
    outcome = Outcome()
    async with _two(ground, await _shared(ground), RATE_LIMIT=f"{allowed}/10 minutes") as nodes:
        statuses = await _post_in_turn(nodes, 3 * allowed)
    outcome.must(statuses == {202: allowed, 429: 2 * allowed}, f"answers were {dict(statuses)}")
    outcome.figure = f"{statuses[202]} of {3 * allowed} taken, the others told to wait (429)"
    return outcome


async def replaced_one_by_one(ground: Ground, times: int) -> Outcome:
    """Behind nginx, each of two processes is stopped and started anew while people read and write."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        raise NotHere("no nginx")
    outcome, database = Outcome(), await _shared(ground)
    async with _two(ground, database) as nodes, _proxy(program, ground.place(), nodes) as front:
        ledger, failed = Ledger(nodes[0].folder / "ledger"), Counter[int]()
        over = asyncio.Event()

        async def read() -> None:
            async with httpx2.AsyncClient(base_url=front, timeout=30) as client:
                while not over.is_set():
                    status = (await client.get(THREAD, params={"page": PAGE})).status_code
                    failed[status] += status != 200
                    reads[0] += 1
                    await asyncio.sleep(0.02)

        async def write() -> None:
            async with httpx2.AsyncClient(base_url=front, timeout=30, headers={"Origin": ORIGIN}) as client:
                while not over.is_set():
                    failed[await ledger.send(client, ledger.new())] += 1
                    await asyncio.sleep(0.05)

        reads = [0]
        tasks = [asyncio.create_task(each()) for each in (read, read, write, write)]
        stopped = []
        for _time in range(times):
            for node in nodes:
                await asyncio.sleep(0.3)
                began = time.monotonic()
                outcome.must(await node.stop() == 0, "a service that was told to stop did not end well")
                stopped.append(time.monotonic() - began)
                await node.serve("--no-courier")
        over.set()
        await asyncio.gather(*tasks)
    await ledger.compare(database, outcome)
    lost = {status: number for status, number in failed.items() if number and status != 202}
    outcome.must(not lost, f"requests failed: {lost}")
    outcome.figure = (
        f"{2 * times} replaced, {reads[0]} reads and {len(ledger.acknowledged)} posts, 0 failed; "
        f"stopped in {max(stopped):.1f} s at most"
    )
    return outcome


@contextlib.asynccontextmanager
async def _two(ground: Ground, database: str, **settings: str) -> AsyncIterator[list[Node]]:
    async with (
        ground.serving(database, **settings) as one,
        ground.serving(database, **settings) as other,
    ):
        yield [one, other]


@contextlib.asynccontextmanager
async def _couriers(ground: Ground, database: str, catcher: Catcher) -> AsyncIterator[None]:
    """Two, on machines of their own: neither sees the other's lock."""
    couriers = [ground.node(database, SMTP_URL=catcher.url, MAIL_FROM="k@musterstadt.example") for _ in range(2)]
    for each in couriers:
        await each.run("courier")
    try:
        yield
    finally:
        for each in couriers:
            await each.kill()


@contextlib.asynccontextmanager
async def _proxy(program: str, folder: Path, nodes: list[Node]) -> AsyncIterator[str]:
    """nginx before the processes, as docs/scaling.md sets it up: it asks the next one where one is away."""
    port = free_port()
    paths = " ".join(
        f"{each}_temp_path {folder}/{each};" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    told = re.search(r"^```nginx\n(.*?)^```", _SCALING.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert told is not None
    setup = told[1].replace("server {", f"server {{ listen 127.0.0.1:{port};", 1)
    for place, node in zip(("10.0.0.1:8000", "10.0.0.2:8000"), nodes, strict=True):
        setup = setup.replace(place, f"127.0.0.1:{node.port}")
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log stderr crit; events {{}}\n"
        f"http {{ access_log off; {paths}\n{setup}\n}}"
    )
    command = [program, "-e", "stderr", "-c", str(folder / "nginx.conf")]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    front = f"http://127.0.0.1:{port}"
    try:
        async with asyncio.timeout(60), httpx2.AsyncClient() as client:
            while True:
                with contextlib.suppress(httpx2.TransportError):
                    if (await client.get(front + "/healthz")).status_code == 200:
                        break
                await asyncio.sleep(0.05)
        yield front
    finally:
        process.terminate()
        await process.wait()


async def _shared(ground: Ground) -> str:
    if not ground.server:
        raise NotHere("no PostgreSQL")
    return await ground.postgresql()


async def _token(database: str, email: str) -> str:
    async with opened(database) as db:
        site = await the_site(db)
        async with db.writing() as session:
            await invite(session, email, site, "moderator", utc_now())
            moderator = await moderator_by_email(session, email)
            assert moderator is not None
            return await create_token(session, moderator, "faults", utc_now())


async def _decide(client: httpx2.AsyncClient, token: str, comment: str, action: str) -> int:
    body = {"action": action, "revision": 1, **({"rule": "respect"} if action == "reject" else {})}
    headers = {"Authorization": f"Bearer {token}"}
    return (await client.post(f"{_API}/comments/{comment}/decisions", json=body, headers=headers)).status_code


async def _post_in_turn(nodes: list[Node], number: int) -> Counter[int]:
    statuses: Counter[int] = Counter()
    ledger = Ledger(nodes[0].folder / "ledger")
    for each in range(number):
        async with nodes[each % 2].client() as client:
            statuses[(await client.post(POST, json=ledger.new())).status_code] += 1
    return statuses
