"""Other systems' HTML becomes the Markdown that we keep: the words stay, and nothing turns into markup."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.render import plain, render
from moderation.sanitize import sanitize
from moderation.unrender import as_markdown


def shown(html: str, **how: bool) -> str:
    return sanitize(render(as_markdown(html, **how)))


@pytest.mark.parametrize(
    "html, text",
    [
        ("<p>Eins</p><p>Zwei</p>", "Eins\n\nZwei"),
        ("Eins<br>Zwei", "Eins\nZwei"),
        ("<b>fett</b> und <i>schräg</i>", "**fett** und *schräg*"),
        ('<a href="https://a.example/x?y=1&amp;z=2">Link</a>', "[Link](<https://a.example/x?y=1&z=2>)"),
        ('<a href="https://a.example/">https://a.example/</a>', "<https://a.example/>"),
        ('<a href="javascript:alert(1)">Link</a>', "Link"),
        ("<script>alert(1)</script>Text", "Text"),
        ("<ul><li>a</li><li>b</li></ul>c", "- a\n- b\n\nc"),
        ("<blockquote><p>a</p></blockquote><p>b</p>", "> a\n>\nb"),
        ("<pre><code>x &lt; 1\n  y</code></pre>", "```\nx < 1\n  y\n```"),
        ("3. Oktober", "3\\. Oktober"),
        ("a_b und 2 * 3", "a\\_b und 2 \\* 3"),
    ],
)
def test_what_can_be_said_in_markdown_is(html: str, text: str) -> None:
    assert as_markdown(html) == text


def test_line_breaks_count_where_they_do_in_the_other_system() -> None:
    assert as_markdown("Eins\nZwei\n\nDrei", lines=True) == "Eins\nZwei\n\nDrei"
    assert as_markdown("Eins\nZwei\n\nDrei") == "Eins Zwei Drei"


def test_markdown_with_tags_in_it_stays_markdown() -> None:
    assert (
        as_markdown("Ein *Wort* und <b>noch</b> eins\n> Zitat", typed=True) == "Ein *Wort* und **noch** eins\n> Zitat"
    )


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab* _`[]<>()#-+.1\n!&;:/\\~=", max_size=60))
def test_plain_words_come_out_as_they_were(text: str) -> None:
    """As WordPress has them: escaped, with line breaks. What looks like markup is not taken for it."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert "".join(plain(shown(escaped, lines=True)).split()) == "".join(text.split())


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="<>/abpiulo=\"' \n&;", max_size=80))
def test_no_html_makes_it_fail(html: str) -> None:
    shown(html)
    shown(html, lines=True)
    shown(html, typed=True)
