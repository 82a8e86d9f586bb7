"""Rows to learn from."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from moderation.classifier.corpus import BadData, authored_paths, example_paths, read_rows

PUBLIC = {
    "text": "Check out my channel", "lang": "en", "label_spam": 1, "label_toxic": None, "source": "s", "license": "MIT",
    "lic_class": "permissive", "aux": False, "author_name": "Someone", "url": "http://x.top",
}  # fmt: skip
AUTHORED = {
    "text": "Sie Idiot",
    "lang": "de",
    "spam": 0,
    "violations": ["respect"],
    "kind": "insult",
    "author_name": "A",
}


def write(path: Path, *rows: dict[str, Any]) -> Path:
    content = "".join(json.dumps(row) + "\n" for row in rows)
    path.write_bytes(gzip.compress(content.encode()) if path.suffix == ".gz" else content.encode())
    return path


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.gz"])
def test_both_kinds_of_rows_are_read_from_both_kinds_of_files(tmp_path: Path, name: str) -> None:
    public, authored = read_rows([write(tmp_path / name, PUBLIC, AUTHORED)])
    assert (public.spam, public.violation, public.group) == (True, None, "s")
    assert (authored.spam, authored.violation, authored.group) == (False, True, "kind insult")


def test_names_and_websites_of_public_rows_are_left_out(tmp_path: Path) -> None:
    (row,) = read_rows([write(tmp_path / "r.jsonl", PUBLIC)])
    assert (row.reading.name, row.reading.url) == ("", None)


def test_a_row_that_its_source_keeps_back_says_so(tmp_path: Path) -> None:
    held, taught = read_rows([write(tmp_path / "r.jsonl", PUBLIC | {"split": "dev"}, PUBLIC | {"split": "train"})])
    assert (held.held, taught.held) == (True, False)


@pytest.mark.parametrize("licence", ["noncommercial", "research", "unheard of"])
def test_rows_that_must_not_ship_are_left_out(tmp_path: Path, licence: str) -> None:
    assert not read_rows([write(tmp_path / "r.jsonl", PUBLIC | {"lic_class": licence})])


def test_addresses_are_masked_as_judges_see_them(tmp_path: Path) -> None:
    (row,) = read_rows([write(tmp_path / "r.jsonl", AUTHORED | {"text": "an a.b@web.de schreiben"})])
    assert "web.de" not in row.reading.text
    assert row.reading.masked == 1


@pytest.mark.parametrize("content", ["{oops\n", '{"text": "a"}\n', "[1]\n", '"a"\n'])
def test_a_broken_line_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(json.dumps(AUTHORED) + "\n" + content)
    with pytest.raises(BadData, match="line 2"):
        read_rows([path])


def test_examples_of_the_rules_are_rows_too(tmp_path: Path) -> None:
    path = tmp_path / "rounds" / "round.txt"
    path.parent.mkdir()
    path.write_text(
        "# Whence.\n## plain respect\nKlaus :: Sie sind ein Depp.\n## tricky\nYou are the best of all\n"
        "## plain advertising\nWir entrümpeln Ihren Keller.\n## plain illegal\nSchmuggelware zu haben."
    )
    insult, clean, offer, crime = read_rows([path])
    assert (insult.reading.name, insult.violation, insult.spam, insult.source) == (
        "Klaus", True, False, "rounds_round"
    )  # fmt: skip
    assert (insult.language, clean.language, clean.violation) == ("de", "en", False)
    assert (offer.spam, offer.violation) == (None, False)
    assert crime.violation is None
    assert len(read_rows(example_paths())) > 5000


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"none\.jsonl"):
        read_rows([tmp_path / "none.jsonl"])
    (tmp_path / "r.jsonl.gz").write_bytes(b"no gzip")
    with pytest.raises(BadData, match=r"r\.jsonl\.gz"):
        read_rows([tmp_path / "r.jsonl.gz"])


def test_the_authored_rows_are_whole() -> None:
    rows = read_rows(authored_paths())
    assert len({json.dumps([row.reading.text, row.reading.name, row.reading.url]) for row in rows}) > 0.99 * len(rows)
    for language in ("de", "en"):
        labels = [row.spam for row in rows if row.language == language]
        assert min(labels.count(True), labels.count(False)) > 300
    ids = [json.loads(line)["id"] for path in authored_paths() for line in path.read_text().splitlines()]
    assert len(ids) == len(set(ids))
