"""Too many comments at once, or one that says the same over and over."""

import operator
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from moderation.fold import Line, Span
from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.rules import Detector, Rule

_LEAST_LETTERS = 3
_LONGEST_UNIT = 12
_RUN = 20
_SAME = re.compile(rf"(\S)\1{{{_RUN - 1},}}")


def detector(rule: Rule) -> Detector:
    """Refuses what comes too often; what repeats itself within one text is only held, since that is content."""
    most, repeats = rule.whole("per_10_min", 5), rule.whole("repeats", 4)

    def detect(comment: Comment) -> Iterator[Hit]:
        if comment.reading.standing.recent >= most > 0:
            yield Hit()
        span = _repeated(comment, repeats)
        if span:
            yield Hit(*span, severity="hold", case="repeated")

    return detect


def _repeated(comment: Comment, repeats: int) -> Span | None:
    """The stretch in which the same sentence, line or word stands again and again."""
    folded = comment.folded
    # A search for any run tries every place; to look for each character's own is many times faster.
    runs = [each * _RUN for each in set(comment.text)] if len(comment.text) >= _RUN else ()
    run = any(map(comment.text.__contains__, runs)) and _SAME.search(comment.text)
    if run and not run.group(1).isascii():
        return run.span()
    words = folded.line.words
    # Only where enough pairs of neighbours come again can one of them come that often.
    again = len(words) - 1 - len(set(pairwise(words))) >= repeats - 2
    if again and max(Counter(pairwise(words)).values(), default=0) >= repeats - 1:
        span = _unit(folded.line, repeats)
        if span:
            return span
    if len(words) - len(folded.forms) < 2 * repeats - 1:  # then no word stands that often
        return None
    word, spans = max(
        folded.forms.items(), key=lambda form: len(form[1]) * (len(form[0]) >= _LEAST_LETTERS), default=("", [])
    )
    if len(word) >= _LEAST_LETTERS and len(spans) >= 2 * repeats and len(spans) * 2 > len(words):
        return spans[0][0], spans[-1][1]
    return None


def _unit(line: Line, repeats: int) -> Span | None:
    """The stretch in which a unit of up to twelve words follows on itself."""
    words = line.words
    for size in range(1, _LONGEST_UNIT + 1):
        same = bytes(map(operator.eq, words, words[size:]))
        at = same.find(b"\1" * _enough(size, repeats))
        if at >= 0 and any(each[0].isalpha() for each in words[at : at + size]):
            end = same.find(b"\0", at)
            return line.starts[at], line.ends[(end if end >= 0 else len(same)) + size - 1]
    return None


def _enough(size: int, repeats: int) -> int:
    """How many words in a row must equal those before: the unit stands `repeats` times, a single word once more.

    The last time may lack its closing stop.
    """
    return size * (repeats - 1) - 1 if size > 1 else repeats
