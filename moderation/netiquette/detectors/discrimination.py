"""Contempt for groups of people, in German and English."""

from collections.abc import Iterator

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.insults import insults, is_spared, outermost
from moderation.netiquette.pairs import Pairs
from moderation.netiquette.phrases import Phrases, lists_of
from moderation.netiquette.rules import Detector, Rule
from moderation.netiquette.suspicion import Suspicion

_REACH = 70


def detector(rule: Rule) -> Detector:
    """Slurs and set phrases, and a group named in one sentence with what contempt says of groups.

    A sentence that speaks of prejudice, figures or help is counter-speech or report, and is left alone.
    """
    words, phrases = lists_of(rule.names("lists", ("abwertung-de", "abwertung-en")))
    pairs = Pairs(Phrases("gruppe-de"), Phrases("verachtung-de"), reach=_REACH, same_sentence=True)
    counter_speech = Phrases("gegenrede")

    suspicion = Suspicion("verdacht-gruppe", "verdacht-abwertung", rule.number("score_min", 1.0))

    def detect(comment: Comment) -> Iterator[Hit]:
        hits = list(insults(comment, words, phrases))
        for start, end in () if hits else outermost(set(pairs.find(comment.folded))):
            if not is_spared(comment, start, end) and not counter_speech.near(comment.folded, start, end):
                hits.append(Hit(start, end))
        yield from hits
        if not hits:
            yield from (Hit(*span) for span in suspicion.find(comment))

    return detect
