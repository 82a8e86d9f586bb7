"""Disguises are undone, ordinary writing is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifier.normalise import words_of


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


@pytest.mark.parametrize("written", ["Id***t", "A*schloch", "f**k"])
def test_stars_over_letters_are_noticed(written: str) -> None:
    assert words_of(written).starred


@given(st.text())
def test_any_text_has_words(text: str) -> None:
    for word in words_of(text).words:
        assert word
        assert not any(each.isspace() for each in word)
