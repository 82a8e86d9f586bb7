"""Near-duplicates among lessons: a small sketch of each comment, and a list that finds the ones like it quickly."""

from collections.abc import Iterable
from itertools import pairwise

import mmh3

SKETCH = 24
SEED = 77
_OFTEN = 20
DUPLICATE = 0.6  # estimated Jaccard similarity of word pairs from which two comments are one

Sketch = tuple[int, ...]


def sketch_of(words: list[str]) -> Sketch:
    """The smallest hashes of the pairs of neighbouring words; of the words themselves where there is no pair."""
    pairs = {mmh3.hash(f"{one} {other}", SEED, signed=False) for one, other in pairwise(words)}
    return tuple(sorted(pairs or {mmh3.hash(" ".join(words), SEED, signed=False)})[:SKETCH])


def similarity(one: Sketch, other: Sketch) -> float:
    """The Jaccard similarity, estimated from the smallest hashes of both (Broder 1997)."""
    smallest = sorted({*one, *other})[:SKETCH]
    both = {*one} & {*other}
    return sum(each in both for each in smallest) / len(smallest) if smallest else 0.0


class Seen:
    """Sketches that were seen with a label. Compares only those that share a hash: most share none.

    To find by their hashes those that were known before costs as much as to look through them twenty times, so that is
    done once so often has been asked.
    """

    def __init__(self, known: Iterable[tuple[bool, Sketch]] = ()) -> None:
        self._known = list(known)
        self._asked = 0
        self._by_hash: dict[tuple[bool, int], list[Sketch]] = {}

    def add(self, label: bool, sketch: Sketch) -> None:
        """Remember one more."""
        for each in sketch:
            self._by_hash.setdefault((label, each), []).append(sketch)

    def has_like(self, label: bool, sketch: Sketch) -> bool:
        """Whether a near-duplicate with the same label was seen."""
        self._asked += 1
        if self._asked > _OFTEN:
            self._index_known()
        own = frozenset(sketch)
        alike = {other for each in sketch for other in self._by_hash.get((label, each), ())}
        alike |= {other for told, other in self._known if told == label and not own.isdisjoint(other)}
        return any(similarity(sketch, other) >= DUPLICATE for other in alike)

    def _index_known(self) -> None:
        known, self._known = self._known, []
        for label, sketch in known:
            self.add(label, sketch)
