"""Whoever sends or reads too slowly is let go, and nobody else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from service import patience
from service.patience import PatientProtocol
from tests.conftest import serving
from tests.support.postgres import free_port

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
LARGE = 64 * 1024 * 1024


async def answer(scope, receive, send) -> None:
    """The size of the body, or for `/large` more than any buffer holds, or for `/slow` after a while."""
    if scope["type"] != "http":
        return
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    if scope["path"] == "/slow":
        await asyncio.sleep(1)
    body = bytes(LARGE) if scope["path"] == "/large" else str(size).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
async def port(monkeypatch) -> AsyncIterator[int]:
    monkeypatch.setattr(patience, "ARRIVES_WITHIN", 0.5)
    monkeypatch.setattr(patience, "_LOOKS_EVERY", 0.05)
    port = free_port()
    async with serving(answer, "127.0.0.1", port, http=PatientProtocol, ws="none", lifespan="off"):
        yield port


@contextlib.asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def rest(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(20):
        return await reader.read()


@pytest.mark.parametrize("sent", [b"GE", HEAD[:-2], HEAD + b"12345"], ids=["line", "head", "body"])
async def test_a_request_that_does_not_arrive_is_told_and_let_go(port, sent):
    async with connected(port) as (reader, writer):
        writer.write(sent)
        assert (await rest(reader)).startswith(b"HTTP/1.1 408")


async def test_bytes_now_and_then_buy_no_time(port):
    async with connected(port) as (reader, writer):
        gone = asyncio.create_task(rest(reader))
        with contextlib.suppress(ConnectionError):
            for each in HEAD:
                if gone.done():
                    break
                writer.write(bytes([each]))
                await writer.drain()
                await asyncio.sleep(0.05)
        assert (await gone).startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /" + b"a" * (1 << 20),
        HEAD[:-2] + b"X-A: " + b"a" * (1 << 20),
        HEAD[:-2] + b"X-A: b\r\n" * (1 << 17),
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;" + b"a" * (1 << 20),
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"X-A: b\r\n" * (1 << 17),
    ],
    ids=["path", "header", "headers", "extension", "trailers"],
)
async def test_a_head_without_end_is_told_and_cut_off(port, sent):
    """A few connections could fill the memory: no limit of senders has looked at them yet."""
    async with connected(port) as (reader, writer):
        with contextlib.suppress(ConnectionError):
            for start in range(0, len(sent), 16_384):
                writer.write(sent[start : start + 16_384])
                await writer.drain()
                if reader.at_eof() or reader._buffer:  # type: ignore[attr-defined]
                    break
        assert (await reader.read(12)) == b"HTTP/1.1 431"


async def test_a_long_body_is_no_long_head(port):
    async with connected(port) as (reader, writer):
        writer.write(HEAD.replace(b"10", b"1000000") + b"a" * 1_000_000)
        assert (await reader.readuntil(b"\r\n\r\n1000000")).startswith(b"HTTP/1.1 200")


async def test_who_connects_and_says_nothing_gets_no_answer(port):
    async with connected(port) as (reader, _writer):
        assert await rest(reader) == b""


async def test_after_a_slow_request_nothing_of_it_is_left(port):
    async with connected(port) as (reader, writer):
        writer.write(HEAD + b"12345")
        await rest(reader)
    async with connected(port) as (reader, writer):
        writer.write(HEAD + b"1234567890")
        assert (await reader.readuntil(b"\r\n\r\n10")).startswith(b"HTTP/1.1 200")


async def test_some_requests_may_come_at_once(port):
    async with connected(port) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * patience.MOST_AT_ONCE)
        async with asyncio.timeout(20):
            for _each in range(patience.MOST_AT_ONCE):
                assert (await reader.readuntil(b"\r\n\r\n0")).startswith(b"HTTP/1.1 200")


async def test_who_sends_thousands_of_requests_at_once_is_let_go(port, monkeypatch):
    """A read of 256 KiB holds ten thousand of them, which took tens of megabytes until their turn."""
    made = 0

    class Counted(RequestResponseCycle):
        def __init__(self, *given, **named):
            nonlocal made
            made += 1
            super().__init__(*given, **named)

    monkeypatch.setattr("uvicorn.protocols.http.httptools_impl.RequestResponseCycle", Counted)
    async with connected(port) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 10_000)
        with contextlib.suppress(ConnectionError):
            assert (await rest(reader)).count(b"HTTP/1.1 200") <= patience.MOST_AT_ONCE
    assert 0 < made <= patience.MOST_AT_ONCE


async def test_an_answer_that_takes_long_to_make_is_waited_for(port):
    async with connected(port) as (reader, writer):
        writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert (await rest(reader)).startswith(b"HTTP/1.1 200")


async def test_a_connection_that_is_used_again_has_its_time_anew(port):
    async with connected(port) as (reader, writer):
        for _each in range(8):
            writer.write(HEAD)
            await asyncio.sleep(0.1)
            writer.write(b"1234567890")
            assert (await reader.readuntil(b"\r\n\r\n10")).startswith(b"HTTP/1.1 200")


async def test_an_answer_that_nobody_reads_is_thrown_away(port):
    async with connected(port) as (reader, writer):
        writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        writer.transport.pause_reading()
        await asyncio.sleep(1.2)
        writer.transport.resume_reading()
        read = 0
        with contextlib.suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(20):
                while part := await reader.read(1 << 20):
                    read += len(part)
        assert read < LARGE
