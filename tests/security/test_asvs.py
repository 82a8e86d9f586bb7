"""docs/asvs.md is held to its word."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| (.+?) \| (.+?) \| (.+) \|$", TEXT, re.MULTILINE)
# Requirements of levels 1 and 2 by chapter.
CHAPTERS = {1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16}
STATUSES = ("met", "operator", "not applicable", "open")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))


def test_no_requirement_is_left_out_or_told_twice() -> None:
    assert len({number for number, *_ in ROWS}) == len(ROWS) == 217
    assert Counter(int(number.partition(".")[0]) for number, *_ in ROWS) == CHAPTERS
    assert {status for *_, status, _ in ROWS} <= set(STATUSES)


def test_none_of_level_1_is_open_and_nearly_none_of_level_2() -> None:
    assert [number for number, level, _, status, _ in ROWS if status == "open" and level == "1"] == []
    applicable = [status for _, level, _, status, _ in ROWS if level == "2" and status != "not applicable"]
    assert applicable.count("open") <= 0.05 * len(applicable)


def test_what_is_met_is_shown_somewhere_and_the_rest_has_a_reason() -> None:
    for number, _, _, status, shown in ROWS:
        assert len(shown) > 5, number
        if status == "met":
            assert "`" in shown or "«" in shown, number


@pytest.mark.parametrize("path", sorted({path for path, _ in NAMED}))
def test_every_named_test_exists(path: str) -> None:
    assert [name for where, name in NAMED if where == path and name not in _tests_in(path)] == []


def test_every_named_place_exists() -> None:
    places = set(re.findall(r"`((?:docs|service|models|moderation|deploy|widget)/[\w./-]+)`", TEXT))
    assert sorted(each for each in places if not (ROOT / each).exists()) == []
    policy = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^#+ (.+)$", policy, re.MULTILINE))
    assert set(re.findall(r"«(.+?)»", TEXT)) <= headings


@cache
def _tests_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {each.name for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}
