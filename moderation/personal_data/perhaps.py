"""Whether a text may hold an address at all, told cheaply and widely: most comments hold none, and are done with here.

What is looked for can be told by a sign or a word that must stand in it. The patterns are only tried where one does,
but for two that have none.
"""

import re

from moderation.personal_data.oddities import PERHAPS
from moderation.personal_data.vocabulary import PROVIDER_HOSTS, PROVIDERS

_DOTS = "dot|doo?tt?|[pb]unkt?|pünktchen|puntk|pkt|point|punto|ponto|nokta|kropka|крапка|точка|нукта|نقطة"
# The sign itself, a backslash, and letters of other alphabets, in which nothing more is told apart here.
_LETTER = r"[^\x00-\x3f\x41-\x5b\x5d-\x7fäöüÄÖÜß„“”‚‘’–—…€§°éèáà«»\xa0]"
_BESIDE_SIGNS = (
    r"[(\[{<|*_/~\"'+:;.…>-]\s?(?:(?:[^\W_]+:?\s){0,2}(?:att?|bei|aet|ett?)|a|ä|add|affe|a t)\s?[)\]}>|*_/~\"'+:;.…=-]"
)
# A preposition counts only before something like a host. It is looked for where its first letter stands: the
# alternatives by themselves take ten times as long to fail.
_BEFORE_HOST = (
    r"\b(?=[abeäc])(?:att?|bei|beim|auf|aet|ett?|affe|äffchen|chez)[\s\"'<(*`]{1,4}(?:[^\W_]\s[^\W_][\s.]|gmail|gmx"
    r"|[^\W_][^\s.,]{0,60}"
    rf"(?:\s?\.\s?(?-i:[a-z0-9])|[\s\"'(\[{{*_-]{{1,3}}(?:{_DOTS}|minus|bindestrich|dash)\b|\s(?:de|com|net|org|ch|eu|info)\b))"
)
_TOLD = (
    r"&(?:amp;){0,5}(?:#|commat|l)|%(?:25){0,5}[2-7]|=40|klammer ?affe|\baffe[ns]"
    r"|(?:at|ät|et)[ -]?(?:zeichen|symbol|sign)"
    r"|\b(?:ätt?|äät|aet|arobas|arroba|chiocciola|malp)"
    r"|, at,"
    r"|(?-i:[a-z0-9](?:AT|At|ÄT|Ät)[a-zA-Z0-9ÄÖÜ])"
    rf"|{PERHAPS}"
)
# One of these stands in whatever `_TOLD` finds, in small letters or as written.
_TELLING = (
    "&", "%", "=40", "klammer", "tzeichen", "tsymbol", "tsign", "t zeichen", "t symbol", "t sign", "t-zeichen",
    "t-symbol", "t-sign", "arobas", "arroba", "chiocciola", "malp", "kringel", "curly", ", at,",
    *sorted(PROVIDERS | PROVIDER_HOSTS),
)  # fmt: skip
# Letters of many a word that tell only where they begin one.
_TELLING_FIRST = re.compile(r"ä(?<!\w.)ä?t|a(?<!\w.)(?:ffe[ns]|et)")
# The last four are letters that patterns take for i, s and k, though they do not become so in small letters.
_TELLING_AS_WRITTEN = ("AT", "At", "ÄT", "Ät", "ı", "İ", "ſ", "\u212a")

_LETTERS = re.compile(_LETTER, re.IGNORECASE)
_UNTOLD = (re.compile(_BEFORE_HOST, re.IGNORECASE), re.compile(_BESIDE_SIGNS, re.IGNORECASE))
_TOLD_BY_WORD = re.compile(_TOLD, re.IGNORECASE)


def may_hold_address(text: str) -> bool:
    """Whether `text` is worth to be read for addresses. Linear in time."""
    if _LETTERS.search(text):
        return True
    small = text.lower()
    told = (
        any(map(small.__contains__, _TELLING))
        or _TELLING_FIRST.search(small) is not None
        or any(map(text.__contains__, _TELLING_AS_WRITTEN))
    )
    return (told and _TOLD_BY_WORD.search(text) is not None) or any(each.search(text) for each in _UNTOLD)
