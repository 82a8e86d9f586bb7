"""A stranger's page: another origin, a policy as strict as they come, and styles that mean no good."""

from collections.abc import Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

WIDGET = Path(__file__).parents[2] / "widget"

HOSTILE = """
* { box-sizing: content-box !important; letter-spacing: .3em; }
p, li, span, label, button { color: #ff00ff !important; font: 900 40px/0.5 "Comic Sans MS" !important; text-transform: uppercase !important; }
button, input, textarea { display: none !important; border: 9px solid red !important; }
section, article, form, ol { float: left !important; width: 40px !important; position: absolute !important; }
[hidden] { display: block !important; }
"""
PLAIN = "body { max-width: 44rem; margin: 0 auto; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; background: #fff; color: #222 }"
DARK = ":root { color-scheme: dark } body { max-width: 44rem; margin: 0 auto; padding: 1rem; background: #14191b; color: #e8ebe6 }"
RIGHT_TO_LEFT = ":root { direction: rtl } " + PLAIN


class Host:
    """Serves what a test puts into `pages`, by path; every page carries a style sheet of its own and a strict policy."""

    def __init__(self, origin: str, service: str) -> None:
        self.origin = origin
        self.service = service
        self.pages: dict[str, str] = {}
        self.styles = PLAIN
        self.policy = (
            f"default-src 'none'; script-src {service} {origin}; connect-src {service}; style-src 'self'; img-src 'self';"
            " base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
        )
        self.app = Starlette(
            routes=[
                Route("/style.css", self._style),
                Route("/favicon.ico", lambda _request: Response(status_code=204)),
                Route("/source/{name:path}", self._source),
                Route("/{path:path}", self._page),
            ]
        )

    def put(self, path: str = "/artikel", *, inside: str = "", script: str = "", **attributes: str) -> str:
        """A page with the thread in it; gives its address."""
        told: Mapping[str, str] = {"site": "musterstadt", **attributes}
        written = " ".join(f'{name.replace("_", "-")}="{value}"' for name, value in told.items())
        self.pages[path] = (
            '<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Der Artikel</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/style.css">'
            f"{script or self.script()}</head><body><main><h1>Der Artikel</h1>{inside}"
            f"<wortmeldung-thread {written}></wortmeldung-thread></main></body></html>"
        )
        return self.origin + path

    def script(self, query: str = "") -> str:
        return f'<script type="module" src="{self.service}/widget/wortmeldung.js{query}"></script>'

    async def _page(self, request: Request) -> Response:
        page = self.pages.get(request.url.path)
        headers = {"Content-Security-Policy": self.policy, "Referrer-Policy": "strict-origin-when-cross-origin"}
        return HTMLResponse(page, headers=headers) if page else PlainTextResponse("nothing here", 404)

    async def _style(self, _request: Request) -> Response:
        return Response(self.styles, media_type="text/css")

    async def _source(self, request: Request) -> Response:
        """The widget's own modules, for tests of a single one."""
        return FileResponse(WIDGET / request.path_params["name"], media_type="text/javascript")
