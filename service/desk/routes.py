"""The desk's routes."""

from starlette.routing import BaseRoute, Route

from service.desk import account, comment, decide, learning, queue, sign_in, statistics

desk_routes: list[BaseRoute] = [
    Route("/desk", queue.get_queue),
    Route("/desk/sign-in", sign_in.get_sign_in),
    Route("/desk/sign-in", sign_in.post_sign_in, methods=["POST"]),
    Route("/desk/sign-in-link", sign_in.post_request, methods=["POST"]),
    Route("/desk/sign-in/{secret}", sign_in.get_link),
    Route("/desk/sign-in/{secret}", sign_in.post_link, methods=["POST"]),
    Route("/desk/sign-out", sign_in.post_sign_out, methods=["POST"]),
    Route("/desk/account", account.get_account),
    Route("/desk/account", account.post_profile, methods=["POST"]),
    Route("/desk/account/password", account.post_password, methods=["POST"]),
    Route("/desk/comments/{id}", comment.get_comment),
    Route("/desk/comments/{id}/decisions", decide.post_decision, methods=["POST"]),
    Route("/desk/decisions", decide.post_decisions, methods=["POST"]),
    Route("/desk/decisions/undo", decide.post_undo_all, methods=["POST"]),
    Route("/desk/threads/{id:int}", decide.post_thread, methods=["POST"]),
    Route("/desk/statistics", statistics.get_statistics),
    Route("/desk/learning", learning.get_learning),
    Route("/desk/learning/{site}/roll-back", learning.post_roll_back, methods=["POST"]),
    Route("/desk/learning/{site}/restore", learning.post_restore, methods=["POST"]),
]
