"""What the classifier looks at in a comment, the same code in training and in judging.

A comment becomes named numbers (links, money, the host of the website …) and four blocks of hashed words: those of the
text, pairs of neighbours, those of the author's name, those of hosts. A word stands for itself and for its parts of
three to five letters, so that unknown compounds and misspellings still say something. The more different words a block
has, the less each counts: long comments must not score higher only because they are long.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

from moderation.classifier.chunks import Counts, name_words, read_chunk
from moderation.classifier.lexicon import fingerprint as word_lists
from moderation.classifier.links import Link, link_of
from moderation.classifier.named import NAMED, count_classes, count_signs, count_trade
from moderation.classifier.normalise import LEAST_SPACED, join_spaced, without_emphasis
from moderation.classifier.tokens import Piece, merge_tokens
from moderation.reading import Reading

MOST_CHUNKS = 3000
READING = 7  # raise it whenever the same text would be read into other words or numbers
MOST_QUOTED = 0.7
DILUTION = 0.4  # a word among n different ones counts n ** -DILUTION

_CHUNK = re.compile(r"\S+")
_GERMAN = frozenset(
    "der die das und ist ich nicht ein eine den zu mit auf fuer es im sie wir von dem auch sich des wie hat war bei "
    "noch nach aus aber wenn nur oder als einen sind ihr haben wird so kann mir mich uns jetzt ohne danke".split()
)
_ENGLISH = frozenset(
    "the and to of is it you that for this with are on have be not but my was your from they we can just if so at by "
    "what all an me like as has do more our will thanks get no".split()
)
# What others said or wrote, within one line. Apostrophes are too common to be taken for quotation marks.
_QUOTED = re.compile(
    r"„[^“”„\n]{2,300}[“”]|“[^“”\n]{2,300}”|\"[^\"\n]{2,300}\"|»[^»«\n]{2,300}«|«[^»«\n]{2,300}»|„[^\"„\n]{2,300}\""
)
_MARKS = '„“"»«'


@dataclass(frozen=True, slots=True)
class Traits:
    """What was read from a comment. `named` follows `NAMED`; `name` and `hosts` are words."""

    pieces: tuple[Piece, ...]
    name: tuple[str, ...]
    hosts: tuple[str, ...]
    named: tuple[float, ...]

    def blocks(self) -> Iterator[tuple[str, list[str]]]:
        """The five blocks of hashed words, each word once."""
        words = [each.word for each in self.pieces if not each.quoted]
        yield "t", list(dict.fromkeys(words))
        if len(words) < len(self.pieces):
            yield "q", list(dict.fromkeys(each.word for each in self.pieces if each.quoted))
        yield "2", list(dict.fromkeys(map(" ".join, zip(["^", *words], [*words, "$"], strict=True)))) if words else []
        yield "n", list(dict.fromkeys(self.name))
        yield "h", list(dict.fromkeys(self.hosts))


def share(block: list[str]) -> float:
    """What one word of a block counts."""
    return len(block) ** -DILUTION if block else 0.0


def fingerprint() -> str:
    """Changes with all that makes the numbers: weights fit only the features that they were trained with."""
    return sha256(repr((READING, NAMED, DILUTION, word_lists())).encode()).hexdigest()[:16]


def is_german(seen: Traits, even: bool = False) -> bool:
    """Whether more German than English function words are in the text; `even` is the answer where neither is more."""
    words = [each.word for each in seen.pieces]
    german, english = (sum(map(known.__contains__, words)) for known in (_GERMAN, _ENGLISH))
    return even if german == english else german > english


def traits(reading: Reading) -> Traits:
    """Everything that the classifier looks at. Takes any text; time in proportion to its length."""
    pieces: list[Piece] = []
    links: list[Link] = []
    sentences = [0]
    counted = [Counts(0, 0, 0, 0, 0)]
    quotes = _quotes_in(reading.text)
    for found in islice(_CHUNK.finditer(without_emphasis(reading.text)), MOST_CHUNKS):
        link, words, classes, counts, ends = read_chunk(found[0])
        if link:
            links.append(link)
        counted.append(counts)
        start, end = found.span()
        while quotes and quotes[-1][1] <= start:
            quotes.pop()
        quoted = bool(quotes) and quotes[-1][0] < end
        for word in words:
            pieces.append(Piece(word, start, end, quoted))  # noqa: PERF401 — a generator is slower for three words
        if not quoted:
            sentences[-1] |= classes
        if ends:
            sentences.append(0)
    pieces, spelled = _respaced(pieces)
    pieces = merge_tokens(pieces, reading.text)
    website = link_of(reading.url) if reading.url else None
    name = name_words(reading.name)
    hosts = [word for each in ([website] if website else []) + links for word in each.words]
    disguised, *others = map(sum, zip(*counted, strict=True))
    counts = Counts(disguised + spelled, *others)
    named = (
        *count_signs(reading, pieces, links, website, name, counts),
        *count_classes(pieces, sentences),
        sum([each.quoted for each in pieces]) / len(pieces) if pieces else 0.0,
        *count_trade(reading.text, name, hosts),
    )
    return Traits(tuple(pieces), name, tuple(hosts), named)


def _respaced(pieces: list[Piece]) -> tuple[list[Piece], int]:
    words = [each.word for each in pieces]
    if sum([len(word) == 1 for word in words]) < LEAST_SPACED:
        return pieces, 0
    runs = join_spaced(words)
    for first, behind, word in reversed(runs):
        pieces[first:behind] = [Piece(word, pieces[first].start, pieces[behind - 1].end, pieces[first].quoted)]
    return pieces, len(runs)


def _quotes_in(text: str) -> list[tuple[int, int]]:
    """Where something is quoted, the last first. Nowhere, if most of the text is: then the marks adorn or disguise."""
    if not any(map(text.__contains__, _MARKS)):
        return []
    spans = [found.span() for found in _QUOTED.finditer(text)]
    return spans[::-1] if sum(end - start for start, end in spans) < MOST_QUOTED * len(text) else []
