"""Another language than the page's."""

from collections.abc import Iterator

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.rules import Detector, Rule, nearest

_COMMON = {
    "de": frozenset(
        "der die das und ist nicht ich wir sie es ein eine einen einer den dem des zu mit auf fuer von im in bei auch wie "
        "aber wenn dass sich noch nur so hat haben sind war werden wird man schon oder als aus nach wer was mir uns "
        "bitte danke sehr kein keine mehr wo da doch ja nein hier zum zur vom am an".split()
    ),
    "en": frozenset(
        "the and is not i we they it a an of to with on for from in at also how but if that this are was were be been "
        "have has had will would can could you he she his her my our your their there here what who where please thanks "
        "very no more do does did so or as by about just".split()
    ),
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
        if share < _LEAST_SHARE and max(others) / max(1, len(words)) > share or share == 0 and len(words) > 0:
            yield Hit()

    return detect
