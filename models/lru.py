"""What was used last, kept up to a size: a cache whose entries weigh differently."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from math import inf
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LruCache(Generic[K, V]):
    """Entries up to `most` of what `size` gives for key and value, and up to `most_entries`.

    Those not used longest make room; one that alone exceeds `most` is not kept. For one thread.
    """

    def __init__(self, most: int, size: Callable[[K, V], int], most_entries: float = inf) -> None:
        self.most = most
        self.most_entries = most_entries
        self._measure = size
        self._size = 0
        self._kept: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K) -> V | None:
        """What is kept under the key, used now."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: K, value: V) -> None:
        """Keep it under the key, in place of what was there."""
        self.drop(key)
        size = self._measure(key, value)
        if size > self.most:
            return
        self._kept[key] = value
        self._size += size
        while self._size > self.most or len(self._kept) > self.most_entries:
            self.drop(next(iter(self._kept)))

    def drop(self, key: K) -> None:
        """Keep nothing under the key."""
        if (dropped := self._kept.pop(key, None)) is not None:
            self._size -= self._measure(key, dropped)
