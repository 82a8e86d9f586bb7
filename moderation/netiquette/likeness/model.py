"""The trained comparison: one file with a table of weights for each rule. No pickle.

    wortmeldung-likeness 1
    <SHA-256 of everything behind this line, in hexadecimal>
    <manifest, one line of JSON>
    <zlib: for each place the weight of each rule, one signed byte>

A weight is stored as sign · round(127 · √(|w| / largest)), so that small weights keep their precision.
"""

import hashlib
import json
import math
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moderation.fold import Folded, Span
from moderation.netiquette.likeness.passages import HASHING, blocks_of, line_of, passages

FORMAT = b"wortmeldung-likeness 1\n"
SHIPPED = Path(__file__).parent / "weights.bin"
_LARGEST_FILE = 2 << 20
_MOST_KEPT = 10_000  # of words, and of pairs


class DamagedLikeness(Exception):
    """The file of weights cannot be used; the message says in one sentence why."""


@dataclass(frozen=True, slots=True)
class Alike:
    """The passage that reads most like a breach of a rule; from a margin of 0 on it counts."""

    margin: float
    span: Span


# For each block of a passage what one of its words counts, and for each word its weights by rule.
_Vectors = list[tuple[float, list[tuple[float, ...]]]]


class Compared:
    """A text beside the examples; empty for one without words."""

    def __init__(
        self, spans: list[Span], seen: "list[_Vectors]", rules: tuple[str, ...], biases: tuple[float, ...]
    ) -> None:
        self._spans, self._seen, self._rules, self._biases = spans, seen, rules, biases
        self._found: dict[str, Alike | None] = {}

    def most(self, rule: str) -> Alike | None:
        """The passage that is most like a breach of the rule."""
        if rule not in self._found:
            place = self._rules.index(rule)
            margins = [_margin(self._biases[place], vectors, place) for vectors in self._seen]
            most = max(margins, default=0.0)
            self._found[rule] = Alike(most, self._spans[margins.index(most)]) if margins else None
        return self._found[rule]


class Likeness:
    """Compares texts with what was learned from examples. Remembers what words weigh; safe to share between threads."""

    def __init__(
        self, rules: tuple[str, ...], biases: tuple[float, ...], largest: tuple[float, ...], table: bytes
    ) -> None:
        self.rules = rules
        self._biases = biases
        self._largest = largest
        self._table = memoryview(table).cast("b")
        self._kept: dict[str, dict[str, tuple[float, ...]]] = {"t": {}, "2": {}}

    def compare(self, folded: Folded) -> "Compared":
        """A text laid beside what was learned; each rule is worked out when it is asked for."""
        line = line_of(folded)
        spans, seen = [], []
        for first, last in passages(folded):
            spans.append((line.starts[first], line.ends[last - 1]))
            seen.append(self._vectors(line.words[first:last]))
        return Compared(spans, seen, self.rules, self._biases)

    def margin(self, rule: str, words: tuple[str, ...]) -> float:
        """How far a passage lies above what clean texts reach."""
        place = self.rules.index(rule)
        return _margin(self._biases[place], self._vectors(words), place)

    def _vectors(self, words: tuple[str, ...]) -> "_Vectors":
        return [
            (part, [kept.get(word) or self._weigh(block, word) for word in unique])
            for block, unique, part in blocks_of(words)
            for kept in (self._kept[block],)
        ]

    def _weigh(self, block: str, word: str) -> tuple[float, ...]:
        whole, parts = HASHING.places(block, word)
        vector = [largest * _STEPS[step] for largest, step in zip(self._largest, self._row(whole), strict=True)]
        share = len(parts) ** -0.5 if parts else 0.0
        for place in parts:
            for rule, step in enumerate(self._row(place)):
                if step:
                    vector[rule] += share * self._largest[rule] * _STEPS[step]
        kept = self._kept[block]
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[word] = weights = tuple(vector)
        return weights

    def _row(self, place: int) -> memoryview:
        return self._table[place * len(self.rules) : (place + 1) * len(self.rules)]


def _margin(bias: float, vectors: "_Vectors", place: int) -> float:
    for part, weights in vectors:
        bias += part * sum([each[place] for each in weights])
    return bias


def pack(rules: tuple[str, ...], biases: list[float], weights: list[list[float]], about: dict[str, Any]) -> bytes:
    """The file's bytes; the same weights, a list for each rule, give the same bytes."""
    largest = [max(map(abs, each), default=0.0) or 1.0 for each in weights]
    steps = bytearray()
    for place in range(1 << HASHING.bits):
        for rule, most in enumerate(largest):
            weight = weights[rule][place]
            steps.append(round(math.copysign(127 * math.sqrt(abs(weight) / most), weight)) & 255)
    manifest = {"rules": rules, "biases": biases, "largest": largest, "bits": HASHING.bits, "about": about}
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
    return Likeness(rules, tuple(manifest["biases"]), tuple(manifest["largest"]), table)


_STEPS = {step: math.copysign((step / 127) ** 2, step) for step in range(-127, 128)}
