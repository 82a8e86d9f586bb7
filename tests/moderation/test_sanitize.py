import threading
import time

import nh3  # noqa: TID251  # the oracle that the sanitiser is held against
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.render import plain, render
from moderation.sanitize import sanitize
from tests.moderation.corpus import lines
from tests.moderation.dangers import TAGS, dangers

ATTACKS = lines("xss.txt")
REL = 'rel="nofollow ugc noopener"'
_BITS = st.sampled_from(
    ["<", ">", "&", '"', "'", "/", "=", " ", "<a href=", "https://x.example", "javascript:", "<p>", "</p>", "<em>", "</em>",
     "<svg>", "<math>", "<style>", "</style>", "<script>", "</script>", "<!--", "-->", "&lt;", "&amp;", "&#60;", "&nbsp;", "<ol start=3>",
     "<li>", "<table>", "<noscript>", "\0", "\ud800", "ü", "x", "\n", "<br>", "<template>", "onclick=", "<![CDATA[", "<?"]
)  # fmt: skip
html_like = st.lists(_BITS, max_size=25).map("".join) | st.text(st.characters(exclude_categories=()), max_size=60)


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_in_an_attack_stays_active(attack: str) -> None:
    assert dangers(sanitize(attack)) == []
    assert dangers(sanitize(render(attack))) == []


def test_the_corpus_of_attacks_is_large_enough_to_mean_something() -> None:
    assert len(ATTACKS) >= 250


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_does_not_come_back_when_parsed_again(attack: str) -> None:
    once = sanitize(attack)
    assert sanitize(sanitize(once)) == once


@settings(max_examples=300, deadline=None)
@given(html_like)
def test_sanitising_twice_changes_nothing(html: str) -> None:
    once = sanitize(html)
    assert sanitize(once) == once
    assert dangers(once) == []


@settings(max_examples=200, deadline=None)
@given(html_like)
def test_nothing_is_left_that_another_sanitiser_would_remove(html: str) -> None:
    once = sanitize(html)
    again = nh3.clean(
        once,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https"},
        link_rel="nofollow ugc noopener",
    )
    assert again.replace("&nbsp;", "\xa0") == once.replace("&nbsp;", "\xa0")


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>Guten <em>Tag</em></p>", "<p>Guten <em>Tag</em></p>"),
        ('<a href="https://x.example/?a=1&amp;b=2">x</a>', f'<a href="https://x.example/?a=1&amp;b=2" {REL}>x</a>'),
        ('<a href="https://x.example" rel="follow" target="_blank">x</a>', f'<a href="https://x.example" {REL}>x</a>'),
        ("a<script>alert(1)</script>b<style>p{}</style>c", "abc"),
        ('<p class="wm" id="x" style="color:red" data-x="1" name="y">x</p>', "<p>x</p>"),
        ('<ol start="3"><li>Oktober</li></ol>', '<ol start="3"><li>Oktober</li></ol>'),
        ("5 < 6 & 7 > 2", "5 &lt; 6 &amp; 7 &gt; 2"),
        ("<h2>Titel</h2>", "Titel"),
    ],
)
def test_harmless_html_keeps_its_meaning(html: str, shown: str) -> None:
    assert sanitize(html) == shown


def test_nul_and_lone_surrogates_do_not_raise() -> None:
    assert sanitize("<p>a\0b\ud800c</p>") == "<p>abc</p>"


def test_threads_do_not_share_a_parser() -> None:
    shown: list[str] = []

    def clean(number: int) -> None:
        shown.extend(sanitize(f"<p>{number}<em>x</em></p>") for _ in range(20))

    threads = [threading.Thread(target=clean, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(set(shown)) == [f"<p>{number}<em>x</em></p>" for number in range(4)]


@pytest.mark.parametrize("unit", ["<", "&", "<p>", "<em>", "<!--", "&lt;", "<a href=", "</p>"])
def test_the_time_grows_with_the_length_and_not_faster(unit: str) -> None:
    short, long = (min(_seconds(unit * (size // len(unit))) for _ in range(3)) for size in (2_000, 8_000))
    assert long < short * 10 + 0.2  # four times the text, on a machine that does other things too


def test_plain_text_survives_rendering_and_cleaning() -> None:
    assert (
        plain(sanitize(render("Erste Zeile\nzweite <Zeile>\n\nAbsatz & mehr")))
        == "Erste Zeile\nzweite <Zeile>\nAbsatz & mehr"
    )


def _seconds(html: str) -> float:
    start = time.process_time()
    sanitize(html)
    return time.process_time() - start
