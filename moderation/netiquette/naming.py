"""What somebody calls themselves is read as their text is: a name stands above the comment, in larger letters."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from moderation.netiquette.comment import Comment, Hit
from moderation.netiquette.insults import is_family_name
from moderation.netiquette.rules import Detector
from moderation.reading import Reading, Standing

# What a few words can break; the other rules are about what only a text tells.
NAMED = frozenset(("respect", "discrimination", "threat", "illegal", "vulgar", "election_advertising", "personal_data"))
# Whoever calls themselves Besserwisser puts nobody down; „Meier ist ein Besserwisser“ is another matter.
_LEAST_WORDS = {"respect": 4}
_REMEMBERED = 500
# Whoever finds a name taken puts a number behind it.
_COUNTED = re.compile(r"(?<=[^\W\d_])[_.\-]?\d{1,4}$")


def in_names(rule: str, detectors: Sequence[Detector]) -> Detector:
    """A detector that finds at most one thing in the name: the first that the given ones would find in a text."""
    least = _LEAST_WORDS.get(rule, 1)

    def first(name: Comment) -> Hit | None:
        hits = (hit for detect in detectors for hit in detect(name) if not is_family_name(name, hit))
        return next(hits, None)

    def detect(comment: Comment) -> Iterator[Hit]:
        if len(comment.reading.name.split()) < least or comment.reading.standing.editor:
            return
        hit = _as_text(comment.reading.name).once(first)
        if hit is not None:
            # Whoever cries for help gets it wherever they cry.
            yield replace(hit, start=None, end=None, text="help" if hit.text == "help" else "name")

    return detect


@lru_cache(maxsize=_REMEMBERED)
def _as_text(name: str) -> Comment:
    name = _COUNTED.sub("", name)
    return Comment(Reading(name, name, "", None, 0, Standing()))
