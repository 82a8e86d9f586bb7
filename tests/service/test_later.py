"""What is loaded beside the first answers."""

import asyncio

import httpx2
import pytest
from structlog.testing import capture_logs

from service.later import done_soon


async def test_what_fails_is_logged_and_the_rest_is_done() -> None:
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    with capture_logs() as logged:
        async with done_soon(lambda: 1 / 0, lambda: loop.call_soon_threadsafe(done.set)):
            await asyncio.wait_for(done.wait(), 5)
    assert [each["event"] for each in logged] == ["start_incomplete"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/healthz", "GET, HEAD"),
        ("DELETE", "/widget/wortmeldung.js", "GET, HEAD"),
        ("DELETE", "/api/v1/sites/a/thread", "GET, HEAD, OPTIONS, PUT"),
        ("POST", "/api/v1/sites/a/counts", "GET, HEAD, OPTIONS"),
    ],
)
async def test_a_wrong_method_is_told_all_that_a_path_takes_also_where_reading_is_there_first(
    client: httpx2.AsyncClient, method: str, path: str, allowed: str
) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
