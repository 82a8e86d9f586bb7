"""Weak signs together: what is said of somebody is held, what is said of a matter is left alone."""

import pytest

from tests.moderation.netiquette.reading import held, rules_of


@pytest.mark.parametrize(
    "text",
    [
        "Eine Zumutung, dieser Busfahrplan!",
        "So ein Witz, diese Haltestelle",
        "Das Schwein auf dem Bild ist ja süß",
        "Die Kuh da auf dem Foto ist ja dick",
        "Der Hund auf dem Bild ist ja fett",
        "So ein Theater mit dem Parkplatz",
    ],
)
def test_an_article_that_belongs_to_a_matter_points_at_nobody(text: str) -> None:
    assert held(text) == []


@pytest.mark.parametrize("text", ["Eine Zumutung, diese Sachbearbeiterin!", "Unser Bürgermeister ist ein Witz"])
def test_whoever_is_pointed_at_is_put_down(text: str) -> None:
    assert "respect" in rules_of(text)
