"""Where a page's talk stands at the desk."""

from urllib.parse import urlencode

from models.site import Site


def talk_path(site: Site, page: str, part: str = "talk", **query: str) -> str:
    """The path of the page's talk, or of another `part` of it such as `digest`; the page is in the query."""
    told = {"page": page, **{name: value for name, value in query.items() if value}}
    return f"/desk/sites/{site.key}/{part}?{urlencode(told)}"
