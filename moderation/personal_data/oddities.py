"""Addresses without a sign that means "at": only the name of a mail provider gives them away, or how they are drawn."""

import re
from collections.abc import Iterator

from moderation.personal_data.vocabulary import COMMON_ENDINGS, ENDINGS, PROVIDER_HOSTS, PROVIDERS

_NAMED = "|".join(sorted(map(re.escape, PROVIDERS), key=len, reverse=True))
_HOSTED = "|".join(sorted(map(re.escape, PROVIDERS | PROVIDER_HOSTS), key=len, reverse=True))
_ENDING = "|".join(sorted(COMMON_ENDINGS, key=len, reverse=True))
_SIGNS = "#°§^=~*¤&$%€©®"
_JOINED = r"[^\W_]{1,30}(?:[._-][^\W_]{1,30}){1,5}"

PERHAPS = (
    rf"[{_SIGNS}]\s?(?:{_HOSTED})\.|(?:{_NAMED})\s?(?:\.\s?[a-z]{{2,3}}\s?)?[:=]\s?[^\W_]"
    rf"|[^\W_][._-][^\W_]{{1,30}}(?:,|\s?\(|\s?/|\s-|\s)\s?(?:{_NAMED})\b|[^\W_]_@"
)
_ODD = (
    # anna#web.de and the like
    re.compile(rf"(?<![^\W_])[^\W_][\w.+-]{{1,63}}[{_SIGNS}]\s?(?:{_HOSTED})\.(?:{_ENDING})\b", re.IGNORECASE),
    # gmail and a colon, then a name with a dot
    re.compile(rf"(?<![^\W_.-])(?:{_NAMED})\s?[:=]\s?(?P<after>{_JOINED})(?![\w@/])", re.IGNORECASE),
    # a name with a dot, then gmail
    re.compile(
        rf"(?<![\w./-])(?P<before>{_JOINED})(?:,|\s?\(|\s?/|\s-|\s)\s?(?:{_NAMED})(?![\w.-]*\.[a-z])\b", re.IGNORECASE
    ),
    # letters joined by underscores
    re.compile(
        r"(?<![^\W_])(?:[^\W_]_){2,40}(?:@|at|\(at\))_(?:[^\W_]_){1,40}(?:\.|dot|punkt)_(?:[^\W_]_){1,9}[^\W_](?![^\W_])",
        re.IGNORECASE,
    ),
)


def oddities(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of such addresses in decoded text. A name that ends like a host is a host: web.de, gmail."""
    for pattern in _ODD:
        for found in pattern.finditer(text):
            name = found.groupdict().get("after") or found.groupdict().get("before") or ""
            if not _is_no_mailbox(name):
                yield found.span()


def _is_no_mailbox(name: str) -> bool:
    """A host, a provider, or the names of a person: web.de, t-online, Hans-Peter."""
    lower = name.lower()
    person = "-" in name and all(each.istitle() for each in name.split("-"))
    return lower.rpartition(".")[2] in ENDINGS or lower in PROVIDER_HOSTS or person
