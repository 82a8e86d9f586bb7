"""The readers' pages."""

from starlette.routing import BaseRoute

page_routes: list[BaseRoute] = []
