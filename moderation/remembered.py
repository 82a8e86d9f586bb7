"""What was worked out for a word, kept for the next text that holds it."""

from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import Generic, TypeVar

# Longer words seldom come again, and whoever sends many of them could fill the memory: they are worked out each time.
LONGEST_KEPT = 100
_T = TypeVar("_T")


def remembered(most: int) -> Callable[[Callable[[str], _T]], Callable[[str], _T]]:
    """Keep what a function makes of words, for the `most` asked for last. Safe to share between threads."""

    def decorate(work: Callable[[str], _T]) -> Callable[[str], _T]:
        kept = lru_cache(maxsize=most)(work)

        @wraps(work)
        def of(word: str) -> _T:
            return kept(word) if len(word) <= LONGEST_KEPT else work(word)

        return of

    return decorate


class Remembered(Generic[_T]):
    """What `work` makes of words, kept for at most `most` of them. Safe to share between threads.

    A word that comes once waits in a small place of its own, since most never come again: misspelt ones, numbers,
    whatever is typed to be in the way. When half of the others are new, those that nobody asked for since the last time
    are forgotten: common words stay. `work` never gives None.
    """

    def __init__(self, most: int, work: Callable[[str], _T]) -> None:
        self._most_once = most // 8
        self._half = (most - self._most_once) // 2
        self._work = work
        self._once: dict[str, _T] = {}
        self._new: dict[str, _T] = {}
        self._old: dict[str, _T] = {}

    def of(self, words: Iterable[str]) -> list[_T]:
        """What was made of each word."""
        # Asked once: another thread may have put all away by the second time.
        kept = self._new
        return [found if (found := kept.get(word)) is not None else self._found(word) for word in words]

    def _found(self, word: str) -> _T:
        found = self._old.get(word)
        if found is None:
            found = self._once.pop(word, None)
        if found is None:
            return self._first(word)
        new = self._new
        if len(new) >= self._half:
            self._old, self._new = new, {}
            new = self._new
        new[word] = found
        return found

    def _first(self, word: str) -> _T:
        found, once = self._work(word), self._once
        if len(word) > LONGEST_KEPT:
            return found
        if len(once) >= self._most_once:
            self._once = once = {}
        once[word] = found
        return found
