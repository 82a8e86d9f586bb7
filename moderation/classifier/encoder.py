"""Rows to the lines of a sparse matrix, as the classifier adds them up."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_matrix

from moderation.classifier.features import Traits, share
from moderation.classifier.hashing import Hashing
from moderation.classifier.named import NAMED

# Named features are few and say much; scaled down, they pay more of the regularisation and leave room for words.
NAMED_SCALE = 0.5


@dataclass(slots=True)
class Encoder:
    """Rows to a sparse matrix: the table of hashed words, then the named features."""

    hashing: Hashing
    _places: dict[tuple[str, str], tuple[int, list[int]]] = field(default_factory=dict)

    def encode(self, seen: Iterable[Traits]) -> csr_matrix:
        """One line for each comment, `2 ** bits + len(NAMED)` columns."""
        values: list[float] = []
        columns: list[int] = []
        ends = [0]
        for each in seen:
            line = self.line(each)
            columns += line.keys()
            values += line.values()
            ends.append(len(columns))
        shape = (len(ends) - 1, (1 << self.hashing.bits) + len(NAMED))
        return csr_matrix((np.array(values), np.array(columns, dtype=np.int32), np.array(ends)), shape=shape)

    def line(self, seen: Traits) -> dict[int, float]:
        """Column to value, as `Classifier` adds them up."""
        line: dict[int, float] = {}
        for block, words in seen.blocks():
            part = share(words)
            for word in words:
                whole, parts = self._placed(block, word)
                line[whole] = line.get(whole, 0.0) + part
                for place in parts:
                    line[place] = line.get(place, 0.0) + part * len(parts) ** -0.5
        first = 1 << self.hashing.bits
        line.update((first + place, value * NAMED_SCALE) for place, value in enumerate(seen.named) if value)
        return line

    def _placed(self, block: str, word: str) -> tuple[int, list[int]]:
        key = (block, word)
        if key not in self._places:
            self._places[key] = self.hashing.places(block, word)
        return self._places[key]
