"""`GET /api/v1/openapi.json`: what the API is, made from the shapes that it sends."""

from functools import cache

import orjson
from starlette.requests import Request
from starlette.responses import Response

from service.api.cache import Answer, cached_response
from service.state import service_of


async def get_openapi(request: Request) -> Response:
    """The OpenAPI 3.1 document."""
    return cached_response(request, _rendered(service_of(request).settings.base_url), "application/json")


@cache
def _rendered(base_url: str) -> Answer:
    # Only who asks for the document pays for loading every shape in it.
    from service.api.reference import document  # noqa: PLC0415

    return Answer(orjson.dumps(document(base_url)))
