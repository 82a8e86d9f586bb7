"""Taking a passage out of a comment, with a mark in its place that readers see."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from models.base import searchable
from models.comment import Comment
from models.redaction import Revised
from moderation.draft import Draft
from moderation.judge import show
from service.errors import Problem, _
from service.texts import tell

# What can stand in the passage's place, by what was taken out.
MARKS = {
    "contact": _("[contact details removed]"),
    "name": _("[name removed]"),
    "insult": _("[insult removed]"),
    "passage": _("[passage removed]"),
}
_NOT_THERE = _("The passage does not stand in the comment like this. Please copy it exactly.")
_NOTHING_LEFT = _("Nothing would be left of the comment. Please reject it instead.")
_NO_MARK = _("Please choose what stands in the passage's place.")


def revise(comment: Comment, passage: str, kind: str) -> tuple[Revised, str]:
    """The comment without the passage, wherever it stands, and the mark that took its place. Or `Problem`."""
    if kind not in MARKS:
        raise Problem(422, _NO_MARK)
    mark = tell(comment.language, MARKS[kind])
    passage = passage.replace("\r\n", "\n").strip()
    places = _places(comment.text, passage)
    if not places:
        raise Problem(422, _NOT_THERE)
    text = mark.join(comment.text[start:end] for start, end in _kept(comment.text, passage, places))
    if not text.replace(mark, "").strip():
        raise Problem(422, _NOTHING_LEFT)
    shown = show(Draft(page="/", text=text), comment.language)
    moved = _Move(places, len(passage), len(mark)) if shown.text == text else None
    revised = Revised(
        text=shown.text,
        html=shown.html,
        search=searchable(shown.text, comment.name),
        findings=_moved(comment.findings, moved),
        reasons=_moved(comment.reasons, moved),
    )
    return revised, mark


class _Move:
    """Where offsets lie once each passage of one length is replaced by a mark of another."""

    def __init__(self, places: list[int], old: int, new: int) -> None:
        self.places, self.old, self.new = places, old, new

    def touches(self, start: int, end: int) -> bool:
        return any(start < place + self.old and place < end for place in self.places)

    def to(self, offset: int) -> int:
        return offset + sum(self.new - self.old for place in self.places if place < offset)


def _moved(pointers: Iterable[Mapping[str, Any]], move: _Move | None) -> list[dict[str, object]]:
    """What still holds: a pointer into the passage went with it, and later ones have moved."""
    kept: list[dict[str, object]] = []
    for each in pointers:
        start, end = each["start"], each["end"]
        if start is None or end is None:
            kept.append(dict(each))
        elif move is None:
            kept.append({**each, "start": None, "end": None})
        elif not move.touches(start, end):
            kept.append({**each, "start": move.to(start), "end": move.to(end)})
    return kept


def _places(text: str, passage: str) -> list[int]:
    places: list[int] = []
    place = text.find(passage) if passage else -1
    while place >= 0:
        places.append(place)
        place = text.find(passage, place + len(passage))
    return places


def _kept(text: str, passage: str, places: list[int]) -> list[tuple[int, int]]:
    edges = [-len(passage), *places, len(text)]
    return [(start + len(passage), end) for start, end in pairwise(edges)]
