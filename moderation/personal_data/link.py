"""A writer's website: one safe web address or none."""

import re
import unicodedata
from urllib.parse import quote, urlsplit, urlunsplit

from moderation.personal_data.email import addresses

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST_WITH_PORT = re.compile(r"[^\s/?#:@]+\.[^\s/?#:@]+:\d{1,5}(?:[/?#]|$)")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
_LONGEST = 2000
# What RFC 3986 allows besides letters and digits, without the quotation mark ' that would end an attribute.
_PLAIN = "-._~:/?#[]@!$&()*+,;=%"


def mask_url(url: str) -> str | None:
    """A web address (http or https) that can stand in a link, or None.

    Without user name and password; None for other schemes, for what is no address, and for one that holds an e-mail
    address in any encoding. `example.org` becomes `https://example.org`.
    """
    url = url.strip()
    if not url or len(url) > _LONGEST or "\\" in url or any(not _printable(character) for character in url):
        return None
    if not _SCHEME.match(url) or _HOST_WITH_PORT.match(url):
        if url.startswith("/") or "@" in url.split("/", 1)[0]:
            return None
        url = "https://" + url
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        return None
    host = _host(parts.hostname or "")
    if parts.scheme not in ("http", "https") or host is None:
        return None
    rest = (quote(each, safe=_PLAIN) for each in (parts.path, parts.query, parts.fragment))
    safe = urlunsplit((parts.scheme, host + port, *rest))
    return None if addresses(safe) else safe


def _printable(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs")


def _host(host: str) -> str | None:
    """A host name in ASCII with at least one dot, or None. Numbers and literals are no names."""
    host = unicodedata.normalize("NFKC", host).removesuffix(".")
    labels = host.split(".")
    try:
        ascii_labels = [label if label.isascii() else label.encode("idna").decode("ascii") for label in labels]
    except UnicodeError:
        return None
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in ascii_labels):
        return None
    return ".".join(ascii_labels) if not ascii_labels[-1].isdigit() else None
