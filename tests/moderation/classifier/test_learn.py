"""Learning from decisions, and forgetting them again."""

import pytest

from moderation.classifier import Classifier, load
from moderation.classifier.canaries import canaries_for
from moderation.classifier.corpus import authored_paths, read_rows
from moderation.classifier.features import traits
from moderation.classifier.layer import LARGEST_NORM
from moderation.classifier.learn import (
    LEAST_APPROVED,
    Learned,
    Lesson,
    Refused,
    check_canaries,
    forget,
    forget_moderator,
    learn,
    rebuild,
    strongest,
)
from moderation.classifier.lessons import DamagedLessons, pack_learned, unpack_learned
from moderation.reading import Reading, Standing

SPAM = "Unser Wundertee aus den Anden macht schlank, fragt einfach nach dem Katalog im Weltladenkeller {}"
HAM = "Die Anden waren Thema im Erdkundeunterricht, der Tee danach war gut, sagt Kind Nummer {}"


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return load()


def reading(text: str) -> Reading:
    return Reading(text, "", "", None, 0, Standing())


def decisions(classifier: Classifier, count: int = 6) -> list[Lesson]:
    spam = [
        classifier.lesson(f"s{n}", reading(f"{n} {_WORDS[n]} " + SPAM.format(_WORDS[n + 1])), True)
        for n in range(count)
    ]
    ham = [
        classifier.lesson(f"h{n}", reading(f"{_WORDS[n + 2]} " + HAM.format(_WORDS[n])), False, "anna")
        for n in range(count)
    ]
    return [each for pair in zip(spam, ham, strict=True) for each in pair]


_WORDS = [
    "Apfel",
    "Birne",
    "Kirsche",
    "Dattel",
    "Esche",
    "Fichte",
    "Gurke",
    "Hafer",
    "Ingwer",
    "Jasmin",
    "Kresse",
    "Linde",
]


def test_a_decision_moves_the_score_of_such_comments(classifier: Classifier) -> None:
    before = classifier.score(reading(SPAM.format("jetzt"))).spam or 0
    taught = classifier.taught(learn(Learned(), decisions(classifier)))
    after = taught.score(reading(SPAM.format("jetzt")))
    assert (after.spam or 0) > before
    assert any(each.label == "learned" for each in after.reasons) or after.reasons
    assert after.model != classifier.version


def test_undo_is_exact(classifier: Classifier) -> None:
    every = decisions(classifier)
    assert forget(learn(Learned(), every), {"s2"}).weights == rebuild([e for e in every if e.key != "s2"]).weights


def test_learning_one_by_one_is_learning_at_once(classifier: Classifier) -> None:
    every = decisions(classifier)
    stepwise = Learned()
    for each in every:
        stepwise = learn(stepwise, [each])
    assert stepwise.weights == rebuild(every).weights
    assert stepwise.version == len(every)


def test_a_forgotten_moderator_leaves_no_trace(classifier: Classifier) -> None:
    every = decisions(classifier)
    left = forget_moderator(rebuild(every), "anna")
    assert left.weights == rebuild([each for each in every if not each.moderator]).weights


def test_forgetting_everything_leaves_the_classifier_as_it_was(classifier: Classifier) -> None:
    every = rebuild(decisions(classifier))
    empty = forget(every, {each.key for each in every.lessons})
    assert not empty.weights
    assert classifier.taught(empty).score(reading(HAM)).spam == classifier.score(reading(HAM)).spam


def test_a_second_decision_takes_the_place_of_the_first(classifier: Classifier) -> None:
    first = classifier.lesson("k", reading(SPAM.format("a")), True)
    second = classifier.lesson("k", reading(SPAM.format("a")), False)
    assert learn(learn(Learned(), [first]), [second]).weights == rebuild([second]).weights


def test_near_duplicates_count_once_for_each_label(classifier: Classifier) -> None:
    once = rebuild([classifier.lesson("a", reading(SPAM.format("hier")), True)])
    often = rebuild([classifier.lesson(f"a{n}", reading(SPAM.format("hier") + "!" * n), True) for n in range(25)])
    assert often.weights == once.weights
    assert len(often.lessons) == 25


def test_trust_scales_what_a_decision_moves(classifier: Classifier) -> None:
    full = rebuild([classifier.lesson("a", reading(SPAM), True, trust=1.0)])
    little = rebuild([classifier.lesson("a", reading(SPAM), True, trust=0.1)])
    none = rebuild([classifier.lesson("a", reading(SPAM), True, trust=0.0)])
    assert max(map(abs, little.weights.values())) < max(map(abs, full.weights.values()))
    assert not any(none.weights.values())


def test_the_layer_never_outgrows_its_bound(classifier: Classifier) -> None:
    lessons = [
        classifier.lesson(
            str(n), reading(f"{_WORDS[n % 12]} {_WORDS[n % 7]} {_WORDS[n % 5]} wort{'abcdefgh'[n % 8]}"), n % 2 == 0
        )
        for n in range(300)
    ]
    weights = rebuild(lessons).weights.values()
    assert sum(weight * weight for weight in weights) ** 0.5 <= LARGEST_NORM + 1e-9


def test_canaries_can_refuse_an_update(classifier: Classifier) -> None:
    canaries = [classifier.lesson(f"c{n}", reading(HAM.format(_WORDS[n])), False) for n in range(5)]
    wrong = [classifier.lesson(f"w{n}", reading(f"{_WORDS[n]} " + HAM.format(_WORDS[n + 1])), True) for n in range(9)]
    with pytest.raises(Refused, match="worse"):
        check_canaries(Learned(), rebuild(wrong), canaries)
    right = rebuild(decisions(classifier))
    assert check_canaries(Learned(), right, canaries) is right


def test_approved_comments_raise_the_threshold_of_the_spam_lane(classifier: Classifier) -> None:
    odd = "{0} Casino {1} Bonus gratis {2} jetzt sichern {3} auf www.spielglueck-24.top"
    texts = [
        odd.format(*(_WORDS[(n * step + n // 12 * (step + 3)) % 12] for step in (1, 5, 7, 11))) + str(n)
        for n in range(24)
    ]
    lessons = [classifier.lesson(str(n), reading(text), False, trust=0) for n, text in enumerate(texts)]
    learned = rebuild(lessons)
    assert len(learned.approved) >= LEAST_APPROVED
    score = classifier.taught(learned).score(reading(texts[0]))
    assert (score.spam or 1) < (score.threshold or 0)


def test_the_threshold_comes_down_bit_by_bit_as_approved_comments_allow_it_but_never_below_even_odds() -> None:
    calm = [-4.0, -3.0] * 75
    bars = [Learned(approved=tuple(calm[:number])).bar(3.4) for number in (0, 19, 40, 70, 100, 150)]
    assert bars[:2] == [3.4, 3.4]
    assert bars == sorted(bars, reverse=True)
    assert bars[-1] == 0.0


def test_a_site_that_hardly_sees_spam_does_not_learn_that_all_is_ham(classifier: Classifier) -> None:
    ham = [
        classifier.lesson(
            f"h{n}", reading(f"{_WORDS[n % 12]} {_WORDS[n % 7]} war heute im {_WORDS[n % 5]}beet {n}"), False
        )
        for n in range(60)
    ]
    learned = rebuild(ham)
    assert classifier.taught(learned).score(reading(SPAM.format("x") + " www.tee-wunder24.top")).spam == pytest.approx(
        classifier.score(reading(SPAM.format("x") + " www.tee-wunder24.top")).spam, abs=0.2
    )


def test_calling_everything_spam_is_soon_refused(classifier: Classifier) -> None:
    canaries = canaries_for(classifier)
    ham = [row.reading for row in read_rows(authored_paths()) if row.source == "ham_de"][1:60]
    learned, refused = Learned(), 0
    for number, each in enumerate(ham):
        try:
            learned = check_canaries(learned, learn(learned, [classifier.lesson(str(number), each, True)]), canaries)
        except Refused:
            refused += 1
    assert refused > 30


def test_what_was_learned_survives_the_database(classifier: Classifier) -> None:
    learned = rebuild(decisions(classifier))
    assert unpack_learned(pack_learned(learned)) == learned


def test_damaged_lessons_are_refused(classifier: Classifier) -> None:
    content = bytearray(pack_learned(rebuild(decisions(classifier))))
    content[-20] ^= 1
    with pytest.raises(DamagedLessons):
        unpack_learned(bytes(content))
    with pytest.raises(DamagedLessons):
        unpack_learned(b"something else")


def test_what_was_learned_can_be_shown_in_the_words_of_comments_that_still_exist(classifier: Classifier) -> None:
    learned = rebuild(decisions(classifier))
    shown = strongest(learned, [traits(reading(SPAM))])
    assert ("t", "wundertee") in {(block, word) for block, word, weight in shown if weight > 0}
    assert not strongest(learned, [])


def test_a_lesson_keeps_no_text(classifier: Classifier) -> None:
    content = pack_learned(rebuild(decisions(classifier))).decode().lower()
    assert "wundertee" not in content
    assert "anden" not in content
