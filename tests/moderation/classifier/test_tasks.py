"""Shared tasks, learned and measured within."""

import pytest

pytest.importorskip("sklearn", reason="training needs the extra 'train'")

from moderation.classifier.corpus import Row
from moderation.classifier.encoder import Encoder
from moderation.classifier.hashing import Hashing
from moderation.classifier.measured import auc, macro_f1
from moderation.classifier.tasks import measure_tasks
from moderation.reading import Reading, Standing

_INSULTS = ("Idioten", "Trottel", "Versager", "Lügner", "Pack")
_PLACES = ("Berlin", "Köln", "Bonn", "Ulm", "Kiel", "Jena", "Trier", "Fürth")


def row(text: str, violation: bool, held: bool, source: str = "germeval2018") -> Row:
    return Row(
        Reading(text, "", "", None, 0, Standing()), source, "", "de", None, violation, False, False, "", held=held
    )


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [
        row(text, violation, place in _PLACES[:3])
        for place in _PLACES
        for insult in _INSULTS
        for text, violation in (
            (f"Ihr {insult} aus {place}", True),
            (f"Wir fahren nach {place} zum Fest, {len(insult)} Leute", False),
        )
    ]


def test_a_task_is_measured_on_the_rows_that_its_source_keeps_back(rows: list[Row]) -> None:
    (task,) = measure_tasks(rows, Encoder(Hashing(bits=12)))
    assert task.head == "germeval2018"
    assert task.rows == [each for each in rows if each.held]
    assert auc(task) > 0.95
    assert macro_f1(task) > 0.9


def test_other_sources_are_no_task(rows: list[Row]) -> None:
    others = [row(each.reading.text, bool(each.violation), each.held, "rp_mod") for each in rows]
    assert measure_tasks(others, Encoder(Hashing(bits=12))) == []
