"""How long people wait, whether the classifier is right, and what became of reports: equal to what SQL counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from models.calibration import reliability
from models.comment import Comment
from models.decision import Decision
from models.pace import Pace, pace
from models.redress import Published, objection_outcomes, published, report_outcomes
from models.report import file_objection, file_report
from models.site import Site, hours_of
from models.statistics import Span
from moderation.lifecycle import Action
from service.state import Service
from tests.builders import a_moderator, add_site, both_databases, file, rule
from tests.conftest import Clock

LONG = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


@both_databases
async def test_nights_and_weekends_count_by_the_clock_and_not_as_work(service: Service, clock: Clock) -> None:
    site = await add_site(service)
    moderator = await a_moderator(service, site)
    clock.now = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)  # Friday, four in the afternoon in Berlin: an hour of work left
    comment = await file(service, site)
    clock.now = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)  # Monday, ten
    await rule(service, comment, Action.APPROVE, moderator)
    found = await _pace(service, site)
    assert (found.clock.median, found.working.median) == (66 * 3600, 2 * 3600)
    assert (found.promised, found.kept) == (1, 1)
    assert dict(found.steps) == {1: 0, 4: 1, 8: 0, 16: 0, 40: 0, None: 0}


@both_databases
async def test_the_promise_counts_what_is_decided_and_what_is_overdue(service: Service, clock: Clock) -> None:
    site = await add_site(service)
    moderator = await a_moderator(service, site)
    in_time, late, _overdue = [await file(service, site) for _ in range(3)]
    clock.advance(hours=1)
    await rule(service, in_time, Action.APPROVE, moderator)
    clock.advance(days=3)
    await rule(service, late, Action.REJECT, moderator, rule="off_topic")
    await file(service, site)  # came just now: not due yet
    found = await _pace(service, site)
    assert (found.clock.decided, found.promised, found.kept) == (2, 3, 1)


async def test_working_time_is_the_same_as_counted_wait_by_wait(service: Service, clock: Clock) -> None:
    site = await add_site(service)
    moderator = await a_moderator(service, site)
    waits, start = [], clock.now
    for number in range(30):
        came = start + timedelta(hours=7.3 * number - 100)
        ruled = came + timedelta(hours=11.7 * (number % 7) + 0.1)
        comment = await file(service, site, now=came)
        clock.now = ruled
        await rule(service, comment, Action.APPROVE, moderator)
        waits.append(hours_of(site).between(came, ruled).total_seconds())
    found = await _pace(service, site)
    assert found.working.p90 == pytest.approx(sorted(waits)[26])
    assert sum(number for _, number in found.steps) == 30


@both_databases
async def test_the_diagram_is_what_sql_counts(service: Service) -> None:
    site = await add_site(service)
    moderator = await a_moderator(service, site)
    for number in range(20):
        comment = await file(service, site, f"Kommentar Nummer {number} über den runden Tisch.")
        await _score(service, comment, number / 20, 1 - number / 20)
        if number < 16:
            action = Action.SPAM if number >= 12 else Action.REJECT if number % 3 == 0 else Action.APPROVE
            await rule(service, comment, action, moderator, rule="respect" if action is Action.REJECT else None)
    async with service.db.reading() as session:
        found = await reliability(session, [site.id or 0], LONG)
    judged = "SELECT count(*) FROM comment WHERE site_id = :site AND status IN ('approved', 'rejected', 'spam')"
    assert found["spam"].comments == await _sql(service, judged, site) == 16
    assert found["violation"].comments == await _sql(service, f"{judged} AND status <> 'spam'", site) == 12
    for tenth in found["spam"].tenths:
        low, high = tenth.expected - 0.049, tenth.expected + 0.049
        inside = f"{judged} AND spam >= {low} AND spam < {high}"
        assert tenth.comments == await _sql(service, inside, site)
        confirmed = await _sql(service, f"{inside} AND status = 'spam'", site)
        assert tenth.confirmed == confirmed / tenth.comments
    strict = f"{judged} AND spam >= 0.5 AND status = 'approved'"
    assert len(found["spam"].too_strict) == await _sql(service, strict, site)
    assert found["spam"].error is not None


@both_databases
async def test_reports_and_objections_end_one_way_or_the_other(service: Service, clock: Clock) -> None:
    site = await add_site(service)
    moderator = await a_moderator(service, site)
    other = await a_moderator(service, site, "uwe@musterstadt.example")
    comments = [await file(service, site, f"Nummer {number} zum runden Tisch") for number in range(4)]
    for comment in comments[:2]:
        await rule(service, comment, Action.APPROVE, moderator)
    for comment in comments[2:]:
        await rule(service, comment, Action.REJECT, moderator, rule="off_topic")
    clock.advance(minutes=1)
    async with service.db.writing() as session:
        for comment in comments[:2]:
            await file_report(session, comment, "insult", "", "", "", clock.now)
        for comment in comments[2:]:
            await file_objection(session, await session.get_one(Comment, comment.id), "Bitte noch einmal.", clock.now)
    clock.advance(hours=2)
    await rule(service, comments[0], Action.REJECT, other, rule="respect")
    await rule(service, comments[2], Action.APPROVE, other)
    async with service.db.reading() as session:
        reports = await report_outcomes(session, [site.id or 0], LONG)
        objections = await objection_outcomes(session, [site.id or 0], LONG)
    assert (reports.followed, reports.left, reports.open, reports.seconds) == (1, 0, 1, (7200.0,))
    assert (objections.followed, objections.left, objections.open, objections.all) == (1, 0, 1, 2)


@both_databases
async def test_what_a_policy_published_is_counted_apart(service: Service) -> None:
    site = await add_site(service)
    comment = await file(service, site)
    await rule(service, comment, Action.APPROVE, await a_moderator(service, site))
    async with service.db.writing() as session:
        await session.exec(update(Decision).values(policy="findings", moderator_id=None))
    await rule(service, await file(service, site, "Ein zweiter"), Action.APPROVE, await a_moderator(service, site))
    async with service.db.reading() as session:
        assert await published(session, [site.id or 0], LONG) == Published(by_people=1, by_policy=1)


async def _pace(service: Service, site: Site) -> Pace:
    async with service.db.reading() as session:
        return await pace(session, [site], LONG, service.clock())


async def _score(service: Service, comment: Comment, spam: float, violation: float) -> None:
    async with service.db.writing() as session:
        stored = await session.get_one(Comment, comment.id)
        stored.spam, stored.violation = spam, violation
        session.add(stored)


async def _sql(service: Service, statement: str, site: Site) -> Any:
    async with service.db.reading() as session:
        connection = await session.connection()
        return (await connection.execute(text(statement), {"site": site.id})).scalar_one()
