import pytest

from moderation.pseudonyms import Pseudonyms

PEOPLE = Pseudonyms(
    {"Henrike Vollmers": "Person 1", "Ayşe Demir": "Person 2", "Linde": "Person 3", "Eltern Neustadt": "Person 4",
     "Konrad Strauß": "Person 5"},
    "[Name]",
    "[…]",
)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("Henrike Vollmers hat recht.", "Person 1 hat recht."),
        ("Wie HENRIKE  VOLLMERS schreibt", "Wie Person 1 schreibt"),
        ("@Henrike: ja!", "@Person 1: ja!"),
        ("Henrikes Vorschlag und der von Frau Vollmers", "Person 1s Vorschlag und der von Frau Person 1"),
        ("Danke Ayşe, und Herr Demir auch", "Danke Person 2, und Herr Person 2 auch"),
        ("Konrad Strauß’ Einwand", "Person 5’ Einwand"),
        ("Liebe Linde, die Linde am Markt bleibt.", "Liebe Person 3, die Linde am Markt bleibt."),
        ("Die Eltern in Neustadt, sagen Eltern Neustadt, warten.", "Die Eltern in Neustadt, sagen Person 4, warten."),
        ("Frau Hoyer und Katharina Brederlow waren da.", "Frau [Name] und [Name] waren da."),
        ("Rufen Sie an: 0151 23456789.", "Rufen Sie an: […]."),
        ("Das Amt für Soziales hat geantwortet.", "Das Amt für Soziales hat geantwortet."),
    ],
)
def test_nobody_is_named_in_a_quote(said: str, quoted: str) -> None:
    assert PEOPLE.hide(said) == quoted


def test_without_authors_only_people_that_are_spoken_of_are_hidden() -> None:
    assert Pseudonyms({}, "[Name]", "[…]").hide("Guten Tag, Frau Hoyer.") == "Guten Tag, Frau [Name]."
