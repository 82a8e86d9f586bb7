"""What every reader gives, whatever the file's format: comments, pages, and what could not be taken."""

from dataclasses import dataclass
from typing import Any, Literal

Form = Literal["html", "lines", "markdown", "cleaned"]
Status = Literal["pending", "approved", "rejected", "spam", "deleted"]

LONGEST_TEXT = 65_536
LONGEST_PIECE = 1024 * 1024


class BadFile(Exception):
    """The file cannot be read at all; the message is one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Record:
    """A comment as another system kept it. `source` and `parent` are ids there, `where` is its place in the file.

    `form`: `html`; `lines` is HTML in which line breaks count, as WordPress has it; `markdown`; or `cleaned` Markdown,
    in which signs are written as in HTML, even the one that begins a quotation. Times are ISO 8601 with a zone.
    """

    where: str
    source: str
    page: str
    text: str
    form: Form
    created: str
    status: Status
    parent: str = ""
    title: str = ""
    name: str = ""
    email: str = ""
    url: str = ""
    edited: str = ""
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the other system: its title, and whether comments can be written there."""

    where: str
    page: str
    title: str = ""
    open: bool = True


@dataclass(frozen=True, slots=True)
class Stored:
    """A line of our own export: what kind of thing, and the thing itself."""

    where: str
    kind: str
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the file that was not taken, and why."""

    where: str
    reason: str


Item = Record | Place | Stored | Fault
