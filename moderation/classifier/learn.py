"""Learning from decisions: a small layer of weights over the frozen classifier, rebuilt from its lessons alone.

A lesson keeps no text, only where its words and features lie in a table of its own. The layer is a pure function of
the lessons in their order, so to undo a decision, or to forget a person, is to rebuild without their lessons: exact,
and the same in every process. Steps shrink by coordinate (AdaGrad: Duchi, Hazan, Singer 2011), so what many decisions
have settled no single one upsets. Near-duplicates count once for each label, and a canary set can refuse what was
learned.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import exp, log1p, sqrt

import mmh3

from moderation.classifier.features import NAMED, Traits, share

BITS = 18
SEED = 77
RATE = 0.2
NAMED_SHARE = 0.5  # named features recur in every comment, words do not
LARGEST_NORM = 8.0  # log-odds: the layer may correct the classifier, not replace it
SKETCH = 24
DUPLICATE = 0.6  # estimated Jaccard similarity of word pairs from which two comments are one
LEAST_APPROVED = 20
MARGIN = 0.25  # log-odds between the highest approved comment and the threshold
TOLERATED = 0.02  # how much the canaries' loss may grow, relative to before
PRIOR_ROWS = 20  # how many imagined comments at even odds stand against the site's own rate

_MASK = (1 << BITS) - 1


@dataclass(frozen=True, slots=True)
class Lesson:
    """One decision: the comment `key` is spam or not, as `moderator` sees it, who counts `trust` (0 to 1).

    `places` and `values` are the comment's words and features in the layer's table; `margin` is what the classifier
    alone had said, in log-odds at even odds; `sketch` recognises near-duplicates.
    """

    key: str
    spam: bool
    places: tuple[int, ...]
    values: tuple[float, ...]
    margin: float
    sketch: tuple[int, ...]
    moderator: str = ""
    trust: float = 1.0


@dataclass(frozen=True, slots=True)
class Learned:
    """What a site's decisions have taught. `version` grows with every change; keep old values to roll back to them.

    `weights` by place, in log-odds; `spent` is AdaGrad's memory. `floor` is the lowest log-odds for the spam lane that
    keeps the site's approved comments out of it, or None while there are too few.
    """

    lessons: tuple[Lesson, ...] = ()
    weights: Mapping[int, float] = field(default_factory=dict)
    spent: Mapping[int, float] = field(default_factory=dict)
    floor: float | None = None
    version: int = 0

    @property
    def prior(self) -> float:
        """The site's share of spam, drawn towards one half while there are few decisions."""
        spam = sum(each.spam for each in self.lessons)
        return (spam + PRIOR_ROWS / 2) / (len(self.lessons) + PRIOR_ROWS)

    def contributions(self, seen: Traits) -> list[tuple[str, str, float]]:
        """Block, word and weight for all in a comment that decisions have said something about."""
        return [
            (block, word, value * self.weights[place])
            for block, word, place, value in _placed(seen)
            if place in self.weights
        ]


class Refused(Exception):
    """What was learned would make the classifier worse on texts that are known; the message says by how much."""


def lesson(key: str, seen: Traits, spam: bool, margin: float, moderator: str = "", trust: float = 1.0) -> Lesson:
    """A decision on the comment with these traits. `key` names the comment; a later lesson replaces an earlier one."""
    summed: dict[int, float] = {}
    for _, _, place, value in _placed(seen):
        summed[place] = summed.get(place, 0.0) + value
    return Lesson(key, spam, tuple(summed), tuple(summed.values()), margin, _sketch(seen), moderator, trust)


def learn(learned: Learned, new: Iterable[Lesson]) -> Learned:
    """Learn from more decisions. A second decision about the same comment takes the place of the first."""
    fresh = list({each.key: each for each in new}.values())
    keys = {each.key for each in fresh}
    if any(each.key in keys for each in learned.lessons):
        kept = [each for each in learned.lessons if each.key not in keys]
        return replace(rebuild([*kept, *fresh]), version=learned.version + 1)
    weights, spent = dict(learned.weights), dict(learned.spent)
    lessons = list(learned.lessons)
    for each in fresh:
        if not _is_repeated(each, lessons):
            _step(each, weights, spent)
        lessons.append(each)
    return Learned(tuple(lessons), weights, spent, _floor(lessons, weights), learned.version + 1)


def rebuild(lessons: Iterable[Lesson]) -> Learned:
    """What these decisions teach, from nothing, in their order."""
    return learn(Learned(), lessons)


def forget(learned: Learned, keys: Collection[str]) -> Learned:
    """As if the comments of these keys had never been decided: undo of a decision, or erasure of a person. Exact."""
    kept = [each for each in learned.lessons if each.key not in keys]
    return replace(rebuild(kept), version=learned.version + 1)


def forget_moderator(learned: Learned, moderator: str) -> Learned:
    """As if this moderator had never decided."""
    return forget(learned, {each.key for each in learned.lessons if each.moderator == moderator})


def check_canaries(before: Learned, after: Learned, canaries: Sequence[Lesson]) -> Learned:
    """`after`, unless it judges the canaries worse than `before`: then `Refused`."""
    old, new = _loss(before, canaries), _loss(after, canaries)
    if new > old * (1 + TOLERATED) + 1e-3:
        raise Refused(f"The canary texts would be judged worse: their loss would grow from {old:.3f} to {new:.3f}.")
    return after


def strongest(learned: Learned, known: Iterable[Traits], most: int = 50) -> list[tuple[str, str, float]]:
    """What decisions moved most, as block, word and weight in log-odds, for the desk to show.

    Lessons keep no words. `known` are the traits of comments that still exist: only their words can be named.
    """
    named = {
        (block, word): learned.weights[place]
        for seen in known
        for block, word, place, _ in _placed(seen)
        if place in learned.weights
    }
    ranked = sorted(named.items(), key=lambda item: (-abs(item[1]), item[0]))
    return [(block, word, weight) for (block, word), weight in ranked[:most]]


def _placed(seen: Traits) -> Iterator[tuple[str, str, int, float]]:
    for block, words in seen.blocks():
        value = share(words)
        for word in words:
            yield block, word, mmh3.hash(f"{block}={word}", SEED, signed=False) & _MASK, value
    for name, value in zip(NAMED, seen.named, strict=True):
        if value:
            yield "named", name, mmh3.hash(f"named={name}", SEED, signed=False) & _MASK, value * NAMED_SHARE


def _step(taught: Lesson, weights: dict[int, float], spent: dict[int, float]) -> None:
    margin = taught.margin + _adjustment(taught, weights)
    slope = taught.trust * (_probability(margin) - taught.spam)
    for place, value in zip(taught.places, taught.values, strict=True):
        gradient = slope * value
        spent[place] = spent.get(place, 0.0) + gradient * gradient
        weights[place] = weights.get(place, 0.0) - RATE * gradient / sqrt(0.1 + spent[place])
    norm = sqrt(sum(weight * weight for weight in weights.values()))
    if norm > LARGEST_NORM:
        for place in weights:
            weights[place] *= LARGEST_NORM / norm


def _adjustment(taught: Lesson, weights: Mapping[int, float]) -> float:
    return sum(value * weights.get(place, 0.0) for place, value in zip(taught.places, taught.values, strict=True))


def _floor(lessons: Sequence[Lesson], weights: Mapping[int, float]) -> float | None:
    approved = [each.margin + _adjustment(each, weights) for each in lessons if not each.spam]
    return max(approved) + MARGIN if len(approved) >= LEAST_APPROVED else None


def _is_repeated(taught: Lesson, earlier: Sequence[Lesson]) -> bool:
    return any(each.spam == taught.spam and _similarity(each.sketch, taught.sketch) >= DUPLICATE for each in earlier)


def _sketch(seen: Traits) -> tuple[int, ...]:
    words = [each.word for each in seen.pieces]
    pairs = {mmh3.hash(f"{one} {other}", SEED, signed=False) for one, other in pairwise(words)}
    return tuple(sorted(pairs or {mmh3.hash(" ".join(words), SEED, signed=False)})[:SKETCH])


def _similarity(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The Jaccard similarity, estimated from the smallest hashes of both (Broder 1997)."""
    smallest = sorted({*one, *other})[:SKETCH]
    both = {*one} & {*other}
    return sum(each in both for each in smallest) / len(smallest) if smallest else 0.0


def _loss(learned: Learned, canaries: Sequence[Lesson]) -> float:
    margins = (each.margin + _adjustment(each, learned.weights) for each in canaries)
    losses = [log1p(exp(-margin if each.spam else margin)) for each, margin in zip(canaries, margins, strict=True)]
    return sum(losses) / len(losses) if losses else 0.0


def _probability(log_odds: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, log_odds))))
