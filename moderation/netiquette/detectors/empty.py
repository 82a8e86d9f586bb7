"""Nothing to read once the text is rendered."""

import re
import unicodedata
from collections.abc import Iterator

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.rules import Detector, Rule

# Letters, digits, punctuation and symbols are drawn (UAX 44); marks, separators and controls alone are not.
_DRAWN = ("L", "N", "P", "S")
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# Most comments are words from their first character on, and need not be taken apart to see it.
_BEGINS_WITH_WORDS = re.compile(r"<p>[^<&]{0,40}?[^\W_\u115f\u1160\u3164\uffa0]")


def detector(_rule: Rule) -> Detector:
    """An emoji is something to read; zero-width characters, an empty link and a lone comment mark are not."""

    def detect(comment: Comment) -> Iterator[Hit]:
        if _BEGINS_WITH_WORDS.match(comment.reading.html):
            return
        if not any(unicodedata.category(each).startswith(_DRAWN) and each not in _BLANK for each in comment.plain):
            yield Hit()

    return detect
