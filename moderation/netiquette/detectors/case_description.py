"""A child or a family that can be recognised: a particular person, and enough of what makes one findable.

No mark by itself is a breach. Each kind counts once, in points: how clearly one child is meant, and how well it can be
found (name, age, place, school, parent's trade, what makes it the only one), and what is told of it.
"""

from collections.abc import Iterator

from moderation.netiquette.cases import heaviest, marks_of
from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.rules import Detector, Rule

_ENOUGH = 6


def detector(rule: Rule) -> Detector:
    """Holds a text from `points` points on, and marks each passage that counted."""
    enough = rule.whole("points", _ENOUGH)

    def detect(comment: Comment) -> Iterator[Hit]:
        points, marks = heaviest(marks_of(comment))
        if points >= enough:
            for start, end in _passages([(each.start, each.end) for each in marks]):
                yield Hit(start, end)

    return detect


def _passages(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Marks that touch or nearly touch, as one passage."""
    first, last = -1, -1
    for start, end in sorted(spans):
        if first >= 0 and start <= last + 3:
            last = max(last, end)
            continue
        if first >= 0:
            yield first, last
        first, last = start, end
    if first >= 0:
        yield first, last
