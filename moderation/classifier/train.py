"""From rows to an artifact. The only place that imports scikit-learn; the same rows give the same bytes."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

from moderation.classifier.artifact import Artifact, Head
from moderation.classifier.corpus import Row
from moderation.classifier.features import Traits, share, traits
from moderation.classifier.hashing import Hashing
from moderation.classifier.named import NAMED

FOLDS = 6
HASHING = Hashing()
# With one source of honest English blog comments, a threshold at the budget itself would find hardly any spam.
OTHER_LANGUAGES = 5
BUDGET = 0.001  # ham in the spam lane

# Named features are few and say much; scaled down, they pay more of the regularisation and leave room for words.
NAMED_SCALE = 0.5
# How much more a word counts in learning that nearly all of one label have, or few comments: log-odds, and a power.
MOST_RATIO = 3.0
RARITY = 0.5

Floats = NDArray[np.float64]
Label = Callable[[Row], bool | None]
Note = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class View:
    """What of an authored row is shown to the model, and what that copy of the row weighs.

    A comment with an odd website needs no words to be told as spam, so the model would not learn its words. Hiding
    parts in turn makes it learn each of them.
    """

    weight: float
    name: bool = True
    website: bool = True
    text: bool = True


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a head is trained. `public`: what the public rows weigh against an authored row of the same label.

    `strength`: the inverse of L2 regularisation. `most`: rows of one public source and label that are used.
    `leave`: sources that teach something else than this head is for.
    """

    label: Label
    views: tuple[View, ...]
    strength: float
    public: float
    aux: float
    most: int
    leave: frozenset[str] = frozenset()


SPAM = Recipe(
    lambda row: row.spam,
    (View(0.8), View(0.4, website=False), View(0.4, website=False, name=False), View(0.8, text=False)),
    strength=4.0,
    public=0.4,
    aux=0.0,
    most=800,
)
VIOLATION = Recipe(
    lambda row: row.violation,
    (View(1.0, website=False, name=False),),
    strength=4.0,
    public=0.25,
    aux=0.0,
    most=1500,
    # Sentences of newspapers and tweets under two hashtags: other texts, other notions of what is offensive.
    leave=frozenset(("gahd_news", "iwg_refugees")),
)


@dataclass(slots=True)
class Encoder:
    """Rows to a sparse matrix: the table of hashed words, then the named features."""

    hashing: Hashing
    _places: dict[tuple[str, str], tuple[int, list[int]]] = field(default_factory=dict)

    def encode(self, seen: Iterable[Traits]) -> csr_matrix:
        """One line for each comment, `2 ** bits + len(NAMED)` columns."""
        values: list[float] = []
        columns: list[int] = []
        ends = [0]
        for each in seen:
            line = self.line(each)
            columns += line.keys()
            values += line.values()
            ends.append(len(columns))
        shape = (len(ends) - 1, (1 << self.hashing.bits) + len(NAMED))
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
        line.update((first + place, value * NAMED_SCALE) for place, value in enumerate(seen.named) if value)
        return line

    def _placed(self, block: str, word: str) -> tuple[int, list[int]]:
        key = (block, word)
        if key not in self._places:
            self._places[key] = self.hashing.places(block, word)
        return self._places[key]


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learned: a weight for each column of the lines, and the margin of an empty line."""

    weights: Floats
    bias: float

    def margins(self, lines: csr_matrix) -> Floats:
        """The log-odds of each line, not calibrated."""
        return np.asarray(lines @ self.weights + self.bias)


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
    shown = [(place, seen, weight) for place, row in enumerate(chosen) for seen, weight in _views(row, recipe)]
    places = np.array([place for place, _, _ in shown])
    return Lesson(
        chosen,
        places,
        encoder.encode(seen for _, seen, _ in shown),
        np.array([bool(recipe.label(row)) for row in chosen])[places],
        weights[places] * np.array([weight for _, _, weight in shown]),
        np.array([fold_of(row) for row in chosen])[places],
    )


def choose(rows: Sequence[Row], recipe: Recipe) -> list[Row]:
    """The labelled rows, of each public source and label at most `recipe.most`, chosen by a hash of the text."""
    groups: dict[tuple[str, bool, bool], list[Row]] = {}
    for row in rows:
        label = recipe.label(row)
        if label is not None and (recipe.aux or not row.aux) and row.source not in recipe.leave:
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
    kinds = {row.source: (row.language, row.aux) for row in rows}
    totals: dict[tuple[str, bool, bool | None], float] = {}
    for (source, label), size in sizes.items():
        key = (*kinds[source], label)
        totals[key] = totals.get(key, 0.0) + size**0.5
    return np.array(
        [
            1.0
            if row.authored
            else (recipe.aux if row.aux else recipe.public)
            * 1000
            / totals[row.language, row.aux, label]
            / sizes[row.source, label] ** 0.5
            for row, label in zip(rows, labels, strict=True)
        ]
    )


def fold_of(row: Row) -> int:
    """Which fold leaves the row out: whole sources and whole kinds stay together."""
    return int.from_bytes(sha256(row.group.encode()).digest()[:4], "big") % FOLDS


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


def _views(row: Row, recipe: Recipe) -> Iterator[tuple[Traits, float]]:
    if not row.authored:
        yield traits(row.reading), 1.0
        return
    for view in recipe.views:
        if (row.by_website and not view.website) or (view.text and not row.reading.text):
            continue
        if view != recipe.views[0] and not view.text and not row.reading.url:
            continue
        name = row.reading.name if view.name else ""
        seen = traits(replace(row.reading, name=name, url=row.reading.url if view.website else None))
        yield (seen if view.text else _without_text(seen)), view.weight


def _without_text(seen: Traits) -> Traits:
    outside = ("host_", "name_", "url_")
    named = (value if name.startswith(outside) else 0.0 for name, value in zip(NAMED, seen.named, strict=True))
    return Traits((), seen.name, seen.hosts, tuple(named))


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
    for each in sorted(map(_digest, rows)):
        digest.update(each)
    return {"sources": dict(sorted(sources.items())), "rows_sha256": digest.hexdigest(), "budget": budget}


def _digest(row: Row) -> bytes:
    reading = row.reading
    told = (row.source, reading.text, reading.name, reading.url, row.spam, row.violation)
    return sha256(repr(told).encode()).digest()
