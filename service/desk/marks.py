"""Passages of a text, marked by the grounds that point to them, however they overlap."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Kind = Literal["rule", "toward", "against"]
_STRONGEST: tuple[Kind, ...] = ("rule", "toward", "against")


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a passage is marked. `ref` names it on the card: a number for a rule, a letter for a word that weighed.

    Without a `ref` it is told on the card but marked nowhere.
    `start` and `end` are offsets in characters, or None for the whole text.
    """

    ref: str
    kind: Kind
    title: str
    message: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text under the same grounds. `kind`: the strongest of them; `ends`: grounds that end here."""

    text: str
    kind: Kind | None = None
    ends: tuple[Ground, ...] = ()


def mark(text: str, grounds: Sequence[Ground]) -> list[Piece]:
    """The whole text in pieces, in order. A ground whose offsets do not lie in the text marks nothing."""
    placed = [(each.start or 0, each.end or 0, each) for each in grounds if _lies_in(text, each)]
    cuts = sorted({0, len(text), *(start for start, _, _ in placed), *(end for _, end, _ in placed)})
    pieces = []
    for start, end in pairwise(cuts):
        over = [ground for begins, ends, ground in placed if begins <= start and end <= ends]
        kinds = {each.kind for each in over}
        pieces.append(
            Piece(
                text[start:end],
                next((each for each in _STRONGEST if each in kinds), None),
                tuple(each for each in over if each.end == end),
            )
        )
    return pieces


def _lies_in(text: str, ground: Ground) -> bool:
    if not ground.ref or ground.start is None or ground.end is None:
        return False
    return 0 <= ground.start < ground.end <= len(text)
