"""How words become places in a table of weights."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import mmh3

from moderation.remembered import LONGEST_KEPT


@dataclass(frozen=True, slots=True)
class Hashing:
    """How words become places in the table of weights: MurmurHash3, 32 bits, of the UTF-8 bytes, cut to `bits`."""

    bits: int = 19
    seed: int = 20
    shortest: int = 3
    longest: int = 5

    def places(self, block: str, word: str) -> tuple[int, list[int]]:
        """The place of the word itself, and those of its parts; a pair of words has no parts."""
        [whole] = self.wholes(block, (word,))
        if block == "2":
            return whole, []
        mask, seed, hashed = (1 << self.bits) - 1, self.seed, mmh3.mmh3_32_uintdigest
        padded = f"^{word}$"
        cuts = _cuts(self.shortest, self.longest, len(padded))
        if padded.isascii():  # as most are; then letters are bytes, which need not be encoded one by one
            before, letters = block.encode(), padded.encode()
            return whole, [hashed(before + letters[cut], seed) & mask for cut in cuts]
        return whole, [hashed((block + padded[cut]).encode(), seed) & mask for cut in cuts]

    def wholes(self, block: str, words: Iterable[str]) -> list[int]:
        """The places of the words themselves."""
        # Half a surrogate pair raises here; mmh3 takes texts, too, and would crash over one.
        mask, seed, hashed = (1 << self.bits) - 1, self.seed, mmh3.mmh3_32_uintdigest
        return [hashed(f"{block}={word}".encode(), seed) & mask for word in words]


def _cuts(shortest: int, longest: int, length: int) -> tuple[slice, ...]:
    """Where the parts of a word of that length stand. Those of a long one take megabytes, so they are not kept."""
    make = _kept_cuts if length <= LONGEST_KEPT else _kept_cuts.__wrapped__
    return make(shortest, longest, length)


@lru_cache(maxsize=200)
def _kept_cuts(shortest: int, longest: int, length: int) -> tuple[slice, ...]:
    return tuple(
        slice(start, start + size)
        for size in range(shortest, min(longest, length) + 1)
        for start in range(length - size + 1)
    )
