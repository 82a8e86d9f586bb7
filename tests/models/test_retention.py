"""The retention clock: every class of data ends when its period does, not before, and never under legal hold."""

from datetime import timedelta

import pytest
from sqlmodel import select

from models.audit import AuditEntry, note
from models.comment import Comment
from models.data_request import Visit, file_request, new_visit, visit_of
from models.decision import Decision
from models.desk_session import DeskSession, SignInLink, new_link
from models.evidence import Evidence
from models.happening import Happening
from models.legal import RETENTION
from models.outbox import Notice, enqueue
from models.report import Report, file_report, settle_cases
from models.site import Site
from models.subscription import Subscription, ask_to_subscribe, confirm, end
from models.trip import InSession
from moderation.lifecycle import Action
from service.retention import purge
from tests.builders import TEXT, a_moderator, a_session, add_site, both_databases, file, publish, rule

ADDRESS = "canary@post.example"


async def _all(service, table):
    async with service.db.reading() as session:
        return list(await session.exec(select(table)))


async def _after(service, clock, days: float):
    clock.advance(days=days)
    return await purge(service.db, clock())


@both_databases
async def test_an_undecided_comment_goes_after_ninety_days_and_its_author_hears_of_it(service, clock):
    site = await add_site(service)
    comment = await file(service, site, email=ADDRESS)
    await _after(service, clock, RETENTION["pending"] - 0.1)
    assert (await _all(service, Comment))[0].text == TEXT
    ended = await _after(service, clock, 0.2)
    [gone] = await _all(service, Comment)
    assert (gone.status, gone.text, gone.html, gone.search, gone.name) == ("deleted", "", "", "", "")
    assert ended[site.key]["pending"] == 1
    assert ("letter_expired", comment.id) in {(n.kind, n.payload.get("comment")) for n in await _all(service, Notice)}


@both_databases
@pytest.mark.parametrize(
    "action, what", [(Action.REJECT, "rejected"), (Action.SPAM, "spam"), (Action.DELETE, "rejected")]
)
async def test_the_words_of_what_is_not_published_go_and_rule_and_date_stay(service, clock, action, what):
    site = await add_site(service)
    comment = await file(service, site)
    named = "respect" if action is Action.REJECT else None
    await rule(service, comment, action, await a_moderator(service, site), rule=named, statement="Der zweite Satz.")
    await _after(service, clock, RETENTION[what] - 0.1)
    assert (await _all(service, Comment))[0].text == TEXT
    await _after(service, clock, 0.2)
    assert (await _all(service, Comment))[0].text == ""
    [decision] = await _all(service, Decision)
    assert (decision.rule, decision.statement) == (named, "")


@both_databases
async def test_an_address_goes_after_the_decision_and_later_where_complaints_are_possible_for_longer(service, clock):
    site = await add_site(service)
    other = await add_site(service, "plattform")
    async with service.db.writing() as session:
        (await session.get_one(Site, other.id)).legal = {"profile": "platform"}
    await publish(service, site, email=ADDRESS)
    await publish(service, other, email=ADDRESS)
    await _after(service, clock, RETENTION["address"] + 0.1)
    assert {each.site_id: each.email for each in await _all(service, Comment)} == {site.id: None, other.id: ADDRESS}
    await _after(service, clock, 150.1)
    assert [each.email for each in await _all(service, Comment)] == [None, None]


@both_databases
async def test_a_subscription_without_a_yes_goes_after_a_week_and_a_proof_after_three_years(service, clock):
    site = await add_site(service)
    one, two = await publish(service, site, email=ADDRESS), await publish(service, site, email="b@post.example")
    async with service.db.writing() as session:
        await ask_to_subscribe(session, one, "replies", clock())
        await ask_to_subscribe(session, two, "thread", clock())
        kept = (await session.exec(select(Subscription).where(Subscription.kind == "thread"))).one()
        await confirm(session, kept.id, clock())
    await _after(service, clock, 7.1)
    [left] = await _all(service, Subscription)
    assert left.id == kept.id
    async with service.db.writing() as session:
        await end(session, [kept.id], clock())
    await _after(service, clock, RETENTION["proof"] - 1)
    assert [each.email for each in await _all(service, Subscription)] == [None]
    await _after(service, clock, 1.1)
    assert await _all(service, Subscription) == []


@both_databases
async def test_the_hash_of_the_sender_goes_after_a_day(service, clock):
    await file(service, await add_site(service))
    await _after(service, clock, 0.9)
    assert (await _all(service, Comment))[0].sender == "sender"
    await _after(service, clock, 0.2)
    assert (await _all(service, Comment))[0].sender == ""


@both_databases
async def test_who_reported_is_forgotten_after_the_case_is_closed(service, clock):
    comment = await publish(service, await add_site(service))
    async with service.db.writing() as session:
        await file_report(session, comment, "other", "Bitte prüfen.", "Rita Reporter", ADDRESS, clock())
    await _after(service, clock, 40)
    assert (await _all(service, Report))[0].email == ADDRESS
    async with service.db.writing() as session:
        await settle_cases(InSession(session), comment.id, clock())
    await _after(service, clock, RETENTION["reporter"] + 0.1)
    [report] = await _all(service, Report)
    assert (report.reason, report.name, report.email, report.email_mark, report.statement) == (
        "other",
        "",
        "",
        None,
        "",
    )


@both_databases
async def test_log_entries_go_after_a_year_and_decisions_lose_their_words(service, clock):
    site = await add_site(service)
    comment = await file(service, site)
    moderator = await a_moderator(service, site)
    await rule(service, comment, Action.APPROVE, moderator, statement="Gut so.")
    async with service.db.writing() as session:
        await note(session, "address", comment.id, clock(), site_id=site.id, moderator_id=moderator.id)
    await _after(service, clock, RETENTION["audit"] - 1)
    assert len(await _all(service, AuditEntry)) == 1
    await _after(service, clock, 1.1)
    assert await _all(service, AuditEntry) == []
    assert [(each.action, each.statement) for each in await _all(service, Decision)] == [("approve", "")]


@both_databases
async def test_notices_sessions_links_and_visits_end(service, clock):
    site = await add_site(service)
    await a_session(service, site)
    moderator = await a_moderator(service, site, "zweite@musterstadt.example")
    async with service.db.writing() as session:
        await new_link(session, moderator, clock())
        await enqueue(session, "comment_approved", {}, clock())
        secret = await new_visit(session, site.id or 0, ADDRESS, "mark", clock())
        visit = await visit_of(session, secret, clock(), inside=False)
        request = await file_request(session, visit, "other", "Bitte.", clock())
        request.settled_at = clock()
    await _after(service, clock, 31)
    for table in (Notice, DeskSession, SignInLink, Visit):
        assert await _all(service, table) == []


@both_databases
async def test_a_legal_hold_stops_every_period_for_its_comment_until_it_is_released(service, clock):
    site = await add_site(service)
    comment = await file(service, site, email=ADDRESS)
    moderator = await a_moderator(service, site)
    await rule(service, comment, Action.REJECT, moderator, rule="threat", statement="Drohung.")
    frozen = {"bundle": "{}", "digest": "", "signature": "", "created_at": clock()}
    async with service.db.writing() as session:
        session.add(Evidence(id="beleg", site_id=site.id, comment_id=comment.id, moderator_id=moderator.id, **frozen))
    await _after(service, clock, 400)
    [held] = await _all(service, Comment)
    assert (held.text, held.email) == (TEXT, ADDRESS)
    assert [each.statement for each in await _all(service, Decision)] == ["Drohung."]
    async with service.db.writing() as session:
        (await session.get_one(Evidence, "beleg")).released_at = clock()
    await _after(service, clock, 0)
    [freed] = await _all(service, Comment)
    assert (freed.text, freed.email) == ("", None)


async def test_a_site_can_keep_for_longer_or_shorter(service, clock):
    site = await add_site(service)
    async with service.db.writing() as session:
        (await session.get_one(Site, site.id)).legal = {"days": {"rejected": 3}}
    comment = await file(service, site)
    await rule(service, comment, Action.REJECT, await a_moderator(service, site), rule="respect", statement="x")
    clock.now += timedelta(days=3, minutes=1)
    await purge(service.db, clock())
    assert (await _all(service, Comment))[0].text == ""


@both_databases
async def test_what_desks_were_told_goes_after_a_day(service, clock):
    site = await add_site(service)
    await file(service, site)
    await _after(service, clock, 0.9)
    assert len(await _all(service, Happening)) == 1
    await _after(service, clock, 0.2)
    assert await _all(service, Happening) == []
