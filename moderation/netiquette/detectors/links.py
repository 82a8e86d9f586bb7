"""Too many links."""

from collections.abc import Iterator

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.rules import Detector, Rule


def detector(rule: Rule) -> Detector:
    """Marks every link from the first that is one too many."""
    most = rule.whole("max", 4)

    def detect(comment: Comment) -> Iterator[Hit]:
        for count, (_, start, end) in enumerate(comment.hosts, 1):
            if count > most:
                yield Hit(start, end)

    return detect
