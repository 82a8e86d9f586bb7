"""A service that is told to stop while desks are open: they are let go at once, and miss nothing when they come back."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

from models.db import Database
from models.desk_session import invite, sign_in_by_link
from models.seal import Seal
from models.site import site_by_key
from service.settings import kept_secrets
from service.state import utc_now
from tests.service.commands.conftest import Run
from tests.service.commands.test_serve import post_comment, running, stop, wait_for
from tests.support.postgres import free_port

WITHIN_SECONDS = 5
FIRST, SECOND = "the-first-comment", "the-second-comment"


def test_open_desks_are_let_go_in_time_and_miss_nothing(environment: dict[str, str], run: Run, tmp_path: Path) -> None:
    run("site", "add", "a", "--origin", "https://a.example")
    secret = asyncio.run(_session(tmp_path / "data"))
    port = free_port()
    with running(environment, "serve", "--port", str(port)) as process:
        wait_for(f"http://127.0.0.1:{port}/readyz", process)
        with _events(port, secret) as one, _events(port, secret) as other:
            assert post_comment(port, FIRST) == 202
            number, comment = _next(one)
            assert _next(other) == (number, comment) == (number, FIRST)
            assert post_comment(port, SECOND) == 202
            began = time.monotonic()
            stop(process)
            assert time.monotonic() - began < WITHIN_SECONDS
            assert process.returncode == 0
            assert one.read().endswith(b"\n"), "the stream ends between two events, and does not break off"
    with running(environment, "serve", "--port", str(port)) as process:
        wait_for(f"http://127.0.0.1:{port}/readyz", process)
        with _events(port, secret, number) as again:
            assert _next(again)[1] == SECOND
            stop(process)


async def _session(data: Path) -> str:
    db = Database(f"sqlite:///{data}/wortmeldung.db", Seal(kept_secrets(data / "secret_key")))
    async with db.writing() as session:
        site = await site_by_key(session, "a")
        assert site is not None
        link = await invite(session, "mira@musterstadt.example", site, "moderator", utc_now())
        secret = await sign_in_by_link(session, link, utc_now())
    await db.close()
    assert secret is not None
    return secret


@contextmanager
def _events(port: int, secret: str, last: int | None = None) -> Iterator[HTTPResponse]:
    """An open stream that has begun: whoever has its first line hears all that comes."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        headers = {"Cookie": f"wortmeldung={secret}", **({"Last-Event-ID": str(last)} if last is not None else {})}
        connection.request("GET", "/desk/events", headers=headers)
        answer = connection.getresponse()
        assert answer.readline().startswith(b"retry:")
        yield answer


def _next(answer: HTTPResponse) -> tuple[int, str]:
    """The number of the next event and the comment that it tells of."""
    number = 0
    while line := answer.readline().decode():
        kind, _, told = line.strip().partition(": ")
        if kind == "id":
            number = int(told)
        if kind == "data":
            return number, json.loads(told)["comment"]
    raise EOFError
