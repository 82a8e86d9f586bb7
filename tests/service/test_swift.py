"""Ready answers leave before their request becomes a task; on the wire nobody can tell."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from models.db import Database
from models.thread import Thread, advance
from moderation.lifecycle import Action
from service import metrics
from service.api import ready
from service.swift import SwiftProtocol
from tests.builders import PAGE, a_moderator, add_site, publish, rule
from tests.conftest import serving

TARGET = f"/api/v1/sites/musterstadt/thread?page={PAGE}"
LOST = "GET /nirgends HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
async def comment(service):
    return await publish(service, await add_site(service))


@pytest.fixture
async def port(app, service) -> AsyncIterator[int]:
    port = int(service.settings.base_url.rsplit(":", 1)[1])
    async with serving(app, "127.0.0.1", port, http=SwiftProtocol, ws="none"):
        yield port


@contextlib.asynccontextmanager
async def connected(port: int) -> AsyncIterator["Talk"]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Talk(reader, writer)
    finally:
        writer.close()


class Talk:
    """One connection; `ask` sends a request and reads its answer whole."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self, *headers: str, method: str = "GET", version: str = "1.1", body: str = "") -> tuple[str, bytes]:
        lines = [f"{method} {TARGET} HTTP/{version}", "Host: x", *headers]
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
        return await self.answer(empty=method == "HEAD")

    async def answer(self, *, empty: bool = False) -> tuple[str, bytes]:
        async with asyncio.timeout(10):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
            length = 0 if empty or " 304 " in head else int(head.partition("content-length: ")[2].split()[0])
            return head, await self.reader.readexactly(length)


def swift_ones(monkeypatch) -> list[bool]:
    """Fills with whether each request from now on was answered without becoming a task."""
    seen: list[bool] = []
    usual = SwiftProtocol._ready_answer

    def noted(self):
        answer = usual(self)
        seen.append(answer is not None)
        return answer

    monkeypatch.setattr(SwiftProtocol, "_ready_answer", noted)
    return seen


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
async def test_the_swift_answer_has_the_same_status_headers_and_bytes(port, comment, monkeypatch, encoding):
    seen = swift_ones(monkeypatch)
    async with connected(port) as talk:
        asked = f"Accept-Encoding: {encoding}"
        long_way, swift = await talk.ask(asked), await talk.ask(asked)
    assert seen == [False, True]
    lines = [
        sorted(line for line in head.split("\r\n") if not line.startswith("date:")) for head, _ in (long_way, swift)
    ]
    assert lines[0] == lines[1]
    assert "date: " in swift[0]
    assert swift[1] == long_way[1] != b""


async def test_whoever_has_it_gets_a_304_and_asks_on(port, comment, monkeypatch):
    seen = swift_ones(monkeypatch)
    async with connected(port) as talk:
        head, _body = await talk.ask()
        etag = head.partition("etag: ")[2].split("\r\n")[0]
        known, nothing = await talk.ask(f"If-None-Match: {etag}")
        again, body = await talk.ask()
    assert seen == [False, True, True]
    assert (known.split("\r\n")[0], nothing) == ("HTTP/1.1 304 Not Modified", b"")
    assert again.startswith("HTTP/1.1 200")
    assert body


async def test_a_decision_is_seen_by_the_next_read(port, comment, service, monkeypatch):
    async with connected(port) as talk:
        _head, before = [await talk.ask(), await talk.ask()][-1]
        await rule(
            service,
            comment,
            Action.DELETE,
            await a_moderator(service, await service.sites.find(service.db, "musterstadt")),
        )
        _head, after = await talk.ask()
    assert before != after


async def test_what_another_process_decides_is_seen_as_soon_as_an_answer_is_too_old(
    port, comment, service, monkeypatch
):
    later = 0.0
    monkeypatch.setattr(ready, "monotonic", lambda: later)
    async with connected(port) as talk:
        _head, before = [await talk.ask(), await talk.ask()][-1]
        other = Database(service.settings.database)
        async with other.writing() as session:
            thread = await session.get_one(Thread, comment.thread_id)
            thread.title = "Handlungsmut"
            await advance(session, thread.id)
        await other.close()
        assert (await talk.ask())[1] == before
        later = ready.TRUSTED_SECONDS + 0.01
        assert b"Handlungsmut" in (await talk.ask())[1]


@pytest.mark.parametrize(
    "asked",
    [
        {"headers": ["Connection: close"]},
        {"version": "1.0"},
        {"method": "HEAD"},
        {"headers": ["Content-Length: 2"], "body": "{}"},
        {"headers": ["Expect: 100-continue"]},
    ],
    ids=["last", "old", "head", "body", "expecting"],
)
async def test_what_is_not_plainly_a_read_goes_the_usual_way(port, comment, monkeypatch, asked):
    async with connected(port) as talk:
        await talk.ask()
    seen = swift_ones(monkeypatch)
    async with connected(port) as talk:
        head, _body = await talk.ask(*asked.pop("headers", []), **asked)
    assert head.startswith("HTTP/1.1 200")
    assert seen == [False]


async def test_of_many_requests_sent_at_once_each_is_answered_in_turn(port, comment):
    read = f"GET {TARGET} HTTP/1.1\r\nHost: x\r\n\r\n"
    async with connected(port) as talk:
        await talk.ask()
        talk.writer.write((read + LOST + read + read).encode())
        heads = [(await talk.answer())[0].split("\r\n")[0] for _each in range(4)]
    assert heads == ["HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK"]


async def test_swift_answers_are_counted(port, comment):
    def counted() -> float:
        labels = {"route": "get_thread", "status": "200"}
        return metrics.registry.get_sample_value("wortmeldung_requests_total", labels) or 0.0

    async with connected(port) as talk:
        await talk.ask()
        before = counted()
        await talk.ask()
    assert counted() == before + 1
