"""A comment as detectors see it: folded once, shared by all of them."""

from dataclasses import dataclass
from functools import cached_property

from moderation.fold import Folded, fold
from moderation.netiquette.hosts import hosts_in
from moderation.netiquette.quoting import quotations
from moderation.reading import Reading
from moderation.render import plain
from moderation.verdict import Priority, Severity


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule applies. What is None is taken from the rule; `text` names another advice than its own."""

    start: int | None = None
    end: int | None = None
    severity: Severity | None = None
    priority: Priority | None = None
    text: str | None = None


class Comment:
    """A reading with what several detectors need of it, each worked out once and only when asked for."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.text = reading.text

    @cached_property
    def folded(self) -> Folded:
        return fold(self.text)

    @cached_property
    def plain(self) -> str:
        """What a reader sees, without marks and markup."""
        return plain(self.reading.html)

    @cached_property
    def quoted(self) -> tuple[tuple[int, int], ...]:
        """The stretches of the text that stand in quotation marks or in a quoted block."""
        return quotations(self.text)

    @cached_property
    def hosts(self) -> tuple[tuple[str, int, int], ...]:
        """Each link of the text: host, start, end."""
        return tuple(hosts_in(self.text)) if "." in self.text else ()

    def quotation(self, start: int, end: int) -> tuple[int, int] | None:
        """The quotation that holds a passage, or most of it; None for the writer's own words."""
        for first, last in self.quoted:
            if 2 * (min(end, last) - max(start, first)) > end - start:
                return first, last
        return None
