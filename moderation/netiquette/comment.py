"""A comment as detectors see it: folded once, shared by all of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeVar, cast

from moderation.fold import Folded, fold
from moderation.netiquette.hosts import hosts_in
from moderation.netiquette.likeness import Alike, Compared, Likeness
from moderation.netiquette.phrases import Phrases
from moderation.netiquette.quoting import quotations
from moderation.netiquette.wordlist import tokens_of
from moderation.reading import Reading, Standing
from moderation.render import plain
from moderation.verdict import Priority, Score, Severity

_T = TypeVar("_T")
UNSCORED = Score(None, None)
_IDIOMS = Phrases("redensart")
_STORIES = Phrases("erzaehlung")
# Whoever finds a name taken puts a number behind it.
_COUNTED = re.compile(r"(?<=[^\W\d_])[_.\-]?\d{1,4}$")
_GERMAN, _ENGLISH = tokens_of("haeufig-de"), tokens_of("haeufig-en")


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule applies. What is None is taken from the rule; `case`: a special one, or "".

    The rule has texts of their own for its cases.
    """

    start: int | None = None
    end: int | None = None
    severity: Severity | None = None
    priority: Priority | None = None
    case: str = ""


class Comment:
    """A reading with what several detectors need of it, each worked out once and only when asked for.

    `score`: what the classifier says of it, without probabilities where it did not judge.
    """

    def __init__(self, reading: Reading, score: Score = UNSCORED) -> None:
        self.reading = reading
        self.text = reading.text
        self.score = score
        self._compared: Compared | None = None
        self._known: dict[Callable[[Comment], object], object] = {}

    @cached_property
    def folded(self) -> Folded:
        return fold(self.text)

    @cached_property
    def named(self) -> "Comment":
        """What somebody calls themselves, as if it were a text."""
        name = _COUNTED.sub("", self.reading.name)
        return Comment(Reading(name, name, "", None, 0, Standing()))

    @cached_property
    def plain(self) -> str:
        """What a reader sees, without marks and markup."""
        return plain(self.reading.html)

    def alike(self, likeness: Likeness, rule: str) -> Alike | None:
        """The passage that is most like a breach of the rule; the text is read for it once."""
        if self._compared is None:
            self._compared = likeness.compare(self.folded)
        return self._compared.most(rule)

    def once(self, work: Callable[["Comment"], _T]) -> _T:
        """What `work` makes of the comment, for several detectors that ask for the same."""
        if work not in self._known:
            self._known[work] = work(self)
        return cast(_T, self._known[work])

    @cached_property
    def idioms(self) -> tuple[tuple[int, int], ...]:
        """The figures of speech in the text."""
        return tuple(_IDIOMS.find(self.folded))

    @cached_property
    def stories(self) -> tuple[tuple[int, int], ...]:
        """Where the text begins to tell what happens in a book, a film or the like."""
        return tuple(_STORIES.find(self.folded))

    @cached_property
    def language(self) -> Literal["de", "en"]:
        """The language of the text, by its commonest words; German where neither prevails."""
        german, english = (sum(word in common for word in self.folded.line.words) for common in (_GERMAN, _ENGLISH))
        return "en" if english > german else "de"

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
