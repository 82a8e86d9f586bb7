"""The cheap look that most comments end with overlooks nothing that its patterns would find."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.personal_data import perhaps
from moderation.personal_data.perhaps import may_hold_address
from tests.moderation.corpus import lines

_ALL = (perhaps._LETTER, perhaps._TOLD, perhaps._BESIDE_SIGNS, perhaps._BEFORE_HOST)
_WHOLE = re.compile(rf"[@\\]|{'|'.join(_ALL)}", re.IGNORECASE)
_PARTS = st.sampled_from(
    [
        *"aä.@\\&#%=( )[]*_,-:\nTtDe5€“ſKıİÄßéÉ", *perhaps._TELLING, *perhaps._TELLING_AS_WRITTEN, "bei ", " at ", "punkt",
        "AT", "dot", "web", "GMX", "Zeıchen", "SİGN", "%40", "=4", "affen", "klammer", "anna", "Ätt", "(a)", "uniſymbol", " at Zeıchen", "aſſ-\u212ala",
    ]
)  # fmt: skip


def _same(text: str) -> bool:
    return may_hold_address(text) == (_WHOLE.search(text) is not None)


def test_texts_are_told_apart_as_by_all_patterns_in_one() -> None:
    texts = [*lines("addresses_common.txt"), *lines("addresses_exotic.txt"), *lines("prose_tricky.txt")]
    assert [text for text in texts if not _same(text)] == []
    assert 0 < sum(map(may_hold_address, texts)) < len(texts)


@given(st.lists(_PARTS, max_size=8).map("".join))
@settings(max_examples=600, deadline=None)
def test_any_text_is_told_apart_as_by_all_patterns_in_one(text: str) -> None:
    assert _same(text)
