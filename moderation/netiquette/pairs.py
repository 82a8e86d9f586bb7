"""What only counts together: a word of one list near a word of another."""

from bisect import bisect_left
from collections.abc import Iterator

from moderation.fold import Folded, Span
from moderation.netiquette.phrases import Phrases

_REACH = 160


class Pairs:
    """Two lists of phrases of which each is harmless alone."""

    def __init__(self, first: Phrases, second: Phrases, *, reach: int = _REACH, same_sentence: bool = False) -> None:
        self._first = first
        self._second = second
        self._reach = reach
        self._same_sentence = same_sentence

    def find(self, folded: Folded) -> Iterator[Span]:
        """From the first of a pair to the second, for each phrase of the first list that has one within reach."""
        for first, second in self.find_both(folded):
            yield min(first[0], second[0]), max(first[1], second[1])

    def find_both(self, folded: Folded) -> Iterator[tuple[Span, Span]]:
        """Each phrase of the first list that has one of the second within reach, with that one."""
        firsts = list(self._first.find(folded))
        if not firsts:
            return
        seconds = sorted(self._second.find(folded))
        starts = [start for start, _ in seconds]
        for start, end in firsts:
            at = bisect_left(starts, start - self._reach)
            while at < len(seconds) and seconds[at][0] <= end + self._reach:
                near = seconds[at]
                apart = near[1] <= start or near[0] >= end
                whole = min(start, near[0]), max(end, near[1])
                if apart and not (self._same_sentence and folded.line.crosses(*whole)):
                    yield (start, end), near
                    break
                at += 1
