"""Each rule finds its phrases, plain and disguised, and leaves alone what only looks like them."""

import pytest

from tests.moderation.netiquette.phrases import CLEAN, EVASIONS, PLAIN, TRICKY
from tests.moderation.netiquette.reading import held, rules_of


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in PLAIN.items() for text in texts])
def test_a_breach_is_found(rule: str, text: str) -> None:
    assert rule in rules_of(text)


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in EVASIONS.items() for text in texts])
def test_a_disguised_breach_is_found(rule: str, text: str) -> None:
    assert rule in rules_of(text)


@pytest.mark.parametrize("text", CLEAN)
def test_a_clean_comment_is_not_held(text: str) -> None:
    assert held(text) == []


@pytest.mark.parametrize("text", TRICKY)
def test_a_comment_that_only_looks_like_a_breach_is_not_held(text: str) -> None:
    assert held(text) == []
