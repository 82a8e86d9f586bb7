"""The level reached on texts that were written without a look at the detectors, held."""

from collections import Counter

import pytest

from tests.moderation.netiquette.batches import batches, shares, texts_of

LEVELS = {"plain": 0.9, "evasion": 0.8, "clean": 0.98, "tricky": 0.9}


@pytest.mark.parametrize("batch", batches())
def test_the_level_on_unseen_texts_is_held(batch: str) -> None:
    right: Counter[str] = Counter()
    there: Counter[str] = Counter()
    for (kind, _), (good, all_of_them) in shares(texts_of(batch)).items():
        right[kind] += good
        there[kind] += all_of_them
    assert {kind: share for kind in there if (share := right[kind] / there[kind]) < LEVELS[kind]} == {}
