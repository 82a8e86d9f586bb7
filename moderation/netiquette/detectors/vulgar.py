"""Vulgar and sexualised language, in German and English."""

from collections.abc import Iterator

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.insults import insults
from moderation.netiquette.phrases import lists_of
from moderation.netiquette.rules import Detector, Rule


def detector(rule: Rule) -> Detector:
    words, phrases = lists_of(rule.names("lists", ("vulgaer-de", "vulgaer-en")))

    def detect(comment: Comment) -> Iterator[Hit]:
        return insults(comment, words, phrases)

    return detect
