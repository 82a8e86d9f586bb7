import pytest

from moderation.netiquette.naming import NAMED
from tests.moderation.netiquette.reading import findings

TEXT = "Danke für den ausführlichen Bericht über die neue Brücke."


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("Arschloch", "vulgar"),
        ("Hurensohn99", "vulgar"),
        ("F1cker", "vulgar"),
        ("Bürgermeister Rottmann ist ein Idiot", "respect"),
        ("Ausländer raus", "discrimination"),
        ("Ich töte dich", "threat"),
        ("Heil Hitler", "illegal"),
        ("Wählt AfD", "election_advertising"),
        ("Ruf an 0171 2345678", "personal_data"),
    ],
)
def test_a_name_is_read_as_a_text_is(name: str, rule: str) -> None:
    found = [each for each in findings(TEXT, name=name) if each.rule in NAMED]
    assert [(each.rule, each.severity, each.start, each.end, each.case) for each in found] == [
        (rule, "hold", None, None, "name")
    ]
    assert "Name" in found[0].message


@pytest.mark.parametrize(
    "name",
    [
        "Anke", "M. Fick", "Ulla Penner", "Dick Turner", "Hartmut Neger", "Rosalind Dyke", "Molli", "Esel", "K.-H. B.",
        "Besserwisser", "Depp vom Dienst", "Oma Erna 1941", "", "🙂", "\ud800",
    ],
)  # fmt: skip
def test_a_family_name_and_irony_about_oneself_are_left_alone(name: str) -> None:
    assert not [each for each in findings(TEXT, name=name) if each.rule in NAMED]


def test_a_cry_for_help_as_a_name_is_answered_as_one() -> None:
    (found,) = [each for each in findings(TEXT, name="Ich will nicht mehr leben") if each.rule == "threat"]
    assert (found.priority, found.case) == ("urgent", "help")
    assert "TelefonSeelsorge" in found.message


def test_an_editors_name_is_signed_and_not_judged() -> None:
    assert not findings(TEXT, name="Arschloch", editor=True)
