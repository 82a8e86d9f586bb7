"""What somebody calls themselves is read as their text is: a name stands above the comment, in larger letters."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.insults import is_family_name
from moderation.netiquette.rules import Detector

# What a few words can break; the other rules are about what only a text tells.
NAMED = frozenset(("respect", "discrimination", "threat", "illegal", "vulgar", "election_advertising", "personal_data"))
# Whoever calls themselves Besserwisser puts nobody down; „Meier ist ein Besserwisser“ is another matter.
_LEAST_WORDS = {"respect": 4}


def in_names(rule: str, detectors: Sequence[Detector]) -> Detector:
    """A detector that finds at most one thing in the name: the first that the given ones would find in a text."""
    least = _LEAST_WORDS.get(rule, 1)

    def detect(comment: Comment) -> Iterator[Hit]:
        if len(comment.reading.name.split()) < least or comment.reading.standing.editor:
            return
        name = comment.named
        hits = (hit for find in detectors for hit in find(name) if not is_family_name(name, hit))
        for hit in islice(hits, 1):
            # Whoever cries for help gets it wherever they cry.
            yield replace(hit, start=None, end=None, case="help" if hit.case == "help" else "name")

    return detect
