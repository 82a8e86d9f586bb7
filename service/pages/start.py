"""The front door: what this service is."""

from starlette.requests import Request
from starlette.responses import Response

from service.errors import tone_of
from service.templating import page


async def get_start_page(request: Request) -> Response:
    """`GET /`: what runs here, and the way to the desk. It does not tell which sites are served."""
    return page(request, "pages/start.html", tone_of(request))
