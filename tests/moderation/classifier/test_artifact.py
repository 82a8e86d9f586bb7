"""The file of weights: written, read back, and refused when it is damaged."""

from array import array
from dataclasses import replace
from pathlib import Path

import pytest

from moderation.classifier import DamagedArtifact
from moderation.classifier.artifact import FORMAT, SHIPPED, Artifact, Head, pack, read_artifact, unpack
from moderation.classifier.hashing import Hashing
from moderation.classifier.named import NAMED

BITS = 10


def an_artifact() -> Artifact:
    weights = array("f", [0.0] * (1 << BITS))
    weights[7], weights[8] = 2.0, -0.003
    head = Head(weights, (0.5,) * len(NAMED), -1.0, 0.9, 0.1, 0.97, 0.95)
    return Artifact(Hashing(bits=BITS), (head, replace(head, bias=0.3)), bytes((1 << BITS) // 8), {"sources": {}})


def test_an_artifact_survives_the_file_with_its_weights() -> None:
    read = unpack(pack(an_artifact()))
    assert read.hashing == Hashing(bits=BITS)
    assert read.heads[0].weights[7] == pytest.approx(2.0)
    assert read.heads[0].weights[8] == pytest.approx(-0.003, abs=0.0005)
    assert read.heads[1].bias == 0.3
    assert read.heads[0].named == an_artifact().heads[0].named


def test_the_same_artifact_gives_the_same_bytes() -> None:
    assert pack(an_artifact()) == pack(an_artifact())


@pytest.mark.parametrize("cut", [0, 10, 40, 200, -1])
def test_a_truncated_file_is_refused(cut: int) -> None:
    with pytest.raises(DamagedArtifact):
        unpack(pack(an_artifact())[:cut])


@pytest.mark.parametrize("place", [3, 30, 100, 400, -5])
def test_a_flipped_byte_is_refused(place: int) -> None:
    content = bytearray(pack(an_artifact()))
    content[place] ^= 1
    with pytest.raises(DamagedArtifact):
        unpack(bytes(content))


def test_another_version_is_refused() -> None:
    with pytest.raises(DamagedArtifact, match="version"):
        unpack(pack(an_artifact()).replace(FORMAT, b"wortmeldung-classifier 9\n"))


def test_weights_for_other_features_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = pack(an_artifact())
    monkeypatch.setattr("moderation.classifier.artifact.fingerprint", lambda: "other")
    with pytest.raises(DamagedArtifact, match="other features"):
        unpack(content)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DamagedArtifact, match="cannot be read"):
        read_artifact(tmp_path / "none.bin")


def test_the_artifact_that_ships_is_whole_small_and_free_to_ship() -> None:
    shipped = read_artifact(SHIPPED)
    assert SHIPPED.stat().st_size <= 1_000_000
    licences = {entry["licence"] for entry in shipped.about["sources"].values()}
    assert not any("NC" in licence or "research" in licence for licence in licences)
