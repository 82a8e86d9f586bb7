"""The service as an ASGI application: what is answered from the first moment on, and what stands around all routes."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy.orm import configure_mappers
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route

from service.api import operations, threads
from service.api.ready import AnswerReady
from service.errors import STOPPING, answer_problem
from service.lag import watched_loop
from service.later import Later, done_soon
from service.live import ended_by_signal
from service.mail.at_work import courier_at_work
from service.middleware import RequestLog, SecurityHeaders, security_headers
from service.settings import Settings
from service.state import Clock, Service, State, open_service, utc_now
from service.widget import get_widget

# Who reads does not wait for what the others need: that takes longer to load than all of this.
at_once: list[Route] = [
    Route("/healthz", operations.get_healthz),
    Route("/readyz", operations.get_readyz),
    Route("/metrics", operations.get_metrics),
    Route("/api/v1/sites/{site}/thread", threads.get_thread),
    Route("/api/v1/sites/{site}/counts", threads.get_counts),
    Route("/widget/{name}", get_widget),
]


def create_app(
    settings: Settings,
    clock: Clock = utc_now,
    service: Service | None = None,
    extra: list[BaseRoute] | None = None,
    courier: bool = False,
) -> Starlette:
    """The service as an ASGI application.

    Without `service` the lifespan opens its own; a caller who has one open already (the tests, the demo) hands it in
    and closes it. `extra` routes come last: the demo adds its article page. With `courier`, mail leaves from here too;
    never from a service that was handed in.
    """
    # Those that are there at once stand in it, too: asked with a wrong method, they are found with all that they take.
    everything = Later(lambda: [*at_once, *_routes(), *(extra or [])])

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[State]:
        if service is not None:
            yield {"service": service}
            return
        async with (
            open_service(settings, clock) as opened,
            courier_at_work(opened, courier),
            watched_loop(),
            done_soon(everything.load, configure_mappers, opened.bench.warm),
        ):
            with ended_by_signal(opened.feed):
                yield {"service": opened}

    headers = security_headers(settings.base_url)
    app = Starlette(
        routes=[*at_once, Mount("", everything)],
        middleware=[
            Middleware(AnswerReady),
            Middleware(RequestLog),
            Middleware(SecurityHeaders, headers=headers),
        ],
        exception_handlers={Exception: answer_problem, **dict.fromkeys(STOPPING, answer_problem)},
        lifespan=lifespan,
    )
    # A redirect to the path with or without its slash would name the host that the client claims to talk to.
    app.router.redirect_slashes = False
    return app


def _routes() -> list[BaseRoute]:
    from service.routes import routes  # noqa: PLC0415  # see above

    return routes
