"""A WordPress sends what it has: the way of its export file, in parts."""

import json

import pytest
from sqlmodel import col, select

from models.comment import Comment
from models.thread import Thread
from service.api.imports import MOST_ROWS
from service.exchange.reasons import in_language
from tests.builders import a_token, add_site, at_work, both_databases
from tests.service.exchange.conftest import FILES, Exchange

IMPORT = "/api/v1/moderation/sites/musterstadt/import/wordpress"
BLOG = "https://blog.musterstadt.example"
POST = {"link": f"{BLOG}/2025/nachlese/", "title": "Wärme &amp; Wohnen", "comment_status": "open"}
ROW = {
    "id": "12", "link": POST["link"], "parent": "0", "type": "comment", "approved": "1", "author": "Ayşe &amp; Co",
    "author_email": "ayse@example.org", "author_url": "https://ayse.example/?a=1&b=2", "date": "2025-10-08 10:00:00",
    "date_gmt": "2025-10-08 08:00:00", "content": "Ein <strong>Wort</strong>.\n\nUnd <script>noch</script> eines.",
}  # fmt: skip


def part(*rows: dict[str, str], posts: tuple[dict[str, str], ...] = (POST,)) -> dict[str, object]:
    return {"blog": BLOG, "posts": list(posts), "comments": list(rows)}


@pytest.fixture
async def site(service):
    return await add_site(service)


@pytest.fixture
async def admin(service, site) -> dict[str, str]:
    token = await a_token(service, site)
    await at_work(service, site, "admin", "mira@musterstadt.example")
    return {"Authorization": f"Bearer {token}"}


async def comments(service) -> list[Comment]:
    async with service.db.reading() as session:
        return list(await session.exec(select(Comment).order_by(col(Comment.created_at))))


@both_databases
async def test_a_row_becomes_a_comment_as_from_a_file(client, service, admin):
    answer = await client.post(IMPORT, json=part(ROW), headers=admin)
    assert answer.status_code == 200
    assert answer.json() == {"read": 1, "added": 1, "present": 0, "refused": 0, "waiting": 0, "remarks": []}
    [comment] = await comments(service)
    assert (comment.name, comment.status, comment.url) == ("Ayşe & Co", "approved", ROW["author_url"])
    assert comment.created_at.isoformat() == "2025-10-08T08:00:00+00:00"
    assert "<strong>Wort</strong>" in comment.html
    assert "script" not in comment.html
    async with service.db.reading() as session:
        [thread] = await session.exec(select(Thread))
    assert (thread.page, thread.title, thread.open) == ("/2025/nachlese", "Wärme & Wohnen", True)


async def test_what_came_by_file_is_known_here_and_the_other_way_round(client, service, site, admin):
    exchange = Exchange(service, site)
    brought = await exchange.bring("wordpress", FILES / "wordpress.xml")
    here = {each.id for each in await comments(service)}
    answer = await client.post(IMPORT, json=part(*({**ROW, "id": str(each)} for each in range(1, 40))), headers=admin)
    assert answer.json()["present"] == brought.added
    assert here <= {each.id for each in await comments(service)}


async def test_parts_find_one_another(client, service, admin):
    """An answer may come before what it answers, in a part of its own; sent again, it is put in its place."""
    reply = {**ROW, "id": "11", "parent": "12"}
    early = (await client.post(IMPORT, json=part(reply), headers=admin)).json()
    assert [each["reason"] for each in early["remarks"]] == [
        "worauf er antwortet, ist nicht da; er steht jetzt für sich"
    ]
    await client.post(IMPORT, json=part(ROW), headers=admin)
    again = (await client.post(IMPORT, json=part(reply), headers=admin)).json()
    assert (again["present"], again["remarks"]) == (1, [])
    assert sum(each.parent_id is not None for each in await comments(service)) == 1


async def test_every_row_that_is_not_taken_is_named_with_its_reason_in_the_readers_language(client, service, admin):
    rows = [
        {**ROW, "id": "20", "type": "pingback"},
        {**ROW, "id": "21", "type": "note"},
        {**ROW, "id": "22", "approved": "?"},
        {**ROW, "id": "23", "date": "gestern", "date_gmt": "0000-00-00 00:00:00"},
        {**ROW, "id": "24", "content": " <p></p> "},
        {**ROW, "id": "25", "content": "a" * 70_000},
        {**ROW, "id": "26", "link": "ftp://x"},
        {**ROW, "id": "x"},
        {},
        {**ROW, "id": "27", "author": "N" * 200, "author_email": "nobody", "author_url": "javascript:alert(1)"},
        {**ROW, "id": "28", "content": "Ein NUL \0 und ein halbes \ud800 Zeichen", "parent": "999"},
    ]
    told = {**admin, "Content-Type": "application/json"}
    german = (await client.post(IMPORT, content=json.dumps(part(*rows)), headers=told)).json()
    assert (german["added"], german["refused"]) == (2, 9)
    assert {each["kind"] for each in german["remarks"]} == {"refused", "changed"}
    assert german["remarks"][0] == {
        "kind": "refused", "where": "comment 20", "reason": f"ein Pingback von {ROW['author_url']}, kein Kommentar",
    }  # fmt: skip
    english = (await client.post(f"{IMPORT}?lang=en", content=json.dumps(part(*rows)), headers=told)).json()
    untold = [each["reason"] for each in english["remarks"] if in_language(each["reason"], "de") == each["reason"]]
    assert untold == []


async def test_what_waited_there_waits_here_and_is_judged(client, service, admin):
    waiting = {**ROW, "approved": "0", "content": "Sie sind ein Idiot, und zwar ein großer."}
    answer = await client.post(IMPORT, json=part(waiting), headers=admin)
    assert answer.json()["waiting"] == 1
    [comment] = await comments(service)
    assert (comment.status, [each["rule"] for each in comment.findings]) == ("pending", ["respect"])


async def test_pages_that_were_closed_are_closed(client, service, admin):
    await client.post(IMPORT, json=part(ROW, posts=({**POST, "comment_status": "closed"},)), headers=admin)
    async with service.db.reading() as session:
        [thread] = await session.exec(select(Thread))
    assert not thread.open


async def test_only_admins_of_the_site_may_import(client, service, site, admin):
    other = await add_site(service, "anderswo", origins=["https://anderswo.example"])
    moderator = {"Authorization": f"Bearer {await a_token(service, site, 'moritz@musterstadt.example')}"}
    stranger = {"Authorization": f"Bearer {await a_token(service, other, 'fremd@anderswo.example')}"}
    tried = [await client.post(IMPORT, json=part(ROW), headers=each) for each in ({}, moderator, stranger, admin)]
    assert [each.status_code for each in tried] == [401, 403, 403, 200]
    unknown = await client.post(IMPORT.replace("musterstadt", "nirgends"), json=part(ROW), headers=admin)
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    "change, field",
    [({"blog": "http://["}, "blog"), ({"comments": [ROW] * (MOST_ROWS + 1)}, "comments"), ({"extra": 1}, "extra"),
     ({"comments": [{**ROW, "author_IP": "192.0.2.7"}]}, "comments"), ({"posts": [{"link": 1}]}, "posts"),
     ({"blog": None}, "blog")],
)  # fmt: skip
async def test_a_part_of_another_form_is_refused_by_the_field(client, admin, change, field):
    answer = await client.post(IMPORT, json={**part(ROW), **change}, headers=admin)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
