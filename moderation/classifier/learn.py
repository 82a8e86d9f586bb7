"""Learning from decisions: a small layer of weights over the frozen classifier, rebuilt from its lessons alone.

A lesson keeps no text, only where its words and features lie in a table of its own. The layer is a pure function of
the lessons in their order, so to undo a decision, or to forget a person, is to rebuild without their lessons: exact,
and the same in every process. With each new lesson a few earlier ones are gone through again, so that the new does
not push out the old. Near-duplicates count once for each label, and a canary set can refuse what was learned.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import exp, log1p
from statistics import fmean, pstdev

from moderation.classifier.features import Traits
from moderation.classifier.layer import Layer, adjustment, placed, probability
from moderation.classifier.sketches import Seen, Sketch, sketch_of

REPLAYED = 5  # earlier lessons gone through again with each new one
LEAST_APPROVED = 20  # so many approved comments before they may move the threshold, and so many
ENOUGH_APPROVED = 100  # until it is theirs alone
RECENT_APPROVED = 250
# The share of a normal distribution above so many standard deviations is .0035. The mean of what the site approves is
# known to about a tenth of a deviation after a hundred decisions, and real tails are heavier than normal ones.
DEVIATIONS = 2.7
# How much the canaries' mean loss may grow. Every site differs from them in earnest, so some growth is learning; a
# layer that had nothing to say about a text that the classifier is sure of would have to reach far to cost this much.
TOLERATED = 0.1
MARGIN = 0.25  # log-odds between a bar that had to be raised and the approved comments below it
PRIOR_ROWS = 20  # how many imagined comments at even odds stand against the site's own rate


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
    sketch: Sketch
    moderator: str = ""
    trust: float = 1.0


@dataclass(frozen=True, slots=True)
class Learned:
    """What a site's decisions have taught. `version` grows with every change; keep old values to roll back to them.

    `weights` by place, in log-odds; `spent` is AdaGrad's memory. `approved` are the log-odds of approved comments,
    each from before it was learned, newest last: how the site's comments look to a judge who has not seen them.
    """

    lessons: tuple[Lesson, ...] = ()
    weights: Mapping[int, float] = field(default_factory=dict)
    spent: Mapping[int, float] = field(default_factory=dict)
    approved: tuple[float, ...] = ()
    version: int = 0

    @property
    def prior(self) -> float:
        """The site's share of spam, drawn towards one half while there are few decisions."""
        return _share_of_spam(sum(each.spam for each in self.lessons), len(self.lessons))

    def bar(self, own: float) -> float:
        """The log-odds at even odds from which comments wait in the spam lane; `own` is the classifier's bar.

        It is raised as soon as the site's approved comments need it, and lowered bit by bit, as they allow it: never
        below even odds, where spam and ham are as likely.
        """
        if len(self.approved) < LEAST_APPROVED:
            return own
        needed = fmean(self.approved) + DEVIATIONS * pstdev(self.approved)
        if needed >= own:
            return max(needed, max(self.approved) + MARGIN)
        known = min(1.0, (len(self.approved) - LEAST_APPROVED) / (ENOUGH_APPROVED - LEAST_APPROVED))
        return own + known * (max(0.0, needed) - own)

    def contributions(self, seen: Traits) -> list[tuple[str, str, float]]:
        """Block, word and weight for all in a comment that decisions have said something about."""
        weights = self.weights
        return [(block, word, value * weights[place]) for block, word, place, value in placed(seen) if place in weights]


class Refused(Exception):
    """What was learned would make the classifier worse on texts that are known; the message says by how much."""


def lesson(key: str, seen: Traits, spam: bool, margin: float, moderator: str = "", trust: float = 1.0) -> Lesson:
    """A decision on the comment with these traits. `key` names the comment; a later lesson replaces an earlier one."""
    summed: dict[int, float] = {}
    for _, _, place, value in placed(seen):
        summed[place] = summed.get(place, 0.0) + value
    sketch = sketch_of([each.word for each in seen.pieces])
    return Lesson(key, spam, tuple(summed), tuple(summed.values()), margin, sketch, moderator, trust)


def learn(learned: Learned, new: Iterable[Lesson]) -> Learned:
    """Learn from more decisions. A second decision about the same comment takes the place of the first."""
    fresh = list({each.key: each for each in new}.values())
    keys = {each.key for each in fresh}
    if any(each.key in keys for each in learned.lessons):
        kept = [each for each in learned.lessons if each.key not in keys]
        return replace(rebuild([*kept, *fresh]), version=learned.version + 1)
    layer = Layer(learned.weights, learned.spent)
    lessons, approved = list(learned.lessons), list(learned.approved)
    seen = Seen((each.spam, each.sketch) for each in lessons)
    spam = sum(each.spam for each in lessons)
    for each in fresh:
        if not seen.has_like(each.spam, each.sketch):
            if not each.spam:
                approved.append(_log_odds(each, layer.weights))
            for taught in (each, *_replayed(lessons)):
                _teach(taught, layer, _share_of_spam(spam, len(lessons)))
        lessons.append(each)
        seen.add(each.spam, each.sketch)
        spam += each.spam
    approved = approved[-RECENT_APPROVED:]
    return Learned(tuple(lessons), layer.weights, layer.spent, tuple(approved), learned.version + 1)


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
    """`after`, unless it judges the canaries worse than `before`, and worse than is tolerated: then `Refused`."""
    new = _loss(after, canaries)
    if new <= _loss(Learned(), canaries) + TOLERATED:
        return after
    old = _loss(before, canaries)
    if new > old:
        raise Refused(f"The canary texts would be judged worse: their loss would grow from {old:.3f} to {new:.3f}.")
    return after


def strongest(learned: Learned, known: Iterable[Traits], most: int = 50) -> list[tuple[str, str, float]]:
    """What decisions moved most, as block, word and weight in log-odds, for the desk to show.

    Lessons keep no words. `known` are the traits of comments that still exist: only their words can be named.
    """
    named = {
        (block, word): learned.weights[place]
        for seen in known
        for block, word, place, _ in placed(seen)
        if place in learned.weights
    }
    ranked = sorted(named.items(), key=lambda item: (-abs(item[1]), item[0]))
    return [(block, word, weight) for (block, word), weight in ranked[:most]]


def _replayed(lessons: Sequence[Lesson]) -> list[Lesson]:
    """Earlier lessons spread evenly over all, others each time."""
    number = len(lessons)
    places = {(number * 7919 + turn * number // REPLAYED) % number for turn in range(REPLAYED)} if number else set()
    return [lessons[place] for place in sorted(places)]


def _teach(taught: Lesson, layer: Layer, prior: float) -> None:
    """One step. Both labels weigh the same in total, so that the layer stays at even odds, whatever the site's rate."""
    slope = probability(_log_odds(taught, layer.weights)) - taught.spam
    balance = 0.5 / (prior if taught.spam else 1 - prior)
    layer.step(taught.places, taught.values, taught.trust * balance * slope)


def _share_of_spam(spam: int, every: int) -> float:
    return (spam + PRIOR_ROWS / 2) / (every + PRIOR_ROWS)


def _log_odds(taught: Lesson, weights: Mapping[int, float]) -> float:
    return taught.margin + adjustment(taught.places, taught.values, weights)


def _loss(learned: Learned, canaries: Sequence[Lesson]) -> float:
    weights = learned.weights
    margins = (_log_odds(each, weights) if weights else each.margin for each in canaries)
    losses = [log1p(exp(-margin if each.spam else margin)) for each, margin in zip(canaries, margins, strict=True)]
    return fmean(losses) if losses else 0.0
