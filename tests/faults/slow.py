"""Clients that are slow, that lie about what they send, and that come and go: everybody else notices nothing."""

import asyncio
import contextlib
import gzip
import json
import random
import socket
import struct
import time

from benchmarks.fill import fill
from service.patience import MOST_AT_ONCE
from tests.faults.asking import asking, slowest
from tests.faults.ground import ORIGIN, PAGE, POST, SITE, THREAD, Ground, Node, opened, until
from tests.faults.plan import Outcome

# What the service itself may open meanwhile: connections to its database.
_OWN_FILES = 20
_CLOSED_WITHIN = 15.0
_PATIENCE = 45.0
_HEALTHY_WITHIN = 100.0
_MOST_MEMORY = 10.0
_LARGE = "/lang"
_HEAD = f"POST {POST} HTTP/1.1\r\nHost: x\r\nOrigin: {ORIGIN}\r\nContent-Type: application/json\r\n"


async def slow_clients(ground: Ground, clients: int) -> Outcome:
    """Half headers, bodies that trickle, answers that nobody reads; and in between somebody asks whether all is well."""
    outcome, database = Outcome(), await ground.sqlite()
    async with opened(database) as db:
        await fill(db, {_LARGE: 2_000}, SITE)
    async with ground.serving(database) as node:
        before = await slowest(await asking(node.port, 30, 0))
        await node.lag()
        files = node.files()
        some = 2 * clients // 5
        healthy = await asking(node.port, 100, 0.1)
        waiting = [asyncio.create_task(_half_head(node)) for _ in range(clients)]
        waiting += [asyncio.create_task(_trickle(node)) for _ in range(some)]
        readers = [asyncio.create_task(_never_read(node)) for _ in range(some)]
        open_for = await asyncio.gather(*waiting)
        unread = await asyncio.gather(*readers)
        meanwhile = await slowest(healthy)
        await until(lambda: node.files() <= files + _OWN_FILES, 20)
        outcome.must(node.files() <= files + _OWN_FILES, f"{node.files() - files} connections stay open")
        lag = await node.lag()
    outcome.must(max(open_for) < _PATIENCE, "a slow request was never ended")
    outcome.must(max(unread) < _PATIENCE, "an unread answer was kept for ever")
    outcome.within("a slow request lasted", max(open_for), _CLOSED_WITHIN, "s")
    outcome.within("/healthz took", meanwhile, max(_HEALTHY_WITHIN, 3 * before), "ms")
    outcome.figure = (
        f"{clients} heads and {some} bodies ended after {max(open_for):.0f} s at most, {some} unread answers after "
        f"{max(unread):.0f} s; /healthz p99 {meanwhile:.0f} ms; event loop p99 {lag:.0f} ms"
    )
    return outcome


async def _half_head(node: Node) -> float:
    return await _until_closed(node, b"GET / HTTP/1.1\r\nHost: x\r\n", b"X: y\r\n")


async def _trickle(node: Node) -> float:
    return await _until_closed(node, _HEAD.encode() + b"Content-Length: 1000\r\n\r\n", b"{")


async def _until_closed(node: Node, first: bytes, then: bytes) -> float:
    """Send a beginning, a little more every five seconds, and see how long the service bears it."""
    reader, writer = await node.line()
    began = time.monotonic()
    writer.write(first)
    ended = asyncio.create_task(reader.read())
    with contextlib.suppress(ConnectionError):
        while not ended.done() and time.monotonic() - began < _PATIENCE:
            await asyncio.wait([ended], timeout=5)
            writer.write(then)
    ended.cancel()
    await asyncio.wait([ended])
    writer.transport.abort()
    return time.monotonic() - began


async def _never_read(node: Node) -> float:
    """Ask for a megabyte again and again and read none of it; how long until the connection is cut."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(line, ("127.0.0.1", node.port))
    asked = f"GET {THREAD}?page={_LARGE}&limit=1000 HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    began = time.monotonic()
    try:
        await loop.sock_sendall(line, asked * MOST_AT_ONCE)
        while time.monotonic() - began < _PATIENCE:
            await asyncio.sleep(0.5)
            # The state of a TCP connection, its first byte: 1 is established, 8 waits for our own close.
            if line.getsockopt(socket.SOL_TCP, socket.TCP_INFO, 1)[0] != 1:
                break
    finally:
        line.close()
    return time.monotonic() - began


async def lying_bodies(ground: Ground, times: int) -> Outcome:
    """Bodies that are huge, endless, packed, nested, or of another length than they say."""
    outcome = Outcome()
    async with ground.serving(await ground.sqlite()) as node:
        await asyncio.gather(*(_answer(node, each) for each in _lies()))
        before = node.memory()
        for _time in range(times):
            answers = await asyncio.gather(*(_answer(node, each) for each in _lies()))
            outcome.must(all(each[:1] in (b"4", b"") for each in answers), f"answers were {answers}")
            await _endless(node, outcome)
        grown = node.memory() - before
        async with node.client() as client:
            outcome.must((await client.get("/healthz")).status_code == 200, "the service is away")
            seen = (await client.get(THREAD, params={"page": PAGE})).json()
        outcome.must(seen["count"] == 0, "something was published")
    outcome.within("memory grew by", grown, _MOST_MEMORY, "MiB")
    outcome.figure = f"{times * (len(_lies()) + 1)} refused or cut off (4xx), memory {grown:+.1f} MiB"
    return outcome


def _lies() -> list[bytes]:
    body = json.dumps({"page": PAGE, "text": "Guten Tag"}).encode()
    packed = gzip.compress(b'{"text":"' + b"a" * 10_000_000)
    kinds = [
        (b"Content-Length: 104857600", b""),
        (b"Content-Length: -1", body),
        (b"Content-Length: 1e3", body),
        (b"Content-Length: 5\r\nContent-Length: 6", body),
        (b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"0\r\n\r\n" + body),
        (b"Transfer-Encoding: gzip", body),
        (b"Content-Length: 2", b"{}" + body),
        (b"Content-Encoding: gzip\r\nContent-Length: %d" % len(packed), packed[:60_000]),
        (b"Content-Length: 50000", b"[" * 50_000),
        (b"Content-Length: 50014", b'{"edit_until":' + b"9" * 50_000),
    ]
    return [_HEAD.encode() + b"Connection: close\r\n" + length + b"\r\n\r\n" + sent for length, sent in kinds]


async def _answer(node: Node, sent: bytes) -> bytes:
    """The status that came back, or nothing where the connection was cut."""
    reader, writer = await node.line()
    try:
        writer.write(sent)
        async with asyncio.timeout(60):
            return (await reader.readline())[9:12]
    except ConnectionError:
        return b""
    finally:
        writer.transport.abort()


async def _endless(node: Node, outcome: Outcome) -> None:
    _reader, writer = await node.line()
    sent, most = 0, 20_000_000
    with contextlib.suppress(ConnectionError):
        writer.write(_HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\n")
        while sent < most:
            writer.write(b"4000\r\n" + b"[" * 0x4000 + b"\r\n")
            await writer.drain()
            sent += 0x4000
            await asyncio.sleep(0)
    writer.transport.abort()
    outcome.must(sent < most, "a body without end was read for ever")


async def churn(ground: Ground, connections: int) -> Outcome:
    """Short connections, many of them cut without a goodbye: nothing of them is left."""
    outcome, chance = Outcome(), random.Random(20260302)
    async with ground.serving(await ground.sqlite()) as node:
        for _each in range(200):
            await _come_and_go(node, chance)
        await asyncio.sleep(0.5)
        files, memory = node.files(), node.memory()
        for start in range(0, connections, 50):
            await asyncio.gather(*(_come_and_go(node, chance) for _ in range(start, min(start + 50, connections))))
        await until(lambda: node.files() <= files + _OWN_FILES, 20)
        left, grown = node.files() - files, node.memory() - memory
        healthy = await slowest(await asking(node.port, 30, 0))
    outcome.must(left <= _OWN_FILES, f"{left} connections are left")
    outcome.within("memory grew by", grown, _MOST_MEMORY, "MiB")
    outcome.figure = f"{max(left, 0)} left open, memory {grown:+.1f} MiB, /healthz p99 {healthy:.0f} ms"
    return outcome


async def _come_and_go(node: Node, chance: random.Random) -> None:
    with contextlib.suppress(ConnectionError):
        reader, writer = await node.line()
        writer.write(
            chance.choice((b"", b"GE", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01", b"\r\n\r\n"))
        )
        await asyncio.sleep(chance.uniform(0, 0.01))
        if chance.random() < 0.3:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(reader.read(100), 0.05)
        if chance.random() < 0.6:
            # Closing with nothing to linger for sends a reset.
            line = writer.get_extra_info("socket")
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
