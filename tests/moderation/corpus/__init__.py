"""Texts written for the tests: attacks, addresses in every spelling, and prose that only looks like one."""

from pathlib import Path

_SIGNS = str.maketrans({"␊": "\n", "␉": "\t", "␀": "\0", "␍": "\r", "␛": "\x1b"})


def lines(name: str) -> list[str]:
    """The entries of a corpus file: one a line, `#` for comments; ␊ ␉ ␀ ␍ ␛ stand for what a line cannot hold."""
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return [line.translate(_SIGNS) for line in text.split("\n") if line and not line.startswith("# ")]
