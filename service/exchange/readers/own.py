"""Our own export: a line that names the format, then a page or a comment a line. What it may hold, filing checks."""

from collections.abc import Iterator
from pathlib import Path

from service.exchange.readers.jsonlines import opened, rows
from service.exchange.record import BadFile, Fault, Item, Stored

VERSION = 1


def read(path: Path) -> Iterator[Item]:
    """Every line as it stands."""
    with opened(path) as file:
        for place, (where, found) in enumerate(rows(file, "export of ours")):
            if isinstance(found, Fault):
                yield found
                continue
            if place == 0:
                if found.get("wortmeldung") != VERSION:
                    raise BadFile(f"This is no export of ours in version {VERSION}.")
                continue
            kind, content = next(iter(found.items()), ("", None))
            if len(found) != 1 or kind not in ("contact", "thread", "comment") or not isinstance(content, dict):
                yield Fault(where, "neither a contact, a page nor a comment")
                continue
            yield Stored(where, kind, content)
