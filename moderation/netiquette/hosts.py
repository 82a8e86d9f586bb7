"""Links in a text, by host."""

import re
from collections.abc import Iterator

from moderation.netiquette.wordlist import tokens_of

_LINK = re.compile(
    r"\bhttps?://(?P<host>[\w.-]{1,253})[^\s<>\"')\]]*"
    r"|(?<![\w@./-])(?P<bare>(?:[\w-]{1,63}\.){1,5}[a-z]{2,24})(?![\w@.-])(?:/[^\s<>\"')\]]*)?",
    re.IGNORECASE,
)
_PERHAPS = re.compile(r"\.[^\W\d_]|://")  # in every link; most texts have dots only where sentences end
_ENDINGS = tokens_of("endung")


def hosts_in(text: str) -> Iterator[tuple[str, int, int]]:
    """Each link of a text, with scheme or as a bare host of a known ending: host in lower case, start, end."""
    if _PERHAPS.search(text) is None:
        return
    for found in _LINK.finditer(text):
        host = (found["host"] or found["bare"]).lower().strip(".").removeprefix("www.")
        if found["host"] or host.rpartition(".")[2] in _ENDINGS:
            yield host, found.start(), found.end()


def is_under(host: str, domains: frozenset[str]) -> bool:
    """Whether a host is one of the domains or stands under one."""
    labels = host.split(".")
    return any(".".join(labels[at:]) in domains for at in range(len(labels) - 1))
