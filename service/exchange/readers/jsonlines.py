"""Lines of JSON from a file that may be packed with gzip: one at a time, none longer than it may be."""

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from service.exchange.record import LONGEST_PIECE, BadFile, Fault


class BadLine(ValueError):
    """A line that is no JSON object; the message says why."""


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked where they are packed. What is packed wrongly raises `BadFile`."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        try:
            yield gzip.GzipFile(fileobj=file) if packed else file  # type: ignore[misc]  # it reads as one
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise BadFile("The file is packed, but damaged or cut off.") from None


def rows(file: BinaryIO, what: str) -> Iterator[tuple[str, dict[str, Any] | Fault]]:
    """The object of each line with where it stands, or the fault of a line that is none.

    The first line says what the file is: one that cannot be read raises `BadFile`, which calls the file no `what`.
    """
    for place, (number, source) in enumerate(_lines(file)):
        where = f"line {number}"
        try:
            yield where, parse(source)
        except BadLine as error:
            if place == 0:
                raise BadFile(f"This is no {what}: its first line is {error}.") from None
            yield where, Fault(where, str(error))


def parse(source: bytes | None) -> dict[str, Any]:
    """The JSON object of a line, or `BadLine`."""
    if source is None:
        raise BadLine("longer than any comment")
    try:
        found = json.loads(source)
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else "not readable as JSON"
        raise BadLine(reason) from None
    if not isinstance(found, dict):
        raise BadLine("not a JSON object")
    return found


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Each line with its number; None for one that is longer than anything should be. Empty lines are left out."""
    number = 0
    while line := file.readline(LONGEST_PIECE):
        number += 1
        if len(line) == LONGEST_PIECE and not line.endswith(b"\n"):
            yield number, None  # told before it is skipped: a first line without end is refused at once
            while (rest := file.readline(LONGEST_PIECE)) and not rest.endswith(b"\n"):
                pass
        elif line.strip():
            yield number, line
