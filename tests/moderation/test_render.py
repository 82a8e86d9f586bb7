import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.render import plain, render


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Hallo", "<p>Hallo</p>\n"),
        ("eins\nzwei", "<p>eins<br />\nzwei</p>\n"),
        ("eins\n\n\nzwei", "<p>eins</p>\n<p>zwei</p>\n"),
        ("*so* und **so**", "<p><em>so</em> und <strong>so</strong></p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. Oktober", '<ol start="3">\n<li>Oktober</li>\n</ol>\n'),
        ("> Zitat", "<blockquote>\n<p>Zitat</p>\n</blockquote>\n"),
        ("`x < y`", "<p><code>x &lt; y</code></p>\n"),
        ("```\nx < y\n```", "<pre><code>x &lt; y\n</code></pre>\n"),
        ("[Rathaus](https://rathaus.example/a?b=1&c=2)", '<p><a href="https://rathaus.example/a?b=1&amp;c=2">Rathaus</a></p>\n'),
        ("siehe https://rathaus.example/a.", '<p>siehe <a href="https://rathaus.example/a">https://rathaus.example/a</a>.</p>\n'),
        ("<https://rathaus.example/>", '<p><a href="https://rathaus.example/">https://rathaus.example/</a></p>\n'),
        ("www.rathaus.de", '<p><a href="https://www.rathaus.de">www.rathaus.de</a></p>\n'),
    ],
)  # fmt: skip
def test_a_small_markdown_is_understood(text: str, html: str) -> None:
    assert render(text) == html


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# Überschrift", "# Überschrift"),
        ("Titel\n=====", "Titel\n====="),
        ("---", "---"),
        ("<b>fett</b>", "<b>fett</b>"),
        ("    eingerückt", "eingerückt"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2 |"),
        ("[a]: https://versteckt.example", "[a]: https://versteckt.example"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[x](//x.example) [y](/pfad)", "[x](//x.example) [y](/pfad)"),
        ("~~weg~~", "~~weg~~"),
    ],
)
def test_what_is_not_part_of_it_stays_as_typed(text: str, words: str) -> None:
    assert plain(render(text)) == words


@pytest.mark.parametrize(
    "text", ["So geht das.Am Montag kommt er.", "z.B. heute", "Hallo!Das ist es.So nicht", "Punkt.In der Stadt"]
)
def test_a_missing_space_makes_no_link(text: str) -> None:
    assert "<a" not in render(text)


@pytest.mark.parametrize(
    "text", ["anna@firma.de", "mailto:anna@firma.de", "<anna@firma.de>", "[x](mailto:anna@firma.de)", "ftp://x.example"]
)
def test_only_web_addresses_become_links(text: str) -> None:
    assert "<a" not in render(text)


def test_an_image_becomes_a_link_that_one_has_to_open() -> None:
    assert render("![Bild](https://x.example/a.png)") == '<p>!<a href="https://x.example/a.png">Bild</a></p>\n'


@pytest.mark.parametrize(
    "text",
    ["> a\n\n" * 3000 + "tief", ">" * 5000 + " tief", "> " * 5000 + "tief", "- " * 30 + "tief", "> - " * 40 + "tief"],
)
def test_no_word_is_lost_in_deep_nesting(text: str) -> None:
    assert "tief" in plain(render(text))


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=80) | st.text("<>[]()*_`\\!#&\n -.:/@x1\t", max_size=80))
def test_any_string_gives_html(text: str) -> None:
    assert isinstance(plain(render(text)), str)


HOSTILE = ["[", "*", "<", ">", "`", "_", "\\", "&", "(", "![", "[a](", "*a ", "**a _", "> ", "- ", "1. ", "\n", "x\n", "<http://",
           "http://", "www.", "a.", "a-", "[[]]", "<a@b", "](", "```\n", "a.de "]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_the_time_grows_with_the_length_and_not_faster(unit: str) -> None:
    short, long = (min(_seconds((unit * size)[:size]) for _ in range(3)) for size in (2_500, 10_000))
    assert long < short * 10 + 0.2  # four times the text, on a machine that does other things too


def _seconds(text: str) -> float:
    start = time.process_time()
    render(text)
    return time.process_time() - start
