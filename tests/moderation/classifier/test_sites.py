"""A site that does not exist, played through: what its decisions teach."""

import pytest

from moderation.classifier import sites
from moderation.classifier.artifact import SHIPPED, Artifact, Weights, read_artifact
from moderation.classifier.canaries import canaries_for
from moderation.classifier.corpus import Row, authored_paths, read_rows
from moderation.classifier.model import Classifier
from moderation.classifier.sites import Site, play, sites_among


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [row for row in read_rows(authored_paths()) if row.language == "de"]


def without_words(artifact: Artifact) -> Classifier:
    """Knows features but no word: so there is something to learn from rows that the shipped one has seen."""
    heads = tuple(
        type(head)(Weights(bytes(len(head.weights)), 1.0), head.named, head.bias, 1.0, 0.0, 0.99, 0.97)
        for head in artifact.heads
    )
    return Classifier(Artifact(artifact.hashing, (heads[0], heads[1]), artifact.known, {}))


def test_decisions_make_fewer_errors_of_a_classifier_that_did_not_know_the_words(
    rows: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sites, "STREAMS", 1)
    classifier = without_words(read_artifact(SHIPPED))
    site = Site("town", lambda row: row.hand == 1, lambda row: row.hand == 3, lambda _: False)
    trial = play(site, rows, classifier, canaries_for(classifier))
    assert trial.after.wrong < trial.before.wrong
    assert trial.after.wrong_lane < trial.before.wrong_lane


def test_sites_are_sources_and_hands_with_both_spam_and_ham(rows: list[Row]) -> None:
    names = {site.name for site in sites_among(rows)}
    assert {"hand 1, de", "hand 2, de", "hand 3, de"} <= names
    assert not any(name.startswith("hand 5,") for name in names)
