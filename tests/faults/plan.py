"""The fault plan: what is done to the service, and what must hold. Each row is written once and played in two lengths."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.faults.ground import Ground


class NotHere(Exception):
    """The machine lacks what a scenario needs; the message says what."""


@dataclass
class Outcome:
    """What came of it. `broken`: what must never happen and did; `late`: goals of time or size that were missed."""

    figure: str = ""
    broken: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)

    def must(self, holds: bool, otherwise: str) -> None:
        """A promise: nothing lost, nothing twice, back by itself."""
        if not holds:
            self.broken.append(otherwise)

    def within(self, what: str, reached: float, goal: float, unit: str) -> None:
        """A goal that a busy machine may miss."""
        if reached > goal:
            self.late.append(f"{what} {reached:.3g} {unit}, not {goal:g}")


@dataclass(frozen=True)
class Scenario:
    """One row. `done` and `goal` are for the table; {n} is filled in with `whole` or `quick`, the two lengths.

    One that `waits` most of its time is played beside others that do.
    """

    name: str
    done: str
    goal: str
    play: Callable[[Ground, int], Awaitable[Outcome]]
    whole: int
    quick: int
    waits: bool = False
