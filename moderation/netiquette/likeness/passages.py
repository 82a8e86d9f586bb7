"""What is compared of a text: passages of a sentence or two, and the hashed words of each."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from moderation.classifier.hashing import Hashing
from moderation.fold import Folded, Line
from moderation.fold.line import STOPS

HASHING = Hashing(bits=16, seed=7, shortest=3, longest=5)
MOST_WORDS = 80  # a text of so few words is compared as a whole as well
_MOST_PASSAGES = 120
_DIGITS = re.compile(r"\d+")
_PAIRS = 0.8


def passages(folded: Folded) -> Iterator[tuple[int, int]]:
    """Each sentence with the next one, and a short text whole, as first and last index into `line_of`."""
    words = line_of(folded).words
    ends = [at + 1 for at, word in enumerate(words) if word in STOPS]
    if not ends or ends[-1] != len(words):
        ends.append(len(words))
    starts = [0, *ends[:-1]]
    if 0 < len(words) <= MOST_WORDS:
        yield 0, len(words)
    if len(ends) > 2 or len(words) > MOST_WORDS:
        for first, last in list(zip(starts, [*ends[1:], ends[-1]], strict=True))[:_MOST_PASSAGES]:
            yield first, min(last, first + MOST_WORDS)


def line_of(folded: Folded) -> Line:
    """The words as a reader takes them."""
    return folded.meant or folded.line


def blocks_of(words: Sequence[str]) -> Iterator[tuple[str, list[str], float]]:
    """The words of a passage, and its pairs of neighbours, each once; with what one of them counts."""
    plain = [word if word.isalpha() or word in STOPS else _DIGITS.sub("0", word) for word in words]
    single = list(dict.fromkeys(plain))
    pairs = list(dict.fromkeys([f"{one} {other}" for one, other in pairwise(("^", *plain, "$"))]))
    yield "t", single, len(single) ** -0.5 if single else 0.0
    yield "2", pairs, _PAIRS * len(pairs) ** -0.5
