"""What a line of a list of phrases means.

A list of phrases holds one phrase a line, in plain spelling, matched without regard to case, umlauts and commas:
`(a|b)` one of several, `(a)?` may be missing, `(a)*` up to three times, `..` up to three words, `...` up to six,
`word*` any ending, `*word` any beginning, `*` any word, `#` a number, `^` the start of a sentence, `$` its end,
`<name>` the alternatives of a line `name = a|b`.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from moderation.fold import fold_word
from moderation.netiquette.anchors import Anchors, all_of, beginning, ending, one_of, whole
from moderation.netiquette.wordlist import BadWordlist


class Phrase(NamedTuple):
    """`pattern` runs over `Line.data`, and matches only where the `anchors` are held."""

    pattern: str
    anchors: Anchors


def compile_phrases(lines: Iterable[str]) -> Iterator[Phrase]:
    """Each phrase, or `BadWordlist`."""
    named: dict[str, str] = {}
    for line in lines:
        name, equals, alternatives = line.partition(" = ")
        if equals and re.fullmatch(r"[a-z_]+", name):
            named[name] = _fill(alternatives, named)
        else:
            yield _phrase(_fill(line, named), line)


def _fill(line: str, named: dict[str, str]) -> str:
    def fill(found: re.Match[str]) -> str:
        if found.group(1) not in named:
            raise BadWordlist(f"nothing is named <{found.group(1)}>: {line}")
        return f"({named[found.group(1)]})"

    return re.sub(r"<([a-z_]+)>", fill, line)


_PART = re.compile(
    r"(?P<open>\()|(?P<close>\)[?*]?)|(?P<or>\|)|(?P<gap>\.{2,3})|(?P<edge>[\^$])|(?P<number>#)"
    r"|(?P<word>[^\s()|.^$#]+)|\s+|(?P<bad>.)"
)


class _Bracket:
    """A bracket that is open, or the whole phrase: what its alternatives need, and whether one may match nothing."""

    def __init__(self) -> None:
        self._may_be_empty, self._one_is_empty = True, False
        self._parts: list[Anchors] = []
        self._others: list[Anchors] = []

    def take(self, anchors: Anchors, *, empty: bool = False) -> None:
        """One more part of the present alternative."""
        self._may_be_empty &= empty
        self._parts.append(anchors)

    def turn(self) -> None:
        """Begin the next alternative."""
        self._one_is_empty |= self._may_be_empty
        self._others.append(all_of(self._parts))
        self._may_be_empty, self._parts = True, []

    def whole(self) -> tuple[Anchors, bool]:
        """What the alternatives need, and whether one may match nothing."""
        last = all_of(self._parts)
        needed = one_of([*self._others, last]) if self._others else last
        return needed, self._one_is_empty or self._may_be_empty


def _phrase(phrase: str, line: str) -> Phrase:
    parts = []
    brackets = [_Bracket()]
    for found in _PART.finditer(phrase):
        kind, token = found.lastgroup, found.group()
        if kind == "bad" or (kind == "close" and len(brackets) == 1):
            raise BadWordlist(f"{token} cannot stand here: {line}")
        if kind:
            piece = _word(token) if kind == "word" else _SIGNS[token]
            parts.append(piece.pattern)
            _follow(brackets, kind, token, piece.anchors)
    if len(brackets) > 1:
        raise BadWordlist(f"a bracket stays open: {line}")
    anchors, empty = brackets[0].whole()
    if empty:
        raise BadWordlist(f"every word may be missing: {line}")
    edge = "" if phrase.startswith("^") else r"\b"
    return Phrase(f"{edge}(?:{''.join(parts)})", anchors)


def _follow(brackets: list[_Bracket], kind: str, token: str, anchors: Anchors) -> None:
    if kind == "open":
        brackets.append(_Bracket())
    elif kind == "or":
        brackets[-1].turn()
    elif kind == "close":
        inner, empty = brackets.pop().whole()
        spared = empty or len(token) > 1
        brackets[-1].take(() if spared else inner, empty=spared)
    elif kind in ("word", "number"):
        brackets[-1].take(anchors)


class _Piece(NamedTuple):
    """One part of a phrase: what matches it, and what it needs."""

    pattern: str
    anchors: Anchors = ()


@lru_cache(maxsize=2_000)
def _word(part: str) -> _Piece:
    if part == "*":
        return _Piece("[a-z0-9^]+ ")
    bare = part.strip("*")
    bare = bare.lower() if bare.isascii() and bare.isalnum() else fold_word(bare)
    if not bare:
        raise BadWordlist(f"nothing to match: {part}")
    start, end = part.startswith("*"), part.endswith("*")
    first, *more = bare.split()
    if start:
        anchors = () if end and not more else ending(first)
    else:
        anchors = beginning(first) if end and not more else whole(first)
    before, behind = "[a-z0-9]*" if start else "", "[a-z0-9^]* " if end else " "
    return _Piece(before + re.escape(bare).replace(r"\ ", " ") + behind, anchors)


def _gap(dots: str) -> _Piece:
    return _Piece(f"(?:[a-z0-9^]+ ){{0,{3 if len(dots) == 2 else 6}}}")


_SIGNS = {
    "(": _Piece("(?:"), ")": _Piece(")"), ")?": _Piece(")?"), ")*": _Piece("){0,3}"), "|": _Piece("|"),
    "^": _Piece("(?:^|[.!?] )"), "$": _Piece("(?:[.!?] |$)"), "#": _Piece("[0-9]+ "), "..": _gap(".."),
    "...": _gap("..."),
}  # fmt: skip
