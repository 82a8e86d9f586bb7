import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.tidy import tidy, tidy_traced
from moderation.trace import Trace

anything = st.text(st.characters(exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("eins\r\nzwei\rdrei\u2028vier", "eins\nzwei\ndrei\nvier"),
        ("u\u0308ber", "über"),
        ("a\0b\x07c\x1b[31m\x7f", "abc[31m"),
        ("gut\u202etxt.exe", "guttxt.exe"),
        ("\u2067verkehrt\u2069", "verkehrt"),
        ("halb \ud83d ganz \U0001f600", "halb  ganz \U0001f600"),
        ("\ufeffAnfang", "Anfang"),
        ("Tab\tbleibt", "Tab\tbleibt"),
        ("👩\u200d👧 und می\u200cخواهم", "👩\u200d👧 und می\u200cخواهم"),
    ],
)
def test_text_is_kept_without_what_cannot_be_seen(typed: str, kept: str) -> None:
    assert tidy(typed) == kept


@given(anything)
def test_tidying_twice_changes_nothing(typed: str) -> None:
    once = tidy(typed)
    assert tidy(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode("utf-8")


@given(
    st.lists(st.sampled_from(["a", "u\u0308", "\r\n", "\n", "\0", "ß", "\u202e", "e\u0301", " "]), max_size=20).map(
        "".join
    )
)
def test_offsets_lead_back_to_what_was_typed(typed: str) -> None:
    text, trace = tidy_traced(typed)
    for at, character in enumerate(text):
        origin = trace.origin(at)
        assert tidy(typed[origin : origin + 2])[:1] == character or typed[origin] in "\0\u202e"


def test_traces_follow_one_another() -> None:
    first = Trace((((2, 4, 0),),))  # "ab12cd" becomes "abcd"
    second = Trace((((0, 1, 3),),))  # "abcd" becomes "xxxbcd"
    both = first.then(second)
    assert [both.origin(at) for at in range(7)] == [0, 0, 0, 1, 4, 5, 6]


def test_no_edits_change_no_offset() -> None:
    assert Trace().origin(7) == 7
