"""The widget's one file, as it was built."""

from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from service.api.cache import Answer, make_answer
from service.api.threads import cached_response

BUNDLE = Path(__file__).parent.parent / "widget" / "dist" / "wortmeldung.js"


async def get_widget(request: Request) -> Response:
    """`GET /widget/wortmeldung.js`: one module, which asks for no further script."""
    response = cached_response(request, bundle(), "text/javascript")
    response.headers["Cache-Control"] = "public, max-age=3600, stale-while-revalidate=86400"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@cache
def bundle() -> Answer:
    """The file, compressed once."""
    return make_answer(BUNDLE.read_bytes())
