"""What the classifier can and cannot do, measured on rows that it has not seen.

Every figure comes from models that were trained without the row's source (public rows), kind or hand (authored rows),
except where an artifact is given: then it is measured as it is, on rows that must not have been in its training.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from moderation.classifier.artifact import Head, read_artifact
from moderation.classifier.corpus import Row
from moderation.classifier.encoder import Encoder
from moderation.classifier.fitting import Floats, calibrate, thresholds_for
from moderation.classifier.hashing import Hashing
from moderation.classifier.measured import Measured
from moderation.classifier.model import Classifier
from moderation.classifier.recipe import SPAM, VIOLATION, Recipe, fold_of, weigh_rows
from moderation.classifier.sites import Trial, play_sites
from moderation.classifier.tasks import measure_tasks
from moderation.classifier.train import BUDGET, HASHING, Lesson, Note, predict_strangers, predict_unseen, prepare

CURVE = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)


@dataclass(frozen=True, slots=True)
class Report:
    """Both heads measured; `threshold` is where the spam lane begins for `budget`, `german` the same for German texts.

    `spam` and `violation` leave out kinds of authored rows, `strangers` (of both heads) whole hands: what a new site is
    nearest to, and where threshold and calibration come from.
    `trials`: what the decisions of a new site teach. `tasks`: shared tasks, learned from their own training rows.
    """

    spam: Measured
    violation: Measured
    threshold: float
    german: float
    budget: float
    strangers: tuple[Measured, ...] = ()
    trials: tuple[Trial, ...] = ()
    tasks: tuple[Measured, ...] = ()

    def lane(self, row: Row) -> float:
        """Where the spam lane begins for a row's language."""
        return self.german if row.language == "de" else self.threshold


def measure(
    rows: Sequence[Row],
    budget: float = BUDGET,
    note: Note = lambda _: None,
    hashing: Hashing = HASHING,
    tasks: Sequence[Row] = (),
) -> Report:
    """Train without each fold of sources and kinds in turn, and measure on it.

    `tasks`: rows of shared tasks under `tasks.LICENCES`, measured apart; nothing else learns from them.
    Calibration and threshold of a fold come from the other folds, so they are no better than on a new site.
    """
    encoder = Encoder(hashing)
    measured, strangers = [], []
    trials: list[Trial] = []
    for name, recipe in (("spam", SPAM), ("violation", VIOLATION)):
        lesson = prepare(rows, recipe, encoder)
        note(f"{name}: training without each source and kind in turn")
        unseen = predict_unseen(lesson, recipe.strength)
        measured.append(_measure(name, lesson, recipe, unseen))
        note(f"{name}: training without each hand in turn")
        strange = predict_strangers(lesson, recipe.strength, unseen)
        strangers.append(_measure(name, lesson, recipe, strange))
        if name == "spam":
            trials = play_sites(lesson, recipe, strange, budget, hashing, note)
    if tasks:
        note("violation: training for the shared tasks")
    played = measure_tasks(tasks, encoder)
    spam = strangers[0]
    thresholds = thresholds_for(spam.rows, spam.probabilities, spam.labels == 1, budget)
    return Report(measured[0], measured[1], *thresholds, budget, tuple(strangers), tuple(trials), tuple(played))


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


def _measure(name: str, lesson: Lesson, recipe: Recipe, margins: Floats) -> Measured:
    """The rows that have a text; each group of them is calibrated by the others."""
    sent = np.array([bool(row.reading.text) for row in lesson.rows])
    rows = [row for row, kept in zip(lesson.rows, sent, strict=True) if kept]
    labels = np.array([bool(recipe.label(row)) for row in rows])
    weights = weigh_rows(lesson.rows, recipe)[sent]
    margins = margins[sent]
    folds = np.array([fold_of(row) for row in rows])
    probabilities = np.zeros(len(margins))
    for fold in sorted(set(folds)):
        out = folds == fold
        slope, offset = calibrate(margins[~out], labels[~out], weights[~out])
        probabilities[out] = 1 / (1 + np.exp(-(slope * margins[out] + offset)))
    return Measured(name, rows, labels.astype(float), probabilities)


def _labelled(name: str, rows: Sequence[Row], labels: Sequence[bool | None], scores: Sequence[float]) -> Measured:
    kept = [(row, label, score) for row, label, score in zip(rows, labels, scores, strict=True) if label is not None]
    return Measured(
        name,
        [row for row, _, _ in kept],
        np.array([float(label) for _, label, _ in kept]),
        np.array([score for _, _, score in kept]),
    )
