"""Too short or too long."""

from collections.abc import Iterator

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.rules import Detector, Rule


def detector(rule: Rule) -> Detector:
    """Counts characters of the text as sent, without the space around it; an empty text is another rule's matter."""
    least, most = rule.whole("min", 3), rule.whole("max", 5000)

    def detect(comment: Comment) -> Iterator[Hit]:
        length = len(comment.text.strip())
        if length > most:
            yield Hit(len(comment.text) - len(comment.text.lstrip()) + most, len(comment.text.rstrip()), text="long")
        elif 0 < length < least:
            yield Hit(text="short")

    return detect
