"""Cutting elements out of XML that need not be well-formed, in one pass and little memory.

WordPress writes files that no XML parser takes. So elements are found by their tags, with CDATA sections and comments
skipped, and each is parsed alone: one that is broken costs nobody else. Declarations are refused, since no export has
any and entities are made of them.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from service.exchange.record import LONGEST_PIECE, BadFile

_CHUNK = 256 * 1024
_LONGEST_TAG = 80
_ENDING = rb"<!\[CDATA\[|<!--|</NAME\s{0,9}>|<NAME(?=[\s>])"
_END_OF_TAG = re.compile(rb"/?>")


@dataclass(frozen=True, slots=True)
class Piece:
    """An element as it stands in the file, or the mere start or end of one that was asked for as a mark.

    `whole` is false where its end is missing, or it is longer than anything of its kind should be.
    """

    name: str
    line: int
    source: bytes
    whole: bool = True


def cut(file: BinaryIO, elements: Collection[str], marks: Collection[str] = ()) -> Iterator[Piece]:
    """Every element named in `elements`, outermost first, and the tags named in `marks` (`item`, `/item`), in order."""
    return _Cutter(file, elements, marks).pieces()


class _Cutter:
    """Reads on through the file. `_at`: what lies before it is done with, but for an element in hand, kept `_from`."""

    def __init__(self, file: BinaryIO, elements: Collection[str], marks: Collection[str]) -> None:
        self._read: Callable[[int], bytes] = file.read
        self._elements, self._marks = frozenset(elements), frozenset(marks)
        self._text, self._at, self._from = b"", 0, 0
        self._counted, self._line = 0, 1
        self._ended = self._too_long = False
        names = sorted({*elements, *(each.lstrip("/") for each in marks)}, key=len, reverse=True)
        either = b"|".join(re.escape(each.encode()) for each in names)
        self._outside = re.compile(rb"<!\[CDATA\[|<!--|<!DOCTYPE|<!ENTITY|<(/?(?:" + either + rb"))(?=[\s/>])")
        self._endings = {
            each: re.compile(
                rb"<!\[CDATA\[|<!--|</NAME\s{0,9}>|<NAME(?=[\s>])".replace(b"NAME", re.escape(each.encode()))
            )
            for each in elements
        }

    def pieces(self) -> Iterator[Piece]:
        while (found := self._find(self._outside)) is not None:
            opening = found[0]
            if opening in (b"<!DOCTYPE", b"<!ENTITY"):
                raise BadFile(f"Line {self._line_of(found.start())} declares a document type or an entity: refused.")
            if found[1] is None:
                self._skip(found)
                continue
            name = found[1].decode()
            if name in self._elements:
                yield self._element(name, found.start())
                continue
            self._at = found.end()
            if name in self._marks:
                yield Piece(name, self._line_of(found.start()), b"")

    def _element(self, name: str, start: int) -> Piece:
        line = self._line_of(start)
        self._at = self._from = start
        self._too_long = False
        head = self._find(_END_OF_TAG)
        if head is None or self._too_long:
            raise BadFile(f"The tag <{name}> in line {line} does not end: this is no export.")
        self._at = head.end()
        if head[0] == b"/>":
            return self._piece(name, line)
        while (found := self._find(self._endings[name])) is not None:
            if found[0].startswith(b"</"):
                self._at = found.end()
                return self._piece(name, line)
            begins_again = found[0] not in (b"<![CDATA[", b"<!--")
            if begins_again:
                self._at = found.start()
            if begins_again or not self._skip(found, name):
                return self._piece(name, line, whole=False)
        self._at = len(self._text)
        return self._piece(name, line, whole=False)

    def _piece(self, name: str, line: int, *, whole: bool = True) -> Piece:
        """The element in hand, from where it began up to here; nothing of one that is too long."""
        length = self._at - self._from
        fits = not self._too_long and length <= LONGEST_PIECE
        return Piece(name, line, self._text[self._from : self._at] if fits else b"", whole and fits)

    def _skip(self, opening: re.Match[bytes], name: str = "") -> bool:
        """Go on behind a section. One that has no end runs to the end of the file.

        False where the next element of the same name begins in it: what it belongs to was cut off.
        """
        self._at = opening.end()
        again = rb"|<" + re.escape(name.encode()) + rb"[\s>]" if name else b""
        found = self._find(re.compile((rb"\]\]>" if opening[0] == b"<![CDATA[" else rb"-->") + again))
        cut_off = found is not None and found[0].startswith(b"<")
        self._at = len(self._text) if found is None else found.start() if cut_off else found.end()
        return not cut_off

    def _find(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """The next match from `_at`, reading on as far as needed."""
        while True:
            found = pattern.search(self._text, self._at)
            # A match at the very end might be the beginning of something longer.
            if found and (self._ended or found.end() < len(self._text) - _LONGEST_TAG):
                return found
            if self._ended:
                return None
            self._at = max(self._at, found.start() if found else len(self._text) - _LONGEST_TAG)
            self._more()

    def _more(self) -> None:
        if self._from > self._at or self._at - self._from > LONGEST_PIECE:
            self._from, self._too_long = self._at, True
        self._drop(min(self._from, self._at))
        chunk = self._read(_CHUNK)
        self._ended = not chunk
        self._text += chunk

    def _drop(self, upto: int) -> None:
        self._line_of(max(upto, self._counted))
        self._text = self._text[upto:]
        self._counted -= upto
        self._at -= upto
        self._from -= upto

    def _line_of(self, place: int) -> int:
        """The line of a place; places only go forward."""
        self._line += self._text.count(b"\n", self._counted, place)
        self._counted = max(self._counted, place)
        return self._line
