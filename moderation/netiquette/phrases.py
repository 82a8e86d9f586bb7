"""Phrases found in a text, in time proportional to the text (RE2).

Of the thousands of phrases that the lists hold, a text has the anchors of a few. Only these are looked for: one
pattern of all that a list holds is as fast, and takes many times the memory.
"""

from collections.abc import Iterable, Iterator
from functools import cache, cached_property

from moderation.fold import Folded, Span
from moderation.netiquette.grammar import Phrase, compile_phrases
from moderation.netiquette.shelf import Index, Shelf
from moderation.netiquette.wordlist import Lexicon, is_list, lines_of, require_list

_OURS = Shelf()


class Phrases:
    """`lists` names lists of ours, which are read when a text is first searched: that keeps a start short."""

    def __init__(self, *lists: str, phrases: Iterable[Phrase] = ()) -> None:
        self._lists = lists
        self._given = tuple(phrases)

    def find(self, folded: Folded) -> Iterator[Span]:
        """Each place in the text where a phrase stands; of several that begin at one place, the list's first."""
        for line in (folded.line, folded.meant):
            if line is not None:
                for start, end in self._index.matches(line):
                    yield line.span(start, end - 1)

    def near(self, folded: Folded, start: int, end: int, reach: int = 100) -> bool:
        """Whether a phrase stands in the text from `reach` characters before a passage to `reach` behind it."""
        return any(first < end + reach and last > start - reach for first, last in self.find(folded))

    @cached_property
    def _index(self) -> Index:
        if not self._given:
            return _index_of(self._lists)
        # An operator's own go as they came, so they do not stand beside ours.
        return Shelf().add([*self._given, *(each for name in self._lists for each in _phrases_of(name))])


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


@cache
def _index_of(lists: tuple[str, ...]) -> Index:
    return _OURS.add([each for name in lists for each in _phrases_of(name)])


def _phrases_of(name: str) -> Iterator[Phrase]:
    """The phrases of `words/<name>.txt`."""
    return compile_phrases(lines_of(name))
