"""Contempt for groups of people, in German and English."""

from collections.abc import Iterator

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.insults import insults
from moderation.netiquette.rules import Detector, Rule
from moderation.netiquette.wordlist import Lexicon, Phrases, patterns_of, words_of


def detector(rule: Rule) -> Detector:
    words = Lexicon(words_of("abwertung-de") | words_of("abwertung-en"))
    phrases = Phrases((*patterns_of("abwertung-saetze-de"), *patterns_of("abwertung-saetze-en")))

    def detect(comment: Comment) -> Iterator[Hit]:
        return insults(comment, words, phrases)

    return detect
