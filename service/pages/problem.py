"""An error as a page for people."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from service.templating import page


def problem_page(request: Request, body: dict[str, Any], language: str, headers: dict[str, str]) -> Response:
    """The page that says what is wrong and what to do."""
    # The site is known once its key was read; before that the page must do without.
    site = getattr(request.state, "site", None)
    return page(
        request,
        "pages/problem.html",
        language,
        body["status"],
        headers,
        title=body["title"],
        code=body["status"],
        detail=body["detail"],
        faults=body.get("errors", []),
        posted=request.method == "POST",
        back=site.origins[0] if site is not None else None,
        name=site.name if site is not None else None,
    )
