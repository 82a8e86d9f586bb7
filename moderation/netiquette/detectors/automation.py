"""Signs that no person filled in the form."""

from collections.abc import Iterator

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.rules import Detector, Rule


def detector(rule: Rule) -> Detector:
    """The trap was filled, the form was sent too fast, or it came without its token or without an origin."""
    trap, least = rule.flag("honeypot"), rule.number("min_seconds", 3)

    def detect(comment: Comment) -> Iterator[Hit]:
        form = comment.reading.standing.form
        too_fast = form.seconds is not None and form.seconds < least
        if (trap and form.trapped) or too_fast or not form.token or not form.origin:
            yield Hit()

    return detect
