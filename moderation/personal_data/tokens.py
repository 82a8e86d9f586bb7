"""Decoded text as tokens, each with one letter for its kind, so that forms can be looked for in both directions."""

import re
from dataclasses import dataclass

from moderation.lookalikes import plain_letters
from moderation.personal_data.spelling import HIDDEN
from moderation.personal_data.vocabulary import AT, AT_LOOSELY, AT_SIGN, DOT, JOINT

# The kinds: O a word for the sign @, A "at", B "bei" and the like, D a word for the dot, J one for a hyphen and the
# like, s a single letter or digit, w any other word; a space stands for blanks or one line break, ¶ for more,
# ■ for an address hidden before, ? for signs without meaning here; all other signs stand for themselves.
WORD = "wsOABDJ"

_TOKEN = re.compile(
    rf"{HIDDEN}|(?P<phrase>\b(?:ä?at|ätt?|et|commercial at)[ -]?(?:zeichen|symbol|sign)\b)"
    r"|(?P<word>[^\W_](?:[^\W_]|[\u0300-\u036f])*)|(?P<space>\s+)|.",
    re.IGNORECASE | re.DOTALL,
)
_KINDS = (
    dict.fromkeys(DOT, "D") | dict.fromkeys(JOINT, "J") | dict.fromkeys(AT_LOOSELY, "B") | dict.fromkeys(AT, "A")
    | dict.fromkeys(AT_SIGN, "O")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tokens:
    """`shape` has one character a token, `mirror` the same from the end; `words` are folded to lower case."""

    text: str
    shape: str
    mirror: str
    words: list[str]
    starts: list[int]
    ends: list[int]

    def between(self, first: int, last: int) -> str:
        """The decoded text of the tokens from `first` up to `last`, without `last`."""
        return self.text[self.starts[first] : self.ends[last - 1]] if first < last else ""


def tokens_of(text: str) -> Tokens:
    """Split decoded text. Linear in time."""
    kinds: list[str] = []
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for found in _TOKEN.finditer(text):
        kind, word = _kind(found)
        kinds.append(kind)
        words.append(word)
        starts.append(found.start())
        ends.append(found.end())
    shape = "".join(kinds)
    return Tokens(text, shape, shape[::-1], words, starts, ends)


def _kind(found: re.Match[str]) -> tuple[str, str]:
    raw = found[0]
    if found.lastgroup == "word":
        word = raw.lower()
        if not raw.isascii() and word not in _KINDS:
            word = plain_letters(word)
        return _KINDS.get(word) or ("s" if len(word) == 1 else "w"), word
    if found.lastgroup == "space":
        return ("¶" if raw.count("\n") > 1 else " "), " "
    if found.lastgroup == "phrase":
        return "O", raw
    if raw == HIDDEN:
        return "■", raw
    return (raw if raw.isascii() and raw.isprintable() else "?"), raw
