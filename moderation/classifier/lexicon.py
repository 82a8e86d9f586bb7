"""Classes of words, as features only: what a class means for a comment is learned, and no single word decides.

Each class is a text file of its own; "x*" matches beginnings and "*x" endings of normalised words. The bits of a word
say to which classes it belongs.
"""

from hashlib import sha256
from pathlib import Path

from moderation.remembered import remembered

_FOLDER = Path(__file__).parent / "lexicon"
# The order gives the bits. "person" and formal address have no file: they are seen in chunks.py.
CLASSES = (
    "insult", "vulgar", "group", "contempt", "harm", "menace", "belittle", "reported", "offer", "contact", "reward",
    "goods", "praise", "civic", "me", "you", "testimony", "channel", "forward", "plea",
)  # fmt: skip
BITS = {name: 1 << place for place, name in enumerate(CLASSES)}
_SHORTEST = 2
_LONGEST = 14


def _lines(name: str) -> list[str]:
    text = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _load() -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    whole: dict[str, int] = {}
    beginnings: dict[str, int] = {}
    endings: dict[str, int] = {}
    for name, bit in BITS.items():
        for entry in " ".join(_lines(name)).split():
            table = beginnings if entry.endswith("*") else endings if entry.startswith("*") else whole
            key = entry.strip("*")
            table[key] = table.get(key, 0) | bit
    return whole, beginnings, endings


_WHOLE, _BEGINNINGS, _ENDINGS = _load()


@remembered(4_000)
def classes_of(word: str) -> int:
    """The bits of the classes that a normalised word belongs to."""
    bits = _WHOLE.get(word, 0)
    for size in range(_SHORTEST, min(len(word), _LONGEST) + 1):
        bits |= _BEGINNINGS.get(word[:size], 0) | _ENDINGS.get(word[-size:], 0)
    return bits


def fingerprint() -> str:
    """Changes with any entry: weights are only valid for the lists that they were trained with."""
    tables = [sorted(table.items()) for table in (_WHOLE, _BEGINNINGS, _ENDINGS)]
    return sha256(repr(tables).encode()).hexdigest()[:16]
