"""What moderators alone use: loaded with the first request for it (service/later.py)."""

from starlette.routing import BaseRoute

from service.api import imports, moderation, questions
from service.desk.routes import desk_routes

__all__ = ["desk_routes", "moderators_api"]

moderators_api: list[BaseRoute] = [*moderation.routes, *questions.routes, *imports.routes]
