"""Addresses and prose written by somebody who had not seen how addresses are found; later learned from.

`moderation/personal_data/README.md` says what was hidden when they were seen first.
"""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from moderation.draft import Draft
from moderation.judge import show
from tests import moderation

_CORPUS = Path(moderation.__file__).parent / "corpus" / "addresses_blind.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in _CORPUS.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(("kind", "share"), [("plain", 1), ("common", 0.98), ("exotic", 0.88)])
def test_addresses_are_hidden_wherever_they_stand(kind: str, share: float) -> None:
    rows = [each for each in ROWS if each["kind"] == kind]
    legible = [each["text"] for each in rows if _is_legible(each)]
    assert len(legible) <= (1 - share) * len(rows), legible


@pytest.mark.parametrize("kind", ["prose", "tricky"])
def test_nothing_is_hidden_that_is_none(kind: str) -> None:
    touched = [each["text"] for each in ROWS if each["kind"] == kind and show(_draft(each), "de").masked]
    assert touched == []


def _is_legible(row: dict[str, Any]) -> bool:
    """Whether a telling piece of the address is still there, in the text, its source, the name or the link."""
    shown = show(_draft(row), "de")
    kept = unicodedata.normalize("NFKC", " ".join((shown.text, shown.html, shown.name, shown.url or ""))).casefold()
    return any(each.casefold() in kept for each in row["secret"])


def _draft(row: dict[str, Any]) -> Draft:
    text = row["text"] if row["field"] == "text" else "Danke für den Hinweis."
    name = row["text"] if row["field"] == "name" else "Anke"
    return Draft("/seite", text, name=name, url=row["text"] if row["field"] == "url" else "")
