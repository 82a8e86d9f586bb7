"""Phrases found in a text, in time proportional to the text (RE2).

Of the thousands of phrases that the lists hold, a text has the anchors of a few. Only these are looked for: one
pattern of all that a list holds is as fast, and takes many times the memory.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property, lru_cache

import re2

from moderation.fold import Folded, Span
from moderation.netiquette.anchors import Anchors, held
from moderation.netiquette.grammar import Phrase, compile_phrases
from moderation.netiquette.wordlist import Lexicon, is_list, lines_of, require_list

_MOST_MEMORY = 64 << 20
# Of one phrase: every one of ours needs less than half of that, and a text made to need more is read more slowly.
_MOST_MEMORY_APART = 512 << 10
# More phrases than that are looked for at once, in one pattern of all: a text that was made to hold many anchors.
_MOST_APART = 40
_MOST_KEPT = 1_000


class Phrases:
    """`lists` names lists of ours, which are read when a text is first searched: that keeps a start short."""

    def __init__(self, *lists: str, phrases: Iterable[Phrase] = ()) -> None:
        self._lists = lists
        self._given = tuple(phrases)

    def find(self, folded: Folded) -> Iterator[Span]:
        """Each place in the text where a phrase stands; of several that begin at one place, the list's first."""
        for line in (folded.line, folded.meant):
            if line is not None and line.words:
                for start, end in self._index.matches(line.words, line.data):
                    yield line.span(start, end - 1)

    def near(self, folded: Folded, start: int, end: int, reach: int = 100) -> bool:
        """Whether a phrase stands in the text from `reach` characters before a passage to `reach` behind it."""
        return any(first < end + reach and last > start - reach for first, last in self.find(folded))

    @cached_property
    def _index(self) -> "_Index":
        return _Index([*self._given, *(each for name in self._lists for each in _phrases_of(name))])


def lists_of(names: Iterable[str]) -> tuple[Lexicon, Phrases]:
    """The words and the phrases of lists by name. `x-de` has its phrases in `x-saetze-de`, or holds nothing else."""
    words: list[str] = []
    phrases: list[str] = []
    for name in names:
        beside = name.replace("-", "-saetze-", 1)
        if is_list(beside):
            words.append(name)
            phrases.append(beside)
        else:
            phrases.append(name)
    for name in (*words, *phrases):
        require_list(name)
    return Lexicon((), *words), Phrases(*phrases)


class _Index:
    """Phrases in order, by what they cannot do without."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self._phrases = phrases
        self._always = [number for number, each in enumerate(phrases) if not each.anchors]
        self._anchored: dict[str, list[tuple[int, Anchors]]] = {}
        for number, each in enumerate(phrases):
            for anchor in next(iter(each.anchors), ()):
                self._anchored.setdefault(anchor, []).append((number, each.anchors[1:]))
        self._anchors = frozenset(self._anchored)

    def matches(self, words: tuple[str, ...], data: bytes) -> Iterator[Span]:
        """The stretches of a line that are phrases, from left to right, none within another."""
        wanted = self._wanted(_held(words))
        if len(wanted) > _MOST_APART:
            yield from (found.span() for found in self._together.finditer(data))
        elif wanted:
            yield from _leftmost([_compiled(self._phrases[each].pattern) for each in wanted], data)

    def _wanted(self, held: set[str]) -> list[int]:
        """The phrases that may stand where these anchors are held."""
        wanted = set(self._always)
        for anchor in self._anchors & held:
            for number, others in self._anchored[anchor]:
                for group in others:
                    if group.isdisjoint(held):
                        break
                else:
                    wanted.add(number)
        return sorted(wanted)

    @cached_property
    def _together(self) -> "re2._Regexp[bytes]":
        return _compile("|".join(each.pattern for each in self._phrases), _MOST_MEMORY)


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


@lru_cache(maxsize=16)
def _held(words: tuple[str, ...]) -> set[str]:
    return held(words)


@lru_cache(maxsize=_MOST_KEPT)
def _compiled(pattern: str) -> "re2._Regexp[bytes]":
    return _compile(pattern, _MOST_MEMORY_APART)


def _compile(pattern: str, most_memory: int) -> "re2._Regexp[bytes]":
    options = re2.Options()
    options.max_mem = most_memory
    options.log_errors = False
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(pattern.encode(), options)


@cache
def _phrases_of(name: str) -> tuple[Phrase, ...]:
    """The phrases of `words/<name>.txt`."""
    return tuple(compile_phrases(lines_of(name)))
