"""What of the queue is asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, get_args

from moderation.lifecycle import Status

Lane = Literal["review", "spam", "reports", "objections", "held"]
LANES: tuple[Lane, ...] = get_args(Lane)


class BadCursor(ValueError):
    """The place to go on from was not made by `queue`."""


class Range(NamedTuple):
    """Probabilities from `least` up to `most`."""

    least: float = 0.0
    most: float = 1.0


ANY = Range()


@dataclass(frozen=True, slots=True)
class Question:
    """What of the queue is asked for. Without a status: what waits in the lane; with one: whatever has it.

    `newest`: the newest first, whatever its priority, for looking at what was decided. `page`: a part of the page's
    path or title. `author`: a comment, for everything by the same person: of the same confirmed address, or else
    of the same keyed hash. `wave`: everything that belongs to it. `prompt`: what answers this question of a page.
    Unless one of these narrows the question, a wave shows its first card only.
    """

    sites: tuple[int, ...]
    lane: Lane | None = None
    status: Status | None = None
    words: str = ""
    after: str | None = None
    limit: int = 50
    newest: bool = False
    page: str = ""
    rule: str = ""
    spam: Range = ANY
    violation: Range = ANY
    since: datetime | None = None
    until: datetime | None = None
    author: str = ""
    assignee: int | None = None
    wave: str = ""
    prompt: str = ""

    @property
    def narrow(self) -> bool:
        """Whether more is asked for than a lane of some sites."""
        usual = (
            self.words,
            self.page,
            self.rule,
            self.author,
            self.wave,
            self.prompt,
            self.since,
            self.until,
            self.assignee,
        )
        return any(usual) or (self.spam, self.violation) != (ANY, ANY)
