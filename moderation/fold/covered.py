"""Words with letters covered: A****, b*ll*cks, Id..t."""

import re
from dataclasses import dataclass
from itertools import chain, zip_longest

from moderation.fold.evasions import Readings, around
from moderation.fold.line import Span
from moderation.fold.words import ascii_letters

# What stars most often hide in a phrase; a hidden word that is an insult by itself is told by the lists.
_OFTEN_COVERED = """
kuh sau klappe fresse maul schnauze arsch schwein esel bloede bloeder bloeden bloedes dumm dumme dummer daemlich
daemliche fette alte hure juden tuerken auslaender neger schwule erschiessen erschossen umbringen umbringe
umgebracht abstechen abgestochen totschlagen aufhaengen abknallen abgeknallt vergasen verrecken verreck krepier
erschlagen koepfen kopf toeten toete sterben stirb anzuenden abfackeln haengen verpruegeln pruegeln gras koks hitler
heil fuehrer kredit casino viagra kill killed shoot shot die dead stab hang burn cow pig dick suck
"""
# Letters covered: A****, b*ll*cks, Id..t; or Markdown inside a word: Id**io**t
_COVERING = frozenset("*#•×%$@?…._~-`\\")
_COVERING_ALONE = _COVERING - frozenset(".-")
_COVER = re.compile(r"(?<=[^\W_])(?:[*#•×%$@?…`~\\]+|_+(?=[^\W_])|[._-]{2,})")
_MARKUP = re.compile(r"[*_~`\\]+")
_PIECES = re.compile(r"([^\W_]+)")
_MOST_COVERED = 60  # these cost many looks at a list each, and nobody hides more by hand


@dataclass(frozen=True, slots=True)
class Covered:
    """A word with letters covered: `shape` is a pattern over folded words, `letters` are left to see."""

    shape: re.Pattern[str]
    letters: int
    first: str
    span: Span


def may_cover(plain: str, signs: set[str]) -> bool:
    """Whether letters may be covered in a text of these signs."""
    return not _COVERING_ALONE.isdisjoint(signs) or ".." in plain or "--" in plain


def covered_in(plain: str, evaded: Readings, mixed: dict[int, tuple[int, str]]) -> tuple[Covered, ...]:
    """The words with letters covered; where one is likely a word of `_OFTEN_COVERED`, it is added to `mixed`."""
    found: dict[str, Covered] = {}
    for start, end in around(plain, _COVER, _COVERING):
        while end > start and plain[end - 1] in "?…._~-`%&@$":
            end -= 1
        while start < end and not plain[start].isalnum():
            start += 1
        end = _without_emphasis(plain, start, end)
        word = plain[start:end]
        if word in found or len(word) < 3:
            continue
        evaded.setdefault(ascii_letters(_MARKUP.sub("", word)), []).append((start, end))
        shape = _shape(word)
        if shape:
            found[word] = each = Covered(shape, sum(map(str.isalnum, word)), ascii_letters(word[0])[:1], (start, end))
            if each.letters > 1 and (meant := _often_covered(each)):
                mixed[start] = end, meant
        if len(found) == _MOST_COVERED:
            break
    return tuple(found.values())


def _often_covered(covered: Covered) -> str | None:
    likely = (each for each in _OFTEN_COVERED.split() if each[0] == covered.first and covered.shape.fullmatch(each))
    return next(likely, None)


def _without_emphasis(plain: str, start: int, end: int) -> int:
    """The end of a word without the stars that close a Markdown emphasis: one or two, opened before."""
    bare = end
    while bare > start and plain[bare - 1] in "*_~`":
        bare -= 1
    closing = plain[bare:end]
    return bare if 0 < len(closing) <= 3 and closing in plain[:start] else end


def _shape(word: str) -> re.Pattern[str] | None:
    """What a covered word may have been; None when too little of it is left to tell."""
    pieces = _PIECES.split(word)
    letters = sum(len(each) for each in pieces[1::2])
    if word.isalnum() or (letters < 2 and len(word) < 4):
        return None
    signs = [f"[a-z]{{1,{max(3, len(each))}}}" if each else "" for each in pieces[::2]]
    return re.compile("".join(chain.from_iterable(zip_longest(signs, map(ascii_letters, pieces[1::2]), fillvalue=""))))
