"""Files that hold addresses."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def private_file(file: Path) -> Iterator[Path]:
    """Where to write what becomes `file` once it is whole, and what nobody else on the machine may read."""
    part = file.with_name(file.name + ".part")
    _drop(part)
    former = os.umask(0o077)
    try:
        yield part
        part.replace(file)
    finally:
        os.umask(former)
        _drop(part)


def _drop(part: Path) -> None:
    """With SQLite's journal of it, which stays when the disk is full: the next try would take it for its own."""
    for each in (part, part.with_name(part.name + "-journal")):
        each.unlink(missing_ok=True)
