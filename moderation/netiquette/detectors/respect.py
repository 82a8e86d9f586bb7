"""Put-downs of people: insults in German and English, however they are disguised."""

from collections.abc import Iterator

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.insults import insults, is_name
from moderation.netiquette.phrases import lists_of
from moderation.netiquette.rules import Detector, Rule
from moderation.netiquette.suspicion import Suspicion


def detector(rule: Rule) -> Detector:
    words, phrases = lists_of(rule.names("lists", ("beleidigung-de", "beleidigung-en")))

    suspicion = Suspicion("verdacht-wer", "verdacht-herab", rule.number("score_min", 1.0))

    def detect(comment: Comment) -> Iterator[Hit]:
        hits = [hit for hit in insults(comment, words, phrases, of_people=True) if not is_name(comment, hit)]
        yield from hits
        if not hits:
            yield from (Hit(*span) for span in suspicion.find(comment))

    return detect
