"""Training and measuring, on a handful of rows."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="training needs the extra 'train'")

from scipy.sparse import csr_matrix

from moderation.classifier.artifact import pack, unpack
from moderation.classifier.card import card
from moderation.classifier.card.plot import plot
from moderation.classifier.corpus import Row
from moderation.classifier.encoder import Encoder
from moderation.classifier.evaluate import measure
from moderation.classifier.fitting import calibrate, fit, threshold_for
from moderation.classifier.hashing import Hashing
from moderation.classifier.measured import Measured, auc, calibration_error, macro_f1, recall_at
from moderation.classifier.model import Classifier
from moderation.classifier.named import NAMED
from moderation.classifier.recipe import SPAM, fold_of
from moderation.classifier.train import predict_strangers, prepare, train
from moderation.reading import Reading, Standing

SMALL = Hashing(bits=12)
_GOODS = ("Casino", "Kredit", "Pillen", "Uhren", "Taschen", "Follower", "Backlinks", "Coins", "Wetten", "Diplome")
_TOPICS = ("Kita", "Schule", "Radweg", "Bibliothek", "Rathaus", "Spielplatz", "Turnhalle", "Bus", "Park", "Verein")


def row(text: str, kind: str, spam: bool, violation: bool | None = False, url: str | None = None) -> Row:
    return Row(Reading(text, "", "", url, 0, Standing()), "own", kind, "de", spam, violation, True, False, "")


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    spam = [
        row(f"Jetzt {good} billig kaufen, {n} Euro gratis", f"s{good}", True, None, f"https://{good.lower()}-{n}.top")
        for good in _GOODS
        for n in (3, 7)
    ]
    ham = [row(f"Die {topic} ist seit {n} Wochen geschlossen", f"h{topic}", False) for topic in _TOPICS for n in (2, 5)]
    rude = [
        row(f"Ihr Idioten macht die {topic} kaputt, Note {n}", f"v{topic}", False, True)
        for topic in _TOPICS
        for n in (1, 6)
    ]
    return spam + ham + rude


def test_the_same_rows_give_the_same_bytes_in_any_order(rows: list[Row]) -> None:
    assert pack(train(rows, hashing=SMALL)) == pack(train(list(reversed(rows)), hashing=SMALL))


def test_a_trained_artifact_tells_its_own_rows_apart(rows: list[Row]) -> None:
    classifier = Classifier(unpack(pack(train(rows, hashing=SMALL))))
    for each in rows:
        score = classifier.score(each.reading)
        assert ((score.spam or 0) > 0.5) == each.spam
        if each.violation is not None:
            assert ((score.violation or 0) > 0.5) == each.violation


def test_training_and_judging_read_the_same_numbers(rows: list[Row]) -> None:
    artifact = train(rows, hashing=SMALL)
    classifier = Classifier(artifact)
    lesson = prepare(rows, SPAM, Encoder(SMALL))
    weights = np.array([*artifact.heads[0].weights, *(value / 0.5 for value in artifact.heads[0].named)])
    margins = lesson.lines @ weights
    for place, line in zip(lesson.places[lesson.whole()], lesson.whole(), strict=True):
        told = classifier.base[0] + sum(each.spam for each in classifier.contributions(lesson.rows[place].reading))
        head = artifact.heads[0]
        assert told == pytest.approx(head.slope * (margins[line] + head.bias) + head.offset, abs=1e-4)


def test_of_two_words_the_one_that_only_one_label_has_weighs_more() -> None:
    lines = np.zeros((40, 4 + len(NAMED)))
    lines[:, 0] = 1.0  # in every line
    lines[:20, 1] = 1.0  # under one label only
    lines[:12, 2] = lines[20:28, 2] = 1.0  # under both
    labels = np.arange(40) < 20
    learned = fit(csr_matrix(lines), labels, np.ones(40), 1.0)
    assert abs(learned.weights[1]) > abs(learned.weights[2]) > 0
    assert learned.margins(csr_matrix(lines[:1]))[0] == pytest.approx(learned.bias + learned.weights[:3].sum())


def test_a_kind_is_never_split_between_folds(rows: list[Row]) -> None:
    for kind in {each.kind for each in rows}:
        assert len({fold_of(each) for each in rows if each.kind == kind}) == 1


def test_a_hand_is_judged_by_what_other_hands_have_written(rows: list[Row]) -> None:
    other = [
        replace(row(f"Zwergpinguin {n} {good}", f"s{good}", True), source="late_de") for n, good in enumerate(_GOODS)
    ]
    lesson = prepare([*rows, *other], SPAM, Encoder(SMALL))
    strange = predict_strangers(lesson, SPAM.strength, np.full(len(lesson.rows), np.nan))
    known = fit(lesson.lines, lesson.labels, lesson.weights, SPAM.strength).margins(lesson.lines[lesson.whole()])
    theirs = np.array([each.source == "late_de" for each in lesson.rows])
    assert (known[theirs] > strange[theirs]).all()
    assert np.isnan(strange[~theirs]).all(), "the other hand alone has only spam: nothing to learn from"


def test_the_threshold_keeps_to_the_budget_of_ham() -> None:
    probabilities = np.linspace(0.0, 0.999, 1000)
    labels = np.zeros(1000, dtype=bool)
    for budget in (0.0, 0.001, 0.01, 0.1):
        assert (probabilities >= threshold_for(probabilities, labels, budget)).sum() <= budget * 1000
    assert threshold_for(np.zeros(10), np.zeros(10, dtype=bool), 0.1) == 0.5


def test_calibration_recovers_what_the_margins_mean() -> None:
    random = np.random.default_rng(3)
    margins = random.normal(0, 3, 4000)
    labels = random.random(4000) < 1 / (1 + np.exp(-0.5 * margins))
    slope, _ = calibrate(margins, labels, np.ones(4000))
    assert slope == pytest.approx(0.5, abs=0.05)


def test_figures_are_what_they_say() -> None:
    labels = np.array([0.0] * 99 + [0.0] + [1.0] * 100)
    perfect = Measured("spam", [], labels, np.where(labels == 1, 0.99, 0.01))
    assert auc(perfect) == 1
    assert recall_at(perfect, 0.01) == 1
    assert macro_f1(perfect) == 1
    assert calibration_error(perfect) == pytest.approx(0.01, abs=1e-6)
    useless = Measured("spam", [], labels, np.full(200, 0.5))
    assert recall_at(useless, 0.01) == 0
    assert calibration_error(useless) == 0


def test_a_card_is_written_in_both_languages_from_what_was_measured(rows: list[Row]) -> None:
    report = measure(rows, hashing=SMALL)
    for language in ("de", "en"):
        text = card(report, rows, 400, language)  # type: ignore[arg-type]
        assert "{" not in text
        assert f"{report.threshold:.4f}" in text
    assert plot(report).startswith("<svg")
