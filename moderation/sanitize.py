"""The wall between readers' text and other people's browsers: an allow-list of HTML."""

import re
import threading
from functools import cache
from typing import TYPE_CHECKING, Any

import nh3

if TYPE_CHECKING:
    from bleach.sanitizer import Cleaner

TAGS = frozenset(["a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "strong", "ul"])
REL = "nofollow ugc noopener"

_WEB_ADDRESS = re.compile(r"https?://[^\s/?#\\\"<>`][^\s\\\"<>`]*", re.IGNORECASE)
_NOTHING_TO_CLEAN = re.compile(r"[^<>&\r\xa0]*")
_SCHEMES = frozenset(["http", "https"])
# Nobody reads what stands in these as text; bleach would leave the words behind.
_WORDLESS = {"script", "style", "template", "title", "noscript", "noembed", "iframe", "object", "svg", "math"}


def sanitize(html: str) -> str:
    """`html` with nothing left but a dozen tags and http(s) links with `rel="nofollow ugc noopener"`. Never raises.

    bleach is no longer maintained, so nh3 passes over its result with the same list. Idempotent.
    """
    storable = html.encode("utf-8", "ignore").decode().replace("\0", "")
    if _NOTHING_TO_CLEAN.fullmatch(storable):
        return storable
    return _AGAIN.clean(_bleach().clean(_WORDS_ONLY.clean(storable)))


class _Cleaners(threading.local):
    """bleach's cleaner holds the state of its parser, so each thread has its own."""

    def __init__(self) -> None:
        # Two MiB and a parser of all of HTML, which plain prose never asks for.
        from bleach.sanitizer import Cleaner  # noqa: PLC0415

        self.cleaner = Cleaner(tags=TAGS, attributes=_allowed, protocols=_SCHEMES, strip=True, strip_comments=True)


def _allowed(tag: str, name: str, value: str) -> bool:
    if (tag, name) == ("a", "href"):
        return bool(_WEB_ADDRESS.fullmatch(value))
    # Without its start, "3. Oktober" at the beginning of a line would become "1. Oktober".
    return (tag, name) == ("ol", "start") and value.isascii() and value.isdigit() and len(value) <= 9


def _checked(tag: str, name: str, value: str) -> str | None:
    return value if name == "rel" or _allowed(tag, name, value) else None


_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_RULES: dict[str, Any] = {"tags": set(TAGS), "attributes": _ATTRIBUTES, "url_schemes": set(_SCHEMES), "link_rel": REL}
_WORDS_ONLY = nh3.Cleaner(**_RULES, clean_content_tags=_WORDLESS)
_AGAIN = nh3.Cleaner(**_RULES, attribute_filter=_checked)


def _bleach() -> "Cleaner":
    return _cleaners().cleaner


@cache
def _cleaners() -> _Cleaners:
    return _Cleaners()
