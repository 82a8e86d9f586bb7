"""Parts of the service that are loaded when somebody first asks for them.

Most processes answer readers for a long time before a person opens the desk, and some never see one: they start sooner
and stay smaller without it.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import cached_property

from starlette.routing import BaseRoute, Match, Mount, Router
from starlette.types import Receive, Scope, Send


class Later:
    """An application of routes that `load` imports and gives."""

    def __init__(self, load: Callable[[], Sequence[BaseRoute]]) -> None:
        self._load = load

    @property
    def routes(self) -> list[BaseRoute]:
        """The routes, loaded if they are not yet."""
        return self._router.routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Loading takes a tenth of a second, in which others want their answers.
        if "_router" not in self.__dict__:
            await asyncio.to_thread(lambda: self._router)
        await self._router(scope, receive, send)

    @cached_property
    def _router(self) -> Router:
        return Router(self._load(), redirect_slashes=False)


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
