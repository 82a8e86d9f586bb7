"""The level reached on texts that were written without a look at the detectors, held: learned from, and not."""

from collections import Counter

import pytest

from tests.moderation.netiquette.batches import batches, is_unseen, shares, texts_of

LEVELS = {"plain": 0.9, "evasion": 0.8, "clean": 0.98, "tricky": 0.9}
UNSEEN = LEVELS | {"plain": 0.85}


@pytest.mark.parametrize("batch", batches())
def test_the_level_is_held(batch: str) -> None:
    levels = UNSEEN if is_unseen(batch) else LEVELS
    right: Counter[str] = Counter()
    there: Counter[str] = Counter()
    for (kind, _), (good, all_of_them) in shares(texts_of(batch)).items():
        right[kind] += good
        there[kind] += all_of_them
    assert {kind: share for kind in there if (share := right[kind] / there[kind]) < levels[kind]} == {}
