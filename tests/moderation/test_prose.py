"""Prose is rendered the short way, and looks the same as the long way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.prose import html_of, paragraphs_of
from moderation.render import render
from moderation.sanitize import sanitize
from moderation.tidy import tidy

_PIECES = [
    *"abzäß.,;:!?-+='\"()/0139 \n…–„“€",
    "www",
    "de",
    "http:",
    "\n\n",
    "\n1.",
    "z. B.",
    "...",
    "com.",
    "a.b",
    "a.\n",
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(_PIECES)).map("".join)))
def test_whatever_is_taken_for_prose_looks_as_the_parser_and_the_sanitiser_have_it(text: str) -> None:
    text = tidy(text)
    paragraphs = paragraphs_of(text)
    assert paragraphs is None or html_of(paragraphs) == sanitize(render(text))


def test_an_ordinary_comment_is_prose() -> None:
    text = 'Das sehe ich auch so: „Der Platz“ (am Fluss) braucht Schatten!\nAm 3. Mai, um 9.30 Uhr?\n\nDanke … und "bis bald".'
    assert paragraphs_of(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "*so*",
        "a_b_",
        "`x`",
        "[a](b)",
        "<b>",
        "a & b",
        "- a",
        "3. Mai",
        "> a",
        "www.rathaus.de",
        "https://a.de",
        "a@b",
        " a",
    ],
)
def test_what_may_be_more_is_not(text: str) -> None:
    assert paragraphs_of(text) is None
