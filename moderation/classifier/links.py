"""Links in a stretch of text, and what their hosts say."""

import re
from dataclasses import dataclass

from moderation.classifier.normalise import unmask
from moderation.remembered import remembered

# Where associations, schools, authorities and private people of Europe and the English-speaking world have their sites.
USUAL = frozenset(
    "de at ch li com org net eu edu gov int uk ie fr nl be lu dk se no fi is pl cz sk it es pt hu si hr gr ro us ca au "
    "nz example bayern berlin hamburg koeln nrw ruhr saarland scot wales social blog".split()
)
# An address without scheme or "www." counts as a link under these endings only: "z.B.Schule" is none.
_BARE = (
    "de|at|ch|com|org|net|eu|info|biz|shop|store|online|top|xyz|site|club|vip|live|pro|app|dev|io|ai|me|tv|cc|to|ru|su|cn|"
    "in|uk|fr|nl|it|es|pl|us|co|gg|ly|link|click|buzz|icu|fun|win|bet|casino|loan|loans|space|website|tech|life|world|cash|example|"
    "eu|gov|edu|pk|ng|ke|vn|tr|ua|blog|news|agency|email|finance|money|digital|media|work|sbs|lol|cfd|rest|bid|date|men|stream|review"
)
_LINK = re.compile(
    r"(?:(?:https?|hxxps?)[:;]/{1,3}|www\.)[^\s<>\"'\])]{3,}"
    rf"|(?<![\w@.-])(?:[\w-]{{1,63}}\.){{1,4}}(?:{_BARE})(?![\w-])(?:[/?][^\s<>\"'\])]*)?",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"^(?:\w+[:;])?/*(?:www\d?\.)?", re.IGNORECASE)
_HOST_WORD = re.compile(r"[^\W\d_]{2,}")
_SECOND_LEVEL = frozenset(("co", "com", "org", "net", "ac", "gov", "edu"))


@dataclass(frozen=True, slots=True)
class Link:
    """A link's host without "www.", its words for hashing, and what is odd about it, each from 0 to 1."""

    host: str
    words: tuple[str, ...]
    size: int
    unusual: float
    hyphens: float
    digits: float
    long: float
    path: float


def links_in(chunk: str) -> tuple[str, Link, str] | None:
    """The first link in a stretch without white space, with what stands before and behind it, or None."""
    if "." not in chunk and "://" not in chunk:
        return None
    found = _LINK.search(chunk[:2000])
    if not found:
        return None
    link = link_of(found[0])
    return (chunk[: found.start()], link, chunk[found.end() :]) if link else None


@remembered(2_000)
def link_of(url: str) -> Link | None:
    """What an address says, or None when there is no host in it. Any string is taken."""
    rest = _SCHEME.sub("", url.strip()[:500])
    host, _, path = rest.partition("/")
    host, query, _ = host.partition("?")
    host = host.rpartition("@")[2].partition(":")[0].strip(".").lower()
    host = _readable(host)
    labels = [label for label in host.split(".") if label]
    if not labels or not any(character.isalpha() for character in host):
        return None
    ending = labels[-1] if len(labels) > 1 else ""
    own = labels[:-1] if ending else labels
    if len(own) > 1 and own[-1] in _SECOND_LEVEL:
        own = own[:-1]
    main = own[-1]
    words = [word for label in own for word in _HOST_WORD.findall(label)]
    # ".example" stands in for every ending in invented data, so it must not mean anything.
    words += [f".{ending}"] if ending and ending != "example" else []
    return Link(
        host=host,
        words=tuple(words[:12]),
        size=len(url),
        unusual=float(bool(ending) and ending not in USUAL),
        hyphens=min(main.count("-"), 3) / 3,
        digits=float(any(character.isdigit() for character in main)),
        long=min(max(len(main) - 14, 0), 14) / 14,
        path=float(bool(query) or len(path) > 1),
    )


def _readable(host: str) -> str:
    if "xn--" in host:
        try:
            host = host.encode("ascii").decode("idna")
        except UnicodeError:
            return host
    return host if host.isascii() else unmask(host)[0]
