"""What the thread or the sender already has, the same or nearly so."""

import re
import unicodedata
from collections.abc import Iterator

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.rules import Detector, Rule
from moderation.verdict import Severity

_SHINGLE = 3
_WORD = re.compile(r"\w+")
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
        if any(_letters(each) == letters for each in previous):
            yield Hit() if len(letters) >= least else Hit(severity=near_action, text="near")
            return
        shingles, words = _shingles(comment.text), _words(comment.text)
        if shingles and any(_alike(shingles, each, similarity) for each in previous if _may_be_alike(words, each)):
            yield Hit(severity=near_action, text="near")

    return detect


def _letters(text: str) -> str:
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return "".join(filter(str.isalnum, folded.casefold()))


def _shingles(text: str) -> frozenset[str]:
    words = ["".join(filter(str.isalnum, each)) for each in text.casefold().split()]
    words = [each for each in words if each]
    if len(words) < _LEAST_WORDS:
        return frozenset()
    return frozenset(" ".join(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1))


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _may_be_alike(words: set[str], other: str) -> bool:
    """Whether a third of the words of the shorter text are in both: told ten times as fast, and mostly not so."""
    others = _words(other)
    return len(words & others) * 3 >= min(len(words), len(others))


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
