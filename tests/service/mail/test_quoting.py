"""Strangers' words in mails: readable, nothing to click."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.render import render
from service.mail.quoting import quote, quote_line, unlinked


@pytest.mark.parametrize(
    "html, quoted",
    [
        ("<p>Guten Tag</p>", "Guten Tag"),
        ("<p>Eins</p>\n<p>Zwei<br>\nDrei</p>", "Eins\n\nZwei\nDrei"),
        ("<p>Dazu:</p>\n<ul>\n<li>Bus</li>\n<li>Bahn</li>\n</ul>\n", "Dazu:\n\n– Bus\n– Bahn"),
        ("<ul>\n<li>\n<p>Bus</p>\n</li>\n</ul>", "– Bus"),
        ('<p>Siehe <a href="https://a.example">hier</a>.</p>', "Siehe hier [Link]."),
        ('<p><a href="https://a.example/x">https://a.example/x</a></p>', "[Link]"),
        ('<p><a href="https://a.example">a.example</a></p>', "[Link]"),
        ("<p>a &lt;b&gt; &amp; c</p>", "a <b> & c"),
        ("", ""),
    ],
)
def test_the_words_stay_and_links_go(html: str, quoted: str) -> None:
    assert quote(html, "Link") == quoted


def test_a_long_comment_is_cut_between_words() -> None:
    assert quote("<p>" + "Wort " * 500 + "</p>", "Link", 20) == "Wort Wort Wort …"


def test_numbers_and_abbreviations_look_the_same() -> None:
    assert unlinked("10.000 Euro, 3.5 Punkte. Ende") == "10.000 Euro, 3.5 Punkte. Ende"


def test_a_name_stays_on_its_line() -> None:
    assert quote_line("Anna\n\n  Amsel", 80) == "Anna Amsel"


@given(st.text(st.sampled_from("ab.:/ w\n*[]()-<>`_é"), max_size=200))
def test_no_text_brings_a_clickable_address(text: str) -> None:
    assert "://" not in quote(render(text), "Link")
