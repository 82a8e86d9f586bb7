"""Long passages in quotation marks."""

from collections.abc import Iterator

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.quoting import long_quotations
from moderation.netiquette.rules import Detector, Rule


def detector(rule: Rule) -> Detector:
    most = rule.whole("quote_max_chars", 400)

    def detect(comment: Comment) -> Iterator[Hit]:
        if len(comment.text) > most:
            for start, end in long_quotations(comment.text, most):
                yield Hit(start, end)

    return detect
