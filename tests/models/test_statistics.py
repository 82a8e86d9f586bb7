"""Figures equal what SQL counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from models.comment import Comment
from models.report import file_report
from models.site import Site
from models.statistics import Figures, Span, Waited, statistics
from moderation.lifecycle import Action
from service.state import Service
from tests.builders import a_moderator, add_site, both_databases, file, rule
from tests.conftest import Clock

LONG = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


@both_databases
async def test_figures_equal_an_independent_count(service: Service, clock: Clock) -> None:
    site, other = await add_site(service), await add_site(service, "andere")
    moderator = await a_moderator(service, site)
    await file(service, other)
    for number in range(12):
        comment = await file(service, site)
        await _find(service, comment, [("links", "hold"), ("links", "hold"), ("respect", "note")] if number % 3 else [])
        clock.advance(minutes=number)
        if number % 4 == 0:
            await rule(service, comment, Action.APPROVE, moderator)
        if number % 4 == 1:
            await rule(service, comment, Action.REJECT, moderator, rule="off_topic")
    async with service.db.writing() as session:
        await file_report(session, comment, "other", "", "", "", clock.now)

    figures = await _figures(service, [site.id or 0])

    count = "SELECT count(*) FROM comment WHERE site_id = :site"
    assert figures.received == await _sql(service, count, site)
    for status, number in figures.by_status.items():
        assert number == await _sql(service, f"{count} AND status = '{status}'", site)
    decided = "SELECT count(*) FROM decision d JOIN comment c ON c.id = d.comment_id WHERE c.site_id = :site"
    for action in ("approve", "reject"):
        assert figures.decisions[action] == await _sql(service, f"{decided} AND d.action = '{action}'", site)
    holds = f'{count} AND CAST(findings AS text) LIKE \'%"rule": "links"%\''
    assert figures.held_by_rule == {"links": await _sql(service, holds, site)} == {"links": 8}
    assert figures.rejected_by_rule == {"off_topic": 3}
    assert (figures.reports, figures.objections) == (1, 0)
    assert len(figures.arrivals) == figures.received
    assert len(figures.rulings) == 6


@both_databases
async def test_waiting_ends_with_the_first_ruling(service: Service, clock: Clock) -> None:
    site = await add_site(service)
    moderator = await a_moderator(service, site)
    arrived = [await file(service, site) for _ in range(10)]
    start = clock.now
    for minutes, comment in enumerate(arrived, 1):
        clock.now = start + timedelta(minutes=minutes)
        await rule(service, comment, Action.APPROVE, moderator)
    clock.advance(days=1)
    await rule(service, arrived[0], Action.PIN, moderator)
    await rule(service, arrived[1], Action.SPAM, moderator)
    figures = await _figures(service, [site.id or 0])
    assert figures.waited == Waited(decided=10, median=5.5 * 60, p90=9 * 60)


async def test_a_span_takes_its_first_moment_and_not_its_last(service: Service, clock: Clock) -> None:
    site = await add_site(service)
    await file(service, site)
    sites = [site.id or 0]
    second = timedelta(seconds=1)
    assert (await _figures(service, sites, Span(clock.now, clock.now + second))).received == 1
    assert (await _figures(service, sites, Span(clock.now - second, clock.now))).received == 0


async def test_an_empty_span_has_figures_too(service: Service) -> None:
    site = await add_site(service)
    figures = await _figures(service, [site.id or 0])
    assert (figures.received, figures.waited) == (0, Waited(0, None, None))
    assert set(figures.by_status.values()) == {0}


async def _figures(service: Service, sites: list[int], span: Span = LONG) -> Figures:
    async with service.db.reading() as session:
        return await statistics(session, sites, span)


async def _find(service: Service, comment: Comment, seen: list[tuple[str, str]]) -> None:
    findings: list[dict[str, Any]] = [
        {"rule": rule, "severity": severity, "message": "", "start": None, "end": None, "priority": "normal"}
        for rule, severity in seen
    ]
    async with service.db.writing() as session:
        stored = await session.get_one(Comment, comment.id)
        stored.findings = findings
        session.add(stored)


async def _sql(service: Service, statement: str, site: Site) -> int:
    async with service.db.reading() as session:
        connection = await session.connection()
        return int((await connection.execute(text(statement), {"site": site.id})).scalar_one())
