"""Scoring: a sparse dot product in plain Python, with what each word and feature contributed."""

from collections.abc import Iterator, Sequence
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
from moderation.verdict import Reason, Score

MOST_REASONS = 5
LEAST_REASON = 0.1  # log-odds: below it, a word says nothing worth reading
EXTREME = 20.0  # log-odds: beyond it, the last digits of a probability would be noise
FEW_WORDS = 4  # too few to say that a language is unknown
KNOWN_SHARE = 0.35
NAMED_BLOCK = "named"
_IN_TEXT = ("t", "q")
_OUTSIDE_TEXT = {"n": "name", "h": "host"}
_MOST_WORDS_KEPT = 60_000
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


# A `Contribution` not yet dressed up: a hundred are made for each comment, and few are ever looked at.
_Summand = tuple[str, str, float, float, bool]


class Classifier:
    """Scores readings with a trained artifact. Remembers what words weigh; safe to share between threads."""

    def __init__(self, artifact: Artifact, learned: Learned | None = None) -> None:
        self.artifact = artifact
        self.learned = learned
        self.version = artifact.version if learned is None else f"{artifact.version}+{learned.version}"
        self._kept: dict[str, dict[str, tuple[float, float, bool]]] = {"t": {}, "q": {}, "2": {}, "n": {}, "h": {}}

    def taught(self, learned: Learned | None) -> "Classifier":
        """The same classifier with what a site's decisions have taught, or without; shares what it remembers."""
        other = Classifier(self.artifact, learned)
        other._kept = self._kept
        return other

    def lesson(self, key: str, reading: Reading, spam: bool, moderator: str = "", trust: float = 1.0) -> Lesson:
        """A person's decision on a comment, as `learn` takes it; see `learn.lesson`."""
        seen = traits(reading)
        margin = self.base[0] + sum([each[2] for each in self._summands(seen)])
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
            every += [(*each, 0.0, True) for each in self.learned.contributions(seen)]
        form = form_evidence(reading.standing.form)
        if form:
            every.append((NAMED_BLOCK, "form", form, 0.0, False))
        shift = log(_bounded(prior) / (1 - _bounded(prior))) if prior is not None else 0.0
        spam, violation = self.base
        for_spam = [each[2] for each in every]
        for_violation = [each[3] for each in every]
        return Score(
            spam=_probability(spam + sum(for_spam) + shift),
            violation=_probability(violation + sum(for_violation)),
            reasons=(
                *_reasons("spam", for_spam, every, seen, reading.text),
                *_reasons("violation", for_violation, every, seen, reading.text),
            ),
            familiar=self._familiar(seen),
            model=self.version,
            # The threshold moves with the prior: how much ham it may cost does not depend on how much spam there is.
            threshold=_probability(self._bar(seen) + shift),
        )

    def contributions(self, reading: Reading) -> list[Contribution]:
        """Every summand of the frozen classifier's log-odds at even odds, but `base`."""
        return [Contribution(*each) for each in self._summands(traits(reading))]

    def _summands(self, seen: Traits) -> list[_Summand]:
        first, second = self.artifact.heads
        every: list[_Summand] = [
            (NAMED_BLOCK, name, value * spam * first.slope, value * violation * second.slope, False)
            for name, value, spam, violation in zip(NAMED, seen.named, first.named, second.named, strict=True)
            if value
        ]
        for block, words in seen.blocks():
            part = share(words)
            one, other = part * first.slope, part * second.slope
            every += [
                (block, word, one * spam, other * violation, False)
                for word, (spam, violation, _) in zip(words, self._weights(block, words), strict=True)
            ]
        return every

    def _bar(self, seen: Traits) -> float:
        head = self.artifact.heads[0]
        threshold = head.german if is_german(seen) else head.threshold
        own = log(threshold / (1 - threshold))
        return own if self.learned is None else self.learned.bar(own)

    def _weights(self, block: str, words: Sequence[str]) -> list[tuple[float, float, bool]]:
        kept = self._kept[block]
        # Most words are known already.
        return [kept.get(word) or self._word(block, word) for word in words]

    def _word(self, block: str, word: str) -> tuple[float, float, bool]:
        kept = self._kept[block]
        if len(kept) >= _MOST_WORDS_KEPT:
            kept.clear()
        found = kept[word] = self._weigh(block, word)
        return found

    def _weigh(self, block: str, word: str) -> tuple[float, float, bool]:
        whole, parts = self.artifact.hashing.places(block, word)
        first, second = (head.weights for head in self.artifact.heads)
        part = len(parts) ** -0.5 if parts else 0.0
        return (
            first[whole] + part * sum(map(first.__getitem__, parts)),
            second[whole] + part * sum(map(second.__getitem__, parts)),
            bool(self.artifact.known[whole >> 3] >> (whole & 7) & 1),
        )

    def _familiar(self, seen: Traits) -> bool:
        words = list({each.word for each in seen.pieces if each.word[0].isalpha()})
        if len(words) < FEW_WORDS:
            return True
        return sum([known for _, _, known in self._weights("t", words)]) >= KNOWN_SHARE * len(words)


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
    head: Literal["spam", "violation"], weights: list[float], every: Sequence[_Summand], seen: Traits, text: str
) -> Iterator[Reason]:
    worth = [
        (abs(weight), -order)
        for order, weight in enumerate(weights)
        if weight >= LEAST_REASON or weight <= -LEAST_REASON
    ]
    worth.sort(reverse=True)
    told = (-order for _, order in worth if _tells(every[-order]))
    for order in islice(told, MOST_REASONS):
        block, word, *_, by_decisions = every[order]
        label, shown, start, end = _located(block, word, seen, text)
        learned = by_decisions and block != NAMED_BLOCK
        yield Reason(head, "learned" if learned else label, shown, start, end, round(weights[order], 3))


def _tells(each: _Summand) -> bool:
    """Whether a person learns something from it: named features always tell, words unless they are mere grammar."""
    return each[0] == NAMED_BLOCK or explains(each[1])


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
