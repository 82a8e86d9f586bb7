"""The elements of the lists in one big JSON object, cut out one by one without reading it as a whole."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from service.exchange.record import LONGEST_PIECE, BadFile

_CHUNK = 256 * 1024
_IN_STRING = re.compile(rb'["\\]')
_OUTSIDE = re.compile(rb'["{}\[\]]')
_KEY = re.compile(rb'"([A-Za-z]{1,40})"\s*:\s*$')
_DEEPEST = 40
# An object, its list, an element.
_LIST, _ELEMENT = 2, 3


def elements(file: BinaryIO) -> Iterator[tuple[str, int, bytes]]:
    """Name of the list, number of the element in it from 1, and its bytes; elements that are objects or lists.

    Raises `BadFile` for what is no object, is nested too deeply, has an element longer than may be, or ends too soon.
    """
    reader = _Reader(file)
    depth, number, name, start = 0, 0, "", 0
    seen = False
    while (place := reader.next_bracket(start if depth >= _ELEMENT else None)) is not None:
        start = place.start
        if place.opens:
            depth += 1
            if depth > _DEEPEST:
                raise BadFile("The JSON is nested too deeply: this is no export.")
            if depth == _LIST:
                name, number, seen = reader.key_before(place.at), 0, True
            elif depth == _ELEMENT:
                start = place.at
            continue
        depth -= 1
        if depth == _LIST:
            number += 1
            yield name, number, reader.text[start : place.at + 1]
    if depth or not seen:
        raise BadFile("The file ends in the middle." if depth else "This is no JSON object with lists in it.")


class _Place:
    """Where a bracket is; `start` is where what was asked to be kept begins by now."""

    __slots__ = ("at", "opens", "start")

    def __init__(self, at: int, start: int, *, opens: bool) -> None:
        self.at, self.start, self.opens = at, start, opens


class _Reader:
    """Goes from bracket to bracket, past strings, and drops what lies behind."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.text = b""
        self._at = 0

    def next_bracket(self, keep: int | None) -> _Place | None:
        """The next bracket outside of strings; what is in hand from `keep` on stays. None at the end."""
        quoted = False
        while True:
            found = (_IN_STRING if quoted else _OUTSIDE).search(self.text, self._at)
            if found is None or found.end() == len(self.text):
                self._at = found.start() if found else len(self.text)
                dropped = self._more(keep)
                if dropped is not None:
                    keep = keep - dropped if keep is not None else None
                    continue
                if found is None:
                    return None
            assert found is not None
            self._at = found.end()
            sign = found[0]
            if quoted:
                quoted = sign != b'"'
                self._at += sign == b"\\"
            elif sign == b'"':
                quoted = True
            else:
                return _Place(found.start(), keep or 0, opens=sign in b"{[")

    def key_before(self, at: int) -> str:
        found = _KEY.search(self.text, max(0, at - 100), at)
        return found[1].decode() if found else ""

    def _more(self, keep: int | None) -> int | None:
        """Read on; gives how much was dropped, or None at the end of the file."""
        if keep is not None and self._at - keep > LONGEST_PIECE:
            raise BadFile("An element is longer than 1 MiB: this is no export.")
        chunk = self._file.read(_CHUNK)
        if not chunk:
            return None
        dropped = max(0, min(self._at - 100, keep if keep is not None else self._at))
        self.text = self.text[dropped:] + chunk
        self._at -= dropped
        return dropped
