"""What the classifier sees in a comment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifier.features import traits
from moderation.classifier.hashing import Hashing
from moderation.classifier.labels import label_text
from moderation.classifier.lexicon import CLASSES, classes_of
from moderation.classifier.links import link_of, links_in
from moderation.classifier.named import NAMED
from moderation.reading import Reading, Standing


def reading(text: str, name: str = "", url: str | None = None) -> Reading:
    return Reading(text, "", name, url, 0, Standing())


def named(text: str, name: str = "", url: str | None = None) -> dict[str, float]:
    return {key: value for key, value in zip(NAMED, traits(reading(text, name, url)).named, strict=True) if value}


def words(text: str) -> list[str]:
    return [each.word for each in traits(reading(text)).pieces]


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        ("Schau auf www.spielglueck.top vorbei", "links"),
        ("Schau auf spielglueck.top vorbei", "links"),
        ("Schau auf spielglueck.top vorbei", "host_tld"),
        ("Nur 49 Euro im Monat", "money"),
        ("heute $500 gewinnen", "money"),
        ("Anruf genügt: 0171 39200 66", "phone"),
        ("schreib mir auf Telegram", "messenger"),
        ("ICH HABE ES EUCH GESAGT, JETZT IST SCHLUSS", "capitals"),
        ("ein C4sin0 für alle", "disguise"),
        ("so ein Id***t", "starred"),
        ("schau auf glueckspiel . net vorbei", "hidden_link"),
        ("glueckspiel(dot)com", "hidden_link"),
        ("20 Prozent mit Code SOMMER20", "coupon"),
        ("schreib @mara_liebt", "handle"),
        ("Abonniert mich, neues Video auf meinem Kanal", "channel+me"),
        ("[url=http://x.top]hier[/url]", "markup"),
        ("Sie Vollidiot", "insult&you"),
        ("500 Euro am Tag, schreib mir", "reward+contact"),
        ("Wer „Pack“ schreibt, meint Menschen", "quotation"),
        ('Er sagte "Du Idiot" und ging wieder heim', "quotation"),
    ],
)
def test_a_feature_is_seen(text: str, feature: str) -> None:
    assert feature in named(text)


@pytest.mark.parametrize("text", ["Das ist **wichtig**", "**Sehr wichtig**", "*Sie* und __ich__", "Alle Bürger*innen"])
def test_emphasis_and_the_star_for_all_genders_are_no_stars_over_letters(text: str) -> None:
    assert "starred" not in named(text)
    assert not any("**" in word for word in words(text))


def test_what_a_name_and_an_address_offer_is_seen() -> None:
    seen = named("Schön!", "Umzug Berlin", "https://umzug-guenstig.shop")
    assert {"name_trade", "host_trade"} <= set(seen)


def test_quoted_words_are_heard_apart_from_said_ones() -> None:
    blocks = dict(traits(reading("Man hat ihn „Vollidiot“ genannt, das tut weh")).blocks())
    assert blocks["q"] == ["vollidiot"]
    assert "vollidiot" not in blocks["t"]


@pytest.mark.parametrize("text", ['"Du Vollidiot"', "„Alles nur Idioten“", 'Ein "', "Oma's Auto, Opa's Hut"])
def test_marks_around_everything_or_nothing_quote_nothing(text: str) -> None:
    assert "q" not in dict(traits(reading(text)).blocks())


@pytest.mark.parametrize(
    "text", ["z.B.Schule und Kita", "Das war 2024.Danach kam nichts", "Seite 3.a", "Er ging.Sie blieb"]
)
def test_a_missing_space_is_no_link(text: str) -> None:
    assert "links" not in named(text)


def test_what_a_website_says_is_seen() -> None:
    seen = named("Schön!", "Umzug Berlin", "https://umzug-berlin-24.shop/preise")
    assert {"host_tld", "host_hyphens", "host_digits", "url_path", "host_is_name"} <= set(seen)


def test_that_there_is_a_website_says_nothing_by_itself() -> None:
    assert named("Schön!", "Anna", "https://garten.de") == named("Schön!", "Anna")


def test_an_invented_ending_says_nothing() -> None:
    link = link_of("https://verein.example")
    assert link is not None
    assert link.words == ("verein",)
    assert link.unusual == 0


def test_amounts_numbers_and_addresses_become_one_word_each() -> None:
    seen = words("Für 300 € an [E-Mail-Adresse verborgen] oder 0171-39200-66, Hausnummer 12")
    assert seen == ["fuer", "⟨money⟩", "an", "⟨mail⟩", "oder", "⟨phone⟩", "hausnummer", "00"]


def test_letters_with_spaces_between_are_one_word() -> None:
    assert words("im C a s i n o spielen") == ["im", "casino", "spielen"]


def test_a_word_stands_where_it_was_written() -> None:
    text = "Ein  Wort,\n und noch   eins"
    for piece in traits(reading(text)).pieces:
        assert piece.word in text[piece.start : piece.end].lower()


def test_classes_match_beginnings_and_endings() -> None:
    assert classes_of("vollidioten")
    assert classes_of(["online", "casinospiel"][1])
    assert not classes_of("natuerlich")


def test_hashing_is_the_documented_one() -> None:
    whole, parts = Hashing(bits=18, seed=20).places("t", "ja")
    assert whole == 250873
    assert len(parts) == 3  # ^ja, ja$ and ^ja$


def test_every_feature_and_class_has_a_label_in_both_languages() -> None:
    for key in NAMED:
        assert label_text(key, "de") != label_text(key, "en") or key in ("emoji", "hashtags")
        assert "_" not in label_text(key, "de")
        assert all(part not in label_text(key, "de").split() for part in CLASSES)


@pytest.mark.parametrize(
    "url", ["", "http://", "///", "http://[::1", "https://xn--a", "a@b", "\x00", "http://" + "a." * 900]
)
def test_a_broken_address_is_no_exception(url: str) -> None:
    link_of(url)
    links_in(url)


@given(st.text(), st.text(max_size=90), st.one_of(st.none(), st.text(max_size=200)))
def test_any_comment_has_traits(text: str, name: str, url: str | None) -> None:
    seen = traits(reading(text, name, url))
    assert len(seen.named) == len(NAMED)
    assert all(0 <= each.start < each.end <= len(text) for each in seen.pieces)
