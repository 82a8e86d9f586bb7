"""What authors do with their own comments, by the secret of the receipt and nothing else."""

import pytest
from sqlmodel import select

from models.comment import Comment
from models.decision import history
from models.outbox import Notice
from models.report import Objection
from models.thread import Thread
from moderation.lifecycle import Action
from service import own as module
from service.own import object_to
from tests.builders import ORIGIN, PAGE, TEXT, a_moderator, add_site, both_databases, file, publish, rule


@pytest.fixture
async def site(service):
    return await add_site(service)


def as_author(service, comment, **headers):
    return {"Authorization": f"Bearer {service.tokens.manage(comment.id)}", "Origin": ORIGIN, **headers}


async def own(client, service, comment, method="GET", **body):
    sent = {"json": body} if method == "PATCH" else {}
    return await client.request(method, f"/api/v1/comments/{comment.id}", headers=as_author(service, comment), **sent)


async def row(service, comment) -> Comment:
    async with service.db.reading() as session:
        return await session.get_one(Comment, comment.id)


async def revision(service, comment) -> int:
    async with service.db.reading() as session:
        return (await session.get_one(Thread, comment.thread_id)).revision


async def kinds(service) -> list[str]:
    async with service.db.reading() as session:
        return [each.kind for each in await session.exec(select(Notice).order_by(Notice.created_at, Notice.id))]


async def test_the_author_sees_the_comment_and_its_status(client, service, site):
    comment = await file(service, site, name="Ines", email="ines@post.example")
    answer = await own(client, service, comment)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    seen = answer.json()
    assert (seen["status"], seen["text"], seen["name"], seen["editable"]) == ("pending", TEXT, "Ines", True)
    assert "ines@post.example" not in answer.text


@both_databases
async def test_an_edit_of_a_waiting_comment_stays_out_of_sight(client, service, site, clock):
    comment = await file(service, site)
    clock.advance(hours=5)
    answer = await own(client, service, comment, "PATCH", text="Ein anderer *Text*.", name="Ines")
    assert answer.status_code == 200
    assert (answer.json()["text"], answer.json()["name"], answer.json()["status"]) == (
        "Ein anderer *Text*.",
        "Ines",
        "pending",
    )
    kept = await row(service, comment)
    assert (kept.revision, kept.html) == (2, "<p>Ein anderer <em>Text</em>.</p>\n")
    assert await revision(service, comment) == 0


async def test_an_edit_of_a_published_comment_waits_for_release_again(client, service, site, clock):
    comment = await publish(service, site)
    before = await revision(service, comment)
    clock.advance(minutes=15)
    answer = await own(client, service, comment, "PATCH", text="Nachgebessert: zwei Jahre.")
    assert (answer.status_code, answer.json()["status"]) == (200, "pending")
    assert await revision(service, comment) == before + 1
    thread = await client.get("/api/v1/sites/musterstadt/thread", params={"page": PAGE})
    assert thread.json()["comments"] == []
    async with service.db.reading() as session:
        last = (await history(session, comment.id))[-1]
    assert (last.action, last.from_status, last.to_status, last.moderator_id) == ("edit", "approved", "pending", None)
    assert (await kinds(service)).count("comment_waits") == 2
    moderator = await a_moderator(service, site)
    await rule(service, comment, Action.APPROVE, moderator)
    (shown,) = (await client.get("/api/v1/sites/musterstadt/thread", params={"page": PAGE})).json()["comments"]
    assert shown["edited_at"] == "2026-03-02T10:15:00Z"


async def test_after_the_edit_window_a_published_comment_stays_as_it_is(client, service, site, clock):
    comment = await publish(service, site)
    clock.advance(minutes=15, seconds=1)
    answer = await own(client, service, comment, "PATCH", text="zu spät")
    assert (answer.status_code, answer.json()["code"]) == (409, "state")
    assert (await row(service, comment)).text == TEXT


async def test_an_edit_that_changes_nothing_leaves_a_published_comment_published(client, service, site):
    comment = await publish(service, site, name="Ines")
    for change in ({}, {"text": TEXT}, {"name": "Ines"}, {"text": TEXT, "url": None}):
        assert (await own(client, service, comment, "PATCH", **change)).json()["status"] == "approved"
    assert (await row(service, comment)).revision == comment.revision


@pytest.mark.parametrize("action", [Action.REJECT, Action.SPAM, Action.DELETE])
async def test_a_decided_comment_cannot_be_edited(client, service, site, action):
    comment = await file(service, site)
    await rule(service, comment, action, await a_moderator(service, site), rule="respect")
    assert (await own(client, service, comment, "PATCH", text="anders")).status_code == 409


@pytest.mark.parametrize(
    "change, field",
    [
        ({"text": ""}, "text"),
        ({"text": None}, "text"),
        ({"text": 1}, "text"),
        ({"text": "x" * 65_537}, None),
        ({"name": "x" * 81}, "name"),
        ({"name": {}}, "name"),
        ({"url": []}, "url"),
        ({"status": "approved"}, "status"),
        ({"page": "/anderswo"}, "page"),
        ({"email": "neu@post.example"}, "email"),
        ({"parent": "x"}, "parent"),
        ({"id": "anders-anders"}, "id"),
        ({"role": "editor"}, "role"),
        ({"text": " \n "}, None),
        ({"text": "Viel zu lang. " * 2000}, None),
    ],
)
async def test_a_wrong_change_is_refused_and_nothing_changed(client, service, site, change, field):
    comment = await file(service, site, name="Ines")
    answer = await own(client, service, comment, "PATCH", **change)
    assert answer.status_code in (413, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    if field:
        assert [each["field"] for each in answer.json()["errors"]] == [field]
    kept = await row(service, comment)
    assert (kept.text, kept.name, kept.revision, kept.status) == (TEXT, "Ines", 1, "pending")


async def test_a_stale_edit_is_refused(client, service, site, monkeypatch):
    comment = await file(service, site)
    judge_changes = module.judge_changes

    async def slow(*told):
        judged = await judge_changes(*told)
        await rule(service, comment, Action.APPROVE, await a_moderator(service, site))
        return judged

    monkeypatch.setattr(module, "judge_changes", slow)
    answer = await own(client, service, comment, "PATCH", text="Während jemand entschied.")
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    assert (await row(service, comment)).text == TEXT


@both_databases
@pytest.mark.parametrize("published", [False, True])
async def test_a_withdrawal_leaves_nothing_of_the_author(client, service, site, published):
    fields = {
        "name": "Ines Muster",
        "email": "ines@post.example",
        "url": "https://ines.example",
        "title": "Titel",
    }
    comment = await (publish if published else file)(service, site, **fields)
    for _twice in range(2):
        answer = await own(client, service, comment, "DELETE")
        assert (answer.status_code, answer.content) == (204, b"")
    kept = await row(service, comment)
    left = kept.model_dump_json()
    assert kept.sender == ""
    for trace in ("Ines", "ines", "Gemeinde", "Titel"):
        assert trace not in left
    assert (kept.status, kept.withdrawn) == ("deleted", True)
    async with service.db.reading() as session:
        assert [each.action for each in await history(session, comment.id)].count("withdraw") == 1


async def test_a_withdrawal_takes_the_words_out_of_an_objection(client, service, site):
    comment = await file(service, site)
    await rule(service, comment, Action.REJECT, await a_moderator(service, site), rule="respect")
    await object_to(service, await row(service, comment), "Ich, Ines, widerspreche.")
    assert (await own(client, service, comment, "DELETE")).status_code == 204
    async with service.db.reading() as session:
        (objection,) = await session.exec(select(Objection))
    assert objection.statement == ""


async def test_a_withdrawn_comment_can_still_be_looked_at_but_not_changed(client, service, site):
    comment = await file(service, site)
    await own(client, service, comment, "DELETE")
    seen = (await own(client, service, comment)).json()
    assert (seen["status"], seen["text"], seen["editable"]) == ("deleted", "", False)
    assert (await own(client, service, comment, "PATCH", text="doch")).status_code == 409


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_only_its_own_secret_opens_a_comment(client, service, site, method):
    comment, other = await file(service, site), await file(service, site, "Ein zweiter.")
    path = f"/api/v1/comments/{comment.id}"
    wrong = [
        service.tokens.manage(other.id),
        service.tokens.manage(comment.id)[:-1],
        service.tokens.manage(comment.id) + "A",
        service.tokens.form("musterstadt", service.clock()),
        service.tokens.desk_form(comment.id),
        "x",
    ]
    unknown = await client.request(
        method, "/api/v1/comments/000000000000000000000000", headers={"Authorization": "Bearer x"}
    )
    for token in wrong:
        answer = await client.request(
            method,
            path,
            headers={"Authorization": f"Bearer {token}"},
            json={"text": "fremd"} if method == "PATCH" else None,
        )
        assert answer.status_code == 404
        assert answer.json() == unknown.json()
    for authorization in (None, "", "Bearer", "Bearer ", f"Basic {service.tokens.manage(comment.id)}"):
        headers = {} if authorization is None else {"Authorization": authorization}
        answer = await client.request(method, path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    assert (await row(service, comment)).revision == 1


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_a_foreign_page_cannot_use_the_secret(client, service, site, method):
    comment = await file(service, site)
    headers = as_author(service, comment, Origin="https://evil.example")
    answer = await client.request(method, f"/api/v1/comments/{comment.id}", headers=headers)
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers
    assert (await row(service, comment)).status == "pending"


async def test_the_preflight_tells_nobody_which_comments_there_are(client, service, site):
    comment = await file(service, site)
    for path in (comment.id, "000000000000000000000000"):
        known = await client.options(f"/api/v1/comments/{path}", headers={"Origin": ORIGIN})
        foreign = await client.options(f"/api/v1/comments/{path}", headers={"Origin": "https://evil.example"})
        assert known.headers["access-control-allow-origin"] == ORIGIN
        assert "PATCH" in known.headers["access-control-allow-methods"]
        assert "access-control-allow-origin" not in foreign.headers
