"""What the comparison learns from."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn", reason="training needs the extra 'train'")

from moderation import classifier
from moderation.classifier.corpus import authored_paths, example_paths
from moderation.netiquette.likeness import SHIPPED
from moderation.netiquette.likeness.train import RULES, examples, public_examples

CLASSIFIER = Path(classifier.__file__).parent


def test_of_public_rows_only_clean_ones_of_known_sources_are_learned_each_for_the_rules_its_labels_speak_of(
    tmp_path: Path,
) -> None:
    file = tmp_path / "rows.jsonl.gz"
    rows = [
        _row("Der Radweg endet im Gebüsch.", "cimt_bonn", 0),
        _row("Ein Tweet ohne Beleidigung.", "germeval2018", 0),
        _row("Ein Tweet mit einer.", "germeval2018", 1),
        _row("Von wem das ist, weiß niemand.", "elsewhere", 0),
        {**_row("Nicht frei.", "cimt_koeln", 0), "lic_class": "noncommercial"},
    ]
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(each) + "\n" for each in rows)
    found = {each.source: each for each in public_examples([file])}
    assert {source: each.text for source, each in found.items()} == {
        "cimt_bonn": "Der Radweg endet im Gebüsch.",
        "germeval2018": "Ein Tweet ohne Beleidigung.",
    }
    assert found["cimt_bonn"].known == set(RULES)
    assert found["germeval2018"].known == {"respect", "discrimination", "threat", "vulgar"}
    assert not any(each.rules for each in found.values())


def test_whoever_wrote_what_was_learned_is_named() -> None:
    named = set(re.findall(r"[a-z0-9_]+", (CLASSIFIER / "NOTICES.md").read_text(encoding="utf-8")))
    ours = {path.stem for path in authored_paths()} | {f"{path.parent.name}_{path.stem}" for path in example_paths()}
    learned = set(_about(SHIPPED)["public"]) | set(_about(CLASSIFIER / "artifact.bin")["sources"])
    assert learned - ours <= named
    assert learned & named >= {"cimt_bonn", "germeval2018", "gahd_news"}


def test_what_was_learned_from_is_what_the_repository_holds() -> None:
    assert _about(SHIPPED)["examples"] == len(examples())


def _about(file: Path) -> dict[str, Any]:
    about: dict[str, Any] = json.loads(file.read_bytes().split(b"\n", 3)[2])["about"]
    return about


def _row(text: str, source: str, toxic: int) -> dict[str, object]:
    return {
        "text": text,
        "lang": "de",
        "source": source,
        "license": "",
        "lic_class": "permissive",
        "label_spam": None,
        "label_toxic": toxic,
    }
