"""Which phrases may stand in a line: the words of the line are asked once, for all lists of phrases together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import chain
from threading import Lock

import re2

from moderation.fold import Line, Span
from moderation.netiquette.anchors import held, pairs
from moderation.netiquette.grammar import Phrase
from moderation.remembered import Remembered

_MOST_MEMORY = 64 << 20
# Of one phrase. A few of the longest need more for odd texts, and read those more slowly: less than a hundredth of the
# time for a text, against a third of the memory of all that are kept.
_MOST_MEMORY_APART = 256 << 10
# More phrases than that are looked for at once, in one pattern of all: a text that was made to hold many anchors.
_MOST_APART = 40
_MOST_KEPT = 250  # each takes 28 KiB once it was sought; twice as many save no time that can be measured
_MOST_LINES = 16
_MOST_LISTED = 16  # anchors of a group; more are found faster in a set
_MOST_WORDS = 8_000

# A group of anchors to look through: a set of a few words takes four times the memory, and there are thousands.
_Group = tuple[str, ...] | frozenset[str]
# A phrase: its index, its number there, and what it cannot do without besides the anchor it is filed under.
_Entry = tuple["Index", int, tuple[_Group, ...]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Of a line the phrases that may stand in it, by index and number, and where those of an index do, once sought."""

    wanted: "dict[Index, list[int]]"
    found: "dict[Index, list[Span]]" = field(default_factory=dict)


class Shelf:
    """Indexes side by side. What a line holds is kept for its next index; safe to share between threads."""

    def __init__(self) -> None:
        self._by_anchor: dict[str, tuple[_Entry, ...]] = {}
        self._wanted: dict[str, str] = {}
        self._size = 0
        self._lock = Lock()
        self._latest: tuple[tuple[str, ...], int, _Asked] = (), 0, _Asked({})
        self._kept = lru_cache(maxsize=_MOST_LINES)(self._asked)
        self._held = Remembered(_MOST_WORDS, self._held_by)

    def add(self, phrases: Sequence[Phrase]) -> "Index":
        """An index of these phrases, in their order."""
        index = Index(phrases, self)
        with self._lock:
            self._wanted.update({anchor: anchor for each in phrases for group in each.anchors for anchor in group})
            for number, each in enumerate(phrases):
                alone: tuple[_Entry] = ((index, number, tuple(map(_one, each.anchors[1:]))),)
                for anchor in next(iter(each.anchors), ()):
                    others = self._by_anchor.get(anchor)
                    # Most anchors are of one phrase, and it has many: they share what they lead to.
                    self._by_anchor[self._wanted[anchor]] = (*others, *alone) if others else alone
            # Last: what was kept of a word or of a line before does not know the new index.
            self._held = Remembered(_MOST_WORDS, self._held_by)
            self._size += 1
        return index

    def ask(self, words: tuple[str, ...]) -> _Asked:
        """Of each index that has any the phrases that may stand in a line of these words."""
        latest, known, asked = self._latest
        size = self._size
        if latest is not words or known != size:
            asked = self._kept(words, size)
            self._latest = words, size, asked
        return asked

    def _asked(self, words: tuple[str, ...], _size: int) -> _Asked:
        anchors = set(chain.from_iterable(self._held.of(words)))
        anchors.update(self._wanted.keys() & pairs(words))
        found: dict[Index, set[int]] = {}
        for anchor in anchors & self._by_anchor.keys():
            for index, number, others in self._by_anchor[anchor]:
                for group in others:
                    if anchors.isdisjoint(group):
                        break
                else:
                    found.setdefault(index, set()).add(number)
        return _Asked({index: sorted(numbers.union(index.always)) for index, numbers in found.items()})

    def _held_by(self, word: str) -> tuple[str, ...]:
        """The anchors that a word holds, without those that no phrase has."""
        wanted = self._wanted
        return tuple([wanted[each] for each in held((word,)) if each in wanted])


class Index:
    """Phrases in order, by what they cannot do without."""

    def __init__(self, phrases: Sequence[Phrase], shelf: Shelf) -> None:
        self._patterns = [each.pattern for each in phrases]
        self._shelf = shelf
        self.always = [number for number, each in enumerate(phrases) if not each.anchors]

    def matches(self, line: Line) -> Sequence[Span]:
        """The stretches of a line's `data` that are phrases, from left to right, none within another."""
        if not line.words:
            return ()
        asked = self._shelf.ask(line.words)
        wanted = asked.wanted.get(self, self.always)
        if not wanted:
            return ()
        found = asked.found.get(self)
        if found is None:  # several detectors ask for the same
            found = asked.found[self] = list(self._sought(wanted, line.data))
        return found

    def _sought(self, wanted: Sequence[int], data: bytes) -> Iterator[Span]:
        if len(wanted) > _MOST_APART:
            return (found.span() for found in self._together.finditer(data))
        return _leftmost([compiled(self._patterns[each]) for each in wanted], data)

    @cached_property
    def _together(self) -> "re2._Regexp[bytes]":
        return _compile("|".join(self._patterns), _MOST_MEMORY)


def _one(group: frozenset[str]) -> _Group:
    """One and the same for all phrases that need it."""
    return _same(group if len(group) > _MOST_LISTED else tuple(sorted(group)))


@cache
def _same(group: _Group) -> _Group:
    return group


def _leftmost(patterns: Sequence["re2._Regexp[bytes]"], data: bytes) -> Iterator[Span]:
    """What one pattern with these alternatives finds."""
    ahead = [(found.start(), order, found.end()) for order, each in enumerate(patterns) if (found := each.search(data))]
    while ahead:
        start, _order, end = min(ahead)
        yield start, end
        ahead = [again for each in ahead if (again := _again(patterns, each, data, end))]


def _again(
    patterns: Sequence["re2._Regexp[bytes]"], before: tuple[int, int, int], data: bytes, at: int
) -> tuple[int, int, int] | None:
    """Where a pattern that matched before matches from an offset on."""
    if before[0] >= at:
        return before
    found = patterns[before[1]].search(data, at)
    return (found.start(), before[1], found.end()) if found else None


@lru_cache(maxsize=_MOST_KEPT)
def compiled(pattern: str) -> "re2._Regexp[bytes]":
    """A phrase to be looked for alone. Raises `re2.error` if it takes too much memory."""
    return _compile(pattern, _MOST_MEMORY_APART)


def _compile(pattern: str, most_memory: int) -> "re2._Regexp[bytes]":
    options = re2.Options()
    options.max_mem = most_memory
    options.log_errors = False
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(pattern.encode(), options)
