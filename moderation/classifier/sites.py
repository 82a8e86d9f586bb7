"""How much the classifier learns from the decisions of a site that it has never seen: streams played through.

A site is a source, or the comments of one hand, that training did not know, with its own mix of spam and ham. Its
comments come in random order; each of the first is decided as it is labelled and taught, as the service does it: with
the canary set, the share of spam seen so far, and the spam lane set anew by what was approved. The rest is judged.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from moderation.classifier.artifact import Artifact
from moderation.classifier.canaries import canaries_for
from moderation.classifier.corpus import Row
from moderation.classifier.fitting import Floats
from moderation.classifier.hashing import Hashing
from moderation.classifier.learn import Learned, Lesson, Refused, check_canaries, learn
from moderation.classifier.model import Classifier
from moderation.classifier.recipe import Recipe
from moderation.classifier.train import Lesson as Taught
from moderation.classifier.train import Note, fit_head

DECISIONS = 210
JUDGED = 250
STREAMS = 2
MOST_SPAM = 0.45  # of a stream: some sources hold far more spam than any site would bear
MOST_HAM = 800
LEAST_LEFT = 60

Test = Callable[[Row], bool]


@dataclass(frozen=True, slots=True)
class Site:
    """A site that does not exist: its ham, its spam, and what training must not have seen."""

    name: str
    ham: Test
    spam: Test
    unseen: Test


@dataclass(frozen=True, slots=True)
class Errors:
    """Shares of wrong comments: by probability one half, and by lane; `flagged` are those of the ham alone."""

    wrong: float
    flagged: float
    wrong_lane: float
    flagged_lane: float


@dataclass(frozen=True, slots=True)
class Trial:
    """One site, mean of all streams: judged without its decisions and with them; `refused` lessons of `DECISIONS`."""

    site: str
    before: Errors
    after: Errors
    refused: float


def sites_among(rows: Iterable[Row]) -> list[Site]:
    """The sites that can be played: the places of a participation with the spam of one hand, a blog with that of
    another, every source with spam and ham of its own, and every hand that wrote both in German.
    """
    rows = list(rows)
    sites = [
        _mixed("participation", ("cimt_bonn", "cimt_koeln", "cimt_moers"), 2, "de"),
        _mixed("blog", ("blog_hendrix",), 2, "en"),
    ]
    sites += [_whole(source) for source in _with_both(rows, lambda row: "" if row.authored else row.source)]
    hands = _with_both(rows, lambda row: str(row.hand) if row.authored and row.language == "de" else "")
    return sites + [_hand(int(hand), "de") for hand in hands]


def play_sites(
    lesson: Taught, recipe: Recipe, unseen: Floats, budget: float, hashing: Hashing, note: Note = lambda _: None
) -> list[Trial]:
    """Every site that has enough comments, judged by a classifier that was trained without it."""
    trials = []
    for site in sites_among(lesson.rows):
        if _stream(site, lesson.rows, 0):
            note(f"spam: playing {DECISIONS} decisions of {site.name}")
            kept = np.array([not site.unseen(row) for row in lesson.rows])
            head = fit_head(lesson.only(kept), recipe, hashing, unseen[kept], budget)
            classifier = Classifier(Artifact(hashing, (head, head), b"\xff" * ((1 << hashing.bits) // 8), {}))
            trials.append(play(site, lesson.rows, classifier, canaries_for(classifier)))
    return trials


def play(site: Site, rows: Sequence[Row], classifier: Classifier, canaries: Sequence[Lesson]) -> Trial:
    """The site's streams, decided and judged."""
    before, after, refused = [], [], []
    for seed in range(STREAMS):
        stream = _stream(site, rows, seed)
        learned, number = _decide(stream[:DECISIONS], classifier, canaries)
        rest = stream[DECISIONS : DECISIONS + JUDGED]
        before.append(_judge(rest, classifier, None))
        after.append(_judge(rest, classifier.taught(learned), learned.prior))
        refused.append(number)
    return Trial(site.name, _mean(before), _mean(after), fmean(refused))


def _mixed(name: str, ham: tuple[str, ...], hand: int, language: str) -> Site:
    return Site(
        f"{name}, {language}, spam: {hand}",
        lambda row: row.source in ham,
        lambda row: row.hand == hand and row.language == language,
        lambda row: row.source in ham or row.hand == hand,
    )


def _whole(source: str) -> Site:
    return Site(source, *[lambda row: row.source == source] * 3)


def _hand(hand: int, language: str) -> Site:
    def by(row: Row) -> bool:
        return row.hand == hand and row.language == language

    return Site(f"hand {hand}, {language}", by, by, lambda row: row.hand == hand)


def _with_both(rows: Iterable[Row], name: Callable[[Row], str]) -> list[str]:
    labels: dict[str, set[bool | None]] = {}
    for row in rows:
        if not row.aux:
            labels.setdefault(name(row), set()).add(row.spam)
    return sorted(each for each, seen in labels.items() if each and seen >= {True, False})


def _stream(site: Site, rows: Iterable[Row], seed: int) -> list[Row]:
    """The site's comments in random order, or nothing if there are too few."""
    sent = [row for row in rows if row.reading.text]
    ham = [row for row in sent if row.spam is False and site.ham(row)]
    spam = [row for row in sent if row.spam and site.spam(row)]
    number = min(len(ham), MOST_HAM)
    most = min(len(spam), int(number * MOST_SPAM / (1 - MOST_SPAM)))
    if not most or number + most < DECISIONS + LEAST_LEFT:
        return []
    chance = random.Random(seed)  # noqa: S311 — to repeat, not to hide
    stream = [*chance.sample(ham, number), *chance.sample(spam, most)]
    chance.shuffle(stream)
    return stream


def _decide(stream: Iterable[Row], classifier: Classifier, canaries: Sequence[Lesson]) -> tuple[Learned, int]:
    learned, refused = Learned(), 0
    for number, row in enumerate(stream):
        taught = classifier.lesson(str(number), row.reading, bool(row.spam))
        try:
            learned = check_canaries(learned, learn(learned, [taught]), canaries)
        except Refused:
            refused += 1
    return learned, refused


def _judge(rows: Sequence[Row], classifier: Classifier, prior: float | None) -> Errors:
    scores = [classifier.score(row.reading, prior) for row in rows]
    spam = np.array([bool(row.spam) for row in rows])
    even = np.array([(score.spam or 0.0) >= 0.5 for score in scores])
    lane = np.array([score.familiar and (score.spam or 0.0) >= (score.threshold or 1.0) for score in scores])
    return Errors(
        float((even != spam).mean()), float(even[~spam].mean()), float((lane != spam).mean()), float(lane[~spam].mean())
    )


def _mean(every: Sequence[Errors]) -> Errors:
    return Errors(
        fmean(each.wrong for each in every),
        fmean(each.flagged for each in every),
        fmean(each.wrong_lane for each in every),
        fmean(each.flagged_lane for each in every),
    )
