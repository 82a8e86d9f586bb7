"""The map: every route, in order, and what stands around them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.staticfiles import StaticFiles

from service.api import closing, contacts, openapi, operations, own, reports, submit, threads
from service.api.ready import AnswerReady
from service.errors import STOPPING, answer_problem
from service.lag import watched_loop
from service.later import Later, Part, done_soon
from service.live import ended_by_signal
from service.mail.courier import courier_at_work
from service.middleware import RequestLog, SecurityHeaders, security_headers
from service.pages.routes import page_routes
from service.settings import Settings
from service.state import Clock, Service, State, open_service, utc_now
from service.widget import get_widget

public_api: list[BaseRoute] = [
    Route("/sites/{site}/thread", threads.get_thread),
    Route("/sites/{site}/thread", closing.put_thread, methods=["PUT"]),
    Route("/sites/{site}/thread", threads.preflight_public, methods=["OPTIONS"]),
    Route("/sites/{site}/counts", threads.get_counts),
    Route("/sites/{site}/counts", threads.preflight_public, methods=["OPTIONS"]),
    Route("/sites/{site}/form", submit.get_form),
    Route("/sites/{site}/form", submit.preflight, methods=["OPTIONS"]),
    Route("/sites/{site}/comments", submit.post_comment, methods=["POST"]),
    Route("/sites/{site}/comments", submit.preflight, methods=["OPTIONS"]),
    Route("/sites/{site}/preview", submit.post_preview, methods=["POST"]),
    Route("/sites/{site}/preview", submit.preflight, methods=["OPTIONS"]),
    Route("/sites/{site}/contacts/{person}", contacts.get_contact),
    Route("/sites/{site}/contacts/{person}", submit.preflight, methods=["OPTIONS"]),
    Route("/sites/{site}/contacts/{person}/messages", contacts.post_message, methods=["POST"]),
    Route("/sites/{site}/contacts/{person}/messages", submit.preflight, methods=["OPTIONS"]),
    Route("/comments/{id}", own.get_own),
    Route("/comments/{id}", own.patch_own, methods=["PATCH"]),
    Route("/comments/{id}", own.delete_own, methods=["DELETE"]),
    Route("/comments/{id}", own.preflight_own, methods=["OPTIONS"]),
    Route("/comments/{id}/report", reports.post_report, methods=["POST"]),
    Route("/comments/{id}/report", own.preflight_own, methods=["OPTIONS"]),
    Route("/comments/{id}/helpful", reports.post_helpful, methods=["POST"]),
    Route("/comments/{id}/helpful", own.preflight_own, methods=["OPTIONS"]),
    Route("/openapi.json", openapi.get_openapi),
    Route("/openapi.json", threads.preflight_public, methods=["OPTIONS"]),
]

operations_routes: list[BaseRoute] = [
    Route("/healthz", operations.get_healthz),
    Route("/readyz", operations.get_readyz),
    Route("/metrics", operations.get_metrics),
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

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[State]:
        if service is not None:
            yield {"service": service}
            return
        async with (
            open_service(settings, clock) as opened,
            courier_at_work(opened, courier),
            watched_loop(),
            done_soon(opened.bench.warm),
        ):
            with ended_by_signal(opened.feed):
                yield {"service": opened}

    headers = security_headers(settings.base_url)
    app = Starlette(
        routes=[
            *operations_routes,
            Mount("/api/v1/moderation", Later(_moderators_api)),
            Mount("/api/v1", Router(public_api, redirect_slashes=False)),
            Route("/widget/{name}", get_widget),
            Part("/desk", _desk),
            *page_routes,
            Mount("/static", StaticFiles(packages=[("service", "static")]), name="static"),
            *(extra or []),
        ],
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


def _moderators_api() -> list[BaseRoute]:
    from service.for_moderators import moderators_api  # noqa: PLC0415  # service/later.py says why

    return moderators_api


def _desk() -> list[BaseRoute]:
    from service.for_moderators import desk_routes  # noqa: PLC0415  # as above

    return desk_routes
