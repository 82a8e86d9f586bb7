"""Disguises are undone, ordinary writing is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifier.normalise import without_emphasis, words_of


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("C4sin0", "casino"),
        ("V!agra", "viagra"),
        ("fr€e", "free"),
        ("саsinо", "casino"),
        ("𝗖𝗮𝘀𝗶𝗻𝗼", "casino"),
        ("ＣＡＳＩＮＯ", "casino"),
        ("ca\u200bsi\u200bno", "casino"),
        ("C̷a̷s̷i̷n̷o̷", "casino"),
        ("c.a.s.i.n.o", "casino"),
    ],
)
def test_a_disguised_word_is_read_and_noticed(written: str, read: str) -> None:
    seen = words_of(written)
    assert seen.words == (read,)
    assert seen.disguised


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Für", ("fuer",)),
        ("fuer", ("fuer",)),
        ("Eltern\u00adrat,", ("elternrat",)),
        ("z.B.", ("z", "b")),
        ("1.234,50", ("00000",)),
        ("2024", ("0000",)),
        ("ﬁnden", ("finden",)),
        ("soooo", ("soo",)),
        ("Café", ("cafe",)),
    ],
)
def test_ordinary_writing_counts_as_no_disguise(written: str, read: tuple[str, ...]) -> None:
    seen = words_of(written)
    assert seen.words == read
    assert not seen.disguised


@pytest.mark.parametrize("written", ["Id***t", "A*schloch", "f**k", "Sch****", "A***loch", "Wichs*r", "Idiot*n"])
def test_stars_over_letters_are_noticed(written: str) -> None:
    assert words_of(without_emphasis(written)).starred


@pytest.mark.parametrize("written", ["Bürger*innen", "Schüler*in", "jede*r", "eine*n", "ihr*e", "er*sie"])
def test_the_star_for_all_genders_hides_nothing(written: str) -> None:
    assert not words_of(written).starred


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("das ist **wichtig**, ja", "das ist   wichtig  , ja"),
        ("**sehr *und* gut!**", "  sehr  und  gut!  "),
        ("__fett__ und _kursiv_", "  fett   und  kursiv "),
        ("*Du Sch****, geh*", " Du Sch****, geh "),
        ("**A***loch**", "  A***loch  "),
    ],
)
def test_marks_of_bold_and_italics_become_spaces(written: str, read: str) -> None:
    assert without_emphasis(written) == read


@pytest.mark.parametrize(
    "written", ["f**k this s**t", "du W** und S***", "* eins\n* zwei", "2 * 3 * 4", "https://x.de/_a_/b_c_", "****"]
)
def test_other_stars_and_lines_stay(written: str) -> None:
    assert without_emphasis(written) == written


@given(st.text())
def test_any_text_has_words(text: str) -> None:
    for word in words_of(text).words:
        assert word
        assert not any(each.isspace() for each in word)
