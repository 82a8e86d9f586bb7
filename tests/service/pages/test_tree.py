from datetime import UTC, datetime

import pytest

from models.approved import Entry
from service.pages.tree import Branch, grow, initials, tint

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def entry(key: str, parent: str | None = None, depth: int = 0) -> Entry:
    return Entry(key, parent, depth, f"Name {key}", None, None, "", NOON, None, False, False, 0, None, None)


def shape(branches: list[Branch]) -> list[object]:
    return [(each.entry.id, shape(each.replies)) if each.replies else each.entry.id for each in branches]


def test_replies_hang_below_what_they_answer() -> None:
    tops = grow([entry("a"), entry("b", "a", 1), entry("c", "b", 2), entry("d", "a", 1), entry("e")])
    assert shape(tops) == [("a", [("b", ["c"]), "d"]), "e"]


def test_what_nesting_shows_is_not_said_again() -> None:
    [top] = grow([entry("a"), entry("b", "a", 1)])
    assert top.replies[0].answers is None


def test_a_reply_flattened_at_the_last_level_says_whom_it_answers() -> None:
    [top] = grow([entry("a"), entry("b", "a", 1), entry("c", "b", 1)])
    assert shape([top]) == [("a", ["b", "c"])]
    answers = top.replies[1].answers
    assert answers is not None
    assert (answers.id, answers.name) == ("b", "Name b")


def test_a_page_that_begins_in_the_middle_of_a_branch_holds_together() -> None:
    tops = grow([entry("c", "b", 2), entry("d", "a", 1), entry("e", "d", 2), entry("f")])
    assert shape(tops) == ["c", ("d", ["e"]), "f"]
    answers = tops[0].answers
    assert answers is not None
    assert answers.name is None


@pytest.mark.parametrize(
    "name, letters",
    [
        ("Ayşe Nur Demir", "AD"),
        ("Kim", "K"),
        ("Max M.", "MM"),
        ("  ", ""),
        ("🙂", ""),
        ("ärzte", "Ä"),
        ("o'Neill Ö", "OÖ"),
    ],
)
def test_an_avatar_shows_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_name_has_the_same_tint_as_in_the_widget() -> None:
    # Worked out by hand from widget/avatar.js: ((7 * 31 + 75) * 31 + 105) * 31 + 109, modulo 65521, modulo 8.
    assert tint("Kim") == (((7 * 31 + 75) * 31 + 105) * 31 + 109) % 65_521 % 8
