"""Which pages may read an answer: the site's own, and for what is public, all."""

from urllib.parse import urlsplit

from starlette.requests import Request

from models.site import Site, normalise_origin
from service.state import service_of

_PREFLIGHT_LASTS = "600"


def may_post(request: Request, site: Site, origin: str) -> bool:
    """Whether a page of this origin may post: one of the site's own, or the service's own pages."""
    return origin in site.origins or origin == own_origin(request)


def own_origin(request: Request) -> str:
    """The origin of the service's own pages."""
    parts = urlsplit(service_of(request).settings.base_url)
    return normalise_origin(f"{parts.scheme}://{parts.netloc}")


def cors_headers(request: Request, site: Site | None) -> dict[str, str]:
    """What lets a page read the answer: the site's own pages by their exact origin, never with credentials.

    An answer that is about no site holds nothing of anybody, so every page may read it.
    """
    headers = {"Vary": "Origin, Accept-Language", "Access-Control-Expose-Headers": "Retry-After"}
    if site is None:
        return headers | {"Access-Control-Allow-Origin": "*"}
    origin = request.headers.get("origin", "")
    if origin and may_post(request, site, origin):
        headers["Access-Control-Allow-Origin"] = origin
    return headers


def preflight_headers(headers: dict[str, str], methods: str) -> dict[str, str]:
    """The answer to a browser that asks before it sends; `headers` name who may."""
    return headers | {
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept-Language, If-None-Match",
        "Access-Control-Max-Age": _PREFLIGHT_LASTS,
    }
