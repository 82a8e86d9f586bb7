"""The desk's routes."""

from starlette.routing import BaseRoute, Route

from service.desk import account, comment, decide, learning, people, queue, second_factor, security, sign_in, statistics

desk_routes: list[BaseRoute] = [
    Route("/desk", queue.get_queue),
    Route("/desk/sign-in", sign_in.get_sign_in),
    Route("/desk/sign-in", sign_in.post_sign_in, methods=["POST"]),
    Route("/desk/sign-in-link", sign_in.post_request, methods=["POST"]),
    Route("/desk/sign-in-challenge", sign_in.post_challenge, methods=["POST"]),
    Route("/desk/sign-in-passkey", sign_in.post_passkey, methods=["POST"]),
    Route("/desk/sign-in/{secret}", sign_in.get_link),
    Route("/desk/sign-in/{secret}", sign_in.post_link, methods=["POST"]),
    Route("/desk/second-factor", second_factor.get_second_factor),
    Route("/desk/second-factor", second_factor.post_second_factor, methods=["POST"]),
    Route("/desk/sign-out", sign_in.post_sign_out, methods=["POST"]),
    Route("/desk/account", account.get_account),
    Route("/desk/account", account.post_profile, methods=["POST"]),
    Route("/desk/account/security", security.get_security),
    Route("/desk/account/password", security.post_password, methods=["POST"]),
    Route("/desk/account/app", security.post_app, methods=["POST"]),
    Route("/desk/account/app/remove", security.post_app_gone, methods=["POST"]),
    Route("/desk/account/codes", security.post_codes, methods=["POST"]),
    Route("/desk/account/passkeys", security.post_passkey, methods=["POST"]),
    Route("/desk/account/passkeys/options", security.post_passkey_options, methods=["POST"]),
    Route("/desk/account/passkeys/remove", security.post_passkey_gone, methods=["POST"]),
    Route("/desk/account/sessions", security.post_sessions, methods=["POST"]),
    Route("/desk/comments/{id}", comment.get_comment),
    Route("/desk/comments/{id}/decisions", decide.post_decision, methods=["POST"]),
    Route("/desk/decisions", decide.post_decisions, methods=["POST"]),
    Route("/desk/decisions/undo", decide.post_undo_all, methods=["POST"]),
    Route("/desk/threads/{id:int}", decide.post_thread, methods=["POST"]),
    Route("/desk/sites/{site}/people", people.get_people),
    Route("/desk/sites/{site}/people", people.post_invitation, methods=["POST"]),
    Route("/desk/sites/{site}/people/{id:int}", people.post_role, methods=["POST"]),
    Route("/desk/sites/{site}/people/{id:int}/remove", people.post_removal, methods=["POST"]),
    Route("/desk/statistics", statistics.get_statistics),
    Route("/desk/learning", learning.get_learning),
    Route("/desk/learning/{site}/roll-back", learning.post_roll_back, methods=["POST"]),
    Route("/desk/learning/{site}/restore", learning.post_restore, methods=["POST"]),
]
