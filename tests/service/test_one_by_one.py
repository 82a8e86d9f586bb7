"""Requests that come in one read: all are answered in order, and none is looked at before its turn."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from service.one_by_one import OneByOneProtocol
from tests.conftest import serving
from tests.support.postgres import free_port

GET = b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n"
BODY = b"a\r\n\r\nGET /no HTTP/1.1\r\n\r\n"
POST = b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
CHUNKED = b"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"


class Slow:
    """Answers the path and the body's size, when it may; counts what was made of requests."""

    def __init__(self) -> None:
        self.made = 0
        self.asked = asyncio.Event()
        self.may = asyncio.Event()
        self.may.set()

    async def __call__(self, scope, receive, send) -> None:
        size, more = 0, True
        while more:
            message = await receive()
            size, more = size + len(message.get("body", b"")), message.get("more_body", False)
        self.asked.set()
        await self.may.wait()
        body = f"{scope['path']} {size};".encode()
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture
async def slow(monkeypatch) -> Slow:
    answering = Slow()

    class Counted(RequestResponseCycle):
        def __init__(self, *given, **named) -> None:
            answering.made += 1
            super().__init__(*given, **named)

    monkeypatch.setattr("uvicorn.protocols.http.httptools_impl.RequestResponseCycle", Counted)
    return answering


@pytest.fixture
async def line(slow) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    port = free_port()
    async with serving(slow, "127.0.0.1", port, http=OneByOneProtocol, ws="none", lifespan="off"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        yield reader, writer
        writer.transport.abort()


async def answered(reader: asyncio.StreamReader, number: int) -> list[str]:
    """What so many answers say."""
    said = []
    async with asyncio.timeout(10):
        for _each in range(number):
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200")
            said.append((await reader.readuntil(b";")).decode())
    return said


async def test_what_comes_behind_an_unanswered_request_costs_nothing_yet(slow, line):
    reader, writer = line
    slow.may.clear()
    writer.write(b"".join(GET % each for each in range(12)))
    await slow.asked.wait()
    assert slow.made == 1
    slow.may.set()
    assert await answered(reader, 12) == [f"/{each} 0;" for each in range(12)]
    assert slow.made == 12


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ([POST + GET % 1 + POST], [f"/body {len(BODY)};", "/1 0;", f"/body {len(BODY)};"]),
        ([GET % 1 + POST + GET % 2], ["/1 0;", f"/body {len(BODY)};", "/2 0;"]),
        ([CHUNKED + GET % 1 + CHUNKED], ["/body 5;", "/1 0;", "/body 5;"]),
        ([(GET % 1)[:-1], (GET % 1)[-1:] + GET % 2 + GET % 3], ["/1 0;", "/2 0;", "/3 0;"]),
        ([(GET % 1) + (GET % 2)[:9], (GET % 2)[9:] + GET % 3], ["/1 0;", "/2 0;", "/3 0;"]),
        ([POST[:-9], POST[-9:] + GET % 1], [f"/body {len(BODY)};", "/1 0;"]),
    ],
    ids=["body first", "body between", "chunks", "end of a head apart", "heads apart", "body apart"],
)
async def test_however_the_bytes_come_all_are_answered_in_order(line, sent, said):
    reader, writer = line
    for each in sent:
        writer.write(each)
        await asyncio.sleep(0.05)
    assert await answered(reader, len(said)) == said


async def test_many_behind_a_body_are_cut_off(slow, line):
    """Where a body in chunks ends only its reader knows, so what comes behind it is read with it."""
    reader, writer = line
    slow.may.clear()
    writer.write(CHUNKED + b"".join(GET % each for each in range(12)))
    async with asyncio.timeout(10):
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""


async def test_neither_empty_lines_nor_ends_of_heads_without_heads_take_long(line):
    """They are no requests, so no number of requests limits them."""
    reader, writer = line
    writer.write(b"\r\n\r\n" * 200_000 + GET % 1)
    assert await answered(reader, 1) == ["/1 0;"]
