"""The readers' pages. A longer path stands before the one that would take it."""

from starlette.routing import BaseRoute, Route

from service.pages import feed, fragment, helpful, my_data, netiquette, own, report, start, subscriptions, thread

page_routes: list[BaseRoute] = [
    Route("/", start.get_start_page),
    Route("/sites/{site}/thread", thread.get_thread_page),
    Route("/sites/{site}/thread", thread.post_thread_page, methods=["POST"]),
    Route("/sites/{site}/fragment", fragment.get_fragment),
    Route("/sites/{site}/feed.atom", feed.get_feed),
    Route("/sites/{site}/netiquette", netiquette.get_netiquette_page),
    Route("/sites/{site}/netiquette.json", netiquette.get_netiquette_json),
    Route("/sites/{site}/my-data", my_data.get_ask),
    Route("/sites/{site}/my-data", my_data.post_ask, methods=["POST"]),
    Route("/my-data/{secret}", my_data.get_my_data),
    Route("/my-data/{secret}", my_data.post_enter, methods=["POST"]),
    Route("/my-data/{secret}/export.json", my_data.get_export),
    Route("/my-data/{secret}/erase", my_data.post_erase, methods=["POST"]),
    Route("/my-data/{secret}/request", my_data.post_request, methods=["POST"]),
    Route("/my-data/{secret}/leave", my_data.post_leave, methods=["POST"]),
    Route("/confirm/{token}", subscriptions.get_confirm),
    Route("/confirm/{token}", subscriptions.post_confirm, methods=["POST"]),
    Route("/subscriptions/{id}/{token}", subscriptions.get_subscriptions),
    Route("/subscriptions/{id}/{token}", subscriptions.post_subscriptions, methods=["POST"]),
    Route("/subscriptions/{id}/{token}/end", subscriptions.get_one_click),
    Route("/subscriptions/{id}/{token}/end", subscriptions.post_one_click, methods=["POST"]),
    Route("/comments/{id}/report", report.get_report_page),
    Route("/comments/{id}/report", report.post_report_page, methods=["POST"]),
    Route("/comments/{id}/helpful", helpful.post_helpful_page, methods=["POST"]),
    Route("/comments/{id}/{token}", own.get_own_page),
    Route("/comments/{id}/{token}/data.json", own.get_data),
    Route("/comments/{id}/{token}/anonymise", own.post_anonymise, methods=["POST"]),
    Route("/comments/{id}/{token}/edit", own.post_edit, methods=["POST"]),
    Route("/comments/{id}/{token}/withdraw", own.post_withdraw, methods=["POST"]),
    Route("/comments/{id}/{token}/object", own.post_objection, methods=["POST"]),
]
