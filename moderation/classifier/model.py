"""Scoring: a sparse dot product in plain Python, with what each word and feature contributed."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, pairwise
from math import exp, log
from pathlib import Path
from typing import Literal, NamedTuple

from moderation.classifier.artifact import SHIPPED, Artifact, read_artifact
from moderation.classifier.features import Traits, is_german, share, traits
from moderation.classifier.function_words import explains
from moderation.classifier.learn import Learned, Lesson, lesson
from moderation.classifier.named import NAMED
from moderation.classifier.tokens import Piece
from moderation.reading import Form, Reading
from moderation.remembered import Remembered
from moderation.verdict import Reason, Score

MOST_REASONS = 5
LEAST_REASON = 0.1  # log-odds: below it, a word says nothing worth reading
EXTREME = 20.0  # log-odds: beyond it, the last digits of a probability would be noise
FEW_WORDS = 4  # too few to say that a language is unknown
KNOWN_SHARE = 0.35
NAMED_BLOCK = "named"
_IN_TEXT = ("t", "q")
_OUTSIDE_TEXT = {"n": "name", "h": "host"}
_MOST_WORDS_KEPT = {"t": 16_000, "q": 5_000, "n": 5_000, "h": 5_000}  # pairs of words seldom come again
_PUNCTUATION = ".,;:!?\"'()[]{}<>„“”‚‘’«»…*_~`-–—/\\|"

# What the form tells is no property of the text and cannot be learned from corpora. Bounded: the text can outweigh it.
TRAPPED = 3.0
HASTY = ((1.0, 2.0), (3.0, 1.0), (6.0, 0.3))  # up to so many seconds: so much


class Contribution(NamedTuple):
    """One summand of the calibrated log-odds of both heads: a named feature, or a word of a block.

    `learned`: it comes from a site's decisions, not from training.
    """

    block: str
    word: str
    spam: float
    violation: float
    learned: bool = False


@dataclass(slots=True)
class _Summands:
    """All contributions side by side: a hundred are made for each comment, and few are ever looked at.

    `blocks` names the block of each stretch of words, `ends` where it ends; from `trained` on they are learned.
    """

    words: list[str]
    spam: list[float]
    violation: list[float]
    blocks: list[str]
    ends: list[int]
    trained: int = 0

    def add(self, block: str, word: str, spam: float) -> None:
        """One more that says something for spam alone."""
        self.words.append(word)
        self.spam.append(spam)
        self.violation.append(0.0)
        self.blocks.append(block)
        self.ends.append(len(self.words))

    def block(self, order: int) -> str:
        """The block that a word stands in."""
        return self.blocks[bisect_right(self.ends, order)]


class Classifier:
    """Scores readings with a trained artifact. Remembers what words weigh; safe to share between threads."""

    def __init__(self, artifact: Artifact, learned: Learned | None = None) -> None:
        self.artifact = artifact
        self.learned = learned
        self.version = artifact.version if learned is None else f"{artifact.version}+{learned.version}"
        self._kept = {block: Remembered(most, partial(self._weigh, block)) for block, most in _MOST_WORDS_KEPT.items()}

    def taught(self, learned: Learned | None) -> "Classifier":
        """The same classifier with what a site's decisions have taught, or without; shares what it remembers."""
        other = Classifier(self.artifact, learned)
        other._kept = self._kept
        return other

    def lesson(self, key: str, reading: Reading, spam: bool, moderator: str = "", trust: float = 1.0) -> Lesson:
        """A person's decision on a comment, as `learn` takes it; see `learn.lesson`."""
        seen = traits(reading)
        margin = self.base[0] + sum(self._summands(seen).spam)
        return lesson(key, seen, spam, margin, moderator, trust)

    @property
    def spam_threshold(self) -> float:
        """The spam probability at even odds from which a comment waits in the spam lane, whatever its language.

        Set from the budget of ham that training was given; German comments have a threshold of their own, which
        `Score.threshold` holds.
        """
        return max(self.artifact.heads[0].threshold, self.artifact.heads[0].german)

    @property
    def base(self) -> tuple[float, float]:
        """The calibrated log-odds at even odds before anything was read, for both heads."""
        first, second = self.artifact.heads
        return first.slope * first.bias + first.offset, second.slope * second.bias + second.offset

    def score(self, reading: Reading, prior: float | None = None) -> Score:
        """Probabilities that the comment is spam and that it breaks the rules of conduct, with the reasons.

        `prior`: the share of spam among the site's comments; None stands for even odds.
        """
        seen = traits(reading)
        every = self._summands(seen)
        if self.learned:
            for block, word, weight in self.learned.contributions(seen):
                every.add(block, word, weight)
        form = form_evidence(reading.standing.form)
        if form:
            every.add(NAMED_BLOCK, "form", form)
        shift = log(_bounded(prior) / (1 - _bounded(prior))) if prior is not None else 0.0
        spam, violation = self.base
        return Score(
            spam=_probability(spam + sum(every.spam) + shift),
            violation=_probability(violation + sum(every.violation)),
            reasons=(
                *_reasons("spam", every.spam, every, seen, reading.text),
                *_reasons("violation", every.violation, every, seen, reading.text),
            ),
            familiar=self._familiar(seen),
            model=self.version,
            # The threshold moves with the prior: how much ham it may cost does not depend on how much spam there is.
            threshold=_probability(self._bar(seen) + shift),
        )

    def contributions(self, reading: Reading) -> list[Contribution]:
        """Every summand of the frozen classifier's log-odds at even odds, but `base`."""
        every = self._summands(traits(reading))
        both = zip(every.words, every.spam, every.violation, strict=True)
        return [Contribution(every.block(order), *each) for order, each in enumerate(both)]

    def _summands(self, seen: Traits) -> _Summands:
        first, second = self.artifact.heads
        present = [place for place, value in enumerate(seen.named) if value]
        words = [NAMED[place] for place in present]
        for_spam = [seen.named[place] * first.named[place] * first.slope for place in present]
        for_violation = [seen.named[place] * second.named[place] * second.slope for place in present]
        blocks, ends = [NAMED_BLOCK], [len(words)]
        for block, more in seen.blocks():
            part = share(more)
            one, other = part * first.slope, part * second.slope
            weights = self._weights(block, more)
            words += more
            for_spam += [one * spam for spam, _, _ in weights]
            for_violation += [other * violation for _, violation, _ in weights]
            blocks.append(block)
            ends.append(len(words))
        return _Summands(words, for_spam, for_violation, blocks, ends, len(words))

    def _bar(self, seen: Traits) -> float:
        head = self.artifact.heads[0]
        threshold = head.german if is_german(seen) else head.threshold
        own = log(threshold / (1 - threshold))
        return own if self.learned is None else self.learned.bar(own)

    def _weights(self, block: str, words: Sequence[str]) -> list[tuple[float, float, bool]]:
        if block in self._kept:
            return self._kept[block].of(words)
        places = self.artifact.hashing.wholes(block, words)
        first, second = self.artifact.heads
        return [(one, other, False) for one, other in zip(first.at(places), second.at(places), strict=True)]

    def _weigh(self, block: str, word: str) -> tuple[float, float, bool]:
        whole, parts = self.artifact.hashing.places(block, word)
        part = len(parts) ** -0.5 if parts else 0.0
        (spam, *for_spam), (violation, *for_violation) = (head.at((whole, *parts)) for head in self.artifact.heads)
        known = bool(self.artifact.known[whole >> 3] >> (whole & 7) & 1)
        return spam + part * sum(for_spam), violation + part * sum(for_violation), known

    def _familiar(self, seen: Traits) -> bool:
        words = list({each.word for each in seen.pieces if each.word[0].isalpha()})
        if len(words) < FEW_WORDS:
            return True
        return sum([known for _, _, known in self._kept["t"].of(words)]) >= KNOWN_SHARE * len(words)


def load(path: Path | None = None) -> Classifier:
    """The classifier in a file, or the one that ships. Raises `DamagedArtifact`."""
    return Classifier(read_artifact(path or SHIPPED))


def form_evidence(form: Form) -> float:
    """What the way of sending says for spam, in log-odds: at most five."""
    hasty = 0.0
    if form.seconds is not None:
        hasty = next((weight for seconds, weight in HASTY if form.seconds < seconds), 0.0)
    return (TRAPPED if form.trapped else 0.0) + hasty


def _reasons(
    head: Literal["spam", "violation"], weights: list[float], every: _Summands, seen: Traits, text: str
) -> Iterator[Reason]:
    worth = [(weight, -order) for order, weight in enumerate(map(abs, weights)) if weight >= LEAST_REASON]
    worth.sort(reverse=True)
    told = ((-order, block) for _, order in worth if _tells(block := every.block(-order), every.words[-order]))
    for order, block in islice(told, MOST_REASONS):
        label, shown, start, end = _located(block, every.words[order], seen, text)
        learned = order >= every.trained and block != NAMED_BLOCK
        yield Reason(head, "learned" if learned else label, shown, start, end, round(weights[order], 3))


def _tells(block: str, word: str) -> bool:
    """Whether a person learns something from it: named features always tell, words unless they are mere grammar."""
    return block == NAMED_BLOCK or explains(word)


def _located(block: str, word: str, seen: Traits, text: str) -> tuple[str, str, int | None, int | None]:
    if block == NAMED_BLOCK:
        return word, "", None, None
    if block in _OUTSIDE_TEXT:
        return _OUTSIDE_TEXT[block], word, None, None
    if block in _IN_TEXT:
        quoted = block == "q"
        start, end = next((start, end) for each, start, end, by in seen.pieces if each == word and by is quoted)
        return "quoted" if quoted else "word", *_trimmed(text, start, end)
    return "pair", *_trimmed(text, *_span_of_pair(word, seen.pieces))


def _span_of_pair(pair: str, pieces: tuple[Piece, ...]) -> tuple[int, int]:
    before, _, behind = pair.partition(" ")
    own = [each for each in pieces if not each.quoted]
    for place, (one, other) in enumerate(pairwise(("^", *[each.word for each in own], "$"))):
        if one == before and other == behind:
            return own[max(0, place - 1)].start, own[min(place, len(own) - 1)].end
    return 0, 0


def _trimmed(text: str, start: int, end: int) -> tuple[str, int, int]:
    bare = text[start:end].strip(_PUNCTUATION)
    if not bare:
        return text[start:end], start, end
    start = text.index(bare, start)
    return bare, start, start + len(bare)


def _probability(log_odds: float) -> float:
    return 1 / (1 + exp(-max(-EXTREME, min(EXTREME, log_odds))))


def _bounded(prior: float) -> float:
    return min(max(prior, 0.001), 0.999)
