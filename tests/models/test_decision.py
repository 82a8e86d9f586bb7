"""A person's rulings: what each does, what it refuses, and what can be taken back."""

import asyncio

import pytest
from sqlmodel import col, select

from models.comment import Comment
from models.deciding import decide, dismiss
from models.decision import history
from models.outbox import Notice
from models.report import file_report, open_reports
from models.ruling import NothingToDismiss, RuleMissing, Ruling, Stale, TooLateToUndo
from models.thread import Thread
from models.undoing import undo
from moderation.lifecycle import Action, NotAllowed, Status
from service.state import Service
from tests.builders import a_moderator, add_site, both_databases, file, publish, rule
from tests.conftest import Clock


@both_databases
async def test_an_approval_publishes_and_is_written_down(service: Service) -> None:
    site = await add_site(service)
    comment, moderator = await file(service, site), await a_moderator(service, site)
    before = await _thread(service, comment)

    approved, decision = await rule(service, comment, Action.APPROVE, moderator)

    assert (approved.status, approved.revision) == (Status.APPROVED, 2)
    assert approved.published_at == service.clock()
    assert (decision.from_status, decision.to_status, decision.seen_revision) == ("pending", "approved", 1)
    assert decision.moderator_id == moderator.id
    assert (await _thread(service, comment)).revision == before.revision + 1
    assert "comment_approved" in await _kinds(service)


async def test_a_decision_that_nobody_can_see_leaves_the_thread_alone(service: Service) -> None:
    site = await add_site(service)
    comment = await file(service, site)
    before = await _thread(service, comment)
    await rule(service, comment, Action.SPAM, await a_moderator(service, site))
    assert (await _thread(service, comment)).revision == before.revision


@both_databases
async def test_a_stale_decision_is_refused(service: Service) -> None:
    site = await add_site(service)
    comment, moderator = await file(service, site), await a_moderator(service, site)
    await rule(service, comment, Action.APPROVE, moderator)
    with pytest.raises(Stale):
        await _decide(service, comment, Ruling(Action.SPAM, 1, moderator.id))
    assert (await _comment(service, comment)).status == Status.APPROVED


@both_databases
async def test_of_two_who_decide_at_once_one_wins(service: Service) -> None:
    site = await add_site(service)
    comment = await file(service, site)
    first, second = await a_moderator(service, site), await a_moderator(service, site, "uwe@musterstadt.example")
    results = await asyncio.gather(
        _decide(service, comment, Ruling(Action.APPROVE, 1, first.id)),
        _decide(service, comment, Ruling(Action.SPAM, 1, second.id)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Stale) for each in results) == 1
    async with service.db.reading() as session:
        assert len(await history(session, comment.id)) == 1


async def test_a_rejection_names_a_rule(service: Service) -> None:
    site = await add_site(service)
    comment, moderator = await file(service, site), await a_moderator(service, site)
    with pytest.raises(RuleMissing):
        await rule(service, comment, Action.REJECT, moderator)
    rejected, decision = await rule(
        service, comment, Action.REJECT, moderator, rule="off_topic", statement="Es geht um den runden Tisch."
    )
    assert rejected.status == Status.REJECTED
    assert (decision.rule, decision.statement) == ("off_topic", "Es geht um den runden Tisch.")


async def test_a_mark_that_is_there_is_not_set_again(service: Service) -> None:
    site = await add_site(service)
    comment, moderator = await publish(service, site), await a_moderator(service, site)
    await rule(service, comment, Action.PIN, moderator)
    with pytest.raises(NotAllowed):
        await rule(service, comment, Action.PIN, moderator)


@both_databases
async def test_what_was_decided_just_now_can_be_taken_back(service: Service, clock: Clock) -> None:
    site = await add_site(service)
    comment, moderator = await file(service, site), await a_moderator(service, site)
    await rule(service, comment, Action.APPROVE, moderator)
    clock.advance(seconds=30)

    await _undo(service, comment, 2, moderator.id)

    present = await _comment(service, comment)
    assert (present.status, present.published_at, present.revision) == (Status.PENDING, None, 3)
    async with service.db.reading() as session:
        assert [each.action for each in await history(session, comment.id)] == ["approve", "undo"]


async def test_a_pin_taken_back_is_gone(service: Service) -> None:
    site = await add_site(service)
    comment, moderator = await publish(service, site), await a_moderator(service, site)
    pinned, _ = await rule(service, comment, Action.PIN, moderator)
    await _undo(service, comment, pinned.revision, moderator.id)
    assert not (await _comment(service, comment)).pinned


@pytest.mark.parametrize("reason", ["late", "foreign", "twice", "never decided"])
async def test_nothing_else_can_be_taken_back(service: Service, clock: Clock, reason: str) -> None:
    site = await add_site(service)
    comment, moderator = await file(service, site), await a_moderator(service, site)
    who, revision = moderator.id, 1
    if reason != "never decided":
        await rule(service, comment, Action.APPROVE, moderator)
        revision = 2
    if reason == "late":
        clock.advance(seconds=31)
    if reason == "foreign":
        who = (await a_moderator(service, site, "uwe@musterstadt.example")).id
    if reason == "twice":
        await _undo(service, comment, 2, who)
        revision = 3
    with pytest.raises(TooLateToUndo):
        await _undo(service, comment, revision, who)


@both_databases
async def test_a_decision_settles_reports_and_its_undoing_opens_them_again(service: Service, clock: Clock) -> None:
    site = await add_site(service)
    comment, moderator = await publish(service, site), await a_moderator(service, site)
    await _report(service, comment)
    clock.advance(minutes=1)
    hidden, _ = await rule(service, comment, Action.HOLD, moderator)
    assert await _open(service, comment) == 0
    clock.advance(seconds=5)
    await _undo(service, comment, hidden.revision, moderator.id)
    assert await _open(service, comment) == 1


@both_databases
async def test_reports_can_be_settled_without_changing_the_comment(service: Service) -> None:
    site = await add_site(service)
    comment, moderator = await publish(service, site), await a_moderator(service, site)
    await _report(service, comment)
    ruling = Ruling(Action.HOLD, comment.revision, moderator.id)
    async with service.db.writing() as session:
        await dismiss(session, comment.id, ruling, service.clock())
    assert await _open(service, comment) == 0
    present = await _comment(service, comment)
    assert present.status == Status.APPROVED
    async with service.db.reading() as session:
        assert (await history(session, comment.id))[-1].action == "dismiss"
    with pytest.raises(NothingToDismiss):
        async with service.db.writing() as session:
            await dismiss(session, comment.id, Ruling(Action.HOLD, present.revision, moderator.id), service.clock())


async def _decide(service: Service, comment: Comment, ruling: Ruling) -> None:
    async with service.db.writing() as session:
        await decide(session, comment.id, ruling, service.clock())


async def _undo(service: Service, comment: Comment, revision: int, moderator_id: int | None) -> None:
    async with service.db.writing() as session:
        await undo(session, comment.id, Ruling(Action.HOLD, revision, moderator_id), service.clock())


async def _report(service: Service, comment: Comment) -> None:
    async with service.db.writing() as session:
        await file_report(session, comment, "insult", "Das trifft mich.", "", "", service.clock())


async def _open(service: Service, comment: Comment) -> int:
    async with service.db.reading() as session:
        return len(await open_reports(session, comment.id))


async def _comment(service: Service, comment: Comment) -> Comment:
    async with service.db.reading() as session:
        return await session.get_one(Comment, comment.id)


async def _thread(service: Service, comment: Comment) -> Thread:
    async with service.db.reading() as session:
        return await session.get_one(Thread, comment.thread_id)


async def _kinds(service: Service) -> list[str]:
    async with service.db.reading() as session:
        return list(await session.exec(select(Notice.kind).order_by(col(Notice.created_at))))
