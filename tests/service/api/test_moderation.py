"""The moderators' API, as contract section 4 has it."""

import json
from typing import Any

import httpx2
import pytest

from models.comment import Comment
from models.decision import history
from models.desk_session import invite
from models.moderator import moderator_by_email
from models.report import file_report
from models.site import Site, site_by_key
from moderation.lifecycle import Action
from service.state import Service
from service.wire import time_shape
from tests.builders import PAGE, a_moderator, a_token, add_site, both_databases, file, publish, rule
from tests.conftest import Clock

API = "/api/v1/moderation"
ITEM = {
    "id", "site", "page", "title", "parent", "author", "text", "html", "status", "lane", "revision", "created_at",
    "spam", "violation", "findings", "explanation", "history",
}  # fmt: skip


class Api:
    """The API with a moderator's token."""

    def __init__(self, client: httpx2.AsyncClient, token: str) -> None:
        self._client, self._headers = client, {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    async def get(self, path: str, **query: Any) -> httpx2.Response:
        return await self._client.get(API + path, params=query, headers=self._headers)

    async def post(self, path: str, body: object) -> httpx2.Response:
        headers = {**self._headers, "Content-Type": "application/json"}
        return await self._client.post(API + path, content=json.dumps(body), headers=headers)

    async def decide(self, comment: Comment, action: object, **more: Any) -> httpx2.Response:
        body = {"action": action, "revision": comment.revision, **more}
        return await self.post(f"/comments/{comment.id}/decisions", body)


@pytest.fixture
async def api(client: httpx2.AsyncClient, service: Service) -> Api:
    return Api(client, await a_token(service, await add_site(service)))


async def site_of(service: Service) -> Site:
    """The site that the token's moderator has."""
    async with service.db.reading() as session:
        site = await site_by_key(session, "musterstadt")
        assert site is not None
        return site


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/queue"),
        ("GET", "/comments/abcdefgh"),
        ("POST", "/comments/abcdefgh/decisions"),
        ("POST", "/decisions"),
        ("GET", "/statistics"),
    ],
)
@pytest.mark.parametrize("token", [None, "", "Bearer", "Bearer invented", "Basic abc", "Bearer \u00e4"])
async def test_nothing_is_told_without_a_token(
    client: httpx2.AsyncClient, method: str, path: str, token: str | None
) -> None:
    headers = {} if token is None else {b"Authorization": token.encode()}
    answer = await client.request(method, API + path, headers=headers, json={} if method == "POST" else None)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"


@both_databases
async def test_the_queue_shows_everything_a_moderator_needs(service: Service, api: Api) -> None:
    site = await site_of(service)
    parent = await publish(service, site)
    text = "Das sehe ich anders. Rufen Sie mich an: 0171 2345678."
    comment = await file(service, site, text, parent=parent.id, name="Kim", email="kim@beispiel.example", title="Titel")
    answer = await api.get("/queue")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "kim@beispiel" not in answer.text
    body = answer.json()
    item = body["items"][0]
    assert body["next"] is None
    assert set(item) >= ITEM
    assert (item["id"], item["site"], item["page"], item["status"]) == (comment.id, site.key, PAGE, "pending")
    assert item["parent"]["id"] == parent.id
    assert item["author"] == {
        "name": "Kim",
        "url": None,
        "email_masked": "k…@beispiel.example",
        "email_confirmed": False,
        "earlier": {"approved": 0, "rejected": 0, "spam": 0},
    }
    phone = next(each for each in item["findings"] if each["rule"] == "personal_data")
    assert item["text"][phone["start"] : phone["end"]] == "0171 2345678"


async def test_pages_of_the_queue_join(service: Service, api: Api, clock: Clock) -> None:
    site = await site_of(service)
    ids = []
    for _ in range(5):
        ids.append((await file(service, site)).id)
        clock.advance(minutes=1)
    first = (await api.get("/queue", limit=3)).json()
    second = (await api.get("/queue", limit=3, after=first["next"])).json()
    assert [each["id"] for each in first["items"] + second["items"]] == ids
    assert second["next"] is None


@pytest.mark.parametrize(
    "query",
    [
        {"lane": "none"},
        {"status": "gone"},
        {"limit": "0"},
        {"limit": "201"},
        {"limit": "-1"},
        {"limit": "٣"},
        {"limit": "9" * 40},
        {"after": "x"},
        {"q": "\0"},
        {"q": "x" * 201},
    ],
)
async def test_a_wrong_question_is_told_so(api: Api, query: dict[str, str]) -> None:
    assert (await api.get("/queue", **query)).status_code == 422


@both_databases
async def test_a_decision_gives_the_new_state(service: Service, api: Api) -> None:
    comment = await file(service, await site_of(service))
    answer = await api.decide(comment, "approve")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["status"], body["revision"]) == ("approved", 2)
    assert [(each["by"], each["action"], each["from_status"], each["to_status"]) for each in body["history"]] == [
        ("mira", "approve", "pending", "approved")
    ]


@both_databases
async def test_a_stale_decision_gets_the_present_state(service: Service, api: Api) -> None:
    site = await site_of(service)
    parent = await publish(service, site)
    comment = await file(service, site, "Eine Antwort darauf.", parent=parent.id)
    await rule(service, comment, Action.SPAM, await a_moderator(service, site))
    answer = await api.decide(comment, "approve")
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["code"] == "stale"
    assert (problem["comment"]["status"], problem["comment"]["revision"]) == ("spam", 2)
    assert problem["comment"]["parent"]["created_at"] == time_shape(parent.created_at)


async def test_a_rejection_carries_rule_and_statement(service: Service, api: Api) -> None:
    comment = await file(service, await site_of(service))
    answer = await api.decide(comment, "reject", rule="off_topic", statement="<b>Nicht</b> zum Thema")
    entry = answer.json()["history"][0]
    assert (entry["rule"], entry["statement"]) == ("off_topic", "<b>Nicht</b> zum Thema")
    async with service.db.reading() as session:
        assert (await history(session, comment.id))[0].netiquette == service.netiquette_version


@pytest.mark.parametrize(
    "change",
    [
        {"action": "reject"},
        {"action": "reject", "rule": ""},
        {"action": "reject", "rule": "invented"},
        {"action": "publish"},
        {"action": "withdraw"},
        {"action": "edit"},
        {"action": None},
        {"action": ["approve"]},
        {"revision": "1"},
        {"revision": True},
        {"revision": 1.0},
        {"revision": None},
        {"rule": 7},
        {"statement": {"text": "x"}},
        {"statement": "x" * 2001},
        {"statement": "nul \0"},
        {"statement": "\ud800"},
        {"moderator_id": 7},
    ],
)
async def test_what_is_no_decision_is_refused_and_nothing_changes(
    service: Service, api: Api, change: dict[str, Any]
) -> None:
    comment = await file(service, await site_of(service))
    answer = await api.post(f"/comments/{comment.id}/decisions", {"action": "approve", "revision": 1} | change)
    assert answer.status_code == 422
    async with service.db.reading() as session:
        assert await history(session, comment.id) == []


@pytest.mark.parametrize("body", [[], "x", None, 7])
async def test_a_decision_is_an_object(service: Service, api: Api, body: object) -> None:
    comment = await file(service, await site_of(service))
    assert (await api.post(f"/comments/{comment.id}/decisions", body)).status_code == 422


async def test_what_the_state_forbids_is_a_conflict(service: Service, api: Api) -> None:
    comment = await file(service, await site_of(service))
    assert (await api.decide(comment, "pin")).status_code == 409
    assert (await api.decide(comment, "undo")).status_code == 409
    assert (await api.decide(comment, "dismiss")).status_code == 409


async def test_a_decision_can_be_taken_back(service: Service, api: Api) -> None:
    comment = await file(service, await site_of(service))
    approved = (await api.decide(comment, "approve")).json()
    body = {"action": "undo", "revision": approved["revision"]}
    answer = await api.post(f"/comments/{comment.id}/decisions", body)
    assert answer.json()["status"] == "pending"


async def test_reports_can_be_settled(service: Service, api: Api) -> None:
    comment = await publish(service, await site_of(service))
    async with service.db.writing() as session:
        await file_report(session, comment, "insult", "Das trifft mich.", "Anja", "", service.clock())
    queue = (await api.get("/queue", lane="reports")).json()["items"]
    assert [(each["reason"], each["name"]) for each in queue[0]["reports"]] == [("insult", "Anja")]
    answer = await api.decide(comment, "dismiss")
    assert (answer.json()["status"], answer.json()["reports"]) == ("approved", [])


@pytest.mark.parametrize("comment_id", ["abcdefgh", "%00", "..%2f..", "x" * 65, "ä"])
async def test_an_unknown_comment_is_not_found(api: Api, comment_id: str) -> None:
    assert (await api.get(f"/comments/{comment_id}")).status_code == 404


@both_databases
async def test_bulk_gives_a_result_for_each(service: Service, api: Api) -> None:
    site = await site_of(service)
    good, stale = await file(service, site), await file(service, site)
    await rule(service, stale, Action.SPAM, await a_moderator(service, site))
    foreign = await file(service, await add_site(service, "andere"))
    answer = await api.post(
        "/decisions",
        {
            "decisions": [
                {"id": good.id, "action": "approve", "revision": 1},
                {"id": stale.id, "action": "approve", "revision": 1},
                {"id": foreign.id, "action": "approve", "revision": 1},
                {"id": "abcdefgh", "action": "approve", "revision": 1},
                {"id": good.id, "action": "reject", "revision": 2},
                "nonsense",
            ]
        },
    )
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [each["status"] for each in results] == [200, 409, 403, 404, 422, 422]
    assert results[0]["comment"]["status"] == "approved"
    assert results[1]["problem"]["code"] == "stale"


@pytest.mark.parametrize("body", [{}, {"decisions": 1}, {"decisions": [], "more": 1}, [], {"decisions": [1] * 201}])
async def test_what_is_no_list_of_decisions_is_refused(api: Api, body: object) -> None:
    assert (await api.post("/decisions", body)).status_code == 422


async def test_every_route_keeps_to_the_moderators_own_sites(service: Service, api: Api) -> None:
    other = await add_site(service, "andere")
    comment = await file(service, other)
    assert (await api.get("/queue", site="andere")).status_code == 403
    assert (await api.get("/statistics", site="andere")).status_code == 403
    assert (await api.get("/queue", site="keine")).status_code == 404
    assert (await api.get(f"/comments/{comment.id}")).status_code == 403
    assert (await api.decide(comment, "approve")).status_code == 403
    assert (await api.get("/queue")).json()["items"] == []
    assert (await api.get("/statistics")).json()["received"] == 0


async def test_who_moderates_two_sites_sees_both_or_one(service: Service, api: Api) -> None:
    site, other = await site_of(service), await add_site(service, "andere")
    async with service.db.writing() as session:
        await invite(session, "mira@musterstadt.example", other, "moderator", service.clock())
        assert await moderator_by_email(session, "mira@musterstadt.example")
    first, second = await file(service, site), await file(service, other)
    assert {each["id"] for each in (await api.get("/queue")).json()["items"]} == {first.id, second.id}
    assert [each["id"] for each in (await api.get("/queue", site="andere")).json()["items"]] == [second.id]


async def test_figures_have_their_span(service: Service, api: Api, clock: Clock) -> None:
    site = await site_of(service)
    comment = await file(service, site)
    clock.advance(minutes=5)
    await api.decide(comment, "approve")
    body = (await api.get("/statistics", site=site.key)).json()
    assert (body["sites"], body["received"], body["by_status"]["approved"]) == ([site.key], 1, 1)
    assert body["decisions"] == {"approve": 1}
    assert body["seconds_to_decision"] == {"decided": 1, "median": 300, "p90": 300}
    day = (await api.get("/statistics", **{"from": "2026-03-01", "to": "2026-03-01"})).json()
    assert (day["from"], day["to"], day["received"]) == ("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", 0)


@pytest.mark.parametrize(
    "query",
    [
        {"from": "gestern"},
        {"from": "2026-03-05", "to": "2026-03-01"},
        {"from": "2026-03-01T10:00:00"},
        {"to": "9999-12-31"},
        {"to": "0001-01-01"},
    ],
)
async def test_a_span_that_cannot_be_is_refused(api: Api, query: dict[str, str]) -> None:
    assert (await api.get("/statistics", **query)).status_code == 422


@pytest.mark.parametrize(("language", "label"), [("de", "Telefonnummer"), ("en", "telephone number")])
async def test_what_weighed_is_told_in_the_moderators_language(
    client: httpx2.AsyncClient, service: Service, language: str, label: str
) -> None:
    site = await add_site(service)
    comment = await file(service, site, "Am Montag. Rufen Sie mich an: 0171 2345678.")
    headers = {"Authorization": f"Bearer {await a_token(service, site)}", "Accept-Language": language}
    told = (await client.get(f"/api/v1/moderation/comments/{comment.id}", headers=headers)).json()["explanation"]
    assert ("phone", label) in {(each["feature"], each["label"]) for each in told}
