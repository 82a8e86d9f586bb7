"""What was worked out for a word, kept for the next text that holds it."""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Remembered(Generic[_T]):
    """What `work` makes of words, kept for at most `most` of them. Safe to share between threads.

    When half of them are new, those that nobody asked for since the last time are forgotten: common words stay.
    `work` never gives None.
    """

    def __init__(self, most: int, work: Callable[[str], _T]) -> None:
        self._half = most // 2
        self._work = work
        self._new: dict[str, _T] = {}
        self._old: dict[str, _T] = {}

    def of(self, words: Iterable[str]) -> list[_T]:
        """What was made of each word."""
        # Asked once: another thread may have put all away by the second time.
        kept = self._new
        return [found if (found := kept.get(word)) is not None else self._found(word) for word in words]

    def _found(self, word: str) -> _T:
        new, old = self._new, self._old
        found = old.get(word)
        if found is None:
            found = self._work(word)
        if len(new) >= self._half:
            self._old, self._new = new, {}
            new = self._new
        new[word] = found
        return found
