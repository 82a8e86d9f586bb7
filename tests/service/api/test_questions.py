"""Questions under an article: put by editors, answered by readers, closed by hand or by the clock."""

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlmodel import select

from models.api_token import create_token
from models.comment import Comment
from models.desk_session import invite
from models.moderator import moderator_by_email
from models.outbox import Notice
from moderation.lifecycle import Action
from tests.builders import ORIGIN, PAGE, TEXT, a_moderator, add_site, ask, both_databases, publish, rule

API = "/api/v1/moderation"
THREAD = "/api/v1/sites/musterstadt/thread"
ASKED = [
    "Wo wird bei Ihnen über Werte gesprochen?",
    "Wie wirken integrierte Ansätze auf die Finanzen?",
    "Wie gelingt Bund, Land und Kommunen mehr Zusammenarbeit?",
]


@pytest.fixture
async def site(service):
    return await add_site(service)


async def by(service, site, role):
    """The headers of somebody with the role."""
    async with service.db.writing() as session:
        email = f"{role}@musterstadt.example"
        await invite(session, email, site, role, service.clock())
        moderator = await moderator_by_email(session, email)
        token = await create_token(session, moderator, "tests", service.clock())
    return {"Authorization": f"Bearer {token}", "Accept-Language": "en"}


async def post(client, **draft):
    body = {"page": PAGE, "text": TEXT, **draft}
    return await client.post("/api/v1/sites/musterstadt/comments", json=body, headers={"Origin": ORIGIN})


async def read(client, **query):
    return await client.get(THREAD, params={"page": PAGE, **query})


@both_databases
async def test_an_editor_puts_questions_in_one_call_and_readers_see_them_in_order(client, service, site):
    headers = await by(service, site, "editor")
    body = {"page": f"{ORIGIN}{PAGE}?utm_source=x", "questions": ASKED, "closes_at": "2026-04-01T13:00:00+02:00"}
    answer = await client.post(f"{API}/sites/musterstadt/questions", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    assert [each["text"] for each in answer.json()["questions"]] == ASKED
    shown = (await read(client)).json()
    assert [each["text"] for each in shown["questions"]] == ASKED
    first = shown["questions"][0]
    assert first == {
        "id": answer.json()["questions"][0]["id"],
        "text": ASKED[0],
        "open": True,
        "closes_at": "2026-04-01T11:00:00Z",
        "count": 0,
    }
    again = await client.get(f"{API}/sites/musterstadt/questions", params={"page": PAGE}, headers=headers)
    assert again.json() == answer.json()


@both_databases
async def test_every_change_of_a_question_gives_readers_another_answer(client, service, site):
    headers = await by(service, site, "editor")
    first, second = await ask(service, site, *ASKED[:2])
    seen = [(await read(client)).headers["etag"]]
    for change in (
        {"text": "  Anders\ngefragt? "},
        {"position": 2},
        {"closes_at": "2027-01-01T00:00:00Z"},
        {"open": False},
        {"retired": True},
        {"retired": False, "open": True, "closes_at": None},
    ):
        answer = await client.patch(f"{API}/questions/{first.id}", json=change, headers=headers)
        assert answer.status_code == 200, answer.text
        seen.append((await read(client)).headers["etag"])
    assert all(before != after for before, after in pairwise(seen))
    shown = (await read(client)).json()["questions"]
    assert [(each["id"], each["text"], each["open"]) for each in shown] == [
        (second.id, ASKED[1], True),
        (first.id, "Anders gefragt?", True),
    ]


async def test_a_change_is_told_to_programs_once(client, service, site):
    first, _second = await ask(service, site, *ASKED[:2])
    headers = await by(service, site, "editor")
    await client.patch(f"{API}/questions/{first.id}", json={"text": "Und so?", "position": 2}, headers=headers)
    async with service.db.reading() as session:
        told = await session.exec(select(Notice).where(Notice.kind == "thread_changed"))
        assert len(told.all()) == 2  # when they were put, and now


@pytest.mark.parametrize("role", ["auditor", "moderator"])
async def test_only_editors_ask(client, service, site, role):
    [asked] = await ask(service, site, ASKED[0])
    headers = await by(service, site, role)
    body = {"page": PAGE, "questions": ASKED}
    answers = [
        await client.post(f"{API}/sites/musterstadt/questions", json=body, headers=headers),
        await client.patch(f"{API}/questions/{asked.id}", json={"open": False}, headers=headers),
    ]
    assert [each.status_code for each in answers] == [403, 403]
    assert len((await read(client)).json()["questions"]) == 1


async def test_nobody_asks_at_a_site_of_others(client, service, site):
    other = await add_site(service, "anderswo")
    [asked] = await ask(service, other, ASKED[0])
    headers = await by(service, site, "admin")
    answers = [
        await client.get(f"{API}/sites/anderswo/questions", params={"page": PAGE}, headers=headers),
        await client.patch(f"{API}/questions/{asked.id}", json={"open": False}, headers=headers),
        await client.patch(f"{API}/questions/gibt-es-nicht", json={"open": False}, headers=headers),
    ]
    assert [each.status_code for each in answers] == [403, 403, 404]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"page": PAGE}, "questions"),
        ({"page": PAGE, "questions": []}, "questions"),
        ({"page": PAGE, "questions": [7]}, "questions"),
        ({"page": PAGE, "questions": ["  "]}, "text"),
        ({"page": PAGE, "questions": ["x" * 501]}, "text"),
        ({"page": "ftp://x", "questions": ["Was?"]}, "page"),
        ({"page": PAGE, "questions": ["Was?"], "closes_at": "morgen"}, "closes_at"),
        ({"page": PAGE, "questions": ["Was?"], "closes_at": "2026-04-01T13:00:00"}, "closes_at"),
        ({"page": PAGE, "questions": ["Was?"], "by": "me"}, "by"),
    ],
)
async def test_a_wrong_field_is_named(client, service, site, body, field):
    answer = await client.post(
        f"{API}/sites/musterstadt/questions", json=body, headers=await by(service, site, "editor")
    )
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [field]


async def test_a_page_asks_no_more_than_people_can_answer(client, service, site):
    await ask(service, site, *(f"Frage {number}?" for number in range(19)))
    body = {"page": PAGE, "questions": ASKED}
    answer = await client.post(
        f"{API}/sites/musterstadt/questions", json=body, headers=await by(service, site, "editor")
    )
    assert answer.status_code == 409


async def test_an_address_in_a_question_is_hidden(client, service, site):
    body = {"page": PAGE, "questions": ["Was meinen Sie? Antwort an christin@amt.example"]}
    await client.post(f"{API}/sites/musterstadt/questions", json=body, headers=await by(service, site, "editor"))
    assert "christin" not in (await read(client)).text


@both_databases
async def test_answers_are_counted_once_they_are_approved(client, service, site):
    first, second = await ask(service, site, *ASKED[:2])
    headers = await by(service, site, "moderator")
    sent = await post(client, question=second.id)
    assert sent.status_code == 202
    waiting = await client.get(f"{API}/sites/musterstadt/questions", params={"page": PAGE}, headers=headers)
    assert [(each["count"], each["waiting"]) for each in waiting.json()["questions"]] == [(0, 0), (0, 1)]
    decision = {"action": "approve", "revision": 1}
    await client.post(f"{API}/comments/{sent.json()['id']}/decisions", json=decision, headers=headers)
    shown = (await read(client)).json()
    assert {each["id"]: each["count"] for each in shown["questions"]} == {first.id: 0, second.id: 1}
    assert [each["question"] for each in shown["comments"]] == [second.id]


async def test_a_reply_stands_under_the_question_of_what_it_answers(client, service, site):
    first, second = await ask(service, site, *ASKED[:2])
    answer = await publish(service, site, question=first.id)
    sent = await post(client, text="Das sehe ich auch so.", parent=answer.id, question=second.id)
    async with service.db.reading() as session:
        assert (await session.get_one(Comment, sent.json()["id"])).question == first.id


@both_databases
@pytest.mark.parametrize("of", ["nobody", "another page", "a retired one"])
async def test_what_is_not_asked_here_cannot_be_answered(client, service, site, of):
    question = "gibt-es-nicht"
    if of == "another page":
        question = (await ask(service, site, ASKED[0], page="/anders"))[0].id
    if of == "a retired one":
        question = (await ask(service, site, ASKED[0]))[0].id
        await client.patch(
            f"{API}/questions/{question}", json={"retired": True}, headers=await by(service, site, "editor")
        )
    answer = await post(client, question=question)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["question"]
    assert (await read(client)).json()["count"] == 0


async def test_a_retired_question_leaves_its_answers_among_the_comments(client, service, site):
    [asked] = await ask(service, site, ASKED[0])
    answer = await publish(service, site, question=asked.id)
    await client.patch(f"{API}/questions/{asked.id}", json={"retired": True}, headers=await by(service, site, "editor"))
    shown = (await read(client)).json()
    assert (shown["questions"], [each["id"] for each in shown["comments"]]) == ([], [answer.id])
    assert (await post(client, text="Und noch etwas dazu.", parent=answer.id)).status_code == 202


@both_databases
async def test_a_question_closes_at_its_time_for_readers_and_for_posts(client, service, site, clock):
    [asked] = await ask(service, site, ASKED[0], closes_at=clock() + timedelta(hours=1))
    answer = await publish(service, site, question=asked.id)
    before = await read(client)
    assert before.json()["questions"][0]["open"]
    clock.advance(minutes=59)
    assert (await post(client, text="Noch rechtzeitig gesagt.", question=asked.id)).status_code == 202
    clock.advance(minutes=1)
    after = await read(client, limit=50)
    assert not after.json()["questions"][0]["open"]
    assert after.headers["etag"] != before.headers["etag"]
    for late in ({"question": asked.id}, {"parent": answer.id}):
        refused = await post(client, text="Leider zu spät gesagt.", **late)
        assert (refused.status_code, refused.json()["code"]) == (409, "question_closed")
        assert "Kommentar zum Beitrag" in refused.json()["detail"]
    assert (await post(client, text="Dann eben allgemein.")).status_code == 202


async def test_a_question_under_a_page_that_nobody_wrote_on_is_shown(client, service, site):
    await ask(service, site, ASKED[0])
    page = (await client.get("/sites/musterstadt/thread", params={"page": PAGE})).text
    fragment = (await client.get("/sites/musterstadt/fragment", params={"page": PAGE})).text
    assert ASKED[0] in page
    assert ASKED[0] in fragment
    assert "Noch keine Antworten" in page


async def test_page_fragment_and_feed_say_which_question_is_answered(client, service, site):
    first, second = await ask(service, site, *ASKED[:2])
    answer = await publish(service, site, "Bei uns trifft sich dazu ein Beirat.", name="Ines", question=second.id)
    other = await publish(service, site, "Ein schöner Bericht war das.")
    for path in ("thread", "fragment"):
        html = (await client.get(f"/sites/musterstadt/{path}", params={"page": PAGE})).text
        places = [
            html.index(each)
            for each in (f'id="frage-{first.id}"', f'id="frage-{second.id}"', f'id="kommentar-{answer.id}"',
                         "Weitere Kommentare zum Beitrag", f'id="kommentar-{other.id}"')
        ]  # fmt: skip
        assert places == sorted(places)
    feed = (await client.get("/sites/musterstadt/feed.atom")).text
    assert f"<title>Ines zur Frage „{ASKED[1]}“</title>" in feed


async def test_a_tombstone_stays_under_the_question_of_its_replies(client, service, site):
    [asked] = await ask(service, site, ASKED[0])
    answer = await publish(service, site, question=asked.id)
    reply = await publish(service, site, "Dem stimme ich zu, danke.", parent=answer.id)
    await rule(service, answer, Action.DELETE, await a_moderator(service, site))
    html = (await client.get("/sites/musterstadt/thread", params={"page": PAGE})).text
    assert html.index(f'id="frage-{asked.id}"') < html.index(f'id="kommentar-{reply.id}"')
    assert "Weitere Kommentare zum Beitrag" not in html
