"""Too short or too long."""

import unicodedata
from collections.abc import Iterator

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.rules import Detector, Rule


def detector(rule: Rule) -> Detector:
    """Counts characters of the text as sent, without the space around it. A text without any is the rule
    `empty`'s matter, and an emoji says as much as a word.
    """
    least, most = rule.whole("min", 3), rule.whole("max", 5000)

    def detect(comment: Comment) -> Iterator[Hit]:
        text = comment.text.strip()
        length = len(text)
        if length > most:
            yield Hit(len(comment.text) - len(comment.text.lstrip()) + most, len(comment.text.rstrip()), case="long")
        elif 0 < length < least and not any(unicodedata.category(each) == "So" for each in text):
            yield Hit(case="short")

    return detect
