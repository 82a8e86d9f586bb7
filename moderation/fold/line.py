"""A text as one line of folded words."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate

Span = tuple[int, int]

STOPS = frozenset(".!?")


@dataclass(frozen=True, slots=True)
class Line:
    """A text as one line of folded words, each followed by a space; `.`, `!` and `?` stand as words of their own.

    `starts` and `ends` are each word's offsets in the text, `places` its offset in `data`.
    """

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    places: tuple[int, ...]
    data: bytes

    def span(self, start: int, end: int) -> Span:
        """The offsets in the text of a stretch of `data`."""
        first = bisect_right(self.places, start) - 1
        last = max(first, bisect_left(self.places, end) - 1)
        return self.starts[first], self.ends[last]

    def before(self, offset: int, count: int) -> tuple[str, ...]:
        """Up to `count` words of the same sentence ahead of an offset in the text."""
        end = bisect_left(self.starts, offset)
        found = self.words[max(0, end - count) : end]
        stop = max((at for at, word in enumerate(found) if word in STOPS), default=-1)
        return found[stop + 1 :]

    def after(self, offset: int, count: int) -> tuple[str, ...]:
        """Up to `count` words of the same sentence behind an offset in the text."""
        start = bisect_left(self.starts, offset)
        found = self.words[start : start + count]
        stop = next((at for at, word in enumerate(found) if word in STOPS), len(found))
        return found[:stop]

    def crosses(self, start: int, end: int) -> bool:
        """Whether a sentence ends between two offsets in the text."""
        first, last = bisect_left(self.starts, start), bisect_left(self.starts, end)
        return not STOPS.isdisjoint(self.words[first:last])


def as_line(words: list[str], starts: list[int], ends: list[int]) -> Line:
    """The line of these words, which stand from `starts` to `ends` in a text."""
    places = [0, *accumulate([len(word) + 1 for word in words])][: len(words)]
    data = " ".join([*words, ""]).encode("ascii", "replace")
    return Line(tuple(words), tuple(starts), tuple(ends), tuple(places), data)
