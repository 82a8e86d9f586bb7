"""Decisions teach the classifier of their site, and what was learned can be taken back exactly."""

from dataclasses import replace
from functools import partial

import pytest

from models.comment import Comment
from models.db import Database
from models.lesson import LITTLE, count_lessons, counting_lessons, latest_lessons, restore, roll_back, trust_in
from models.rights import Deciding
from models.site import Site
from models.trip import InSession
from moderation.classifier.learn import Learned
from moderation.draft import Draft
from moderation.lifecycle import Action
from service.arrival import Arrival
from service.judging import judge_draft
from service.learning import learned_at
from service.moderating import Order, carry_out
from service.own import withdraw
from service.state import Service
from tests.builders import PAGE, a_moderator, add_site, both_databases, file
from tests.conftest import Clock

SPAM = [
    f"Unsere Fensterputzer kommen auch nach {town}, jetzt Termin sichern und zwei Fenster gratis putzen lassen."
    for town in ("Auental", "Bergheim", "Cronau", "Dornfeld", "Elmstedt", "Finkenau")
]
LIKE_THEM = "Fensterputzer gesucht? Jetzt Termin sichern, zwei Fenster gratis."


async def deciding_at(service: Service, site: Site) -> Deciding:
    moderator = await a_moderator(service, site)
    return Deciding(moderator.id or 0, moderator.email, "", "", {site.id or 0: "moderator"})


async def decided(service: Service, site: Site, text: str, action: Action) -> Comment:
    comment = await file(service, site, text)
    await carry_out(service, await deciding_at(service, site), Order(comment.id, action, comment.revision))
    async with service.db.reading() as session:
        return await session.get_one(Comment, comment.id)


async def known_at(service: Service, site: Site) -> Learned:
    async with service.db.reading() as session:
        taught = (await session.get_one(Site, site.id)).taught
    return await learned_at(service, site.id or 0, taught)


async def spam_score(service: Service, site: Site, text: str = LIKE_THEM) -> float:
    async with service.db.reading() as session:
        present = await session.get_one(Site, site.id)
    # Even odds, so that only the words count and not how much spam the site sees.
    present = Site(**{**present.model_dump(), "spam_prior": 0.5})
    judged = await judge_draft(service, Arrival(present, "sender", True, "de"), Draft(PAGE, text))
    assert judged.verdict.score.spam is not None
    return judged.verdict.score.spam


async def teach_spam(service: Service, site: Site) -> list[Comment]:
    return [await decided(service, site, text, Action.SPAM) for text in SPAM]


@both_databases
async def test_what_is_marked_as_spam_is_recognised_next_time(service: Service) -> None:
    site = await add_site(service)
    before = await spam_score(service, site)
    await teach_spam(service, site)
    assert await spam_score(service, site) > before


async def test_one_site_does_not_teach_another(service: Service) -> None:
    site, other = await add_site(service), await add_site(service, "andere")
    before = await spam_score(service, other)
    await teach_spam(service, site)
    assert await spam_score(service, other) == before


async def test_near_duplicates_count_once(service: Service) -> None:
    site = await add_site(service)
    await decided(service, site, SPAM[0] + " Heute noch!", Action.SPAM)
    once = (await known_at(service, site)).weights
    await decided(service, site, SPAM[0] + " Heute noch!!", Action.SPAM)
    assert (await known_at(service, site)).weights == once


@both_databases
async def test_taking_a_decision_back_unlearns_it_exactly(service: Service) -> None:
    site = await add_site(service)
    await decided(service, site, SPAM[0], Action.SPAM)
    before = await known_at(service, site)
    comment = await decided(service, site, SPAM[1], Action.SPAM)
    await carry_out(service, await deciding_at(service, site), Order(comment.id, "undo", comment.revision))
    after = await known_at(service, site)
    assert (after.weights, after.lessons) == (before.weights, before.lessons)


async def test_a_withdrawn_comment_is_unlearned(service: Service) -> None:
    site = await add_site(service)
    comment = await decided(service, site, SPAM[0], Action.APPROVE)
    assert (await known_at(service, site)).lessons
    await withdraw(service, comment)
    assert (await known_at(service, site)).lessons == ()


async def test_a_lesson_holds_no_text(service: Service) -> None:
    site = await add_site(service)
    await decided(service, site, SPAM[0], Action.SPAM)
    async with service.db.reading() as session:
        [lesson] = await latest_lessons(session, site.id or 0)
    assert "fenster" not in str(lesson.model_dump()).lower()


async def test_a_rejection_says_nothing_about_spam(service: Service) -> None:
    site = await add_site(service)
    comment = await file(service, site)
    order = Order(comment.id, "reject", comment.revision, rule="respect", statement="Bitte sachlich.")
    await carry_out(service, await deciding_at(service, site), order)
    assert (await known_at(service, site)).lessons == ()


@both_databases
async def test_a_restart_forgets_nothing_and_another_process_knows_the_same(service: Service) -> None:
    site = await add_site(service)
    await teach_spam(service, site)
    other = replace(service, db=Database(service.settings.database, service.settings.seal), learned={})
    try:
        assert (await known_at(other, site)).weights == (await known_at(service, site)).weights
    finally:
        await other.db.close()


@both_databases
async def test_rolling_back_sets_later_lessons_aside_and_restoring_takes_them_up_again(service: Service) -> None:
    site = await add_site(service)
    await decided(service, site, SPAM[0], Action.SPAM)
    early = await known_at(service, site)
    async with service.db.reading() as session:
        [first] = await latest_lessons(session, site.id or 0)
    await decided(
        service, site, "Eine ganz andere Sache: billige Zigaretten ohne Steuer, sofort lieferbar.", Action.SPAM
    )
    late = await known_at(service, site)
    async with service.db.writing() as session:
        assert await roll_back(session, site.id or 0, first.id or 0) == 1
    assert (await known_at(service, site)).weights == early.weights
    async with service.db.writing() as session:
        assert await restore(session, site.id or 0) == 1
    assert (await known_at(service, site)).weights == late.weights


async def test_what_would_harm_the_canaries_is_set_aside(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderation.classifier.learn.TOLERATED", -1.0)  # now everything harms
    site = await add_site(service)
    await decided(service, site, SPAM[0], Action.SPAM)
    async with service.db.reading() as session:
        counts = await count_lessons(session, site.id or 0)
    assert (counts.spam, counts.refused) == (0, 1)


async def test_one_person_cannot_turn_the_classifier_round_in_a_day(
    service: Service, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.lesson.FULL_A_DAY", 2)
    site = await add_site(service)
    for text in (SPAM[0], SPAM[1]):
        await decided(service, site, text, Action.SPAM)
    moderator = await a_moderator(service, site)
    async with service.db.reading() as session:
        assert await trust_in(InSession(session), moderator.id or 0, clock()) == LITTLE
        clock.advance(days=1, seconds=1)
        assert await trust_in(InSession(session), moderator.id or 0, clock()) == 1.0


async def test_a_decision_stands_even_if_it_cannot_teach(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.learning.canaries", lambda _: 1 / 0)
    site = await add_site(service)
    comment = await decided(service, site, SPAM[0], Action.SPAM)
    assert comment.status == "spam"


async def test_of_what_is_known_only_the_new_is_read(service: Service) -> None:
    site = await add_site(service)
    for text in (SPAM[0], SPAM[1]):
        await decided(service, site, text, Action.SPAM)
    known = await service.db.look(partial(counting_lessons, site_id=site.id or 0))
    await decided(service, site, SPAM[2], Action.SPAM)
    more = await service.db.look(partial(counting_lessons, site_id=site.id or 0, known=known.ids))
    assert (more.anew, len(more.ids), len(more.fresh)) == (False, 3, 1)
    async with service.db.writing() as session:
        await roll_back(session, site.id or 0, known.ids[0])
    fewer = await service.db.look(partial(counting_lessons, site_id=site.id or 0, known=more.ids))
    assert (fewer.anew, len(fewer.fresh)) == (True, 1)
