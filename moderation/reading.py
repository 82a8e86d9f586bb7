"""The comment as judges see it, with what is known of its author and thread."""

from dataclasses import dataclass, field

from moderation.trace import Trace

# So many comments of one sender are counted and no more, so that whoever floods does not make every post slower.
MOST_RECENT = 100


@dataclass(frozen=True, slots=True)
class Form:
    """Evidence of how the form was sent.

    `seconds`: time between showing and sending the form, or None without a valid token.
    """

    trapped: bool = False
    token: bool = True
    origin: bool = True
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of author and thread. It is gathered before judging, so judges need no database.

    `previous`: shown texts that the same thread or the same sender already has, newest first.
    `recent`: comments of the same sender in the last ten minutes, at most `MOST_RECENT`.
    `reserved`: names that only the site's own people may carry. `editor`: the site has signed that this is one of them.
    """

    language: str = "de"
    previous: tuple[str, ...] = ()
    recent: int = 0
    reserved: tuple[str, ...] = ()
    editor: bool = False
    form: Form = field(default_factory=Form)


@dataclass(frozen=True, slots=True)
class Shown:
    """What is stored and shown, once e-mail addresses are hidden.

    `text` is the author's Markdown, `html` the same rendered and sanitised; findings point into `text`.
    `masked`: how many addresses were hidden. `trace` leads from offsets in `text` back to what was typed; it is
    None when `text` had to be taken from what is shown.
    """

    text: str
    html: str
    name: str
    url: str | None
    masked: int = 0
    trace: Trace | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The comment as judges see it: the shown text, never the raw one."""

    text: str
    html: str
    name: str
    url: str | None
    masked: int
    standing: Standing


def read(shown: Shown, standing: Standing) -> Reading:
    """Lay what is shown beside what is known."""
    return Reading(shown.text, shown.html, shown.name, shown.url, shown.masked, standing)
