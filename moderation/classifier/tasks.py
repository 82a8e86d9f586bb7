"""The violation head's features on shared tasks: learned from a task's training rows, measured on rows kept back.

The shared tasks GermEval 2018, 2019 and 2021 are compared with by everybody. Their notions of what is offensive differ
from ours and from each other's, so this says what the features can do, not what the classifier that ships does: that
one is measured without a row of the source. Rows licensed for research count here, because nothing is made of them.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.metrics import f1_score
from sklearn.model_selection import KFold

from moderation.classifier.corpus import Row
from moderation.classifier.encoder import Encoder
from moderation.classifier.features import traits
from moderation.classifier.fitting import Fitted, Floats, fit
from moderation.classifier.measured import Measured

TASKS = ("germeval2018", "germeval2019", "germeval2021_train")
LICENCES = frozenset(("permissive", "research"))
_STRENGTH = 1.0
_OTHERS = 0.5  # what a row of another task counts
_OWN = 0.3  # and an authored one
_PARTS = 4  # the bar between the labels is set on parts of the training rows that were left out


def measure_tasks(rows: Sequence[Row], encoder: Encoder) -> list[Measured]:
    """Each task whose rows are there: its rows kept back, with probabilities around a bar that is set on the others."""
    learned = [row for row in rows if row.violation is not None and not row.held and _teaches(row)]
    held = [row for row in rows if row.violation is not None and row.held]
    if not learned:
        return []
    lines = encoder.encode(traits(row.reading) for row in learned)
    return [
        _measure(task, learned, lines, asked, encoder)
        for task in TASKS
        if (asked := [row for row in held if row.source == task])
    ]


def _measure(task: str, learned: list[Row], lines: csr_matrix, asked: list[Row], encoder: Encoder) -> Measured:
    labels = np.array([bool(row.violation) for row in learned])
    weights = _weigh(task, learned, labels)
    own = np.flatnonzero([row.source == task for row in learned])
    bar = _bar(lines, labels, weights, own)
    margins = fit(lines, labels, weights, _STRENGTH).margins(encoder.encode(traits(row.reading) for row in asked))
    truth = np.array([float(bool(row.violation)) for row in asked])
    return Measured(task, asked, truth, 1 / (1 + np.exp(bar - margins)))


def _teaches(row: Row) -> bool:
    return row.source in TASKS or (row.authored and row.language == "de" and bool(row.reading.text))


def _weigh(task: str, rows: Sequence[Row], labels: NDArray[np.bool_]) -> Floats:
    """Both labels weigh the same in total."""
    weights = np.array([1.0 if row.source == task else _OWN if row.authored else _OTHERS for row in rows])
    for label in (False, True):
        weights[labels == label] *= len(rows) / 2 / weights[labels == label].sum()
    return weights


def _bar(lines: csr_matrix, labels: NDArray[np.bool_], weights: Floats, own: NDArray[np.intp]) -> float:
    """The margin between the labels with the best macro-F1 on the task's own training rows, each left out once."""
    margins = np.zeros(len(own))
    for _, left in KFold(_PARTS, shuffle=True, random_state=0).split(own):
        kept = np.ones(len(labels), dtype=bool)
        kept[own[left]] = False
        model: Fitted = fit(lines[kept], labels[kept], weights[kept], _STRENGTH)
        margins[left] = model.margins(lines[own[left]])
    bars = np.quantile(margins, np.linspace(0.4, 0.9, 101))
    reached = [f1_score(labels[own], margins > bar, average="macro") for bar in bars]
    smooth = np.convolve(np.pad(reached, 5, mode="edge"), np.full(11, 1 / 11), "valid")
    return float(bars[int(np.argmax(smooth))])
