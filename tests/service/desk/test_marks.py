"""Passages are marked where the grounds point, and no character is lost."""

from hypothesis import given
from hypothesis import strategies as st

from service.desk.marks import Ground, Kind, mark


def _ground(start: int | None, end: int | None, kind: Kind = "rule", ref: str = "1") -> Ground:
    return Ground(ref, kind, "title", "", start, end)


def test_a_passage_is_marked_and_says_by_what() -> None:
    ground = _ground(4, 8)
    pieces = mark("Das geht nicht.", [ground])
    assert [(each.text, each.kind, each.ends) for each in pieces] == [
        ("Das ", None, ()),
        ("geht", "rule", (ground,)),
        (" nicht.", None, ()),
    ]


def test_where_grounds_overlap_a_rule_outweighs_a_word() -> None:
    pieces = mark("abcdef", [_ground(0, 4, "toward", "a"), _ground(2, 6, "rule", "1")])
    assert [(each.text, each.kind) for each in pieces] == [("ab", "toward"), ("cd", "rule"), ("ef", "rule")]
    assert [[ground.ref for ground in each.ends] for each in pieces] == [[], ["a"], ["1"]]


def test_offsets_outside_the_text_mark_nothing() -> None:
    wrong = [_ground(None, None), _ground(3, 3), _ground(5, 2), _ground(-1, 2), _ground(0, 99)]
    assert [(each.text, each.kind) for each in mark("kurz", wrong)] == [("kurz", None)]


def test_offsets_count_characters_not_bytes() -> None:
    text = "Grüße 🙂 Müll"
    start = text.index("Müll")
    assert mark(text, [_ground(start, start + 4)])[-1].text == "Müll"


def test_an_empty_text_has_no_pieces() -> None:
    assert mark("", []) == []


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70), st.sampled_from(["rule", "toward", "against"]))),
)
def test_the_pieces_join_to_the_text(text: str, spans: list[tuple[int, int, Kind]]) -> None:
    grounds = [_ground(start, end, kind, str(number)) for number, (start, end, kind) in enumerate(spans)]
    pieces = mark(text, grounds)
    assert "".join(each.text for each in pieces) == text
    inside = [each for each in grounds if 0 <= (each.start or 0) < (each.end or 0) <= len(text)]
    assert sorted(ground.ref for each in pieces for ground in each.ends) == sorted(each.ref for each in inside)
