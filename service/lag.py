"""Whether the process comes to what is due: nothing here may hold up everybody else."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from service import metrics

_LOOKS_EVERY = 0.1


@contextlib.asynccontextmanager
async def watched_loop() -> AsyncGenerator[None]:
    """Measure, while the block lasts, how late the event loop wakes whoever asked to be woken."""
    watching = asyncio.create_task(_watch(), name="event-loop-lag")
    try:
        yield
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


async def _watch() -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + _LOOKS_EVERY
        await asyncio.sleep(_LOOKS_EVERY)
        metrics.lag.observe(max(0.0, loop.time() - due))
