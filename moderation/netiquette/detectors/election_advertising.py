"""Calls to vote for a party or a person."""

from collections.abc import Iterator

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.insults import is_told, outermost
from moderation.netiquette.phrases import lists_of
from moderation.netiquette.rules import Detector, Rule


def detector(rule: Rule) -> Detector:
    _, phrases = lists_of(rule.names("lists", ("wahl-de", "wahl-en")))

    def detect(comment: Comment) -> Iterator[Hit]:
        for start, end in outermost(set(phrases.find(comment.folded))):
            if not is_told(comment, start, end):
                yield Hit(start, end)

    return detect
