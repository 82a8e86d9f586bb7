"""What words and pairs of words weigh for every rule at once.

A dozen numbers stand side by side in one integer, so that one addition adds for all rules: to sum up a passage takes
as long for all of them as for one. All is exact until it becomes a float: a weight is a square of whole numbers times
what the largest stands for.
"""

from collections.abc import Collection, Iterable, Sequence
from math import sqrt
from struct import Struct

from moderation.netiquette.likeness.passages import HASHING
from moderation.remembered import Remembered

_MIDDLE = 1 << 14  # is added to the squares in the table, which may be negative: at most 127 · 127
_UNIT = 1 << 36  # of what a word weighs; its parts count by a square root
# Is added before numbers of 64 bits are taken out again. The longest text that is judged holds less than the 60,000
# parts of 80 words which would have to weigh the most to come near it: 127 · 127 · √(80 · 60,000) · `_UNIT`.
_BELOW = 1 << 62
_MOST_KEPT = 12_000  # words come again in other texts, pairs of them seldom

Lanes = int  # a number for each rule, of 64 bits
Row = int  # a square for each rule, of 16 bits: four groups of rules, one of each by turns


class Weights:
    """The table of a trained comparison. Remembers what words weigh; safe to share between threads.

    `table` holds for each place a step for each rule, one signed byte; `largest` is what a step of 127 stands for.
    """

    def __init__(self, largest: Sequence[float], table: bytes) -> None:
        rules = len(largest)
        group = -(-rules // 4)
        self._width = 8 * group  # bytes of a row
        self._table = _rows(table, rules, group)
        self._every_other = sum(0xFFFF << (32 * lane) for lane in range(2 * group))
        self._every_fourth = sum(0xFFFFFFFF << (64 * lane) for lane in range(group))
        self._group = 64 * group
        self._apart = Struct(f"<{4 * group}Q")
        self._one_each = sum(1 << (64 * rule) for rule in range(4 * group))
        self._below = self._one_each * _BELOW
        self._scale = [most / (127 * 127) for most in largest]
        self._kept = Remembered(_MOST_KEPT, self._word)

    def of_words(self, words: Iterable[str]) -> Lanes:
        """The sum of what the words weigh."""
        return sum(self._kept.of(words))

    def of_pairs(self, pairs: Collection[str]) -> dict[str, Row]:
        """What each of these pairs of neighbours weighs."""
        return dict(zip(pairs, self._rows_at(HASHING.wholes("2", pairs)), strict=True))

    def in_all(self, words: Lanes, share: float, pairs: Sequence[Row], share_of_pairs: float) -> list[float]:
        """For each rule what a passage weighs, whose words count `share` and whose pairs count `share_of_pairs`."""
        of_words, of_pairs = self._numbers(words), self._numbers(self._sum(pairs))
        share /= _UNIT
        both = zip(self._scale, of_words, of_pairs, strict=False)
        return [scale * (share * (word - _BELOW) + share_of_pairs * (pair - _BELOW)) for scale, word, pair in both]

    def _word(self, word: str) -> Lanes:
        whole, parts = HASHING.places("t", word)
        first, *others = self._rows_at((whole, *parts))
        share = round(_UNIT / sqrt(len(parts))) if parts else 0
        return self._sum((first,)) * _UNIT + self._sum(others) * share

    def _rows_at(self, places: Iterable[int]) -> list[Row]:
        table, width, number = self._table, self._width, int.from_bytes
        return [number(table[at : at + width], "little") for at in [place * width for place in places]]

    def _sum(self, rows: Sequence[Row]) -> Lanes:
        every_other, every_fourth, group = self._every_other, self._every_fourth, self._group
        first = sum([row & every_other for row in rows])
        third = (sum(rows) - first) >> 16
        second, fourth = first >> 32 & every_fourth, third >> 32 & every_fourth
        first, third = first & every_fourth, third & every_fourth
        lanes = first | second << group | third << 2 * group | fourth << 3 * group
        return lanes - self._one_each * (len(rows) * _MIDDLE)

    def _numbers(self, lanes: Lanes) -> tuple[int, ...]:
        """The numbers of a sum, one for each rule, each `_BELOW` too large."""
        return self._apart.unpack((lanes + self._below).to_bytes(self._apart.size, "little"))


def _rows(table: bytes, rules: int, group: int) -> bytes:
    """For each place a `Row`, each square `_MIDDLE` too large."""
    width = 8 * group
    rows = bytearray(len(table) // rules * width)
    for rule in range(rules):
        column = table[rule::rules]
        at = rule % group * 8 + (0, 4, 2, 6)[rule // group]
        rows[at::width], rows[at + 1 :: width] = column.translate(_LOW), column.translate(_HIGH)
    return bytes(rows)


_SQUARES = [_MIDDLE + step * abs(step) for step in (*range(128), *range(-128, 0))]
_LOW, _HIGH = bytes(each & 255 for each in _SQUARES), bytes(each >> 8 for each in _SQUARES)
