"""Every list that ships can be read; they are read when first asked for, so no start would tell."""

from importlib import resources

import pytest

from moderation.netiquette.grammar import compile_phrases
from moderation.netiquette.shelf import compiled
from moderation.netiquette.wordlist import lines_of, words_of

NAMES = sorted(
    path.name.removesuffix(".txt") for path in (resources.files("moderation.netiquette") / "words").iterdir()
)


def is_phrases(name: str) -> bool:
    return any(each in line for line in lines_of(name) for each in "()|<")


@pytest.mark.parametrize("name", NAMES)
def test_a_list_can_be_read(name: str) -> None:
    assert list(compile_phrases(lines_of(name))) if is_phrases(name) else words_of(name)


@pytest.mark.parametrize("name", [name for name in NAMES if is_phrases(name)])
def test_each_phrase_of_a_list_is_small_enough_to_be_looked_for_alone(name: str) -> None:
    assert all(compiled(each.pattern).groups >= 0 for each in compile_phrases(lines_of(name)))
