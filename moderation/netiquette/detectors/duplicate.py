"""What the thread or the sender already has, the same or nearly so."""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.rules import Detector, Rule
from moderation.verdict import Severity

_SHINGLE = 3
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
        text, previous = comment.text, comment.reading.standing.previous
        if not previous:
            return
        own, others = _print_of(text), [(_print_of(each), each) for each in previous]
        twins = [_letters(each) for other, each in others if other.letters == own.letters]
        if twins and (letters := _letters(text)) in twins:
            if letters:
                yield Hit() if len(letters) >= least else Hit(severity=near_action, case="near")
            return
        likely = _likely(own, others, similarity)
        shingles = _shingles(text) if likely else frozenset()
        if any(_alike(shingles, each, similarity) for each in likely):
            yield Hit(severity=near_action, case="near")

    return detect


class _Print(NamedTuple):
    """What is kept of a text to tell most others from it: its letters hashed, its runs of words as bits of a number,
    and both counted.
    """

    letters: int
    bits: int
    size: int
    runs: int


def _print_of(text: str) -> _Print:
    # The same texts of a thread are asked for with each new comment; long ones are few, and would fill the memory.
    return _kept_print(text) if len(text) <= _LONGEST_KEPT else _kept_print.__wrapped__(text)


@lru_cache(maxsize=2_000)
def _kept_print(text: str) -> _Print:
    bits, shingles = 0, _shingles(text)
    for each in shingles:
        bits |= 1 << (crc32(each.encode(errors="surrogatepass")) & _BITS)
    return _Print(hash(_letters(text)), bits, bits.bit_count(), len(shingles))


def _letters(text: str) -> str:
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return "".join(filter(str.isalnum, folded.casefold()))


def _shingles(text: str) -> frozenset[str]:
    words = [each if each.isalnum() else "".join(filter(str.isalnum, each)) for each in text.casefold().split()]
    words = [each for each in words if each]
    if len(words) < _LEAST_WORDS:
        return frozenset()
    return frozenset(map(" ".join, zip(*(words[first:] for first in range(_SHINGLE)), strict=False)))


def _likely(own: _Print, others: Sequence[tuple[_Print, str]], similarity: float) -> list[str]:
    """The texts that may be alike: whatever makes two so, they have a share of the one's runs in common.

    As many at most as bits are the same, and those that share a bit with another run.
    """
    least = own.runs * min(similarity / 3, 0.5) - (own.runs - own.size)
    return [each for other, each in others if (own.bits & other.bits).bit_count() >= least] if own.runs else []


def _alike(shingles: frozenset[str], other: str, similarity: float) -> bool:
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
