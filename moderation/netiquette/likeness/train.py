"""From examples to the file of weights: `python -m moderation.netiquette.likeness.train [--output FILE]`.

Reads `examples/`, `rounds/`, `clean/` and the rows of `moderation/data/authored/`.
The same rows give the same bytes. A minute.
"""

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from moderation.classifier.corpus import authored_paths
from moderation.fold import fold
from moderation.netiquette.likeness.model import SHIPPED, pack
from moderation.netiquette.likeness.passages import HASHING, blocks_of, line_of, passages

# Of the clean texts of a hand that was not learned from, the share that a rule may take for a breach: where a word of
# its own field stands besides, and where nothing else speaks for it. A rule without such words has only the second.
BUDGET = {
    "respect": (0.008, 0.003), "discrimination": (0.006, 0.0008), "threat": (0.006, 0.0015), "vulgar": (0.001, 0.001),
    "election_advertising": (0.003, 0.0007), "campaign": (0.005, 0.0015), "case_description": (0.008, 0.002),
    "private_matter": (0.010, 0.006), "danger": (0.006, 0.002), "illegal": (0.001, 0.001),
    "advertising": (0.004, 0.004), "personal_data": (0.005, 0.005),
}  # fmt: skip
RULES = tuple(BUDGET)
_STRENGTH = 1.0
_FOLDS = 5
_SENTENCE = re.compile(r"[A-ZÄÖÜ][^.!?\n]{8,160}[.!?]")
_LEAST_SPAM = 40
_LISTED = tuple(Path(__file__).parent / folder for folder in ("examples", "rounds", "clean"))


@dataclass(frozen=True, slots=True)
class Example:
    """A text with the rules that it breaks. `source`: the file that it, or the text it was cut from, stands in."""

    text: str
    rules: frozenset[str]
    source: str
    whole: bool = True


def examples() -> list[Example]:
    """Everything that is learned from, each text once."""
    found = {each.text: each for each in (*_listed(), *_authored())}
    for each in list(found.values()):
        if not each.rules:  # whoever breaks no rule breaks none in any sentence, and short texts are rare among rows
            for sentence in _SENTENCE.findall(each.text):
                found.setdefault(sentence.strip(), Example(sentence.strip(), frozenset(), each.source, whole=False))
    return list(found.values())


def train() -> bytes:
    """The file's bytes."""
    learned = examples()
    spans = [list(passages(fold(each.text))) for each in learned]
    lines = [line_of(fold(each.text)).words for each in learned]
    owners = [at for at, each in enumerate(spans) for _ in each]
    matrix = _encode([lines[at][first:last] for at, each in enumerate(spans) for first, last in each])
    wholes = [owners.index(at) for at, each in enumerate(spans) if each]
    sources = [each.source for each in learned]
    weights, biases, alone = [], [], []
    for rule in RULES:
        breaks = np.array([rule in each.rules for each in learned])
        margins = _unseen_margins(matrix, np.array(owners), wholes, breaks, sources)
        clean = np.array([not each.rules and each.whole for each in learned]) & np.isfinite(margins)
        bar, higher = (float(np.quantile(margins[clean], 1 - share)) for share in BUDGET[rule])
        model = _fit(matrix[wholes], breaks[[owners[at] for at in wholes]])
        weights.append(model.coef_[0].tolist())
        biases.append(float(model.intercept_[0]) - bar)
        alone.append(higher - bar)
        there, found = int(breaks.sum()), np.mean(margins[breaks] > higher)
        print(f"{rule:22} {there:5} examples, {found:6.1%} found unseen by likeness alone")
    return pack(RULES, biases, alone, weights, {"examples": len(learned)})


def _listed() -> Iterator[Example]:
    for path in sorted(path for folder in _LISTED for path in folder.glob("*.txt")):
        rules: frozenset[str] = frozenset()
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("## "):
                kind, _, rule = line.removeprefix("## ").partition(" ")
                rules = frozenset({rule}) if kind in ("plain", "evasion") else frozenset()
            elif line and not line.startswith("# "):
                yield Example(line.rpartition(" :: ")[2], rules, f"{path.parent.name}/{path.stem}")


def _authored() -> Iterator[Example]:
    spam = 0
    for path in authored_paths():
        for line in path.read_text(encoding="utf-8").splitlines():
            row: dict[str, Any] = json.loads(line)
            spam += bool(row.get("spam"))
            if row.get("spam") and (spam % 3 or len(str(row["text"])) < _LEAST_SPAM):
                continue  # most of it is told by its website, and there is more of it than of all else
            rules = {*(row.get("violations") or ()), *(("advertising",) if row.get("spam") else ())}
            yield Example(str(row["text"]), frozenset(rules), path.stem)


def _encode(texts: list[tuple[str, ...]]) -> csr_matrix:
    values: list[float] = []
    columns: list[int] = []
    ends = [0]
    for words in texts:
        for block, unique, part in blocks_of(words):
            for word in unique:
                whole, parts = HASHING.places(block, word)
                columns += (whole, *parts)
                values += (part, *(part * len(parts) ** -0.5 for _ in parts))
        ends.append(len(columns))
    matrix = csr_matrix((values, columns, ends), shape=(len(texts), 1 << HASHING.bits))
    matrix.sum_duplicates()
    return matrix


def _unseen_margins(matrix: csr_matrix, owners: Any, wholes: list[int], breaks: Any, sources: list[str]) -> Any:
    """For each text the highest margin of its passages by a model that has seen nothing of its source."""
    margins = np.full(len(breaks), -np.inf)
    for learn, measure in GroupKFold(_FOLDS).split(breaks, groups=sources):
        chosen = _among(wholes, owners, learn)
        model = _fit(matrix[chosen], breaks[owners[chosen]])
        rows = np.flatnonzero(np.isin(owners, measure))
        np.maximum.at(margins, owners[rows], model.decision_function(matrix[rows]))
    return margins


def _among(wholes: list[int], owners: Any, wanted: Any) -> Any:
    places = np.array(wholes)
    return places[np.isin(owners[places], wanted)]


def _fit(matrix: csr_matrix, breaks: Any) -> LinearSVC:
    return LinearSVC(C=_STRENGTH, max_iter=1000, tol=1e-3, random_state=1).fit(matrix, breaks)


def main() -> None:
    """Train and write the file."""
    parser = argparse.ArgumentParser(prog="python -m moderation.netiquette.likeness.train")
    parser.add_argument("--output", type=Path, default=SHIPPED, metavar="FILE")
    parser.parse_args().output.write_bytes(train())


if __name__ == "__main__":
    main()
