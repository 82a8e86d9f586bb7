"""An error as a page for people."""

from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response


def problem_page(request: Request, body: dict[str, Any], language: str, headers: dict[str, str]) -> Response:
    """The page that says what is wrong and what to do."""
    return PlainTextResponse(f"{body['title']}\n\n{body['detail']}\n", body["status"], headers)
