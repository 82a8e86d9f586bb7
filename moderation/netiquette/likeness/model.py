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
from pathlib import Path
from typing import Any, NamedTuple

from moderation.fold import Folded, Span
from moderation.netiquette.likeness.passages import HASHING, blocks_of, line_of, passages

FORMAT = b"wortmeldung-likeness 2\n"
SHIPPED = Path(__file__).parent / "weights.bin"
_LARGEST_FILE = 2 << 20
_MOST_KEPT = 8_000  # for each rule; words come again in other texts, pairs of them seldom


class DamagedLikeness(Exception):
    """The file of weights cannot be used; the message says in one sentence why."""


@dataclass(frozen=True, slots=True)
class Alike:
    """The passage that reads most like a breach of a rule.

    From a margin of 0 on it counts where more speaks for it; `alone`: it is so like that nothing else is needed.
    """

    margin: float
    span: Span
    alone: bool


class _Blocks(NamedTuple):
    """The words of a passage and the places of its pairs of neighbours, with what one of them counts."""

    words: list[str]
    share: float
    pairs: list[int]
    share_of_pairs: float


class Compared:
    """A text beside the examples; empty for one without words."""

    def __init__(self, spans: list[Span], seen: list[_Blocks], likeness: "Likeness") -> None:
        self._spans, self._seen, self._likeness = spans, seen, likeness
        self._found: dict[str, Alike | None] = {}

    def most(self, rule: str) -> Alike | None:
        """The passage that is most like a breach of the rule."""
        if rule not in self._found:
            margins = [self._likeness.margin_of(rule, blocks) for blocks in self._seen]
            most = max(margins, default=0.0)
            alone = most >= self._likeness.alone[rule]
            self._found[rule] = Alike(most, self._spans[margins.index(most)], alone) if margins else None
        return self._found[rule]


class Likeness:
    """Compares texts with what was learned from examples. Remembers what words weigh; safe to share between threads."""

    def __init__(
        self,
        rules: tuple[str, ...],
        biases: tuple[float, ...],
        alone: tuple[float, ...],
        largest: tuple[float, ...],
        table: bytes,
    ) -> None:
        self.rules = rules
        self.alone = dict(zip(rules, alone, strict=True))
        self._biases = dict(zip(rules, biases, strict=True))
        steps = memoryview(table).cast("b")
        self._kept = {
            rule: _Weights(steps[place :: len(rules)], most)
            for place, (rule, most) in enumerate(zip(rules, largest, strict=True))
        }

    def compare(self, folded: Folded) -> "Compared":
        """A text laid beside what was learned; each rule is worked out when it is asked for."""
        line = line_of(folded)
        spans, seen, places = [], [], _Places()
        for first, last in passages(folded):
            spans.append((line.starts[first], line.ends[last - 1]))
            seen.append(_blocks(line.words[first:last], places))
        return Compared(spans, seen, self)

    def margin(self, rule: str, words: tuple[str, ...]) -> float:
        """How far a passage lies above what clean texts reach."""
        return self.margin_of(rule, _blocks(words, _Places()))

    def margin_of(self, rule: str, blocks: _Blocks) -> float:
        """The same for a passage that has been taken apart."""
        kept = self._kept[rule]
        margin = self._biases[rule] + blocks.share * sum(map(kept.__getitem__, blocks.words))
        return margin + blocks.share_of_pairs * sum(kept.of_pairs(blocks.pairs))


class _Weights(dict[str, float]):
    """What a word weighs for one rule, worked out when it is first asked for."""

    def __init__(self, steps: memoryview, largest: float) -> None:
        super().__init__()
        self._steps = steps
        # Steps below 0 count from the end.
        self._weighed = [largest * _STEPS[step] for step in (*range(128), *range(-127, 0))]
        self._largest = largest

    def of_pairs(self, places: list[int]) -> list[float]:
        """What pairs of words weigh, told by their places."""
        weighed, steps = self._weighed, self._steps
        return [weighed[steps[place]] for place in places]

    def __missing__(self, word: str) -> float:
        whole, parts = HASHING.places("t", word)
        steps, weight = self._steps, self._weighed[self._steps[whole]]
        share = len(parts) ** -0.5 * self._largest if parts else 0.0
        for place in parts:
            if step := steps[place]:
                weight += share * _STEPS[step]
        if len(self) >= _MOST_KEPT:
            self.clear()
        self[word] = weight
        return weight


class _Places(dict[str, int]):
    """Where pairs of words stand in the table: in one text the same ones stand in several passages, for every rule."""

    def __missing__(self, pair: str) -> int:
        self[pair] = place = HASHING.places("2", pair)[0]
        return place


def _blocks(words: Sequence[str], places: _Places) -> _Blocks:
    (_, single, share), (_, pairs, share_of_pairs) = blocks_of(words)
    return _Blocks(single, share, [places[each] for each in pairs], share_of_pairs)


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
    return Likeness(rules, tuple(manifest["biases"]), tuple(manifest["alone"]), tuple(manifest["largest"]), table)


_STEPS = {step: math.copysign((step / 127) ** 2, step) for step in range(-127, 128)}
