"""Near-duplicates are told from texts that only speak of the same."""

import pytest

from moderation.similarity import ALIKE, PLACES, bands, likeness, sketch

SPAM = "Hallo {}, verdienen auch Sie {} Euro in der Woche von zu Hause aus! Mehr dazu auf https://{}.example/jetzt, wir warten auf Sie."


@pytest.mark.parametrize(
    "other",
    [
        SPAM.format("Kim", "900", "geld-xy"),
        "LIEBE LEUTE! " + SPAM.format("Kim", "900", "geld-xy"),
        SPAM.format("zusammen", "1.200", "reich").replace("warten auf Sie", "freuen uns auf Sie"),
    ],
)
def test_the_same_text_with_other_details_is_alike(other: str) -> None:
    one, two = sketch(SPAM.format("Ada", "500", "schnell")), sketch(other)
    assert likeness(one, two) >= ALIKE
    assert set(bands(one)) & set(bands(two))


@pytest.mark.parametrize(
    "other",
    [
        "Danke für den Bericht. Der runde Tisch hat bei uns zwei Jahre gebraucht, bis die Ämter miteinander sprachen.",
        "Verdienen Sie das wirklich? Wer von zu Hause aus arbeitet, sieht die Kinder auch nicht öfter als früher.",
    ],
)
def test_other_texts_are_not(other: str) -> None:
    assert likeness(sketch(SPAM.format("Ada", "500", "schnell")), sketch(other)) < 0.4


@pytest.mark.parametrize("text", ["", "Danke!", "Ja. 123456789 987654321 https://lang.example/sehr/lang/und/laenger"])
def test_a_short_text_is_like_nothing(text: str) -> None:
    assert sketch(text) == ()
    assert likeness(sketch(text), sketch(text)) == 0
    assert bands(sketch(text)) == ()


def test_a_sketch_has_a_fixed_size_and_is_always_the_same() -> None:
    text = "Ein Text, der gerade lang genug ist, um ihn zu vergleichen."
    assert len(sketch(text)) == PLACES
    assert sketch(text) == sketch(text)
    assert all(0 <= each < 2**63 for each in bands(sketch(text)))
