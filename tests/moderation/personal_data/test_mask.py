import time
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.personal_data import mask_html, mask_text
from moderation.personal_data.marks import MARKS, mark
from moderation.render import plain, render
from moderation.sanitize import sanitize
from tests.moderation.corpus import lines
from tests.moderation.dangers import dangers

COMMON = lines("addresses_common.txt")
EXOTIC = lines("addresses_exotic.txt")
TRICKY = lines("prose_tricky.txt")
MARK = mark("de")


def shown(text: str) -> str:
    return mask_html(sanitize(render(text)), "de").text


@pytest.mark.parametrize("text", COMMON)
def test_an_address_is_hidden_as_most_people_write_it(text: str) -> None:
    assert MARK in mask_text(text, "de").text
    assert mask_html(sanitize(render(text)), "de").count


def test_most_exotic_spellings_are_hidden() -> None:
    missed = [text for text in EXOTIC if not mask_text(text, "de").count]
    assert len(missed) <= len(EXOTIC) * 0.1, missed
    missed = [text for text in EXOTIC if not mask_html(sanitize(render(text)), "de").count]
    assert len(missed) <= len(EXOTIC) * 0.1, missed


@pytest.mark.parametrize("text", TRICKY)
def test_what_only_looks_like_an_address_stays(text: str) -> None:
    assert mask_text(text, "de").text == text
    assert mask_html(sanitize(render(text)), "de").count == 0


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Mail an anna@firma.de, danke.", f"Mail an {MARK}, danke."),
        ("(anna@firma.de)", f"({MARK})"),
        ("anna@firma.de und bernd (at) firma (punkt) de", f"{MARK} und {MARK}"),
        ("Schreibt anna punkt schmidt at firma punkt de an", f"Schreibt {MARK} an"),
        ("<anna@firma.de>", MARK),
        ("mailto:anna@firma.de?subject=Kita%20Park", MARK),
        ("[Mail](mailto:anna@firma.de)", f"[Mail]{MARK}"),
        ("**anna**@firma.de", MARK),
        ("n a m e @ w e b . d e und mehr", f"{MARK} und mehr"),
        ("anna@firma.de.Danke!", f"{MARK}.Danke!"),
        ("anna@firma.de. Ich warte.", f"{MARK}. Ich warte."),
        ("https://x.example/?mail=anna%40firma.de", f"https://x.example/?mail={MARK}"),
    ],
)
def test_only_the_address_gives_way(text: str, masked: str) -> None:
    assert mask_text(text, "de").text == masked


@pytest.mark.parametrize(
    ("language", "expected"),
    [("de", "de"), ("de-du", "de"), ("de-AT", "de"), ("en-GB", "en"), ("fr", "fr"), ("tr", "tr"), ("uk", "uk"), ("ar", "ar"),
     ("pl", "pl"), ("xx", "en"), ("", "en"), ("DE_ch", "de")],
)  # fmt: skip
def test_the_mark_speaks_the_language_of_the_page(language: str, expected: str) -> None:
    assert mask_text("anna@firma.de", language).text == MARKS[expected]


@pytest.mark.parametrize("language", ["de", "uk"])
def test_masking_twice_changes_nothing(language: str) -> None:
    for text in COMMON + EXOTIC + TRICKY:
        once = mask_text(text, language).text
        assert mask_text(once, language).text == once


@pytest.mark.parametrize("corpus", [COMMON, EXOTIC], ids=["common", "exotic"])
def test_masked_html_is_left_alone_by_mask_and_sanitiser(corpus: list[str]) -> None:
    for text in corpus:
        html = shown(text)
        assert mask_html(html, "de").text == html
        assert sanitize(html) == html


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>foo<em>@</em>example.com</p>", f"<p>{MARK}</p>"),
        ("<p>a&#64;b.de</p>", f"<p>{MARK}</p>"),
        ("<p>a&amp;#64;b.de</p>", f"<p>{MARK}</p>"),
        ('<p><a href="https://b.de">b.de</a></p>', '<p><a href="https://b.de">b.de</a></p>'),
        ('<p>anna(at)<a href="https://firma.de">firma.de</a></p>', f"<p>{MARK}</p>"),
        ('<p><a href="https://x.example/?m=anna%40firma.de">hier</a></p>', "<p>hier</p>"),
        ('<p><a href="https://x.example/?m=anna%2540firma.de">hier</a></p>', "<p>hier</p>"),
        ('<p><a href="https://x.example/?m=anna&#37;40firma.de">hier</a></p>', "<p>hier</p>"),
        ('<p><a href="https://anna@firma.de/">hier</a></p>', "<p>hier</p>"),
        ('<p><a href="https://social.example/@anna">hier</a></p>', '<p><a href="https://social.example/@anna">hier</a></p>'),
        ("<p>name</p><p>@firma.de</p>", "<p>name</p><p>@firma.de</p>"),
        ("<p>Anna@<br>\nfirma.de</p>", f"<p>{MARK}</p>"),
        ("<p>anna<code>ät</code>firma.de</p>", f"<p>{MARK}</p>"),
        ("<p>format<code>at</code>work</p>", "<p>format<code>at</code>work</p>"),
        ("<p>a &lt; b &amp; c</p>", "<p>a &lt; b &amp; c</p>"),
    ],
)  # fmt: skip
def test_html_is_masked_in_its_tree(html: str, expected: str) -> None:
    assert mask_html(html, "de").text == expected


_NOISE = st.sampled_from(["", "", "", "\u200b", "*", "**", "`", "\\", "\u00ad", "<b>", "</b>", "<!-- x -->"])
_LETTERS = st.text("abcdefghijklmnoprstuvwz", min_size=2, max_size=8)
_SIGNS = st.sampled_from(["@", "@", "(at)", " (at) ", "[at]", "&#64;", "%40", "＠", " @ ", " ät "])
_DOTS = st.sampled_from([".", ".", "(dot)", " (punkt) ", "[dot]", "&#46;", "．"])


_SPELLED = st.tuples(
    _LETTERS, _NOISE, _SIGNS, _NOISE, _LETTERS, _DOTS, st.sampled_from(["de", "com", "org", "example"])
)


@settings(max_examples=150, deadline=None)
@given(_SPELLED)
def test_no_combination_of_evasions_leaves_an_address(parts: tuple[str, ...]) -> None:
    text = f"Schreiben Sie an {''.join(parts)} bitte"
    assert mask_text(text, "de").count == 1
    words = plain(shown(text)).replace(MARK, "").split()
    assert [word for word in words if word.strip("*`")] == ["Schreiben", "Sie", "an", "bitte"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(
    ["anna", "@", ".", "de", " ", "firma", "(at)", " dot ", "*", "`", "<", ">", "[", "](", ")", "https://", "mailto:", "\n", "&#64;", "%40",
     "\\", "\u200b", "at", "-", "_", "bei", "gmx", "com", ":", "/", '"', "<b>", "_at_", MARK, "ä", "\ud800", "\0"]), max_size=24).map("".join))  # fmt: skip
def test_what_is_shown_holds_no_address_and_stays_as_it_is(text: str) -> None:
    once = mask_text(text, "de").text
    assert mask_text(once, "de").text == once
    html = shown(text)
    assert mask_html(html, "de").text == html
    assert dangers(html) == []
    assert mask_text(plain(html), "de").count == 0 or "\n" in plain(html)
    for target in _targets(html):
        assert mask_text(unquote(unescape(target)), "de").count == 0


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(["anna@firma.de", " und ", "bernd (at) firma (punkt) de", "x", "\n", "Zürich "]), max_size=8
    ).map("".join)
)
def test_offsets_lead_back_to_what_was_typed(text: str) -> None:
    masked = mask_text(text, "de")
    at = 0
    while at < len(masked.text):
        if masked.text.startswith(MARK, at):
            at += len(MARK)
            continue
        assert text[masked.origin(at)] == masked.text[at]
        at += 1
    assert masked.origin(len(masked.text)) == len(text)


def test_an_offset_inside_a_mark_leads_to_the_address() -> None:
    masked = mask_text("Von anna@firma.de an alle", "de")
    assert masked.origin(masked.text.index("Adresse")) == 4
    assert masked.origin(masked.text.index(" an alle")) == len("Von anna@firma.de")


HOSTILE = ["@", "a@", "a.", "at ", " at", "(at)", "-at-", "_at_", "a dot ", "a ", "a @ ", "%25", "&amp;", "<", "[", "*a", '"@', "ü", "\u200b",
           "a@b de ", "mailto:a@b.de?", "](a@b.de", "a-", "a\n\n", "aATb", "aAtB", ")@", "[a]@", MARK + "@a.de "]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_the_time_grows_with_the_length_and_not_faster(unit: str) -> None:
    short, long = (min(_seconds((unit * size)[:size]) for _ in range(3)) for size in (1_500, 6_000))
    assert long < short * 10 + 0.2  # four times the text, on a machine that does other things too


def _seconds(text: str) -> float:
    start = time.process_time()
    mask_text(text, "de")
    return time.process_time() - start


def _targets(html: str) -> list[str]:
    found: list[str] = []

    class Links(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend(value or "" for name, value in attrs if name == "href")

    Links().feed(html)
    return found
