"""Rows with what a head says of them, and the figures that are made of that."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score

from moderation.classifier.corpus import Row
from moderation.classifier.fitting import Floats

BINS = 10
LEAST = 10  # fewer rows of a label say nothing


@dataclass(frozen=True, slots=True)
class Measured:
    """Rows with a head's probability for each, at even odds."""

    head: str
    rows: list[Row]
    labels: Floats
    probabilities: Floats

    def where(self, test: Callable[[Row], bool]) -> "Measured":
        """The rows that pass `test`."""
        kept = np.array([test(row) for row in self.rows], dtype=bool)
        rows = [row for row, keep in zip(self.rows, kept, strict=True) if keep]
        return Measured(self.head, rows, self.labels[kept], self.probabilities[kept])

    @property
    def positive(self) -> Floats:
        return np.asarray(self.probabilities[self.labels == 1])

    @property
    def negative(self) -> Floats:
        return np.asarray(self.probabilities[self.labels == 0])

    @property
    def both(self) -> bool:
        """Whether there are enough rows of each label to compare them."""
        return min(len(self.positive), len(self.negative)) >= LEAST


def auc(part: Measured) -> float:
    """Area under the ROC curve."""
    return float(roc_auc_score(part.labels, part.probabilities))


def recall_at(part: Measured, false_positives: float) -> float:
    """The share of positives above the score that at most this share of the negatives exceeds."""
    negative = np.sort(part.negative)[::-1]
    bar = negative[min(int(false_positives * len(negative)), len(negative) - 1)]
    return float((part.positive > bar).mean())


def calibration_error(part: Measured, prior: float | None = None) -> float:
    """Expected calibration error over ten bins of equal width, once the share of positives (or `prior`) is told."""
    share = part.labels.mean() if prior is None else prior
    told = _told(part.probabilities, share)
    bins = np.minimum((told * BINS).astype(int), BINS - 1)
    gaps = [
        (bins == each).mean() * abs(part.labels[bins == each].mean() - told[bins == each].mean()) for each in set(bins)
    ]
    return float(sum(gaps))


def reliability(part: Measured) -> list[tuple[float, float, int]]:
    """For each bin that has rows: mean probability with the true share told, share of positives, number of rows."""
    told = _told(part.probabilities, part.labels.mean())
    bins = np.minimum((told * BINS).astype(int), BINS - 1)
    return [
        (float(told[bins == each].mean()), float(part.labels[bins == each].mean()), int((bins == each).sum()))
        for each in sorted(set(bins))
    ]


def macro_f1(part: Measured, bar: float = 0.5) -> float:
    """Mean of the F1 scores of both labels."""
    return float(f1_score(part.labels, part.probabilities >= bar, average="macro"))


def _told(probabilities: Floats, share: float) -> Floats:
    share = min(max(share, 0.001), 0.999)
    odds = np.clip(probabilities, 1e-9, 1 - 1e-9) / (1 - np.clip(probabilities, 1e-9, 1 - 1e-9)) * share / (1 - share)
    return odds / (1 + odds)
