"""A thread as nested lists, from entries in display order."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from models.approved import Entry

_TINTS = 8


@dataclass(slots=True)
class Branch:
    """A comment with its replies. `answers` is set where the nesting does not say what is answered."""

    entry: Entry
    answers: "Answered | None" = None
    replies: list["Branch"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Answered:
    """The comment that is answered; `name` is None for one that stands in another part of the thread, or is gone."""

    id: str
    name: str | None


def grow(entries: Iterable[Entry]) -> list[Branch]:
    """The tops of the thread. A page may begin in the middle of a branch: what hangs in the air becomes a top."""
    tops: list[Branch] = []
    path: list[Branch] = []
    seen: dict[str, Entry] = {}
    for entry in entries:
        while path and path[-1].entry.depth >= entry.depth:
            path.pop()
        above = path[-1] if path else None
        branch = Branch(entry)
        if entry.parent and (above is None or above.entry.id != entry.parent):
            parent = seen.get(entry.parent)
            branch.answers = Answered(entry.parent, parent.name if parent else None)
        (above.replies if above else tops).append(branch)
        path.append(branch)
        seen[entry.id] = entry
    return tops


def initials(name: str) -> str:
    """The first letters of the first and the last word: `Ayşe Nur Demir` gives `AD`."""
    words = "".join(each if each.isalnum() else " " for each in name).split()
    return "".join(each[0].upper() for each in dict.fromkeys((words[0], words[-1]))) if words else ""


def tint(name: str) -> int:
    """One of eight tints, the one that the widget picks for the same name."""
    total = 7
    for character in name:
        total = (total * 31 + ord(character)) % 65_521
    return total % _TINTS
