"""Text folded for matching: what a reader takes for the same word becomes the same word, with offsets back.

Folding costs time in proportion to the text, whatever it holds.
"""

from dataclasses import dataclass

from moderation.fold.covered import Covered, covered_in, may_cover
from moderation.fold.evasions import MIXING, Readings, is_odd, read_joined, read_mixed, read_spaced, read_unrepeated
from moderation.fold.line import Line, as_line
from moderation.fold.meant import meant_by
from moderation.fold.words import words_in
from moderation.lookalikes import plain_letters


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as matchers see it.

    `line`: the words as written; `meant`: the words as a reader takes them where some are drawn apart or written with
    digits, or in dialect; None where there are none such. `forms`: the offsets of each word as written; `evaded`: of
    readings of what was written to be overlooked; `unrepeated`: of Deeeepp with every double letter single; `joined`:
    of neighbours read as one word.
    """

    text: str
    line: Line
    meant: Line | None
    forms: Readings
    evaded: Readings
    unrepeated: Readings
    joined: Readings
    covered: tuple[Covered, ...]


def fold(text: str) -> Folded:
    """`text` folded: case, umlauts, look-alikes, marks, digits for letters, spaced, covered and repeated letters."""
    plain = plain_letters(text)
    signs = set(plain)
    words, starts, ends = words_in(plain, signs)
    forms: Readings = {}
    for word, start, end in zip(words, starts, ends, strict=True):
        forms.setdefault(word, []).append((start, end))
    evaded: Readings = {}
    read_spaced(plain, evaded)
    mixed = read_mixed(plain, evaded) if not MIXING.isdisjoint(signs) else {}
    covered = covered_in(plain, evaded, mixed) if may_cover(plain, signs) else ()
    joined = read_joined(plain, words, starts, ends, evaded)
    odd = is_odd(plain, signs)
    unrepeated = read_unrepeated(plain, forms, evaded) if odd else {}
    return Folded(
        text,
        as_line(words, starts, ends),
        meant_by(plain, words, starts, ends, mixed, odd=odd),
        forms,
        evaded,
        unrepeated,
        joined,
        covered,
    )
