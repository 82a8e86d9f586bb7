"""A courier in the process that also answers."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from service.later import FIRST_ANSWERS, one_by_one
from service.state import Service

_STOPS_WITHIN = 10.0


@asynccontextmanager
async def courier_at_work(service: Service, wanted: bool = True) -> AsyncGenerator[None]:
    """A courier beside the block, which ends with it: after the message in hand, or after ten seconds."""
    if not wanted:
        yield
        return
    stop = asyncio.Event()
    task = asyncio.create_task(_work_soon(service, stop), name="courier")
    try:
        yield
    finally:
        stop.set()
        done, _ = await asyncio.wait([task], timeout=_STOPS_WITHIN)
        if not done:
            task.cancel()
            await asyncio.wait([task])


async def _work_soon(service: Service, stop: asyncio.Event) -> None:
    await asyncio.sleep(FIRST_ANSWERS)
    work = await asyncio.to_thread(one_by_one, _load)
    await work(service, stop)


def _load() -> Callable[[Service, asyncio.Event], Awaitable[None]]:
    from service.mail.courier import work  # noqa: PLC0415  # no reader waits for what writes letters

    return work
