"""Offsets in a text that was changed, traced back to the text before."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

# What stood from start to end is now `width` characters long.
Edit = tuple[int, int, int]


@dataclass(frozen=True)
class Trace:
    """The edits that made one text of another, step by step; those of a step are in order and apart."""

    steps: tuple[tuple[Edit, ...], ...] = ()

    def origin(self, offset: int) -> int:
        """The offset in the first text that an offset in the last one stands for; within a replacement, its start."""
        for step, places in reversed(self._places):
            at = bisect_right(places, offset) - 1
            if at >= 0:
                start, end, width = step[at]
                behind = offset - places[at] - width
                offset = start if behind < 0 else end + behind
        return offset

    def then(self, later: "Trace") -> "Trace":
        """This trace followed by a later one."""
        return Trace(self.steps + later.steps)

    @cached_property
    def _places(self) -> list[tuple[tuple[Edit, ...], list[int]]]:
        """Of each step its edits, with the offsets at which their replacements stand."""
        places = []
        for step in self.steps:
            lost = [0, *accumulate(end - start - width for start, end, width in step)]
            places.append((step, [edit[0] - before for edit, before in zip(step, lost, strict=False)]))
        return places
