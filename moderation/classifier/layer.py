"""The weights that decisions teach: a small table over the frozen classifier, moved by AdaGrad.

Steps shrink by coordinate (Duchi, Hazan, Singer 2011), so what many decisions have settled no single one upsets.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import exp, sqrt

import mmh3

from moderation.classifier.features import Traits, share
from moderation.classifier.named import NAMED
from moderation.remembered import remembered

BITS = 18
SEED = 77
RATE = 0.4
STEADY = 0.01  # keeps the first step of a coordinate finite: AdaGrad's delta
NAMED_SHARE = 0.5  # named features recur in every comment, words do not
SITE = "site"  # stands in every comment: how much more, or less, a site's comments look like spam than others'
LARGEST_NORM = 16.0  # log-odds: the layer may correct the classifier, not replace it
_SHRUNK = 0.95  # shrinking a little further than needed makes shrinking rare

_MASK = (1 << BITS) - 1


class Layer:
    """Weights by place in log-odds, and `spent`, AdaGrad's memory. Copies what it starts from."""

    def __init__(self, weights: Mapping[int, float], spent: Mapping[int, float]) -> None:
        self.weights = dict(weights)
        self.spent = dict(spent)
        self._square = sum(weight * weight for weight in self.weights.values())

    def step(self, places: Sequence[int], values: Sequence[float], slope: float) -> None:
        """Move against the slope of the loss at a comment with these values."""
        weights, spent, square = self.weights, self.spent, self._square
        for place, value in zip(places, values, strict=True):
            gradient = slope * value
            before = weights.get(place, 0.0)
            spent[place] = total = spent.get(place, 0.0) + gradient * gradient
            weights[place] = after = before - RATE * gradient / sqrt(STEADY + total)
            square += after * after - before * before
        self._square = square
        if square > LARGEST_NORM * LARGEST_NORM:
            self._shrink()

    def _shrink(self) -> None:
        factor = _SHRUNK * LARGEST_NORM / sqrt(self._square)
        for place in self.weights:
            self.weights[place] *= factor
        self._square *= factor * factor


def adjustment(places: Sequence[int], values: Sequence[float], weights: Mapping[int, float]) -> float:
    """What the weights add to the log-odds of a comment."""
    return sum(value * weights.get(place, 0.0) for place, value in zip(places, values, strict=True))


def placed(seen: Traits) -> Iterator[tuple[str, str, int, float]]:
    """Block, word, place and value of all in a comment that can be learned."""
    for block, words in seen.blocks():
        value = share(words)
        for word in words:
            yield block, word, _place(f"{block}={word}"), value
    for name, value in zip(NAMED, seen.named, strict=True):
        if value:
            yield "named", name, _place(f"named={name}"), value * NAMED_SHARE
    yield "named", SITE, _place(f"named={SITE}"), NAMED_SHARE


def probability(log_odds: float) -> float:
    """The probability of these log-odds, never quite 0 or 1."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, log_odds))))


@remembered(10_000)
def _place(trait: str) -> int:
    return mmh3.hash(trait, SEED, signed=False) & _MASK
