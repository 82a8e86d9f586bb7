"""Where things are, as paths that a reader's browser can follow."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

from starlette.requests import Request

from models.site import Site
from service.state import service_of
from service.texts import LANGUAGES, TONES

# What a page says once, about what has just been done.
_TOLD_ONCE = frozenset(
    ["sent", "changed", "withdrawn", "objected", "anonymised", "helped", "confirmed", "ended", "erased", "left", "done"]
)


def root_of(request: Request) -> str:
    """What stands before every path: empty, or `/kommentare` where the service lives in a folder of a host."""
    return urlsplit(service_of(request).settings.base_url).path


def thread_path(request: Request, site: Site, page: str, **query: str | None) -> str:
    """The page of a thread; what is None or empty in `query` is left out."""
    return f"{root_of(request)}/sites/{site.key}/thread?{_query(request, {'page': page, **query})}"


def own_path(request: Request, comment_id: str, token: str, doing: str = "", **query: str) -> str:
    """An author's page for their comment, or what a form on it is sent to."""
    path = f"{root_of(request)}/comments/{quote(comment_id, safe='')}/{quote(token, safe='')}"
    told = _query(request, query)
    return path + (f"/{doing}" if doing else "") + (f"?{told}" if told else "")


def report_path(request: Request, comment_id: str, **query: str) -> str:
    """The form that reports a comment."""
    told = _query(request, query)
    return f"{root_of(request)}/comments/{quote(comment_id, safe='')}/report" + (f"?{told}" if told else "")


def helpful_path(request: Request, comment_id: str, **query: str) -> str:
    """Where a reader says that a comment was helpful."""
    told = _query(request, query)
    return f"{root_of(request)}/comments/{quote(comment_id, safe='')}/helpful" + (f"?{told}" if told else "")


def netiquette_path(request: Request, site: Site) -> str:
    told = _query(request, {})
    return f"{root_of(request)}/sites/{site.key}/netiquette" + (f"?{told}" if told else "")


def contact_path(request: Request, site: Site, key: str, **query: str) -> str:
    """The page with the form that reaches a contact."""
    return with_language(request, f"{root_of(request)}/sites/{site.key}/contact/{key}", **query)


def message_path(request: Request, message_id: str, token: str, doing: str = "", **query: str) -> str:
    """Where its writer sees what became of a private message."""
    return with_language(request, f"{root_of(request)}/messages/{quote(message_id, safe='')}/{token}{doing}", **query)


def my_data_path(request: Request, site: Site, **query: str) -> str:
    """Where somebody asks for the link to their data."""
    return with_language(request, f"{root_of(request)}/sites/{site.key}/my-data", **query)


def transparency_path(request: Request, site: Site, year: int) -> str:
    """Where a year's report stands; with `.json` behind it, the same as data."""
    return f"{root_of(request)}/sites/{site.key}/transparency/{year}"


def tongues(request: Request, site: Site) -> list[tuple[str, str, str]]:
    """The ways of speaking in which this page can be read: tag, name, and where; none for the answer to a form."""
    if request.method != "GET":
        return []
    german = site.language if site.plain_language == "de" else "de"
    names = {german: "Deutsch", "de-leicht": "Leichte Sprache", "en": "English"}
    query = [(name, value) for name, value in request.query_params.multi_items() if name not in {"lang", *_TOLD_ONCE}]
    here = root_of(request) + quote(request.url.path)
    return [(tag, name, f"{here}?{urlencode([*query, ('lang', tag)])}") for tag, name in names.items()]


def article_url(site: Site, page: str) -> str:
    """The page of the site that the comments belong to."""
    return site.origins[0] + page


def with_language(request: Request, path: str, **query: str) -> str:
    """The path, with the query and the language that the reader has chosen by hand."""
    told = _query(request, query)
    return path + (f"?{told}" if told else "")


def _query(request: Request, values: Mapping[str, str | None]) -> str:
    """The values, with the language that the reader has chosen by hand."""
    lang = request.query_params.get("lang", "")
    told = {**values, "lang": lang if lang in (*LANGUAGES, *TONES) else None}
    return urlencode({name: value for name, value in told.items() if value})
