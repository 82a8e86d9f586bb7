"""A text as a reader takes it: letters drawn apart or out as one word, words run together as several.

Digits are read as letters, dialect as High German.
"""

import re
from itertools import pairwise

from moderation.dialect import is_dialect, standard
from moderation.fold.evasions import TRIPLE
from moderation.fold.line import STOPS, Line, as_line
from moderation.fold.run_together import run_together

_SPREAD = 3
_VOWEL = re.compile("[aeiouy]")
# Behind one of these an "a" is a word, and does not begin the one that is drawn apart: need a g u n.
_TAKES_ARTICLE = frozenset({
    "need", "needs", "want", "wants", "got", "get", "have", "has", "had", "buy", "sell", "selling", "bring", "is",
    "was", "such", "like", "of", "with", "for", "as", "what", "be", "call", "called", "me", "you", "him", "her", "them",
})  # fmt: skip
_PARTICLES = frozenset({"auf", "ab", "um", "an", "er", "tot", "ver", "zer", "be", "zu", "nieder", "zusammen", "kaputt"})


def meant_by(
    plain: str, words: list[str], starts: list[int], ends: list[int], mixed: dict[int, tuple[int, str]], *, odd: bool
) -> Line | None:
    """The line with mixed words as read, letters drawn apart or out as one word, and dialect as standard German.

    Words that were run together stand in it as several, each with the place of the whole.
    """
    alone = [end - start == 1 and word.isalpha() for word, start, end in zip(words, starts, ends, strict=True)]
    apart = alone.count(True) > 1 and any(a and b for a, b in pairwise(alone))
    dialect = is_dialect(words)
    drawn_out = odd and TRIPLE.search(" ".join(words)) is not None
    together = run_together(words)
    if not mixed and not dialect and not drawn_out and not apart and not together:
        return None
    read: list[str] = []
    firsts: list[int] = []
    lasts: list[int] = []
    done, lone, spread = -1, False, ""
    for word, start, end in zip(words, starts, ends, strict=True):
        if start < done:
            continue
        if pieces := together.get(word):
            read += pieces
            firsts += [start] * len(pieces)
            lasts += [end] * len(pieces)
            lone = False
            continue
        if start in mixed:
            end, word = mixed[start]
            done = end
        single = end - start == 1 and word.isalpha()  # an umlaut is folded into two letters
        if single and lone and _goes_on(read, between := plain[lasts[-1] : start], spread):
            spread = spread or between
            read[-1] += word
            lasts[-1] = end
            if len(read) > 1 and firsts[-1] - lasts[-2] <= _SPREAD and _begins(read[-2], read[-1]):
                read[-2:] = [read[-2] + read[-1]]
                del firsts[-1], lasts[-2]
        else:
            read.append(word)
            firsts.append(start)
            lasts.append(end)
            spread = ""
        lone = single
    if drawn_out:
        read = [TRIPLE.sub(r"\1", each) for each in read]
    return as_line([standard(each) for each in read] if dialect else read, firsts, lasts)


def _goes_on(read: list[str], between: str, spread: str) -> bool:
    """Whether a single letter belongs to the ones before it: d-i-e h-a-u are two words, and so are d i e  h a u."""
    if len(between) > len(spread or " " * _SPREAD) or (between.isspace() and spread and not spread.isspace()):
        return False
    return bool(spread) or read[-1] != "a" or len(read) < 2 or read[-2] not in _TAKES_ARTICLE


def _begins(piece: str, drawn_apart: str) -> bool:
    """Whether a piece belongs to the letters drawn apart behind it: st e r b e n, auf h ä n g e n."""
    if len(drawn_apart) < 4 or not piece.isalpha():
        return False
    return piece in _PARTICLES if len(piece) > 3 or _VOWEL.search(piece) else piece not in STOPS
