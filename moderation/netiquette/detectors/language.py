"""Another language than the page's."""

from collections.abc import Iterator

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.rules import Detector, Rule, nearest
from moderation.netiquette.wordlist import tokens_of

_COMMON = {
    "de": tokens_of("haeufig-de"),
    "en": tokens_of("haeufig-en"),
}
_LEAST_SHARE = 0.12


def detector(rule: Rule) -> Detector:
    """Counts the commonest words: a text of at least `min_chars` with few of the page's language is in another."""
    least = rule.whole("min_chars", 80)

    def detect(comment: Comment) -> Iterator[Hit]:
        if len(comment.text) < least:
            return
        expected = nearest(comment.reading.standing.language)[:2]
        words = comment.folded.line.words
        share = sum(word in _COMMON[expected] for word in words) / max(1, len(words))
        others = (sum(word in common for word in words) for each, common in _COMMON.items() if each != expected)
        if (share < _LEAST_SHARE and max(others) / max(1, len(words)) > share) or (share == 0 and len(words) > 0):
            yield Hit()

    return detect
