"""The trained classifier as one file: two lines of text, a manifest in JSON, and compressed tables. No pickle.

    wortmeldung-classifier 1
    <SHA-256 of everything behind this line, in hexadecimal>
    <manifest, one line of JSON>
    <zlib: weights of the heads, one signed byte each; a bit set of known words>

A weight is stored as sign · round(127 · √(|w| / largest)), so that small weights keep their precision.
"""

from __future__ import annotations  # array[float] cannot be subscripted at run time before Python 3.12

import hashlib
import json
import math
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moderation.classifier.features import fingerprint
from moderation.classifier.hashing import Hashing
from moderation.classifier.named import NAMED

FORMAT = b"wortmeldung-classifier 1\n"
HEADS = ("spam", "violation")
SHIPPED = Path(__file__).parent / "artifact.bin"
_LARGEST_FILE = 4 << 20


class DamagedArtifact(Exception):
    """The classifier's file cannot be used; the message says in one sentence why."""


class Weights:
    """Weights by place, as the file has them: one byte each, and what the 256 steps stand for.

    As numbers they would take four times the memory, and most of the time that loading takes.
    """

    __slots__ = ("_steps", "_values")

    def __init__(self, steps: bytes, largest: float) -> None:
        self._steps = steps
        self._values = tuple(array("f", (_stretch(each - 256 if each > 127 else each, largest) for each in range(256))))

    def __len__(self) -> int:
        return len(self._steps)

    def __getitem__(self, place: int) -> float:
        return self._values[self._steps[place]]

    def __iter__(self) -> Iterator[float]:
        return map(self._values.__getitem__, self._steps)

    def at(self, places: Iterable[int]) -> list[float]:
        """The weights at these places."""
        values, steps = self._values, self._steps
        return [values[steps[place]] for place in places]


@dataclass(frozen=True, slots=True)
class Head:
    """One head: `weights` by place, `named` by position in `NAMED`, in log-odds.

    The margin is `bias` plus all contributions; the calibrated log-odds at even odds are `slope` · margin + `offset`.
    `threshold` is the probability from which a comment stands out, set from a budget of false alarms; `german` is the
    same for German texts, of which more and closer ones were at hand.
    """

    weights: array[float] | Weights
    named: tuple[float, ...]
    bias: float
    slope: float
    offset: float
    threshold: float
    german: float

    def at(self, places: Iterable[int]) -> list[float]:
        """The weights at these places."""
        if isinstance(self.weights, Weights):
            return self.weights.at(places)
        return [self.weights[place] for place in places]


@dataclass(frozen=True, slots=True)
class Artifact:
    """What training produces. `known` has one bit for each place where a word of the training texts lies."""

    hashing: Hashing
    heads: tuple[Head, Head]
    known: bytes
    about: dict[str, Any]
    version: str = ""


def pack(artifact: Artifact) -> bytes:
    """The file's bytes; the same artifact gives the same bytes."""
    tables, manifest = bytearray(), []
    for name, head in zip(HEADS, artifact.heads, strict=True):
        largest = max(map(abs, head.weights), default=0.0) or 1.0
        tables += array("b", (_squeeze(weight, largest) for weight in head.weights)).tobytes()
        manifest.append(
            {
                "head": name,
                "largest": largest,
                "bias": head.bias,
                "slope": head.slope,
                "offset": head.offset,
                "threshold": head.threshold,
                "german": head.german,
                "named": dict(zip(NAMED, head.named, strict=True)),
            }
        )
    hashing = artifact.hashing
    described = {
        "hash": {
            "function": "murmur3_x86_32",
            "bits": hashing.bits,
            "seed": hashing.seed,
            "shortest": hashing.shortest,
            "longest": hashing.longest,
        },
        "features": fingerprint(),
        "heads": manifest,
        "about": artifact.about,
    }
    body = json.dumps(described, ensure_ascii=False, sort_keys=True).encode() + b"\n"
    body += zlib.compress(bytes(tables) + artifact.known, 9)
    return FORMAT + hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def unpack(content: bytes) -> Artifact:
    """Read a file's bytes, or raise `DamagedArtifact`."""
    if not content.startswith(FORMAT):
        raise DamagedArtifact("The classifier's file has another format or version than this program reads.")
    digest, _, body = content[len(FORMAT) :].partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != digest:
        raise DamagedArtifact("The classifier's file is incomplete or was changed: its checksum does not match.")
    try:
        return _unpacked(body, digest.decode()[:12])
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise DamagedArtifact("The classifier's file has a valid checksum but not the expected content.") from error


def read_artifact(path: Path) -> Artifact:
    """The artifact in a file, or `DamagedArtifact`."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise DamagedArtifact(f"The classifier's file {path.name} cannot be read: {error.strerror}.") from error
    if len(content) > _LARGEST_FILE:
        raise DamagedArtifact("The classifier's file is larger than any that training produces.")
    return unpack(content)


def _unpacked(body: bytes, version: str) -> Artifact:
    line, _, packed = body.partition(b"\n")
    manifest = json.loads(line)
    if manifest["features"] != fingerprint():
        raise DamagedArtifact("The classifier's file was trained for other features than this program computes.")
    hashed = manifest["hash"]
    hashing = Hashing(hashed["bits"], hashed["seed"], hashed["shortest"], hashed["longest"])
    if hashing.bits not in range(8, 23) or hashed["function"] != "murmur3_x86_32":
        raise ValueError("unknown hash")
    size = 1 << hashing.bits
    tables = zlib.decompressobj().decompress(packed, 3 * size)
    if len(tables) != 2 * size + size // 8:
        raise ValueError("tables of another size")
    first, second = (
        _head(entry, tables[place * size : (place + 1) * size]) for place, entry in enumerate(manifest["heads"])
    )
    return Artifact(hashing, (first, second), tables[2 * size :], manifest["about"], version)


def _head(entry: dict[str, Any], table: bytes) -> Head:
    numbers: Sequence[float] = [entry[key] for key in ("bias", "slope", "offset", "threshold", "german", "largest")]
    named = tuple(float(entry["named"][name]) for name in NAMED)
    if len(entry["named"]) != len(NAMED) or not all(map(math.isfinite, (*numbers, *named))):
        raise ValueError("wrong numbers")
    bias, slope, offset, threshold, german, largest = map(float, numbers)
    return Head(Weights(table, largest), named, bias, slope, offset, threshold, german)


def _squeeze(weight: float, largest: float) -> int:
    return round(math.copysign(127 * math.sqrt(abs(weight) / largest), weight))


def _stretch(step: int, largest: float) -> float:
    return math.copysign((step / 127) ** 2 * largest, step)
