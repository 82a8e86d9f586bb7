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
from moderation.netiquette.anchors import Anchors, Part, all_of, beginning, ending, one_of, spared, whole
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
    """A bracket that is open, or the whole phrase."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._others: list[Part] = []

    def take(self, part: Part) -> None:
        """One more part of the present alternative."""
        self._parts.append(part)

    def turn(self) -> None:
        """Begin the next alternative."""
        self._others.append(all_of(self._parts))
        self._parts = []

    def whole(self) -> Part:
        """One of its alternatives."""
        return one_of([*self._others, all_of(self._parts)])


def _phrase(phrase: str, line: str) -> Phrase:
    pieces = []
    brackets = [_Bracket()]
    for found in _PART.finditer(phrase):
        kind, token = found.lastgroup, found.group()
        if kind == "bad" or (kind == "close" and len(brackets) == 1):
            raise BadWordlist(f"{token} cannot stand here: {line}")
        if kind:
            piece = _word(token) if kind == "word" else _SIGNS[token]
            pieces.append(piece.pattern)
            _follow(brackets, kind, token, piece.part)
    if len(brackets) > 1:
        raise BadWordlist(f"a bracket stays open: {line}")
    part = brackets[0].whole()
    if part.empty:
        raise BadWordlist(f"every word may be missing: {line}")
    edge = "" if phrase.startswith("^") else r"\b"
    return Phrase(f"{edge}(?:{''.join(pieces)})", part.needs)


def _follow(brackets: list[_Bracket], kind: str, token: str, part: Part) -> None:
    if kind == "open":
        brackets.append(_Bracket())
    elif kind == "or":
        brackets[-1].turn()
    elif kind == "close":
        inner = brackets.pop().whole()
        brackets[-1].take(spared(inner) if len(token) > 1 else inner)
    else:
        brackets[-1].take(part)


class _Piece(NamedTuple):
    """What stands in a phrase, and what matches it."""

    pattern: str
    part: Part = Part()


@lru_cache(maxsize=2_000)
def _word(part: str) -> _Piece:
    if part == "*":
        return _Piece("[a-z0-9^]+ ")
    bare = part.strip("*")
    bare = bare.lower() if bare.isascii() and bare.isalnum() else fold_word(bare)
    if not bare:
        raise BadWordlist(f"nothing to match: {part}")
    start, end = part.startswith("*"), part.endswith("*")
    words = bare.split()
    parts = [whole(word) for word in words]
    if start:
        parts[0] = Part() if end and len(words) == 1 else ending(words[0])
    elif end:
        parts[-1] = beginning(words[-1])
    before, behind = "[a-z0-9]*" if start else "", "[a-z0-9^]* " if end else " "
    return _Piece(before + re.escape(bare).replace(r"\ ", " ") + behind, all_of(parts))


def _gap(dots: str) -> _Piece:
    return _Piece(f"(?:[a-z0-9^]+ ){{0,{3 if len(dots) == 2 else 6}}}", _NOTHING)


_NOTHING = Part(empty=True)
_SIGNS = {
    "(": _Piece("(?:"), ")": _Piece(")"), ")?": _Piece(")?"), ")*": _Piece("){0,3}"), "|": _Piece("|"),
    "^": _Piece("(?:^|[.!?] )", _NOTHING), "$": _Piece("(?:[.!?] |$)", _NOTHING), "#": _Piece("[0-9]+ "),
    "..": _gap(".."), "...": _gap("..."),
}  # fmt: skip
