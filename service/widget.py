"""The widget's files, as they were built: one that every page loads, and those it fetches when somebody needs them."""

from functools import cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from service.api.cache import Answer, cached_response

BUILT = Path(__file__).parent.parent / "widget" / "dist"


async def get_widget(request: Request) -> Response:
    """`GET /widget/wortmeldung.js`: one module. It fetches `wortmeldung-more.js` and other languages on demand."""
    answer = bundles().get(request.path_params["name"])
    if answer is None:
        raise HTTPException(404)
    response = cached_response(request, answer, "text/javascript")
    response.headers["Cache-Control"] = "public, max-age=3600, stale-while-revalidate=86400"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@cache
def bundles() -> dict[str, Answer]:
    """The files by name, compressed once."""
    return {path.name: Answer(path.read_bytes()) for path in sorted(BUILT.glob("wortmeldung*.js"))}
