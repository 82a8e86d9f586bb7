"""Bodies as no client library sends them, over a real connection: cut off, never ending, with a length that lies."""

import asyncio
import json

import pytest
from sqlmodel import select

from models.comment import Comment
from tests.builders import ORIGIN, PAGE, TEXT, add_site

BODY = json.dumps({"page": PAGE, "text": TEXT}).encode()
HEAD = f"POST /api/v1/sites/musterstadt/comments HTTP/1.1\r\nHost: x\r\nOrigin: {ORIGIN}\r\nContent-Type: application/json\r\n"


@pytest.fixture
async def site(service):
    return await add_site(service)


class Line:
    """One connection to the service."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, *parts: bytes | str) -> None:
        for part in parts:
            self.writer.write(part.encode() if isinstance(part, str) else part)
        await self.writer.drain()

    async def answer(self) -> bytes:
        """All that comes until the service closes the connection."""
        async with asyncio.timeout(15):
            return await self.reader.read()


@pytest.fixture
async def line(live, site):
    host, port = live.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    yield Line(reader, writer)
    writer.close()


async def stored(service) -> list[str]:
    async with service.db.reading() as session:
        return list(await session.exec(select(Comment.text)))


async def test_a_well_formed_request_arrives(line, service):
    await line.send(HEAD, f"Content-Length: {len(BODY)}\r\nConnection: close\r\n\r\n", BODY)
    assert (await line.answer()).startswith(b"HTTP/1.1 202")
    assert await stored(service) == [TEXT]


async def test_a_body_that_is_cut_off_leaves_nothing(line, service, live, caplog):
    await line.send(HEAD, f"Content-Length: {len(BODY)}\r\n\r\n", BODY[:-5])
    line.writer.write_eof()
    await line.answer()
    assert await stored(service) == []
    assert "Traceback" not in caplog.text


async def test_a_body_that_never_ends_is_answered_and_cut_off(line, service):
    await line.send(HEAD, "Transfer-Encoding: chunked\r\n\r\n")
    sent = 0
    try:
        while sent < 20_000_000:
            await line.send(b"4000\r\n" + b"[" * 0x4000 + b"\r\n")
            sent += 0x4000
            await asyncio.sleep(0)
    except ConnectionError:
        pass
    assert sent < 20_000_000
    assert await stored(service) == []


async def test_a_length_beyond_the_limit_is_refused_before_anything_arrives(line, service):
    await line.send(HEAD, "Content-Length: 104857600\r\n\r\n")
    answer = await line.answer()
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"application/problem+json" in answer


@pytest.mark.parametrize(
    "length",
    ["Content-Length: -1", "Content-Length: 1e3", "Content-Length: 5\r\nContent-Length: 6", "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: gzip"],
)  # fmt: skip
async def test_two_ways_to_read_a_body_are_none(line, service, length):
    await line.send(HEAD, length, "\r\nConnection: close\r\n\r\n", b"0\r\n\r\n", BODY)
    answer = await line.answer()
    assert answer[9:10] == b"4" or answer == b""
    assert await stored(service) == []


async def test_a_shorter_length_than_the_body_reads_no_second_request(line, service):
    await line.send(
        HEAD, "Content-Length: 2\r\nConnection: close\r\n\r\n{}", HEAD, f"Content-Length: {len(BODY)}\r\n\r\n", BODY
    )
    answer = await line.answer()
    assert answer.count(b"HTTP/1.1 ") == 1
    assert answer.startswith(b"HTTP/1.1 422")
    assert await stored(service) == []
