"""The desk's routes, under /desk."""

from starlette.routing import BaseRoute

desk_routes: list[BaseRoute] = []
