"""From rows to an artifact. Needs scikit-learn, which the service never imports; the same rows give the same bytes."""

from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from moderation.classifier.artifact import Artifact, Head
from moderation.classifier.corpus import Row
from moderation.classifier.encoder import NAMED_SCALE, Encoder
from moderation.classifier.features import traits
from moderation.classifier.fitting import Floats, calibrate, fit, thresholds_for
from moderation.classifier.hashing import Hashing
from moderation.classifier.recipe import (
    SPAM,
    VIOLATION,
    Recipe,
    choose,
    digest_of,
    fold_of,
    views,
    weigh_rows,
)

HASHING = Hashing()
BUDGET = 0.001  # ham in the spam lane

Note = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Lines of a matrix with labels, weights and folds; `places` says which of `rows` a line shows.

    The first line of each place shows the row as a judge sees it.
    """

    rows: list[Row]
    places: NDArray[Any]
    lines: csr_matrix
    labels: NDArray[np.bool_]
    weights: Floats
    folds: NDArray[Any]

    def whole(self) -> NDArray[Any]:
        """The line of each row as a judge sees it."""
        return np.unique(self.places, return_index=True)[1]

    def only(self, kept: NDArray[np.bool_]) -> "Lesson":
        """The lesson with these of its rows alone."""
        lines = kept[self.places]
        rows = [row for row, keep in zip(self.rows, kept, strict=True) if keep]
        places = (np.cumsum(kept) - 1)[self.places[lines]]
        return Lesson(rows, places, self.lines[lines], self.labels[lines], self.weights[lines], self.folds[lines])


def train(
    rows: Sequence[Row], budget: float = BUDGET, note: Note = lambda _: None, hashing: Hashing = HASHING
) -> Artifact:
    """Both heads, each calibrated on predictions for rows whose source or hand it had not seen.

    `budget`: the share of ham that may land in the spam lane. `note` is told of progress.
    """
    encoder = Encoder(hashing)
    heads = []
    for name, recipe in (("spam", SPAM), ("violation", VIOLATION)):
        note(f"{name}: reading rows")
        lesson = prepare(rows, recipe, encoder)
        note(f"{name}: judging what was left out")
        strange = predict_strangers(lesson, recipe.strength, predict_unseen(lesson, recipe.strength))
        note(f"{name}: learning from {len(lesson.rows)} rows")
        heads.append(fit_head(lesson, recipe, encoder.hashing, strange, budget))
    return Artifact(encoder.hashing, (heads[0], heads[1]), _known(rows, encoder.hashing), _about(rows, budget))


def prepare(rows: Sequence[Row], recipe: Recipe, encoder: Encoder) -> Lesson:
    """The rows that a head learns from, in all views, ready for `fit`."""
    chosen = choose(rows, recipe)
    weights = weigh_rows(chosen, recipe)
    shown = [(place, seen, weight) for place, row in enumerate(chosen) for seen, weight in views(row, recipe)]
    places = np.array([place for place, _, _ in shown])
    return Lesson(
        chosen,
        places,
        encoder.encode(seen for _, seen, _ in shown),
        np.array([bool(recipe.label(row)) for row in chosen])[places],
        weights[places] * np.array([weight for _, _, weight in shown]),
        np.array([fold_of(row) for row in chosen])[places],
    )


def predict_unseen(lesson: Lesson, strength: float) -> Floats:
    """The margin of each row from a model that saw neither its source nor its kind."""
    margins = np.zeros(len(lesson.rows))
    whole = lesson.whole()
    for fold in sorted(set(lesson.folds)):
        out = lesson.folds == fold
        model = fit(lesson.lines[~out], lesson.labels[~out], lesson.weights[~out], strength)
        asked = whole[lesson.folds[whole] == fold]
        margins[lesson.places[asked]] = model.margins(lesson.lines[asked])
    return margins


def predict_strangers(lesson: Lesson, strength: float, unseen: Floats) -> Floats:
    """`unseen`, but with the margin of each authored row from a model that saw no row of its hand.

    This is the nearest to a new site: the kinds of spam are known, who writes them is not.
    """
    margins = unseen.copy()
    whole = lesson.whole()
    hands = np.array([row.hand for row in lesson.rows])
    for hand in sorted(set(hands) - {0}):
        known = lesson.only(hands != hand)
        if len(set(known.labels)) == 2:
            model = fit(known.lines, known.labels, known.weights, strength)
            margins[hands == hand] = model.margins(lesson.lines[whole[hands == hand]])
    return margins


def fit_head(lesson: Lesson, recipe: Recipe, hashing: Hashing, unseen: Floats, budget: float) -> Head:
    """A head trained on the lesson; `unseen` are the margins of its rows, as `predict_strangers` gives them."""
    labels = np.array([bool(recipe.label(row)) for row in lesson.rows])
    # Rows that are only a website teach, but nobody sends such comments.
    sent = np.array([bool(row.reading.text) for row in lesson.rows])
    slope, offset = calibrate(unseen[sent], labels[sent], weigh_rows(lesson.rows, recipe)[sent])
    probabilities = 1 / (1 + np.exp(-(slope * unseen[sent] + offset)))
    threshold, german = thresholds_for(
        [row for row in lesson.rows if row.reading.text], probabilities, labels[sent], budget
    )
    model = fit(lesson.lines, lesson.labels, lesson.weights, recipe.strength)
    size = 1 << hashing.bits
    learned = model.weights.astype(np.float32)
    named = tuple(float(value) * NAMED_SCALE for value in learned[size:])
    return Head(
        array("f", learned[:size].tobytes()),
        named,
        float(np.float32(model.bias)),
        slope,
        offset,
        threshold,
        german,
    )


def _known(rows: Sequence[Row], hashing: Hashing) -> bytes:
    counts: Counter[int] = Counter()
    for row in rows:
        counts.update({hashing.places("t", word)[0] for word in {each.word for each in traits(row.reading).pieces}})
    known = bytearray((1 << hashing.bits) // 8)
    for place, count in counts.items():
        if count >= 2:
            known[place >> 3] |= 1 << (place & 7)
    return bytes(known)


def _about(rows: Sequence[Row], budget: float) -> dict[str, Any]:
    sources: dict[str, dict[str, Any]] = {}
    for row in rows:
        entry = sources.setdefault(row.source, {"rows": 0, "licence": row.licence or "own, written for this project"})
        entry["rows"] += 1
    digest = sha256()
    for each in sorted(map(digest_of, rows)):
        digest.update(each)
    return {"sources": dict(sorted(sources.items())), "rows_sha256": digest.hexdigest(), "budget": budget}
