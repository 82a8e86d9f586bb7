"""The comparison with examples: what it finds that no list knows, and that a damaged file is never used in silence."""

from pathlib import Path

import pytest

from moderation.fold import fold
from moderation.netiquette import BadNetiquette, load
from moderation.netiquette.likeness import SHIPPED, DamagedLikeness, read_likeness
from moderation.netiquette.likeness.model import FORMAT


def test_a_passage_that_no_list_knows_is_found_by_its_likeness() -> None:
    text = "Das Wetter war schön. Ich will mir wehtun und sterben. Der Kuchen war gut."
    best = read_likeness().compare(fold(text)).most("danger")
    assert best is not None
    assert "sterben" in text[best.span[0] : best.span[1]]


def test_a_text_without_words_is_like_nothing() -> None:
    assert read_likeness().compare(fold(" ")).most("danger") is None


@pytest.mark.parametrize("text", ["\ud800 \udfff", "\0" * 50, "> " * 5000 + "x", "." * 9999, "a " * 4999])
def test_any_text_can_be_compared(text: str) -> None:
    compared = read_likeness().compare(fold(text))
    assert all(each is None or each.margin < 99 for each in map(compared.most, read_likeness().rules))


@pytest.mark.parametrize("damage", [b"", FORMAT, FORMAT + b"0" * 64 + b"\n{}\n", b"something else"])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(damage)
    with pytest.raises(DamagedLikeness):
        read_likeness(path)


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    content = bytearray(SHIPPED.read_bytes())
    content[-20] ^= 1
    path = tmp_path / "weights.bin"
    path.write_bytes(content)
    with pytest.raises(DamagedLikeness, match="checksum"):
        read_likeness(path)


def test_a_missing_file_leaves_no_netiquette(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    load._likeness.cache_clear()
    load._default.cache_clear()
    monkeypatch.setattr(load, "read_likeness", lambda: read_likeness(tmp_path / "none"))
    with pytest.raises(BadNetiquette, match="cannot be read"):
        load.load_netiquette()
    load._likeness.cache_clear()


def test_the_file_stays_small() -> None:
    assert SHIPPED.stat().st_size < 1 << 20
