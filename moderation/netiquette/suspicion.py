"""Weak signs that count only where the classifier, too, takes the text for a breach.

Words such as „Kopf“, „nachts“ or „zurück“ are harmless almost everywhere, and the classifier alone is wrong too often.
Where both agree within one sentence, a person should look. Without a classifier nothing is suspected.
"""

from collections.abc import Iterator
from typing import Literal

from moderation.fold import Span
from moderation.netiquette.comment import Comment
from moderation.netiquette.insults import is_idiom, is_spared, is_surname, outermost
from moderation.netiquette.pairs import Pairs
from moderation.netiquette.phrases import Phrases

_REACH = 140
_COUNTER_SPEECH = Phrases("gegenrede")
_THINGS = Phrases("sache-de")


class Suspicion:
    """A sign of one list near a sign of another, in a text to which the classifier gives at least `least`.

    `head`: whether its probability of spam or of a breach counts; a breach stands within one sentence.
    """

    def __init__(self, whom: str, what: str, least: float, head: Literal["spam", "violation"] = "violation") -> None:
        within = head == "violation"
        self._pairs = {
            each: Pairs(Phrases(f"{whom}-{each}"), Phrases(f"{what}-{each}"), reach=_REACH, same_sentence=within)
            for each in ("de", "en")
        }
        self._least = least
        self._head = head

    def find(self, comment: Comment) -> Iterator[Span]:
        """The passages from one sign to the other that are meant: not quoted, reported, denied or spoken against."""
        probability = getattr(comment.score, self._head)
        if probability is None or probability < self._least:
            return
        meant = {
            (min(whom[0], what[0]), max(whom[1], what[1]))
            for whom, what in self._pairs[comment.language].find_both(comment.folded)
            if not comment.quotation(*whom)
            and not _is_thing(comment, *whom)
            and not is_spared(comment, *what)
            and not is_surname(comment, *what)
            and not is_idiom(comment, *what)
        }
        for start, end in outermost(meant):
            if not _within_idiom(comment, start, end) and not _COUNTER_SPEECH.near(
                comment.folded, start, end, reach=60
            ):
                yield start, end


def _is_thing(comment: Comment, start: int, end: int) -> bool:
    """Whether a passage points at a matter, or is the article of one: dieser Fahrplan, auf dem Foto."""
    return any(start <= first <= end + 1 for first, _ in comment.once(_things))


def _things(comment: Comment) -> tuple[Span, ...]:
    return tuple(_THINGS.find(comment.folded))


def _within_idiom(comment: Comment, start: int, end: int) -> bool:
    """Whether a figure of speech stands in the same sentence: it has driven the score up."""
    line = comment.folded.line
    return any(not line.crosses(min(start, first), max(end, last)) for first, last in comment.idioms)
