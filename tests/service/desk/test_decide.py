"""Decisions by plain forms and by script: on to the next card, or refused with nothing lost."""

import pytest
from sqlmodel import select

from models.comment import Comment
from models.decision import Decision, history
from models.report import file_report
from models.site import Site
from models.thread import Thread
from moderation.lifecycle import Action, Status
from service.state import Service
from tests.builders import a_moderator, both_databases, file, publish, rule
from tests.conftest import Clock
from tests.service.desk.conftest import AtDesk, words_of


@both_databases
async def test_an_approval_goes_on_to_the_next_card_and_offers_the_way_back(
    desk: AtDesk, service: Service, site: Site
) -> None:
    first, second = await file(service, site, name="Kim"), await file(service, site)
    answer = await _decide(desk, first, action="approve", back="/desk?site=musterstadt", next=second.id)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/desk?site=musterstadt&done={first.id}#c-{second.id}"
    assert (await _status(service, first)) == Status.APPROVED
    page = await desk.get("/desk", done=first.id)
    assert "Kim: Freigegeben." in words_of(page)
    assert 'value="undo"' in page.text
    assert f'id="c-{first.id}"' not in page.text


async def test_the_way_back_is_open_for_30_seconds(desk: AtDesk, service: Service, site: Site, clock: Clock) -> None:
    comment = await file(service, site)
    await _decide(desk, comment, action="approve")
    clock.advance(seconds=31)
    assert 'value="undo"' not in (await desk.get("/desk", done=comment.id)).text
    answer = await desk.post(f"/desk/comments/{comment.id}/decisions", action="undo", revision="2")
    assert answer.status_code == 409
    assert (await _status(service, comment)) == Status.APPROVED


async def test_undoing_leads_to_the_comment(desk: AtDesk, service: Service, site: Site) -> None:
    comment = await file(service, site)
    await _decide(desk, comment, action="spam")
    path = f"/desk/comments/{comment.id}/decisions"
    answer = await desk.post(path, action="undo", revision="2", back=f"/desk?done={comment.id}")
    assert answer.headers["location"] == f"/desk#c-{comment.id}"
    assert (await _status(service, comment)) == Status.PENDING


async def test_a_rejection_writes_down_rule_and_sentence(desk: AtDesk, service: Service, site: Site) -> None:
    comment = await file(service, site)
    await _decide(desk, comment, action="reject", rule="off_topic", statement=" Es geht um den runden Tisch. ")
    async with service.db.reading() as session:
        decision = (await session.exec(select(Decision))).one()
    assert (decision.rule, decision.statement) == ("off_topic", "Es geht um den runden Tisch.")
    assert decision.netiquette == service.netiquette_version


@pytest.mark.parametrize("fields", [{}, {"rule": "off_topic"}, {"statement": "Satz"}, {"rule": "", "statement": " "}])
async def test_a_rejection_needs_both_and_keeps_what_was_typed(
    desk: AtDesk, service: Service, site: Site, fields: dict[str, str]
) -> None:
    comment = await file(service, site)
    answer = await _decide(desk, comment, action="reject", **fields)
    assert answer.status_code == 422
    assert "nennen Sie die Regel" in words_of(answer)
    if fields.get("statement", "").strip():
        assert ">Satz</textarea>" in answer.text
    if fields.get("rule"):
        assert "selected" in answer.text.split('value="off_topic"')[1].split(">")[0]
    assert (await _status(service, comment)) == Status.PENDING


async def test_a_stale_decision_shows_who_was_faster_and_keeps_what_was_typed(
    desk: AtDesk, service: Service, site: Site
) -> None:
    comment = await file(service, site)
    await rule(service, comment, Action.APPROVE, await a_moderator(service, site, "uwe@musterstadt.example"))
    answer = await _decide(desk, comment, action="reject", rule="off_topic", statement="<i>Mein</i> Satz")
    assert answer.status_code == 409
    assert "Jemand war schneller: uwe – freigegeben." in words_of(answer)
    assert "&lt;i&gt;Mein&lt;/i&gt; Satz</textarea>" in answer.text
    assert 'name="revision" value="2"' in answer.text
    assert (await _status(service, comment)) == Status.APPROVED


async def test_a_script_learns_the_new_state(desk: AtDesk, service: Service, site: Site) -> None:
    comment = await file(service, site)
    answer = await _decide(desk, comment, accept="application/json", action="approve")
    assert answer.json() == {
        "outcome": "done",
        "message": "Freigegeben. Der Kommentar ist veröffentlicht.",
        "status": "approved",
        "status_text": "Freigegeben",
        "revision": 2,
        "actions": ["reject", "spam", "hold", "delete", "pin", "unpin", "feature", "unfeature", "redact"],
        "seconds": 30,
    }


async def test_a_script_learns_who_was_faster(desk: AtDesk, service: Service, site: Site) -> None:
    comment = await file(service, site)
    await rule(service, comment, Action.SPAM, await a_moderator(service, site, "uwe@musterstadt.example"))
    answer = await _decide(desk, comment, accept="application/json", action="approve")
    body = answer.json()
    assert (answer.status_code, body["outcome"], body["status"], body["revision"]) == (409, "stale", "spam", 2)
    assert "uwe – als Spam markiert" in body["message"]


@pytest.mark.parametrize("revision", ["", "x", "-1", "1.0", "9" * 12, "٣"])
async def test_a_form_without_a_revision_is_out_of_date(
    desk: AtDesk, service: Service, site: Site, revision: str
) -> None:
    comment = await file(service, site)
    path = f"/desk/comments/{comment.id}/decisions"
    assert (await desk.post(path, action="approve", revision=revision)).status_code == 422


@pytest.mark.parametrize("action", ["", "withdraw", "edit", "publish"])
async def test_an_action_that_is_no_moderators_is_refused(
    desk: AtDesk, service: Service, site: Site, action: str
) -> None:
    comment = await file(service, site)
    assert (await _decide(desk, comment, action=action)).status_code == 422
    assert (await _status(service, comment)) == Status.PENDING


async def test_a_report_is_settled_and_the_comment_stays(desk: AtDesk, service: Service, site: Site) -> None:
    comment = await publish(service, site)
    async with service.db.writing() as session:
        await file_report(session, comment, "other", "", "", "", service.clock())
    assert 'value="dismiss"' in (await desk.get("/desk", lane="reports")).text
    assert (await _decide(desk, comment, action="dismiss", back="/desk?lane=reports")).status_code == 303
    assert f'id="c-{comment.id}"' not in (await desk.get("/desk", lane="reports")).text
    assert (await _status(service, comment)) == Status.APPROVED


async def test_pinning_and_featuring_show_and_can_end(desk: AtDesk, service: Service, site: Site) -> None:
    comment = await publish(service, site)
    for revision, action in enumerate(("pin", "feature", "unpin", "unfeature"), comment.revision):
        path = f"/desk/comments/{comment.id}/decisions"
        assert (await desk.post(path, action=action, revision=str(revision))).status_code == 303
    async with service.db.reading() as session:
        present = await session.get_one(Comment, comment.id)
    assert not present.pinned
    assert not present.featured


async def test_a_page_closes_and_opens_again(desk: AtDesk, service: Service, site: Site) -> None:
    comment = await file(service, site)
    for revision, action, open_ in (
        ("1", "close", False),
        ("2", "reopen", True),
        ("3", "close", False),
        ("4", "undo", True),
    ):
        answer = await desk.post(f"/desk/comments/{comment.id}/decisions", action=action, revision=revision)
        assert answer.status_code == 303
        async with service.db.reading() as session:
            assert (await session.get_one(Thread, comment.thread_id)).open is open_
    assert [each.action for each in await _history(service, comment)] == ["close", "reopen", "close", "undo"]


@both_databases
async def test_many_are_decided_at_once_and_taken_back_at_once(desk: AtDesk, service: Service, site: Site) -> None:
    comments = [await file(service, site) for _ in range(4)]
    await rule(service, comments[3], Action.APPROVE, await a_moderator(service, site, "uwe@musterstadt.example"))
    chosen = {f"chosen-{each.id}": "1" for each in comments[1:]}
    answer = await desk.post("/desk/decisions", action="spam", back="/desk", **chosen)
    assert "2 von 3 ausgeführt." in words_of(answer)
    assert [await _status(service, each) for each in comments] == ["pending", "spam", "spam", "approved"]
    done = {f"chosen-{each.id}": "2" for each in comments[1:3]}
    assert (await desk.post("/desk/decisions/undo", back="/desk", **done)).status_code == 303
    assert [await _status(service, each) for each in comments] == ["pending", "pending", "pending", "approved"]


async def test_many_cannot_be_rejected_without_a_word(desk: AtDesk, service: Service, site: Site) -> None:
    comment = await file(service, site)
    answer = await desk.post("/desk/decisions", action="reject", **{f"chosen-{comment.id}": "1"})
    assert answer.status_code == 422


async def _decide(desk: AtDesk, comment: Comment, accept: str = "text/html", **fields: str):  # type: ignore[no-untyped-def]
    path = f"/desk/comments/{comment.id}/decisions"
    return await desk.post(path, accept=accept, revision=str(comment.revision), **fields)


async def _status(service: Service, comment: Comment) -> str:
    async with service.db.reading() as session:
        return (await session.get_one(Comment, comment.id)).status


async def _history(service: Service, comment: Comment) -> list[Decision]:
    async with service.db.reading() as session:
        return await history(session, comment.id)
