"""Words that weigh in a score but explain nothing: they are left out of the reasons that people read."""

from pathlib import Path

_LINES = Path(__file__).with_name("function-words.txt").read_text(encoding="utf-8").splitlines()
# As the classifier reads words: umlauts written out.
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_LISTED = " ".join(line for line in _LINES if not line.startswith("#"))
_SILENT = {"^", "$"}.union(_LISTED.translate(_WRITTEN_OUT).split())


def explains(words: str) -> bool:
    """Whether one of the words says more than the grammar of its sentence."""
    return not _SILENT.issuperset(words.split()) if " " in words else words not in _SILENT
