"""From rows to an artifact. The only place that imports scikit-learn; the same rows give the same bytes."""

from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from moderation.classifier.artifact import Artifact, Head
from moderation.classifier.corpus import Row
from moderation.classifier.features import NAMED, Hashing, Traits, share, traits

FOLDS = 8
BUDGET = 0.001  # ham in the spam lane

Floats = NDArray[np.float64]
Label = Callable[[Row], bool | None]
Note = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a head is trained. `public`: what the public rows weigh against an authored row of the same label.

    `strength`: the inverse of L2 regularisation. `most`: rows of one public source and label that are used.
    """

    label: Label
    strength: float
    public: float
    aux: float
    most: int


SPAM = Recipe(lambda row: row.spam, strength=4.0, public=1.0, aux=0.0, most=1500)
VIOLATION = Recipe(lambda row: row.violation, strength=4.0, public=1.0, aux=0.0, most=4000)


@dataclass(slots=True)
class Encoder:
    """Rows to a sparse matrix: the table of hashed words, then the named features."""

    hashing: Hashing
    _places: dict[tuple[str, str], tuple[int, tuple[int, ...]]] = field(default_factory=dict)

    def encode(self, rows: Sequence[Row]) -> csr_matrix:
        """One line for each row, `2 ** bits + len(NAMED)` columns."""
        values: list[float] = []
        columns: list[int] = []
        ends = [0]
        for row in rows:
            line = self.line(traits(row.reading))
            columns += line.keys()
            values += line.values()
            ends.append(len(columns))
        shape = (len(rows), (1 << self.hashing.bits) + len(NAMED))
        return csr_matrix((np.array(values), np.array(columns, dtype=np.int32), np.array(ends)), shape=shape)

    def line(self, seen: Traits) -> dict[int, float]:
        """Column to value, as `Classifier` adds them up."""
        line: dict[int, float] = {}
        for block, words in seen.blocks():
            part = share(words)
            for word in words:
                whole, parts = self._placed(block, word)
                line[whole] = line.get(whole, 0.0) + part
                for place in parts:
                    line[place] = line.get(place, 0.0) + part * len(parts) ** -0.5
        first = 1 << self.hashing.bits
        line.update((first + position, value) for position, value in enumerate(seen.named) if value)
        return line

    def _placed(self, block: str, word: str) -> tuple[int, tuple[int, ...]]:
        key = (block, word)
        if key not in self._places:
            self._places[key] = self.hashing.places(block, word)
        return self._places[key]


def train(rows: Sequence[Row], budget: float = BUDGET, note: Note = lambda _: None) -> Artifact:
    """Both heads, each calibrated on predictions for rows whose source or kind it had not seen.

    `budget`: the share of ham that may land in the spam lane. `note` is told of progress.
    """
    encoder = Encoder(Hashing())
    heads = []
    for name, recipe in (("spam", SPAM), ("violation", VIOLATION)):
        note(f"{name}: reading rows")
        chosen = choose(rows, recipe)
        heads.append(_fit_head(chosen, recipe, encoder, budget, lambda step, name=name: note(f"{name}: {step}")))  # type: ignore[misc]
    return Artifact(encoder.hashing, (heads[0], heads[1]), _known(rows, encoder.hashing), _about(rows, budget))


def choose(rows: Sequence[Row], recipe: Recipe) -> list[Row]:
    """The labelled rows, of each public source and label at most `recipe.most`, chosen by a hash of the text."""
    groups: dict[tuple[str, bool, bool], list[Row]] = {}
    for row in rows:
        label = recipe.label(row)
        if label is not None and (recipe.aux or not row.aux):
            groups.setdefault((row.source, label, row.authored), []).append(row)
    chosen = []
    for (_, _, authored), members in sorted(groups.items()):
        members = sorted(members, key=_digest)
        chosen += members if authored else members[: recipe.most]
    return chosen


def weigh_rows(rows: Sequence[Row], recipe: Recipe) -> Floats:
    """Authored rows weigh 1. Within each language and label, the public sources share a fixed weight.

    A source's part grows with the square root of its rows, so that no large one drowns the others.
    """
    labels = [recipe.label(row) for row in rows]
    sizes = Counter((row.source, label) for row, label in zip(rows, labels, strict=True) if not row.authored)
    language = {row.source: row.language for row in rows}
    totals: Counter[tuple[str, bool | None]] = Counter()
    for (source, label), size in sizes.items():
        totals[language[source], label] += size**0.5  # type: ignore[assignment]
    return np.array(
        [
            1.0
            if row.authored
            else (recipe.aux if row.aux else recipe.public)
            * 1000
            / totals[row.language, label]
            / sizes[row.source, label] ** 0.5
            for row, label in zip(rows, labels, strict=True)
        ]
    )


def fold_of(row: Row) -> int:
    """Which fold leaves the row out: whole sources and whole kinds stay together."""
    return int.from_bytes(sha256(row.group.encode()).digest()[:4], "big") % FOLDS


def fit(lines: csr_matrix, labels: NDArray[np.bool_], weights: Floats, strength: float) -> LogisticRegression:
    """One logistic regression, deterministic."""
    model = LogisticRegression(C=strength, solver="liblinear", max_iter=400, tol=1e-3, random_state=0)
    return model.fit(lines, labels, sample_weight=weights)


def predict_unseen(lines: csr_matrix, labels: NDArray[np.bool_], weights: Floats, folds: NDArray[Any], strength: float) -> Floats:
    """The margin of each row from a model that saw neither its source nor its kind."""
    margins = np.zeros(len(labels))
    for fold in sorted(set(folds)):
        out = folds == fold
        margins[out] = fit(lines[~out], labels[~out], weights[~out], strength).decision_function(lines[out])
    return margins


def calibrate(margins: Floats, labels: NDArray[np.bool_], weights: Floats) -> tuple[float, float]:
    """Slope and offset of Platt's scaling at even odds: both labels weigh the same in total."""
    balanced = weights.copy()
    for label in (False, True):
        balanced[labels == label] /= balanced[labels == label].sum()
    model = LogisticRegression(C=1e6, solver="lbfgs").fit(margins[:, None], labels, sample_weight=balanced * len(labels))
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def threshold_for(probabilities: Floats, labels: NDArray[np.bool_], budget: float) -> float:
    """The lowest probability that at most the share `budget` of the unlabelled rows exceeds, never under one half."""
    ham = np.sort(probabilities[~labels])[::-1]
    allowed = int(budget * len(ham))
    return float(max(0.5, np.nextafter(ham[min(allowed, len(ham) - 1)], 1.0)))


def _fit_head(rows: Sequence[Row], recipe: Recipe, encoder: Encoder, budget: float, note: Note) -> Head:
    lines = encoder.encode(rows)
    labels = np.array([bool(recipe.label(row)) for row in rows])
    weights = weigh_rows(rows, recipe)
    note("measuring what was left out, for calibration")
    margins = predict_unseen(lines, labels, weights, np.array([fold_of(row) for row in rows]), recipe.strength)
    slope, offset = calibrate(margins, labels, weights)
    threshold = threshold_for(1 / (1 + np.exp(-(slope * margins + offset))), labels, budget)
    note("training on everything")
    model = fit(lines, labels, weights, recipe.strength)
    size = 1 << encoder.hashing.bits
    learned = model.coef_[0].astype(np.float32)
    bias = float(np.float32(model.intercept_[0]))
    named = tuple(float(value) for value in learned[size:])
    return Head(array("f", learned[:size].tobytes()), named, bias, slope, offset, threshold)


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
    for row in sorted(map(_digest, rows)):
        digest.update(row)
    return {"sources": dict(sorted(sources.items())), "rows_sha256": digest.hexdigest(), "budget": budget}


def _digest(row: Row) -> bytes:
    reading = row.reading
    return sha256(f"{row.source}\0{reading.text}\0{reading.name}\0{reading.url}\0{row.spam}\0{row.violation}".encode()).digest()
