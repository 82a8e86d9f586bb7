"""Threats, open and veiled, and calls for violence, in German and English."""

from collections.abc import Iterator

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.insults import is_told, outermost
from moderation.netiquette.phrases import lists_of
from moderation.netiquette.rules import Detector, Rule
from moderation.netiquette.suspicion import Suspicion


def detector(rule: Rule) -> Detector:
    """A threat that somebody reports or quotes is no threat; one that is denied still is one."""
    _, phrases = lists_of(rule.names("lists", ("drohung-de", "drohung-en")))

    least = rule.number("score_min", 1.0)
    open_threats = Suspicion("verdacht-wen", "verdacht-gewalt", least)
    veiled_threats = Suspicion("verdacht-angeredet", "verdacht-andeutung", (1 + least) / 2)

    def detect(comment: Comment) -> Iterator[Hit]:
        spans = set(phrases.find(comment.folded)) or {*open_threats.find(comment), *veiled_threats.find(comment)}
        for start, end in outermost(spans):
            if not is_told(comment, start, end):
                yield Hit(start, end)

    return detect
