"""The trained comparison: one file with a table of weights for each rule. No pickle.

    wortmeldung-likeness 2
    <SHA-256 of everything behind this line, in hexadecimal>
    <manifest, one line of JSON>
    <zlib: for each place the weight of each rule, one signed byte>

A weight is stored as sign · round(127 · √(|w| / largest)), so that small weights keep their precision.
"""

import hashlib
import json
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from operator import add
from pathlib import Path
from typing import Any

from moderation.fold import Folded, Span
from moderation.netiquette.likeness.passages import HASHING, blocks_of, line_of, passages
from moderation.netiquette.likeness.weights import Weights

FORMAT = b"wortmeldung-likeness 2\n"
SHIPPED = Path(__file__).parent / "weights.bin"
_LARGEST_FILE = 2 << 20


class DamagedLikeness(Exception):
    """The file of weights cannot be used; the message says in one sentence why."""


@dataclass(frozen=True, slots=True)
class Alike:
    """The passage that reads most like a breach of a rule.

    Where more speaks for it, any `margin` counts; `alone`: it is so like that nothing else is needed.
    """

    margin: float
    span: Span
    alone: bool


class Compared:
    """A text beside the examples; empty for one without words."""

    def __init__(self, spans: list[Span], margins: list[list[float]], likeness: "Likeness") -> None:
        self._spans, self._margins, self._likeness = spans, margins, likeness
        self._most = dict(zip(likeness.rules, map(max, zip(*margins, strict=True)), strict=False))

    def most(self, rule: str) -> Alike | None:
        """The passage that is most like a breach of the rule, where one is like enough to count at all."""
        most = self._most.get(rule, -1.0)
        if most < 0:
            return None
        at = self._likeness.rules.index(rule)
        first = [each[at] for each in self._margins].index(most)
        return Alike(most, self._spans[first], most >= self._likeness.alone[rule])


class Likeness:
    """Compares texts with what was learned from examples. Safe to share between threads."""

    def __init__(
        self, rules: tuple[str, ...], biases: tuple[float, ...], alone: tuple[float, ...], weights: Weights
    ) -> None:
        self.rules = rules
        self.alone = dict(zip(rules, alone, strict=True))
        self._biases, self._weights = biases, weights

    def compare(self, folded: Folded) -> "Compared":
        """A text laid beside what was learned, for all rules."""
        line = line_of(folded)
        within = list(passages(folded))
        spans = [(line.starts[first], line.ends[last - 1]) for first, last in within]
        return Compared(spans, self._margins([line.words[first:last] for first, last in within]), self)

    def margin(self, rule: str, words: tuple[str, ...]) -> float:
        """How far a passage lies above what clean texts reach."""
        [margins] = self._margins([words])
        return margins[self.rules.index(rule)]

    def _margins(self, passages: Sequence[Sequence[str]]) -> list[list[float]]:
        """For each passage the margin of each rule."""
        weights, blocks = self._weights, [tuple(blocks_of(words)) for words in passages]
        known = weights.of_pairs({pair: None for _, (_, pairs, _) in blocks for pair in pairs})
        margins = []
        for (_, words, share), (_, pairs, share_of_pairs) in blocks:
            rows = [known[pair] for pair in pairs]
            weighed = weights.in_all(weights.of_words(words), share, rows, share_of_pairs)
            margins.append(list(map(add, self._biases, weighed)))
        return margins


def pack(
    rules: tuple[str, ...], biases: list[float], alone: list[float], weights: list[list[float]], about: dict[str, Any]
) -> bytes:
    """The file's bytes; the same weights, a list for each rule, give the same bytes.

    `alone`: for each rule the margin from which likeness needs nothing besides.
    """
    largest = [max(map(abs, each), default=0.0) or 1.0 for each in weights]
    steps = bytearray()
    for place in range(1 << HASHING.bits):
        for rule, most in enumerate(largest):
            weight = weights[rule][place]
            steps.append(round(math.copysign(127 * math.sqrt(abs(weight) / most), weight)) & 255)
    manifest = {
        "rules": rules, "biases": biases, "alone": alone, "largest": largest, "bits": HASHING.bits, "about": about,
    }  # fmt: skip
    body = json.dumps(manifest, ensure_ascii=False, sort_keys=True).encode() + b"\n" + zlib.compress(bytes(steps), 9)
    return FORMAT + hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def read_likeness(path: Path = SHIPPED) -> Likeness:
    """The comparison in a file, or `DamagedLikeness`."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise DamagedLikeness(f"{path.name} cannot be read: {error.strerror}") from error
    digest, _, body = content.removeprefix(FORMAT).partition(b"\n")
    if not content.startswith(FORMAT) or hashlib.sha256(body).hexdigest().encode() != digest:
        raise DamagedLikeness(f"{path.name} is incomplete or was changed: its checksum does not match")
    line, _, packed = body.partition(b"\n")
    manifest = json.loads(line)
    rules = tuple(manifest["rules"])
    size = len(rules) << HASHING.bits
    table = zlib.decompressobj().decompress(packed, size + 1)
    if manifest["bits"] != HASHING.bits or len(table) != size:
        raise DamagedLikeness(f"{path.name} was trained for another table than this program reads")
    weights = Weights(manifest["largest"], table)
    return Likeness(rules, tuple(manifest["biases"]), tuple(manifest["alone"]), weights)
