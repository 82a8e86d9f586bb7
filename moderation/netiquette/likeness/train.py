"""From examples to the file of weights: `python -m moderation.netiquette.likeness.train DATA… [--output FILE]`.

Reads `examples/`, `rounds/`, `clean/`, `moderation/data/` and, of the files named, the clean rows of permissive
sources: what people write day by day is longer and about other matters than what was written as an example.
The same rows give the same bytes. A minute.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from moderation.classifier.corpus import VIOLATIONS, authored_paths, example_paths, read_listed, read_rows
from moderation.fold import fold
from moderation.netiquette.likeness.model import SHIPPED, pack
from moderation.netiquette.likeness.passages import HASHING, blocks_of, line_of, passages

# Of the clean texts of a hand that was not learned from, the share that a rule may take for a breach: where a word of
# its own field stands besides, and where nothing else speaks for it. A rule without such words has only the second.
BUDGET = {
    "respect": (0.010, 0.004), "discrimination": (0.008, 0.0009), "threat": (0.007, 0.0018),
    "vulgar": (0.0012, 0.0012), "election_advertising": (0.004, 0.001), "campaign": (0.006, 0.0025),
    "case_description": (0.010, 0.003), "private_matter": (0.012, 0.008), "danger": (0.009, 0.0035),
    "illegal": (0.001, 0.001), "advertising": (0.004, 0.004), "personal_data": (0.0035, 0.0035),
}  # fmt: skip
RULES = tuple(BUDGET)
# Public sources of clean texts, and the rules that are known not to be broken there: whoever labelled tweets looked
# for offences, not for elections, and a text without hate against a group may still insult somebody.
_PUBLIC = {
    **dict.fromkeys(("cimt_bonn", "cimt_koeln", "cimt_moers", "blog_hendrix"), frozenset(RULES)),
    **dict.fromkeys(
        ("germeval2018", "germeval2019", "gahd_news", "iwg_refugees", "davidson_en", "surge_toxicity_en"), VIOLATIONS
    ),
    "gahd_adversarial": frozenset({"discrimination"}),
}
_STRENGTH = 1.0
_FOLDS = 5
_SENTENCE = re.compile(r"[A-ZÄÖÜ][^.!?\n]{8,160}[.!?]")
_LEAST_SPAM = 40


@dataclass(frozen=True, slots=True)
class Example:
    """A text with the rules that it breaks. `source`: the file that it, or the text it was cut from, stands in.

    `known`: the rules of which it is known whether it breaks them.
    """

    text: str
    rules: frozenset[str]
    source: str
    whole: bool = True
    known: frozenset[str] = frozenset(RULES)


def examples() -> list[Example]:
    """Everything that is learned from, each text once."""
    found = {each.text: each for each in (*_listed(), *_authored())}
    for each in list(found.values()):
        if not each.rules:  # whoever breaks no rule breaks none in any sentence, and short texts are rare among rows
            for sentence in _SENTENCE.findall(each.text):
                found.setdefault(sentence.strip(), Example(sentence.strip(), frozenset(), each.source, whole=False))
    return list(found.values())


def train(data: Iterable[Path]) -> bytes:
    """The file's bytes; `data` are files of rows, of which the clean ones of some sources count."""
    written = examples()
    learned = [*written, *public_examples(data)]
    spans = [list(passages(fold(each.text))) for each in learned]
    lines = [line_of(fold(each.text)).words for each in learned]
    owners = np.array([at for at, each in enumerate(spans) for _ in each])
    matrix = _encode([lines[at][first:last] for at, each in enumerate(spans) for first, last in each])
    wholes = np.unique(owners, return_index=True)[1]  # a text as a whole is the first of its passages
    sources = [each.source for each in learned]
    # The bars are set on texts that look like breaches, which most of what was written as clean does.
    hard = np.arange(len(learned)) < len(written)
    weights, biases, alone = [], [], []
    for rule in RULES:
        breaks = np.array([rule in each.rules for each in learned])
        known = np.array([rule in each.known for each in learned])
        margins = _unseen_margins(matrix, owners, wholes, breaks, known, sources)
        clean = hard & np.array([not each.rules and each.whole for each in learned]) & np.isfinite(margins)
        bar, higher = (float(np.quantile(margins[clean], 1 - share)) for share in BUDGET[rule])
        chosen = _among(wholes, owners, np.flatnonzero(known))
        model = _fit(matrix[chosen], breaks[owners[chosen]])
        weights.append(model.coef_[0].tolist())
        biases.append(float(model.intercept_[0]) - bar)
        alone.append(higher - bar)
        there, found = int(breaks.sum()), np.mean(margins[breaks] > higher)
        print(f"{rule:22} {there:5} examples, {found:6.1%} found unseen by likeness alone")
    public = Counter(each.source for each in learned[len(written) :])
    return pack(RULES, biases, alone, weights, {"examples": len(written), "public": public})


def _listed() -> Iterator[Example]:
    for fields in chain.from_iterable(map(read_listed, example_paths())):
        yield Example(fields["text"], frozenset(fields["violations"]), fields["source"])


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


def public_examples(data: Iterable[Path]) -> Iterator[Example]:
    """The clean rows of the files' public sources. Raises `BadData`."""
    for row in read_rows(data):
        if row.violation is False and not row.spam and row.source in _PUBLIC:
            yield Example(row.reading.text, frozenset(), row.source, known=_PUBLIC[row.source])


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


def _unseen_margins(matrix: csr_matrix, owners: Any, wholes: Any, breaks: Any, known: Any, sources: list[str]) -> Any:
    """For each text the highest margin of its passages by a model that has seen nothing of its source."""
    margins = np.full(len(breaks), -np.inf)
    for learn, measure in GroupKFold(_FOLDS).split(breaks, groups=sources):
        chosen = _among(wholes, owners, learn[known[learn]])
        model = _fit(matrix[chosen], breaks[owners[chosen]])
        rows = np.flatnonzero(np.isin(owners, measure))
        np.maximum.at(margins, owners[rows], model.decision_function(matrix[rows]))
    return margins


def _among(wholes: Any, owners: Any, wanted: Any) -> Any:
    return wholes[np.isin(owners[wholes], wanted)]


def _fit(matrix: csr_matrix, breaks: Any) -> LinearSVC:
    return LinearSVC(C=_STRENGTH, max_iter=1000, tol=1e-3, random_state=1).fit(matrix, breaks)


def main() -> None:
    """Train and write the file."""
    parser = argparse.ArgumentParser(prog="python -m moderation.netiquette.likeness.train")
    parser.add_argument("data", type=Path, nargs="+", metavar="DATA", help="files of rows, as for the classifier")
    parser.add_argument("--output", type=Path, default=SHIPPED, metavar="FILE")
    given = parser.parse_args()
    given.output.write_bytes(train(given.data))


if __name__ == "__main__":
    main()
