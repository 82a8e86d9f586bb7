"""Decisions teach the classifier of their site, and only that one; what was learned can be taken back exactly.

The lessons lie in the database. Each process builds from them what it needs and keeps it until the site's count of
changes moves, so all processes know the same and a restart forgets nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import anyio.to_thread
import structlog

from models.comment import Comment, revision_of
from models.decision import Decision
from models.lesson import Counting, Lesson, counting_lessons, keep_lesson, taught_at, trust_in
from models.site import Site
from models.trip import Trip, within
from moderation.classifier import Classifier
from moderation.classifier.canaries import canaries_for
from moderation.classifier.features import traits
from moderation.classifier.learn import Learned, Refused, check_canaries, learn, rebuild
from moderation.classifier.learn import Lesson as Taught
from moderation.classifier.lessons import pack_lesson, unpack_lesson
from moderation.judge import Judges
from moderation.lifecycle import Status
from moderation.policy import Policy
from moderation.reading import Reading, Standing
from service.rules import known_rules, rules_of
from service.state import Service

log = structlog.get_logger()
_MOST_WORDS = 16
_LEAST_WEIGHT = 0.005
_TEACHING = {Status.APPROVED: False, Status.SPAM: True}


async def own_judges(service: Service, site: Site) -> tuple[Judges, Policy]:
    """The judges as the site's decisions have taught them, and its policy with the share of spam seen there.

    The database is asked only for what this process does not know yet.
    """
    try:
        return _known_judges(service, site)
    except KeyError:
        async with service.db.reading() as session:
            await rules_of(service, session, site)
        await learned_at(service, site.id or 0, site.taught)
        return _known_judges(service, site)


def _known_judges(service: Service, site: Site) -> tuple[Judges, Policy]:
    classifier, netiquette = service.judges.classifier, known_rules(service, site)
    if classifier is None or not site.taught:
        return Judges(classifier, netiquette), site.policy
    counted, learned, _ids = service.learned[site.id or 0]
    if counted < site.taught:
        raise KeyError(site.key)
    prior = site.spam_prior if site.spam_prior is not None else learned.prior
    return Judges(classifier.taught(learned), netiquette), replace(site.policy, spam_prior=prior)


async def learned_at(service: Service, site_id: int, taught: int) -> Learned:
    """What the site's decisions have taught, from memory while it has counted no more than the changes `taught`.

    What is known is gone on from: of a thousand lessons only those are read that came since.
    """
    counted, learned, ids = service.learned.get(site_id, (-1, Learned(), ()))
    if counted == taught:
        return learned
    counting = await service.db.look(partial(counting_lessons, site_id=site_id, known=ids))
    learned = await anyio.to_thread.run_sync(_go_on, learned, counting, taught)
    service.learned[site_id] = (taught, learned, counting.ids)
    return learned


async def teach(service: Service, decision: Decision, comment: Comment) -> None:
    """Let a decision that was carried out teach, if it says something about spam. Never fails the decision."""
    if decision.from_status == decision.to_status or decision.moderator_id is None:
        return
    try:
        await _teach(service, comment, decision.moderator_id)
    except Exception as error:  # noqa: BLE001 — a decision stands, whether or not it could teach
        log.error("lesson_lost", comment=comment.id, kind=type(error).__name__)  # noqa: TRY400 — a trace may hold texts


async def _teach(service: Service, comment: Comment, moderator_id: int) -> None:
    worked_out = await _prepare(service, comment, moderator_id)
    if worked_out is None:
        return
    taught, set_aside = worked_out
    lesson = Lesson(
        site_id=comment.site_id,
        comment_id=comment.id,
        moderator_id=moderator_id,
        spam=taught.spam,
        content=pack_lesson(taught),
        set_aside=set_aside,
        created_at=service.clock(),
    )
    async with service.db.writing() as session:
        kept = await within(session, partial(_keep, lesson, comment.revision))
    if kept:
        log.info("lesson_kept", comment=comment.id, spam=taught.spam, set_aside=set_aside)


async def _keep(lesson: Lesson, revision: int, trip: Trip) -> bool:
    """Whether it was kept: a comment that was decided again meanwhile is taught by that decision."""
    present = await revision_of(trip, lesson.comment_id)
    if present == revision:
        await keep_lesson(trip, lesson)
    return present == revision


@dataclass(frozen=True, slots=True)
class Weight:
    """A word and what decisions made it weigh, in log-odds; positive speaks for spam."""

    word: str
    weight: float


async def strongest_words(service: Service, learned: Learned, comments: Sequence[Comment]) -> list[Weight]:
    """The words of these comments that decisions moved most: lessons are hashed, and texts still there have words."""
    return await anyio.to_thread.run_sync(_strongest, learned, comments) if service.judges.classifier else []


@cache
def canaries(classifier: Classifier) -> tuple[Taught, ...]:
    """`canaries_for`, read once for each classifier."""
    return canaries_for(classifier)


async def _prepare(service: Service, comment: Comment, moderator_id: int) -> tuple[Taught, str] | None:
    """What the comment's decision would teach, and why it must not count, if so; worked out before it is stored.

    None where there is nothing to learn: without a classifier, or from a status that says nothing about spam.
    """
    spam = _TEACHING.get(Status(comment.status))
    if service.judges.classifier is None or spam is None:
        return None
    now = service.clock()

    async def look(trip: Trip) -> tuple[int, float]:
        return await taught_at(trip, comment.site_id), await trust_in(trip, moderator_id, now)

    taught, trust = await service.db.look(look)
    learned = await learned_at(service, comment.site_id, taught)
    return await anyio.to_thread.run_sync(_work_out, service.judges.classifier, learned, comment, moderator_id, trust)


def _strongest(learned: Learned, comments: Sequence[Comment]) -> list[Weight]:
    weights: dict[str, float] = {}
    for comment in comments:
        for block, word, weight in learned.contributions(traits(_reading(comment.text, comment.name, comment.url))):
            if block == "t" and word[0].isalpha() and abs(weight) > abs(weights.get(word, 0.0)):
                weights[word] = weight
    moved = sorted(weights.items(), key=lambda each: (-abs(each[1]), each[0]))[:_MOST_WORDS]
    return [Weight(word, weight) for word, weight in moved if abs(weight) >= _LEAST_WEIGHT]


def _go_on(learned: Learned, counting: Counting, changes: int) -> Learned:
    """From what is known to what the lessons teach: further if they only grew, else anew."""
    fresh = [unpack_lesson(each) for each in counting.fresh]
    built = rebuild(fresh) if counting.anew else learn(learned, fresh)
    return Learned(built.lessons, built.weights, built.spent, built.approved, changes)


def _work_out(
    classifier: Classifier, learned: Learned, comment: Comment, moderator_id: int, trust: float
) -> tuple[Taught, str]:
    reading = _reading(comment.text, comment.name, comment.url, comment.html)
    spam = _TEACHING[Status(comment.status)]
    taught = classifier.lesson(comment.id, reading, spam, str(moderator_id), trust)
    try:
        check_canaries(learned, learn(learned, [taught]), canaries(classifier))
    except Refused:
        return taught, "canaries"
    return taught, ""


def _reading(text: str, name: str, url: str | None, html: str = "") -> Reading:
    return Reading(text, html, name, url or None, 0, Standing())
