"""The readers' pages. A longer path stands before the one that would take it."""

from starlette.routing import BaseRoute, Route

from service.pages import feed, fragment, helpful, netiquette, own, report, start, thread

page_routes: list[BaseRoute] = [
    Route("/", start.get_start_page),
    Route("/sites/{site}/thread", thread.get_thread_page),
    Route("/sites/{site}/thread", thread.post_thread_page, methods=["POST"]),
    Route("/sites/{site}/fragment", fragment.get_fragment),
    Route("/sites/{site}/feed.atom", feed.get_feed),
    Route("/sites/{site}/netiquette", netiquette.get_netiquette_page),
    Route("/sites/{site}/netiquette.json", netiquette.get_netiquette_json),
    Route("/comments/{id}/report", report.get_report_page),
    Route("/comments/{id}/report", report.post_report_page, methods=["POST"]),
    Route("/comments/{id}/helpful", helpful.post_helpful_page, methods=["POST"]),
    Route("/comments/{id}/{token}", own.get_own_page),
    Route("/comments/{id}/{token}/edit", own.post_edit, methods=["POST"]),
    Route("/comments/{id}/{token}/withdraw", own.post_withdraw, methods=["POST"]),
    Route("/comments/{id}/{token}/object", own.post_objection, methods=["POST"]),
]
