"""Scores and their reasons."""

import subprocess
import sys
from math import log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifier import Classifier, label_text, load, summary
from moderation.classifier.model import EXTREME, form_evidence
from moderation.reading import Form, Reading, Standing
from moderation.verdict import Score

SPAM = "Jetzt 500% Bonus im Online Casino sichern! www.spielglueck-24.top"
HAM = "Die Ampel an der Schule wurde dreimal versprochen. Ich glaube es erst, wenn sie steht."


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return load()


def reading(text: str, name: str = "", url: str | None = None, form: Form | None = None) -> Reading:
    return Reading(text, "", name, url, 0, Standing(form=form or Form()))


def log_odds(probability: float | None) -> float:
    assert probability is not None
    return log(probability / (1 - probability))


def test_spam_and_ham_are_told_apart(classifier: Classifier) -> None:
    spam, ham = classifier.score(reading(SPAM)), classifier.score(reading(HAM))
    assert spam.spam is not None
    assert ham.spam is not None
    assert spam.threshold is not None
    assert spam.spam >= spam.threshold
    assert ham.spam < 0.3


def test_an_insult_and_a_criticism_are_told_apart(classifier: Classifier) -> None:
    insult, criticism = (
        classifier.score(reading("Sie sind doch ein Vollidiot, Herr Meier.")),
        classifier.score(reading(HAM)),
    )
    assert insult.violation is not None
    assert criticism.violation is not None
    assert insult.violation > 0.5 > criticism.violation


@pytest.mark.parametrize("text", [SPAM, HAM, "", "!!!", "a b", "Danke 🙂 " * 40])
def test_what_words_and_features_contribute_adds_up_to_the_score(classifier: Classifier, text: str) -> None:
    comment = reading(text, "Casino Bonus", "https://spielglueck-24.top/x")
    score, every = classifier.score(comment), classifier.contributions(comment)
    spam, violation = classifier.base
    clipped = max(-EXTREME, min(EXTREME, spam + sum(each.spam for each in every)))
    assert log_odds(score.spam) == pytest.approx(clipped, abs=1e-6)
    assert log_odds(score.violation) == pytest.approx(violation + sum(each.violation for each in every))


def test_reasons_point_into_the_text(classifier: Classifier) -> None:
    for text in (SPAM, HAM):
        for reason in classifier.score(reading(text)).reasons:
            if reason.start is not None:
                assert text[reason.start : reason.end] == reason.text


def test_words_that_only_hold_a_sentence_together_are_no_reasons(classifier: Classifier) -> None:
    caught = classifier.score(reading("Das ist der von dem und die mit der, was für ein Schwachsinn das doch war."))
    assert {each.text.casefold() for each in caught.reasons}.isdisjoint(
        {"das", "ist", "der", "von", "dem", "und", "die"}
    )


def test_a_named_feature_is_a_reason_even_if_it_is_called_like_such_a_word(classifier: Classifier) -> None:
    caught = classifier.score(reading("Ich und meine Kollegen finden das klasse, wir übernehmen das."))
    assert "me" in {each.label for each in caught.reasons}


def test_reasons_are_the_strongest_first_and_few(classifier: Classifier) -> None:
    weights = [abs(each.weight) for each in classifier.score(reading(SPAM)).reasons if each.head == "spam"]
    assert weights == sorted(weights, reverse=True)
    assert 1 <= len(weights) <= 5


def test_a_site_with_little_spam_moves_score_and_threshold_alike(classifier: Classifier) -> None:
    even, rare = classifier.score(reading(HAM)), classifier.score(reading(HAM), prior=0.1)
    assert log_odds(rare.spam) == pytest.approx(log_odds(even.spam) + log(0.1 / 0.9))
    assert log_odds(rare.threshold) == pytest.approx(log_odds(even.threshold) + log(0.1 / 0.9), abs=1e-6)


def test_german_and_other_texts_have_thresholds_of_their_own(classifier: Classifier) -> None:
    german, english = (
        classifier.score(reading(HAM)),
        classifier.score(reading("The report left out the carers, and that is it.")),
    )
    assert german.threshold == pytest.approx(classifier.artifact.heads[0].german)
    assert english.threshold == pytest.approx(classifier.artifact.heads[0].threshold)
    assert classifier.spam_threshold == pytest.approx(max(german.threshold or 0, english.threshold or 0))


@pytest.mark.parametrize("prior", [0.0, 1.0])
def test_an_extreme_prior_is_no_exception(classifier: Classifier, prior: float) -> None:
    assert 0 < (classifier.score(reading(HAM), prior=prior).spam or 0) < 1


def test_a_trapped_and_hasty_form_weighs_but_is_bounded(classifier: Classifier) -> None:
    form = Form(trapped=True, seconds=0.2)
    assert 0 < form_evidence(form) <= 5
    assert form_evidence(Form(seconds=60)) == 0
    plain, caught = classifier.score(reading(HAM)), classifier.score(reading(HAM, form=form))
    assert log_odds(caught.spam) == pytest.approx(log_odds(plain.spam) + form_evidence(form))
    assert any(each.label == "form" for each in caught.reasons)


@pytest.mark.parametrize(
    "text",
    [
        "Hyvää päivää, missä kirjasto sijaitsee nykyään?",
        "今日は図書館が閉まっていますか 教えてください ありがとう 皆さん",
    ],
)
def test_an_unknown_language_is_not_familiar(classifier: Classifier, text: str) -> None:
    assert not classifier.score(reading(text)).familiar


@pytest.mark.parametrize("text", [HAM, SPAM, "Danke!", "The report left out the carers entirely, which is typical."])
def test_german_and_english_are_familiar(classifier: Classifier, text: str) -> None:
    assert classifier.score(reading(text)).familiar


def test_scoring_needs_neither_scikit_learn_nor_numpy() -> None:
    script = "import sys, moderation.classifier as c; c.load(); print({'sklearn', 'numpy', 'scipy'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_a_summary_is_at_most_two_sentences_in_either_language(classifier: Classifier) -> None:
    score = classifier.score(reading(SPAM))
    assert summary(score, "de").startswith("Das liest sich wie Spam.")
    assert summary(score, "en").startswith("This reads like spam.")
    assert "konnte" in summary(Score(None, None), "de")


def test_labels_are_words_in_both_languages() -> None:
    assert label_text("links", "de") == "Links im Text"
    assert label_text("links", "en") == "links in the text"
    assert label_text("insult&you", "de") == "beleidigende Wörter und Anrede"


@given(st.text(), st.text(max_size=80), st.one_of(st.none(), st.text(max_size=100)))
def test_any_comment_gets_a_score(text: str, name: str, url: str | None) -> None:
    score = _SHARED.score(reading(text, name, url))
    assert 0 < (score.spam or 0) < 1
    assert 0 < (score.violation or 0) < 1


def test_time_grows_with_the_length_of_the_text_only(classifier: Classifier) -> None:
    random = Random(1)
    words = " ".join("".join(random.choices("abcdefghij", k=7)) for _ in range(40_000))
    assert classifier.score(reading(words)).spam is not None
    for text in ("(" * 60_000, "a." * 30_000, "0" * 60_000, "a b " * 15_000, "http://" * 9_000, "\u0301" * 60_000):
        assert classifier.score(reading(text)).spam is not None


_SHARED = load()
