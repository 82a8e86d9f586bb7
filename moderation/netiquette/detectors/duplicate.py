"""What the thread or the sender already has, the same or nearly so."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.rules import Detector, Rule
from moderation.verdict import Severity

_SHINGLE = 3
_WORD = re.compile(r"\w+")
_BITS = 2047
_LONGEST_KEPT = 1500
_LEAST_WORDS = 8  # below this, two thanks look like copies of each other


def detector(rule: Rule) -> Detector:
    """Refuses an exact copy, holds a near one.

    Exact: the same letters and digits, whatever their case, spacing and punctuation. A copy with fewer than
    `exact_min_letters` is held, not refused: two readers may both write „Danke!“. Near: the share of common runs
    of three words (Jaccard) reaches `near_similarity`, or one text contains the other at that share.
    """
    least = rule.whole("exact_min_letters", 16)
    similarity = rule.number("near_similarity", 0.9)
    near_action: Severity = "note" if rule.params.get("near_action") == "note" else "hold"

    def detect(comment: Comment) -> Iterator[Hit]:
        previous = comment.reading.standing.previous
        if not previous:
            return
        letters = _letters(comment.text)
        if not letters:
            return
        own, others = _print_of(comment.text), [(_print_of(each), each) for each in previous]
        if any(other.letters == own.letters and _letters(each) == letters for other, each in others):
            yield Hit() if len(letters) >= least else Hit(severity=near_action, text="near")
            return
        shingles = _shingles(comment.text)
        if shingles and any(_alike(shingles, each, similarity) for other, each in others if _may_be_alike(own, other)):
            yield Hit(severity=near_action, text="near")

    return detect


class _Print(NamedTuple):
    """What is kept of a text to tell most others from it: its letters hashed, its words as bits of a number, and these
    counted.
    """

    letters: int
    words: int
    kinds: int


def _print_of(text: str) -> _Print:
    # The same texts of a thread are asked for with each new comment; long ones are few, and would fill the memory.
    return _kept_print(text) if len(text) <= _LONGEST_KEPT else _kept_print.__wrapped__(text)


@lru_cache(maxsize=2_000)
def _kept_print(text: str) -> _Print:
    words = 0
    for word in _WORD.findall(text.casefold()):
        words |= 1 << (crc32(word.encode(errors="surrogatepass")) & _BITS)
    return _Print(hash(_letters(text)), words, words.bit_count())


def _letters(text: str) -> str:
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return "".join(filter(str.isalnum, folded.casefold()))


def _shingles(text: str) -> frozenset[str]:
    words = ["".join(filter(str.isalnum, each)) for each in text.casefold().split()]
    words = [each for each in words if each]
    if len(words) < _LEAST_WORDS:
        return frozenset()
    return frozenset(" ".join(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1))


def _may_be_alike(own: _Print, other: _Print) -> bool:
    """Whether about a third of the words of the shorter text are in both; mostly they are not."""
    return (own.words & other.words).bit_count() * 4 >= min(own.kinds, other.kinds)


def _alike(shingles: frozenset[str], other: str, similarity: float) -> bool:
    if len(other) * 4 < len(shingles):
        return False
    others = _shingles(other)
    if not others:
        return False
    common = len(shingles & others)
    whole = len(shingles | others)
    smaller = min(len(shingles), len(others))
    # One changed word spoils three runs, so a short text needs room for one change.
    return (
        common >= similarity * whole
        or (common >= similarity * smaller and smaller * 3 >= whole)
        or (whole - common <= 2 * _SHINGLE and common >= 2 * _SHINGLE and common * 2 > whole)
    )
