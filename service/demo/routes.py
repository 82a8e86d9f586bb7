"""The demo's article page, as any site would serve one: a template, a style sheet, pictures."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from service.state import service_of

SITE = "demo"
PAGE = "/demo/"
CONTACT = "samira-okafor"
_HERE = Path(__file__).parent
_TYPES = {".css": "text/css", ".svg": "image/svg+xml"}
_templates = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined)


async def get_article(request: Request) -> Response:
    """`GET /demo/`: the article with the widget."""
    values = {"service_url": service_of(request).settings.base_url, "site": SITE, "page": PAGE, "contact": CONTACT}
    return HTMLResponse(_templates.get_template("article.html").render(values), headers={"Cache-Control": "no-cache"})


async def get_file(request: Request) -> Response:
    """`GET /demo/static/{name}`: the page's own style sheet and pictures, nothing else from this folder."""
    path = _HERE / request.path_params["name"]
    if path.suffix not in _TYPES or path.parent != _HERE or not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, media_type=_TYPES[path.suffix])


demo_routes: list[BaseRoute] = [Route("/demo/", get_article), Route("/demo/static/{name}", get_file)]
