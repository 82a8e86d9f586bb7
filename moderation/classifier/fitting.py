"""Logistic regression over hashed words and named features, its calibration, and thresholds for a budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

from moderation.classifier.corpus import Row
from moderation.classifier.named import NAMED

# With one source of honest English blog comments, a threshold at the budget itself would find hardly any spam.
OTHER_LANGUAGES = 5
# How much more a word counts in learning that nearly all of one label have, or few comments: log-odds, and a power.
MOST_RATIO = 3.0
RARITY = 0.5

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learned: a weight for each column of the lines, and the margin of an empty line."""

    weights: Floats
    bias: float

    def margins(self, lines: csr_matrix) -> Floats:
        """The log-odds of each line, not calibrated."""
        return np.asarray(lines @ self.weights + self.bias)


def fit(lines: csr_matrix, labels: NDArray[np.bool_], weights: Floats, strength: float) -> Fitted:
    """One logistic regression, deterministic.

    What is hashed counts the more in learning, the rarer it is and the more often it stands under one label only: so
    words that tell something are not kept small by the same regularisation as words that are everywhere (after Wang
    and Manning 2012, who take naive Bayes' ratios). The weights that come out are for the lines as they are.
    """
    factors = _emphasis(lines, labels, weights)
    model = LogisticRegression(C=strength, solver="liblinear", max_iter=400, tol=1e-3, random_state=0)
    model.fit(lines @ diags(factors), labels, sample_weight=weights)
    return Fitted(model.coef_[0] * factors, float(model.intercept_[0]))


def calibrate(margins: Floats, labels: NDArray[np.bool_], weights: Floats) -> tuple[float, float]:
    """Slope and offset of Platt's scaling at even odds: both labels weigh the same in total."""
    balanced = weights.copy()
    for label in (False, True):
        balanced[labels == label] /= balanced[labels == label].sum()
    balanced *= len(labels)
    model = LogisticRegression(C=1e6, solver="lbfgs").fit(margins[:, None], labels, sample_weight=balanced)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def threshold_for(probabilities: Floats, labels: NDArray[np.bool_], budget: float) -> float:
    """The lowest probability that at most the share `budget` of the unlabelled rows exceeds, never under one half."""
    ham = np.sort(probabilities[~labels])[::-1]
    allowed = int(budget * len(ham))
    return float(max(0.5, np.nextafter(ham[min(allowed, len(ham) - 1)], 1.0)))


def thresholds_for(
    rows: Sequence[Row], probabilities: Floats, labels: NDArray[np.bool_], budget: float
) -> tuple[float, float]:
    """`threshold_for` rows in other languages, at `OTHER_LANGUAGES` times the budget, and for German ones."""
    german = np.array([row.language == "de" for row in rows])
    if not (german & ~labels).any() or not (~german & ~labels).any():
        everywhere = threshold_for(probabilities, labels, budget)
        return everywhere, everywhere
    return (
        threshold_for(probabilities[~german], labels[~german], budget * OTHER_LANGUAGES),
        threshold_for(probabilities[german], labels[german], budget),
    )


def _emphasis(lines: csr_matrix, labels: NDArray[np.bool_], weights: Floats) -> Floats:
    """A factor for each column, one on average over what is hashed, and one for each named feature."""
    hashed = lines.shape[1] - len(NAMED)
    found = csr_matrix((np.ones_like(lines.data), lines.indices, lines.indptr), shape=lines.shape)
    yes, no = (found.T @ (weights * (labels == label)) + 1 for label in (True, False))
    ratios = np.abs(np.log(yes / weights[labels].sum()) - np.log(no / weights[~labels].sum()))
    counts = np.bincount(lines.indices, minlength=lines.shape[1])[:hashed]
    one_sided = _evened(np.minimum(ratios[:hashed], MOST_RATIO), counts)
    rare = _evened(np.maximum(np.log(lines.shape[0] / (counts + 1)), 0.0) ** RARITY, counts)
    return np.concatenate([(1 + one_sided) / 2 * rare, np.ones(len(NAMED))])


def _evened(factors: Floats, counts: NDArray[Any]) -> Floats:
    """The factors scaled so that their mean over everything that was found is one."""
    return np.asarray(factors * (counts.sum() / max(float(factors @ counts), 1e-9)))
