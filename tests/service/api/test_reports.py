"""What readers may tell of a published comment: that something is wrong with it, or that it helped."""

import asyncio

import pytest
from sqlmodel import func, select

from models.comment import Comment
from models.outbox import Notice
from models.report import Report
from moderation.lifecycle import Action
from tests.builders import ORIGIN, a_moderator, add_site, both_databases, file, publish, rule


@pytest.fixture
async def site(service):
    return await add_site(service)


async def report(client, comment, headers=None, **fields):
    path = f"/api/v1/comments/{comment.id}/report"
    return await client.post(path, json=fields, headers=headers or {"Origin": ORIGIN, "Accept-Language": "en"})


async def reports(service) -> list[Report]:
    async with service.db.reading() as session:
        return list(await session.exec(select(Report)))


@both_databases
async def test_a_report_is_kept_and_told_to_the_moderators(client, service, site):
    comment = await publish(service, site)
    answer = await report(
        client, comment, reason="illegal", statement=" Das ist strafbar. ", name="Ines", email="ines@post.example"
    )
    assert answer.status_code == 202
    assert answer.json().keys() == {"id", "message"}
    (kept,) = await reports(service)
    assert (kept.reason, kept.statement, kept.name, kept.email) == (
        "illegal",
        "Das ist strafbar.",
        "Ines",
        "ines@post.example",
    )
    async with service.db.reading() as session:
        assert "comment_reported" in [each.kind for each in await session.exec(select(Notice))]


@pytest.mark.parametrize("action", [Action.REJECT, Action.SPAM, Action.HOLD, Action.DELETE])
async def test_what_is_not_published_can_be_neither_reported_nor_found_helpful(client, service, site, action):
    comment = await publish(service, site)
    await rule(service, comment, action, await a_moderator(service, site), rule="respect")
    waiting = await file(service, site, "wartet noch")
    for each in (comment.id, waiting.id, "000000000000000000000000"):
        for what in ("report", "helpful"):
            answer = await client.post(f"/api/v1/comments/{each}/{what}", json={"reason": "spam"})
            assert answer.status_code == 404
    assert await reports(service) == []


@pytest.mark.parametrize(
    "fields, field",
    [
        ({}, "reason"),
        ({"reason": None}, "reason"),
        ({"reason": ""}, "reason"),
        ({"reason": "because"}, "reason"),
        ({"reason": 1}, "reason"),
        ({"reason": ["spam"]}, "reason"),
        ({"reason": {"spam": 1}}, "reason"),
        ({"reason": "spam", "statement": 1}, "statement"),
        ({"reason": "spam", "statement": "x" * 4001}, "statement"),
        ({"reason": "spam", "statement": "x\0"}, "statement"),
        ({"reason": "spam", "name": []}, "name"),
        ({"reason": "spam", "name": "x" * 81}, "name"),
        ({"reason": "spam", "name": "Ines\r\nBcc: x@y.example"}, "name"),
        ({"reason": "spam", "email": "nobody"}, "email"),
        ({"reason": "spam", "email": "a@b.example\nBcc: x@y.example"}, "email"),
        ({"reason": "spam", "email": True}, "email"),
        ({"reason": "spam", "settled_at": "2026-01-01"}, "settled_at"),
    ],
)
async def test_a_wrong_report_is_refused_and_names_the_field(client, service, site, fields, field):
    answer = await report(client, await publish(service, site), **fields)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert await reports(service) == []


async def test_a_foreign_page_cannot_report(client, service, site):
    answer = await report(
        client, await publish(service, site), headers={"Origin": "https://evil.example"}, reason="spam"
    )
    assert answer.status_code == 403
    assert await reports(service) == []


async def test_helpful_is_off_unless_the_site_turns_it_on(client, service, site):
    comment = await publish(service, site)
    assert (await client.post(f"/api/v1/comments/{comment.id}/helpful")).status_code == 403


@both_databases
async def test_one_sender_finds_a_comment_helpful_once(client, service, site):
    site.helpful = True
    async with service.db.writing() as session:
        session.add(site)
    comment, other = await publish(service, site), await publish(service, site, "Ein zweiter.")
    path = f"/api/v1/comments/{comment.id}/helpful"
    answers = await asyncio.gather(*(client.post(path, headers={"Origin": ORIGIN}) for _ in range(5)))
    assert {each.status_code for each in answers} == {200}
    assert max(each.json()["helpful"] for each in answers) == 1
    assert (await client.post(f"/api/v1/comments/{other.id}/helpful")).json() == {"helpful": 1}
    async with service.db.reading() as session:
        assert (await session.exec(select(func.sum(Comment.helpful)))).one() == 2
