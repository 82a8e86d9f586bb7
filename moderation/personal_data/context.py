"""Whether the words around a number or an address speak of an office or of somebody's home."""

import re
import tomllib
from pathlib import Path

_WORDS = {
    name: re.compile("|".join(patterns.split("\n")).strip("|"), re.IGNORECASE)
    for name, patterns in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items()
}
_SENTENCE = re.compile(r"[.!?…:]\s+(?=[A-ZÄÖÜ\"„])|\n")
_REACH = 160


def speaks_of_office(text: str, start: int, end: int) -> bool:
    """Whether the sentence around `start` to `end` introduces it as an office's, and nothing in it as a person's."""
    around = _around(text, start, end)
    return bool(_WORDS["office"].search(around)) and not speaks_of_person(text, start, end)


def speaks_of_person(text: str, start: int, end: int) -> bool:
    """Whether the sentence around `start` to `end` says whose it is or who lives there."""
    return bool(_WORDS["private"].search(_around(text, start, end)))


def speaks_of_home(text: str, start: int, end: int) -> bool:
    """Whether the sentence around `start` to `end` says that somebody lives there."""
    return bool(_WORDS["home"].search(_around(text, start, end)))


def _around(text: str, start: int, end: int) -> str:
    """The sentence, without the passage itself, at most 160 characters to either side."""
    before = text[max(0, start - _REACH) : start]
    ends = [found.end() for found in _SENTENCE.finditer(before) if before[found.start()] != ":"]
    after = text[end : end + _REACH]
    stop = _SENTENCE.search(after)
    return before[ends[-1] if ends else 0 :] + " … " + after[: stop.start() if stop else _REACH]
