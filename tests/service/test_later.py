"""What is loaded beside the first answers."""

import asyncio

from structlog.testing import capture_logs

from service.later import done_soon


async def test_what_fails_is_logged_and_the_rest_is_done() -> None:
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    with capture_logs() as logged:
        async with done_soon(lambda: 1 / 0, lambda: loop.call_soon_threadsafe(done.set)):
            await asyncio.wait_for(done.wait(), 5)
    assert [each["event"] for each in logged] == ["start_incomplete"]
