"""Addresses without a sign that means "at": the name of a mail provider gives them away, how they are drawn, or words
that say what to put there.
"""

import re
from collections.abc import Iterator

from moderation.personal_data.vocabulary import COMMON_ENDINGS, ENDINGS, PROVIDER_HOSTS, PROVIDERS

_NAMED = "|".join(sorted(map(re.escape, PROVIDERS), key=len, reverse=True))
_HOSTED = "|".join(sorted(map(re.escape, PROVIDERS | PROVIDER_HOSTS), key=len, reverse=True))
_ENDING = "|".join(sorted(COMMON_ENDINGS, key=len, reverse=True))
_ANY_ENDING = "|".join(sorted(COMMON_ENDINGS | ENDINGS, key=len, reverse=True))
_SIGNS = "#°§^=~*¤&$%€©®"
_SAID = r"(?:klammeraffe|affenschwanz|kringel|curly)"
_JOINED = r"[^\W_]{1,30}(?:[._-][^\W_]{1,30}){1,5}"

PERHAPS = (
    rf"[{_SIGNS}]\s?(?:{_HOSTED})\.|(?:{_NAMED})\s?(?:\.\s?[a-z]{{2,3}}\s?)?[:=]\s?[^\W_]"
    rf"|[^\W_][._-][^\W_]{{1,30}}(?:,|\s?\(|\s?/|\s-|\s)\s?(?:{_NAMED})\b|[^\W_]_@"
    rf"|[^\W_] ?[(\[][^()\[\]\n]{{0,40}}\b{_SAID}\b[^()\[\]\n]{{0,40}}[)\]] ?[^\W_]"
    r"|mail(?:-?adresse)?(?: ist| lautet)?:? [^.:!?\n]{3,60}\b(?:dann|then)\b"
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
    # anna.meyer (here an A in a circle) host.de
    re.compile(
        r"(?<![\w./-])[^\W\dA-Z_]{2,30}[._][^\W_]{1,30} ?"
        rf"[(\[][^()\[\]\n]{{0,40}}\b(?i:{_SAID})\b[^()\[\]\n]{{0,40}}[)\]] ?[a-z0-9-]{{2,40}}\.(?:{_ANY_ENDING})\b"
    ),
    # mail: anna meyer, in one word, then host dot de
    re.compile(
        r"mail(?:-?adresse)?(?: ist| lautet)?:? (?P<all>(?:[^\W\d_]{1,30}[ ,]{1,2}){1,8}(?:dann|then) [^\W_][\w-]{1,40}"
        rf" (?:punkt|dot) (?:{_ENDING})\b)",
        re.IGNORECASE,
    ),
)


def oddities(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of such addresses in decoded text. A name that ends like a host is a host: web.de, gmail."""
    for pattern in _ODD:
        for found in pattern.finditer(text):
            parts = found.groupdict()
            if not _is_no_mailbox(parts.get("after") or parts.get("before") or ""):
                yield found.span("all" if "all" in parts else 0)


def _is_no_mailbox(name: str) -> bool:
    """A host, a provider, or the names of a person: web.de, t-online, Hans-Peter."""
    lower = name.lower()
    person = "-" in name and all(each.istitle() for each in name.split("-"))
    return lower.rpartition(".")[2] in ENDINGS or lower in PROVIDER_HOSTS or person
