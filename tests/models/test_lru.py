"""The cache of what was used last, whose entries weigh differently."""

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from models.lru import LruCache


def _letters(most: int, most_entries: float = inf) -> LruCache[str, str]:
    return LruCache(most, lambda _, value: len(value), most_entries)


def test_what_was_not_used_longest_makes_room():
    cache = _letters(6)
    cache.keep("a", "xx")
    cache.keep("b", "xx")
    cache.keep("c", "xx")
    assert cache.get("a") == "xx"
    cache.keep("d", "x")
    assert cache.get("b") is None
    assert [cache.get(key) for key in "acd"] == ["xx", "xx", "x"]


def test_a_value_takes_the_place_of_the_one_before():
    cache = _letters(4)
    cache.keep("a", "xxx")
    cache.keep("a", "x")
    cache.keep("b", "xxx")
    assert (cache.get("a"), cache.get("b")) == ("x", "xxx")


def test_what_is_too_large_for_all_the_room_is_not_kept_and_drives_nothing_out():
    cache = _letters(4)
    cache.keep("a", "xxxx")
    cache.keep("b", "xxxxx")
    assert (cache.get("a"), cache.get("b")) == ("xxxx", None)


def test_entries_are_counted_as_well():
    cache = _letters(100, most_entries=2)
    for key in "abc":
        cache.keep(key, "")
    assert len(cache) == 2
    assert cache.get("a") is None


@given(st.lists(st.tuples(st.sampled_from(["keep", "get", "drop"]), st.sampled_from("abcd"), st.text("x", max_size=4))))
def test_it_never_holds_more_than_it_may(steps: list[tuple[str, str, str]]):
    cache = _letters(7, most_entries=3)
    for step, key, value in steps:
        if step == "keep":
            cache.keep(key, value)
        else:
            getattr(cache, step)(key)
        held = [found for each in "abcd" if (found := cache.get(each)) is not None]
        assert len(held) == len(cache) <= 3
        assert sum(map(len, held)) <= 7
