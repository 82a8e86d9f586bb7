"""Files that hold addresses."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def private_file(file: Path) -> Iterator[Path]:
    """Where to write what becomes `file` once it is whole, and what nobody else on the machine may read."""
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    former = os.umask(0o077)
    try:
        yield part
        part.replace(file)
    finally:
        os.umask(former)
        part.unlink(missing_ok=True)
