"""What words and pairs of words weigh for every rule at once.

A dozen numbers stand side by side in one integer, 64 bits each, so that one addition adds for all rules: to sum up a
passage takes as long for all of them as for one.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from operator import itemgetter
from struct import Struct

from moderation.netiquette.likeness.passages import HASHING

_BITS = 64
_UNIT = 1 << 32  # of a weight, so that rounding is lost in the last digits of a float
_BELOW = 1 << 62  # is added before a number is taken out again, which may be negative
_MOST_KEPT = 8_000  # words come again in other texts, pairs of them seldom

Lanes = int  # a number for each rule


class Weights:
    """The table of a trained comparison. Remembers what words weigh; safe to share between threads.

    `table` holds for each place a step for each rule, one signed byte; `largest` is what a step of 127 stands for.
    """

    def __init__(self, largest: Sequence[float], table: bytes) -> None:
        rules = len(largest)
        self._columns = [table[rule::rules] for rule in range(rules)]
        self._weighed = [[most * _STEPS[step] for step in range(256)] for most in largest]
        self._lanes = [
            [round(weight * _UNIT) << (_BITS * rule) for weight in weighed]
            for rule, weighed in enumerate(self._weighed)
        ]
        self._below = sum(_BELOW << (_BITS * rule) for rule in range(rules))
        self._apart = Struct(f"<{rules}Q")
        self._kept: dict[str, Lanes] = {}

    def of_words(self, words: Iterable[str]) -> Lanes:
        """The sum of what the words weigh."""
        kept = self._kept
        # Asked once: another thread may have emptied it by the second time.
        return sum([found if (found := kept.get(word)) is not None else self._word(word) for word in words])

    def of_pairs(self, pairs: Collection[str]) -> dict[str, Lanes]:
        """What each of these pairs of neighbours weighs."""
        if not pairs:
            return {}
        places = [HASHING.places("2", each)[0] for each in pairs]
        chosen = itemgetter(*places, places[0])  # of one alone it would give no tuple
        by_rule = [
            map(lanes.__getitem__, chosen(column)) for lanes, column in zip(self._lanes, self._columns, strict=True)
        ]
        return dict(zip(pairs, map(sum, zip(*by_rule, strict=True)), strict=False))

    def apart(self, lanes: Lanes) -> list[float]:
        """The numbers of a sum, one for each rule."""
        held = self._apart.unpack((lanes + self._below).to_bytes(self._apart.size, "little"))
        return [(each - _BELOW) / _UNIT for each in held]

    def _word(self, word: str) -> Lanes:
        whole, parts = HASHING.places("t", word)
        share = len(parts) ** -0.5 if parts else 0.0
        chosen = itemgetter(*parts) if len(parts) > 1 else None  # which gives a tuple only of several
        lanes = 0
        for rule, (column, weighed) in enumerate(zip(self._columns, self._weighed, strict=True)):
            others = chosen(column) if chosen else [column[each] for each in parts]
            weight = weighed[column[whole]] + share * sum(map(weighed.__getitem__, others))
            lanes += round(weight * _UNIT) << (_BITS * rule)
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[word] = lanes
        return lanes


# What a byte stands for, as a share of the largest weight; from 128 on it is negative.
_STEPS = [math.copysign((step / 127) ** 2, step) for step in (*range(128), *range(-128, 0))]
