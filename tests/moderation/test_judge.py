import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.draft import LONGEST_JUDGED, Draft
from moderation.judge import show
from moderation.personal_data import mask_text
from moderation.personal_data.marks import mark
from tests.moderation.corpus import lines
from tests.moderation.dangers import dangers

anything = st.text(st.characters(exclude_categories=()), max_size=80)
MARK = mark("de")


def draft(text: str, name: str = "", url: str = "") -> Draft:
    return Draft(page="/artikel", text=text, name=name, url=url)


@settings(max_examples=150, deadline=None)
@given(anything | st.text("<>[]()*_`\\@.&#;: \nax1\0\ud800", max_size=60), anything, anything)
def test_any_string_can_be_shown(text: str, name: str, url: str) -> None:
    shown = show(draft(text, name, url), "de")
    assert dangers(shown.html) == []
    for kept in (shown.text, shown.html, shown.name):
        kept.encode("utf-8")
        assert "\0" not in kept


@pytest.mark.parametrize(
    "text", ["\ud800" * 10, "\0" * 10, ">" * 5_000 + "tief", "x" * 1_000_000, "[" * 30_000, "", " \n "]
)
def test_extreme_texts_can_be_shown(text: str) -> None:
    assert len(show(draft(text), "de").text) <= LONGEST_JUDGED


@pytest.mark.parametrize("corpus", ["addresses_common.txt", "addresses_exotic.txt", "prose_tricky.txt"])
def test_what_is_stored_holds_no_address_that_the_mask_knows(corpus: str) -> None:
    for text in lines(corpus):
        shown = show(draft(text, name=text.replace("\n", " ")), "de")
        assert mask_text(shown.text, "de").count == 0
        assert mask_text(shown.name, "de").count == 0


def test_an_address_in_every_field_is_hidden_and_counted() -> None:
    shown = show(
        draft("Mail: anna@firma.de", name="Anna (anna@firma.de)", url="https://x.example/?m=anna@firma.de"), "en"
    )
    assert shown.text == "Mail: [e-mail address hidden]"
    assert shown.html == "<p>Mail: [e-mail address hidden]</p>\n"
    assert shown.name == "Anna ([e-mail address hidden])"
    assert shown.url is None
    assert shown.masked == 2


def test_an_address_that_only_rendering_brings_together_is_not_stored_either() -> None:
    shown = show(draft("a[n](https://x.example)na@firma.de\n\n> Zitat"), "de")
    assert "firma" not in shown.text + shown.html


def test_offsets_in_the_shown_text_lead_to_what_was_typed() -> None:
    typed = "Hallo\r\nanna@firma.de sagt: u\u0308ber den Weg"
    shown = show(draft(typed), "de")
    assert shown.trace is not None
    assert shown.text == f"Hallo\n{MARK} sagt: über den Weg"
    assert typed[shown.trace.origin(shown.text.index("sagt")) :].startswith("sagt")
    assert typed[shown.trace.origin(shown.text.index("den Weg")) :] == "den Weg"
    assert shown.trace.origin(shown.text.index(MARK)) == typed.index("anna")


def test_a_name_is_one_tidy_line() -> None:
    assert show(draft("Text", name=" Anna\n\u202e Schmidt "), "de").name == "Anna Schmidt"


def test_bidirectional_overrides_do_not_reach_the_page() -> None:
    shown = show(draft("harmlos\u202eegasllaF"), "de")
    assert "\u202e" not in shown.text + shown.html
