"""The map: every route but those that are answered from the first moment on (service/app.py), in order."""

from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.staticfiles import StaticFiles

from service.api import closing, contacts, openapi, own, reports, submit, threads
from service.later import Later, Part
from service.pages.routes import page_routes

public_api: list[Route] = [
    Route("/sites/{site}/thread", closing.put_thread, methods=["PUT"]),
    Route("/sites/{site}/thread", threads.preflight_public, methods=["OPTIONS"]),
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


def _moderators_api() -> list[BaseRoute]:
    from service.for_moderators import moderators_api  # noqa: PLC0415  # service/later.py says why

    return moderators_api


def _desk() -> list[BaseRoute]:
    from service.for_moderators import desk_routes  # noqa: PLC0415  # as above

    return desk_routes


routes: list[BaseRoute] = [
    Mount("/api/v1/moderation", Later(_moderators_api)),
    Mount("/api/v1", Router(public_api, redirect_slashes=False)),
    Part("/desk", _desk),
    *page_routes,
    Mount("/static", StaticFiles(packages=[("service", "static")]), name="static"),
]
