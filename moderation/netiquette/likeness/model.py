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
_MOST_KEPT = 20_000


class DamagedLikeness(Exception):
    """The file of weights cannot be used; the message says in one sentence why."""


@dataclass(frozen=True, slots=True)
class Alike:
    """The passage that reads most like a breach of a rule; from a margin of 0 on it counts."""

    margin: float
    span: Span


class Likeness:
    """Compares texts with what was learned from examples. Remembers what words weigh; safe to share between threads."""

    def __init__(
        self, rules: tuple[str, ...], biases: tuple[float, ...], largest: tuple[float, ...], table: bytes
    ) -> None:
        self.rules = rules
        self._biases = biases
        self._largest = largest
        self._table = memoryview(table).cast("b")
        self._kept: dict[tuple[str, str], tuple[float, ...]] = {}

    def find(self, folded: Folded) -> dict[str, Alike]:
        """For each rule the passage that is most like a breach of it; empty for a text without words."""
        line = line_of(folded)
        best: dict[str, Alike] = {}
        for first, last in passages(folded):
            for rule, margin in zip(self.rules, self.margins(line.words[first:last]), strict=True):
                if rule not in best or margin > best[rule].margin:
                    best[rule] = Alike(margin, (line.starts[first], line.ends[last - 1]))
        return best

    def margins(self, words: tuple[str, ...]) -> list[float]:
        """For each of `rules` how far a passage lies above what clean texts reach."""
        total = list(self._biases)
        for block, unique, part in blocks_of(words):
            vectors = [self._kept.get((block, word)) or self._weigh(block, word) for word in unique]
            if vectors:
                total = [
                    sums + part * sum(column) for sums, column in zip(total, zip(*vectors, strict=True), strict=True)
                ]
        return total

    def _weigh(self, block: str, word: str) -> tuple[float, ...]:
        whole, parts = HASHING.places(block, word)
        vector = [largest * _STEPS[step] for largest, step in zip(self._largest, self._row(whole), strict=True)]
        share = len(parts) ** -0.5 if parts else 0.0
        for place in parts:
            for rule, step in enumerate(self._row(place)):
                if step:
                    vector[rule] += share * self._largest[rule] * _STEPS[step]
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        kept = self._kept[block, word] = tuple(vector)
        return kept

    def _row(self, place: int) -> memoryview:
        return self._table[place * len(self.rules) : (place + 1) * len(self.rules)]


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
