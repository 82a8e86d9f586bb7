"""The moderators' API (contract, section 4)."""

from starlette.routing import BaseRoute

routes: list[BaseRoute] = []
