"""All detectors together: languages, offsets, failure, time."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.netiquette import Netiquette, check
from moderation.netiquette.comment import Comment, Hit
from moderation.verdict import Score
from tests.moderation.netiquette.reading import default, findings, reading


def test_the_writer_is_told_in_the_language_of_the_page() -> None:
    told = {
        language: findings("Sie Idiot", language=language)[0].message for language in ("de", "de-du", "de-leicht", "en")
    }
    assert "finden Sie" in told["de"]
    assert "findest du" in told["de-du"]
    assert "passage" in told["en"]
    assert len(set(told.values())) == 4


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("Der 🙂 Dezernent ist ein I d i o t, sage ich.", "I d i o t"),
        ("Ihr D3ppen da oben", "D3ppen"),
        ("Ü Ö Ä ß: Sie Tröttel, Sie Trottel!", "Trottel"),
        ("Du Id\u200biot.", "Id\u200biot"),
    ],
)
def test_a_finding_points_at_the_passage_as_it_was_written(text: str, passage: str) -> None:
    assert passage in [text[each.start : each.end] for each in findings(text) if each.rule == "respect"]


def test_a_detector_that_raises_silences_no_other_and_leaves_the_comment_to_a_person() -> None:
    def broken(comment: Comment) -> list[Hit]:
        raise RuntimeError(comment.text)

    whole = default()
    first = whole.detectors[0][0]
    damaged = replace(whole, detectors=((first, broken), *whole.detectors))
    found = check(reading("Wir wissen, wo du wohnst, du Idiot."), damaged)
    assert {"respect", "threat", "automation"} <= {each.rule for each in found}
    assert next(each for each in found if each.rule == "automation").severity == "hold"


@pytest.mark.parametrize(
    "text", ["\ud800 Idiot \udfff", "a\0b", "> " * 5000 + "tief", "\u202e" * 50, "𝕴𝖉𝖎𝖔𝖙", "﷽" * 100]
)
def test_no_text_breaks_a_detector(text: str) -> None:
    found = check(replace(reading("x"), text=text, html="<p>x</p>"), default())
    assert not any("außer" in each.message or "ausgefallen" in each.message for each in found)


@given(st.text(max_size=300))
def test_every_finding_lies_within_the_text(text: str) -> None:
    for each in check(replace(reading("x"), text=text, html="<p>x</p>"), default()):
        if each.start is not None and each.end is not None:
            assert 0 <= each.start < each.end <= len(text)


HOSTILE = [
    "a b ",
    "*a",
    "1a",
    "a!",
    "ab*c ",
    "(",
    "aaaa",
    "\u0308",
    ".",
    "a.b.",
    "x@",
    "„",
    "' '",
    "> a\n",
    "Du ",
    "A ",
    "ich will ",
    "mein Sohn ",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_hostile_text_takes_time_in_proportion_to_its_length(unit: str) -> None:
    shorter, longer = _seconds(*(unit * (size // len(unit)) for size in (5_000, 10_000)))
    assert longer <= 2.6 * shorter + 0.01, f"{shorter:.4f} s, then {longer:.4f} s for twice as much"
    assert longer < 0.3


def _seconds(*texts: str) -> list[float]:
    """The least of five times for each text. Read in turn, since a machine has slow seconds."""
    subjects = [replace(reading("x"), text=text, html="<p>x</p>") for text in texts]
    rules = _without_personal_data()
    score = Score(spam=0.9, violation=0.9)  # so that nothing is left unsearched
    times: list[list[float]] = [[] for _ in subjects]
    for _ in range(6):
        for each, subject in zip(times, subjects, strict=True):
            start = time.process_time()
            check(subject, rules, score)
            each.append(time.process_time() - start)
    return [min(each[1:]) for each in times]  # the first builds the automata


def _without_personal_data() -> Netiquette:
    whole = default()
    return replace(whole, detectors=tuple(each for each in whole.detectors if each[0].id != "personal_data"))
