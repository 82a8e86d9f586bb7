"""Parts of the service that are loaded when somebody first asks for them, or soon after the start.

Most processes answer readers for a long time before a person opens the desk, and some never see one: they start sooner
and stay smaller without it. What writing needs is loaded beside the first answers.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cached_property
from threading import Lock
from typing import TypeVar

import anyio.to_thread
import structlog
from starlette.routing import BaseRoute, Match, Mount, Router
from starlette.types import Receive, Scope, Send

T = TypeVar("T")
log = structlog.get_logger()
# After so many seconds the first answers have left, and again those that waited for something to be loaded: beside
# other work they take twice as long.
FIRST_ANSWERS = 0.25
_importing = Lock()


def one_by_one(load: Callable[[], T]) -> T:
    """What `load` imports and gives. Two threads that import what belongs together may each get half of it."""
    with _importing:
        return load()


@asynccontextmanager
async def done_soon(*works: Callable[[], object]) -> AsyncGenerator[None]:
    """Have this done beside the block: one after the other, in threads, each once first answers have left."""
    doing = asyncio.create_task(_do(works))
    try:
        yield
    finally:
        doing.cancel()
        await asyncio.wait([doing])


async def _do(works: Sequence[Callable[[], object]]) -> None:
    for work in works:
        await asyncio.sleep(FIRST_ANSWERS)
        try:
            await anyio.to_thread.run_sync(work)
        except Exception:
            # Whoever needs it has it tried again, and is told that it fails.
            log.exception("start_incomplete")


class Later:
    """An application of routes that `load` imports and gives."""

    def __init__(self, load: Callable[[], Sequence[BaseRoute]]) -> None:
        self._load = load

    def load(self) -> None:
        """Load the routes now, which takes a while the first time."""
        _ = self._router

    @property
    def routes(self) -> list[BaseRoute]:
        """The routes, loaded if they are not yet."""
        return self._router.routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Loading takes a tenth of a second, in which others want their answers.
        if "_router" not in self.__dict__:
            await asyncio.to_thread(self.load)
        await self._router(scope, receive, send)

    @cached_property
    def _router(self) -> Router:
        return Router(one_by_one(self._load), redirect_slashes=False)


class Part(Mount):
    """All paths that begin as told, answered by routes that name them in full."""

    def __init__(self, beginning: str, load: Callable[[], Sequence[BaseRoute]]) -> None:
        super().__init__("", app=Later(load))
        self._beginning = beginning

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        # Behind a proxy that serves us under a path of its own, that path comes first.
        path = scope["path"].removeprefix(scope.get("root_path", "")) if scope["type"] == "http" else ""
        if path != self._beginning and not path.startswith(self._beginning + "/"):
            return Match.NONE, {}
        return super().matches(scope)
