"""What the classifier can and cannot do, measured on rows that it has not seen.

Every figure comes from models that were trained without the row's source (public rows) or kind (authored rows), except
where an artifact is given: then it is measured as it is, on rows that must not have been in its training.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score

from moderation.classifier.artifact import Head, read_artifact
from moderation.classifier.corpus import Row
from moderation.classifier.features import Hashing
from moderation.classifier.model import Classifier
from moderation.classifier.sites import Trial, play_sites
from moderation.classifier.train import (
    BUDGET,
    HASHING,
    SPAM,
    VIOLATION,
    Encoder,
    Floats,
    Lesson,
    Note,
    Recipe,
    calibrate,
    fit,
    fold_of,
    predict_unseen,
    prepare,
    thresholds_for,
    weigh_rows,
)

BINS = 10
LEAST = 10  # fewer rows of a label say nothing
CURVE = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)


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


@dataclass(frozen=True, slots=True)
class Report:
    """Both heads measured; `threshold` is where the spam lane begins for `budget`, `german` the same for German texts.

    `strangers`: authored rows of each head, judged by a model that knows only what other hands have written.
    `trials`: what the decisions of a new site teach.
    """

    spam: Measured
    violation: Measured
    threshold: float
    german: float
    budget: float
    strangers: tuple[Measured, ...] = ()
    trials: tuple[Trial, ...] = ()

    def lane(self, row: Row) -> float:
        """Where the spam lane begins for a row's language."""
        return self.german if row.language == "de" else self.threshold


def measure(
    rows: Sequence[Row], budget: float = BUDGET, note: Note = lambda _: None, hashing: Hashing = HASHING
) -> Report:
    """Train without each fold of sources and kinds in turn, and measure on it.

    Calibration and threshold of a fold come from the other folds, so they are no better than on a new site.
    """
    encoder = Encoder(hashing)
    measured, thresholds, strangers = [], [], []
    trials: list[Trial] = []
    for name, recipe in (("spam", SPAM), ("violation", VIOLATION)):
        lesson = prepare(rows, recipe, encoder)
        note(f"{name}: training without each source and kind in turn")
        unseen = predict_unseen(lesson, recipe.strength)
        head, threshold = _measure_head(name, lesson, recipe, unseen, budget)
        measured.append(head)
        thresholds.append(threshold)
        note(f"{name}: training without each hand in turn")
        strangers.append(_measure_strangers(name, lesson, recipe))
        if name == "spam":
            trials = play_sites(lesson, recipe, unseen, budget, hashing, note)
    return Report(measured[0], measured[1], *thresholds[0], budget, tuple(strangers), tuple(trials))


def measure_artifact(rows: Sequence[Row], path: Path) -> Report:
    """The artifact as it is. Raises `DamagedArtifact`. Rows from its training make it look better than it is."""
    classifier = Classifier(read_artifact(path))
    scores = [classifier.score(row.reading) for row in rows]
    spam = _labelled("spam", rows, [row.spam for row in rows], [score.spam or 0.0 for score in scores])
    violation = _labelled(
        "violation", rows, [row.violation for row in rows], [score.violation or 0.0 for score in scores]
    )
    head: Head = classifier.artifact.heads[0]
    return Report(spam, violation, head.threshold, head.german, classifier.artifact.about.get("budget", BUDGET))


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


def _measure_head(
    name: str, lesson: Lesson, recipe: Recipe, unseen: Floats, budget: float
) -> tuple[Measured, tuple[float, float]]:
    sent = np.array([bool(row.reading.text) for row in lesson.rows])
    margins = unseen[sent]
    labels = np.array([bool(recipe.label(row)) for row in lesson.rows])[sent]
    weights = weigh_rows(lesson.rows, recipe)[sent]
    measured = [row for row, kept in zip(lesson.rows, sent, strict=True) if kept]
    folds = np.array([fold_of(row) for row in measured])
    probabilities = np.zeros(len(margins))
    for fold in sorted(set(folds)):
        out = folds == fold
        slope, offset = calibrate(margins[~out], labels[~out], weights[~out])
        probabilities[out] = 1 / (1 + np.exp(-(slope * margins[out] + offset)))
    return Measured(name, measured, labels.astype(float), probabilities), thresholds_for(
        measured, probabilities, labels, budget
    )


def _measure_strangers(name: str, lesson: Lesson, recipe: Recipe) -> Measured:
    """Ranks only: the probabilities of this part are not calibrated."""
    hands = np.array([row.hand for row in lesson.rows])
    sent = np.array([bool(row.reading.text) for row in lesson.rows])
    whole = lesson.whole()
    judged: list[Row] = []
    margins: list[float] = []
    for hand in sorted(set(hands) - {0}):
        known = lesson.only(hands != hand)
        asked = np.flatnonzero((hands == hand) & sent)
        if len(asked) and len(set(known.labels)) == 2:
            model = fit(known.lines, known.labels, known.weights, recipe.strength)
            judged += [lesson.rows[place] for place in asked]
            margins += model.margins(lesson.lines[whole[asked]]).tolist()
    labels = np.array([float(bool(recipe.label(row))) for row in judged])
    return Measured(name, judged, labels, 1 / (1 + np.exp(-np.array(margins))))


def _labelled(name: str, rows: Sequence[Row], labels: Sequence[bool | None], scores: Sequence[float]) -> Measured:
    kept = [(row, label, score) for row, label, score in zip(rows, labels, scores, strict=True) if label is not None]
    return Measured(
        name,
        [row for row, _, _ in kept],
        np.array([float(label) for _, label, _ in kept]),
        np.array([score for _, _, score in kept]),
    )


def _told(probabilities: Floats, share: float) -> Floats:
    share = min(max(share, 0.001), 0.999)
    odds = np.clip(probabilities, 1e-9, 1 - 1e-9) / (1 - np.clip(probabilities, 1e-9, 1 - 1e-9)) * share / (1 - share)
    return odds / (1 + odds)
