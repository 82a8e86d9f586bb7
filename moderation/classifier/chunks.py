"""One stretch of text without white space: its words, its link, and what its characters are. Stretches come again."""

from typing import NamedTuple

from moderation.classifier.lexicon import BITS, classes_of
from moderation.classifier.links import Link, links_in
from moderation.classifier.normalise import words_of
from moderation.remembered import remembered

MOST_NAME_WORDS = 12
_FORMAL = frozenset(("Sie", "Ihnen", "Ihr", "Ihre", "Ihren", "Ihrem", "Ihres"))
_ENDS = frozenset(".!?:;…")
_QUOTES = "\"'„“”‚‘’»«().,;:!?"


class Counts(NamedTuple):
    """How much of the text is disguised, starred out, or of these characters."""

    disguised: int
    starred: int
    letters: int
    capitals: int
    digits: int


class Chunk(NamedTuple):
    """What one stretch of text without white space holds: its first link, its words and their classes.

    `ends`: a sentence may end behind it.
    """

    link: Link | None
    words: tuple[str, ...]
    classes: int
    counts: Counts
    ends: bool


@remembered(8_000)
def read_chunk(chunk: str) -> Chunk:
    """All that a stretch of text holds."""
    links, ends = links_in(chunk), chunk[-1] in _ENDS
    if not links:
        seen = words_of(chunk)
        classes = _classes_of_all(seen.words) | (BITS["you"] if chunk.strip(_QUOTES) in _FORMAL else 0)
        return Chunk(None, seen.words, classes, Counts(seen.disguised, seen.starred, *_counted(chunk)), ends)
    before, link, behind = links
    sides = [words_of(before), words_of(behind)]
    words = (*sides[0].words, "⟨link⟩", *sides[1].words)
    disguised = any(each.disguised for each in sides)
    return Chunk(link, words, _classes_of_all(words), Counts(disguised, False, *_counted(chunk)), ends)


@remembered(4_000)
def name_words(name: str) -> tuple[str, ...]:
    """The first words of an author's name."""
    words = [word for chunk in name[:200].split() for word in read_chunk(chunk).words]
    return tuple(words[:MOST_NAME_WORDS])


def _classes_of_all(words: tuple[str, ...]) -> int:
    bits = 0
    for word in words:
        bits |= classes_of(word)
    return bits


def _counted(chunk: str) -> tuple[int, int, int]:
    return sum(map(str.isalpha, chunk)), sum(map(str.isupper, chunk)), sum(map(str.isdigit, chunk))
