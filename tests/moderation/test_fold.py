"""Folding: the same word however it is written, with offsets back, in linear time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.fold import fold, fold_word, skeleton
from moderation.lookalikes import plain_letters


def line_of(text: str) -> str:
    return fold(text).line.data.decode("ascii")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Wir wissen, wo du wohnst.", "wir wissen wo du wohnst . "),
        ("Größe, Ärger, ÜBEL", "groesse aerger uebel "),
        ("Ist das so? Ja! Nein…", "ist das so ? ja ! nein . "),
        ("u\u0308ber", "ueber "),
        ("\uff29\uff24\uff29\uff2f\uff34", "idiot "),
        ("\U0001d570\U0001d58e", "ei "),
        ("geht's don’t", "gehts dont "),
        ("50 € und 3 %", "50 euro und 3 prozent "),
        ("Zeile eins\nZeile zwei", "zeile eins . zeile zwei "),
        ("am 3.5. um 10.30 Uhr", "am 3 5 um 10 30 uhr "),
        ("der 🤡", "der emojiclown "),
        ("Straße strasse STRAẞE", "strasse strasse strasse "),
        ("", ""),
    ],
)
def test_case_umlauts_marks_and_punctuation_fold(text: str, line: str) -> None:
    assert line_of(text) == line


@pytest.mark.parametrize(
    "word", ["\u0406d\u0456\u043et", "Idi\u200bot", "IDIOT", "\u0130diot", "ıdıot", "Idi\u00adot", "Idıot"]
)
def test_look_alikes_and_unseen_characters_fold_to_the_word(word: str) -> None:
    assert fold_word(word) == "idiot"


@pytest.mark.parametrize(
    ("text", "reading", "passage"),
    [
        ("ein I d i o t hier", "idiot", "I d i o t"),
        ("ein I.d.i.o.t hier", "idiot", "I.d.i.o.t"),
        ("ein 1d10t hier", "idiot", "1d10t"),
        ("ihr D3ppen da", "deppen", "D3ppen"),
        ("du @rschloch", "arschloch", "@rschloch"),
        ("ein Id-iot eben", "idiot", "Id-iot"),
        ("ein Id**io**t eben", "idiot", "Id**io**t"),
    ],
)
def test_what_is_written_to_be_overlooked_is_read_with_its_place(text: str, reading: str, passage: str) -> None:
    start, end = fold(text).evaded[reading][0]
    assert text[start:end] == passage


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("W1r w1ssen, wo du wohnst", "wir wissen wo du wohnst "),
        ("ich b r i n g dich u m", "ich bring dich um "),
        ("Ich m4ch dich fertig", "ich mach dich fertig "),
        ("d-i-e h-a-u  m o r g e n  a b", "die hau morgen ab "),
        ("need a p i s t o l, such a n a z i", "need a pistol such a nazi "),
        ("Gr8 d e a l s", "gr8 deals "),
        ("Der lügt doch, des is net wahr, ham mia gsagt", "der luegt doch das ist nicht wahr haben wir gesagt "),
    ],
)
def test_phrases_are_read_as_they_are_meant(text: str, line: str) -> None:
    meant = fold(text).meant
    assert meant is not None
    assert meant.data.decode() == line


@pytest.mark.parametrize("text", ["Das kostet 50 Euro.", "Die A4-Blätter in Klasse 7c.", "Am 24.12. um 18 Uhr."])
def test_ordinary_numbers_stay_numbers(text: str) -> None:
    folded = fold(text)
    assert (folded.meant or folded.line).words == folded.line.words


def test_repeated_letters_are_read_once_and_twice() -> None:
    assert {"depp", "deepp"} <= fold("Deeeepp").evaded.keys()
    assert "dep" in fold("Deeeepp").unrepeated


@pytest.mark.parametrize(
    ("text", "covers"), [("A****", "arsch"), ("b*ll*cks", "bollocks"), ("Wi**er", "wichser"), ("I**ot", "idiot")]
)
def test_covered_letters_leave_a_shape(text: str, covers: str) -> None:
    assert any(each.shape.fullmatch(covers) for each in fold(text).covered)


@pytest.mark.parametrize("text", ["**Wichtig**: *das* ist gut", "Das ist __sehr__ schön", "f(x) = a*b"])
def test_emphasis_covers_nothing(text: str) -> None:
    assert not any(each.shape.fullmatch("wichtiger") or each.shape.fullmatch("dasein") for each in fold(text).covered)


def test_a_stretch_of_the_line_leads_back_to_the_text() -> None:
    text = "🙂 Schöne  Größe, sage ich."
    line = fold(text).line
    start = line.data.index(b"groesse")
    assert text[slice(*line.span(start, start + 7))] == "Größe"


def test_words_around_stay_within_the_sentence() -> None:
    line = fold("Eins zwei. Drei vier fünf sechs! Sieben").line
    at = "Eins zwei. Drei vier fünf sechs! Sieben".index("fünf")
    assert line.before(at, 9) == ("drei", "vier")
    assert line.after(at, 9) == ("fuenf", "sechs")
    assert line.crosses(0, at)


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("R3daktion", "Redaktion"),
        ("R e d a k t i o n", "REDAKTION"),
        ("Admln", "Admin"),
        ("Bürgermeister", "Buergermeister"),
    ],
)
def test_a_skeleton_is_what_a_reader_takes_a_name_for(name: str, same: str) -> None:
    assert skeleton(name) == skeleton(same)


@given(st.text(max_size=400))
def test_every_offset_lies_within_the_text(text: str) -> None:
    folded = fold(text)
    spans = [
        span
        for found in (folded.forms, folded.evaded, folded.joined, folded.unrepeated)
        for each in found.values()
        for span in each
    ]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert len(plain_letters(text)) == len(text)
    assert folded.line.data.decode("ascii").split() == list(folded.line.words)


@pytest.mark.parametrize(
    "unit",
    [
        "a b ",
        "*a",
        "a*",
        "1a",
        "a!",
        "ab*c ",
        "a1b ",
        "a'",
        "((",
        "a(b",
        "aaaa",
        "\u0308",
        ".",
        "a.b.",
        "x@",
        "a\u200b",
        "ü",
        "漢",
    ],
)
def test_folding_takes_time_in_proportion(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        start = time.process_time()
        fold(text)
        return time.process_time() - start

    seconds(1000)
    assert seconds(40_000) < 16 * seconds(10_000) + 0.1


@pytest.mark.parametrize(
    ("text", "line", "passage"),
    [
        ("Jetzt haltdiefresse!", "jetzt halt die fresse ! ", "haltdiefresse"),
        ("Also #ausländerraus", "also auslaender raus ", "ausländerraus"),
        ("Los, killyourself", "los kill yourself ", "killyourself"),
    ],
)
def test_words_that_were_run_together_are_read_apart(text: str, line: str, passage: str) -> None:
    meant = fold(text).meant
    assert meant is not None
    assert meant.data.decode() == line
    assert {text[meant.starts[at] : meant.ends[at]] for at in (1, 2)} == {passage}


@pytest.mark.parametrize(
    "text",
    [
        "Sowieso wiederum einander",
        "Duldung und Herausforderung",
        "Wirtschaftsausschuss",
        "Krankheit, Einheit, Dummheit, Heimweg",
        "The upcoming summer",
    ],
)
def test_words_of_their_own_are_not_taken_apart(text: str) -> None:
    assert fold(text).meant is None
