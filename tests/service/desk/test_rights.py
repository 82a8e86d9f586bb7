"""Every role at every route about every object: who may not, cannot; who may, is not stopped."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx2
import pytest
from sqlmodel import col, func, select
from starlette.routing import Route

from models.api_token import create_token
from models.comment import Comment
from models.data_request import DataRequest
from models.decision import Decision
from models.desk_session import DeskSession, digest
from models.evidence import Evidence
from models.moderator import ROLES, Membership, Role
from models.moderator import Moderator as Person
from models.permission import PERMISSIONS, Permission
from models.seal import mark_of
from models.site import Site
from service.api import moderation, questions
from service.desk.routes import desk_routes
from service.state import Service
from tests.builders import a_contact, add_site, ask, at_work, file
from tests.service.desk.conftest import AtDesk
from tests.service.desk.test_guard import OPEN_PATHS

OWN = "own"  # one's own account: whatever the role
SEVERAL = "several"  # answers each of several for itself, and never stops as a whole


@dataclass(frozen=True)
class Cell:
    """A route, what is sent, and the permission that it takes; `lists` where the answer is about one's own sites."""

    method: str
    path: str
    needs: Permission | str
    fields: Mapping[str, str] = field(default_factory=dict)
    lists: bool = False


_DECIDE = {"action": "approve", "revision": "99"}
_COMMENT, _SITE = "/desk/comments/{id}", "/desk/sites/{site}"
CELLS = (
    Cell("GET", "/desk", "read", lists=True),
    Cell("GET", "/desk/counts", "read", lists=True),
    Cell("GET", "/desk/statistics", "read", lists=True),
    Cell("GET", "/desk/statistics.csv", "read", lists=True),
    Cell("GET", "/desk/talks", "read", lists=True),
    Cell("GET", f"{_SITE}/talk", "read"),
    Cell("POST", f"{_SITE}/talk", "ask", {"page": "/", "text": "Was fehlt?"}),
    Cell("POST", "/desk/questions/{question}", "ask", {"do": "close"}),
    Cell("GET", "/desk/questions/{question}/answers.csv", "decide"),
    Cell("GET", f"{_SITE}/digest", "decide"),
    Cell("GET", f"{_SITE}/digest.docx", "decide"),
    Cell("GET", f"{_SITE}/digest.csv", "decide"),
    Cell("GET", f"{_SITE}/outcome", "read"),
    Cell("POST", f"{_SITE}/outcome", "answer", {"page": "/", "text": "Es bleibt."}),
    Cell("GET", f"{_SITE}/contacts", "contacts"),
    Cell("POST", f"{_SITE}/contacts", "contacts", {"name": "Bo", "address": "bo@amt.example"}),
    Cell("GET", f"{_SITE}/contacts/{{contact}}", "contacts"),
    Cell("POST", f"{_SITE}/contacts/{{contact}}", "contacts", {"name": ""}),
    Cell("POST", f"{_SITE}/contact-duties", "contacts"),
    Cell("POST", f"{_SITE}/private-messages/{{id}}/again", "contacts"),
    Cell("POST", f"{_SITE}/private-messages/{{id}}/erase", "contacts"),
    Cell("POST", f"{_SITE}/contacts/{{contact}}/remove", "contacts"),
    Cell("GET", "/desk/learning", "read", lists=True),
    Cell("GET", "/desk/sites", OWN),
    Cell("GET", _COMMENT, "read"),
    Cell("GET", f"{_COMMENT}/card", "read"),
    Cell("POST", f"{_COMMENT}/decisions", "decide", _DECIDE),
    Cell("POST", f"{_COMMENT}/wave", "decide", {**_DECIDE, "newest": "2026-03-02T10:00:00+00:00"}),
    Cell("POST", f"{_COMMENT}/letter", "read", {"rule": "respect", "statement": "Bitte sachlich.", "revision": "1"}),
    Cell("POST", f"{_COMMENT}/answer", "answer", {"answer": "Danke."}),
    Cell("POST", f"{_COMMENT}/claim", "decide"),
    Cell("GET", f"{_COMMENT}/danger", "decide"),
    Cell("POST", f"{_COMMENT}/danger", "decide"),
    Cell("POST", f"{_COMMENT}/address", "addresses"),
    Cell("GET", "/desk/evidence/{evidence}.json", "decide"),
    Cell("POST", "/desk/evidence/{evidence}/release", "settle"),
    Cell("GET", "/desk/requests", "requests", lists=True),
    Cell("POST", "/desk/requests/{request}", "requests"),
    Cell("POST", "/desk/decisions", SEVERAL, {"action": "approve", "chosen-{id}": "1"}),
    Cell("POST", "/desk/decisions/undo", SEVERAL, {"decided-{id}": "1"}),
    Cell("POST", "/desk/batches/{batch}/undo", SEVERAL),
    Cell("POST", "/desk/learning/{site}/roll-back", "learning", {"to": "1"}),
    Cell("POST", "/desk/learning/{site}/restore", "learning"),
    Cell("GET", _SITE, "settings"),
    Cell("POST", f"{_SITE}/settings/{{section}}", "settings"),
    Cell("GET", f"{_SITE}/netiquette", "settings"),
    Cell("GET", f"{_SITE}/netiquette/{{rule}}", "settings"),
    Cell("POST", f"{_SITE}/netiquette/{{rule}}", "settings", {"severity": "kill"}),
    Cell("POST", f"{_SITE}/netiquette-back", "settings", {"edition": "99"}),
    Cell("GET", f"{_SITE}/people", "people"),
    Cell("POST", f"{_SITE}/people", "people", {"email": "keine", "role": "admin"}),
    Cell("POST", f"{_SITE}/people/{{person}}", "people", {"role": "admin"}),
    Cell("POST", f"{_SITE}/people/{{person}}/remove", "people"),
    Cell("GET", f"{_SITE}/sign-on", "settings"),
    Cell("GET", f"{_SITE}/webhooks", "settings"),
    Cell("POST", f"{_SITE}/webhooks", "settings"),
    *(Cell("POST", f"{_SITE}/webhooks/{{id}}/{each}", "settings") for each in ("remove", "pause", "secret", "test")),
    Cell("POST", f"{_SITE}/messages/{{id}}/retry", "settings"),
    Cell("POST", f"{_SITE}/sign-on", "settings"),
    Cell("POST", f"{_SITE}/sign-on/{{id}}/remove", "settings"),
    Cell("GET", "/desk/events", OWN),
    Cell("GET", "/desk/keys", OWN),
    Cell("POST", "/desk/keys", OWN),
    Cell("GET", "/desk/notices", OWN),
    Cell("POST", "/desk/notices", OWN, {"mail": "each"}),
    Cell("GET", "/desk/account", OWN),
    Cell("POST", "/desk/account", OWN),
    Cell("GET", "/desk/account/security", OWN),
    Cell("POST", "/desk/account/password", OWN),
    Cell("POST", "/desk/account/app", OWN),
    Cell("POST", "/desk/account/app/remove", OWN),
    Cell("POST", "/desk/account/codes", OWN),
    Cell("POST", "/desk/account/passkeys", OWN),
    Cell("POST", "/desk/account/passkeys/options", OWN),
    Cell("POST", "/desk/account/passkeys/remove", OWN),
    Cell("POST", "/desk/account/sessions", OWN),
    Cell("POST", "/desk/sign-out", OWN),
)
API = (
    Cell("GET", "/queue?site={site}", "read"),
    Cell("GET", "/comments/{id}", "read"),
    Cell("POST", "/comments/{id}/decisions", "decide"),
    Cell("POST", "/decisions", SEVERAL),
    Cell("GET", "/statistics?site={site}", "read"),
    Cell("GET", "/sites/{site}/questions?page=/", "read"),
    Cell("POST", "/sites/{site}/questions", "ask"),
    Cell("PATCH", "/questions/{question}", "ask"),
)


def test_no_route_is_left_out() -> None:
    """A new route says here what it takes, before it can be forgotten."""
    every = {
        (method, _named(each.path))
        for each in desk_routes
        if isinstance(each, Route) and each.path not in OPEN_PATHS
        for method in (each.methods or set()) - {"HEAD"}
    }
    assert {(each.method, each.path) for each in CELLS} == every
    routes = (each for each in (*moderation.routes, *questions.routes) if isinstance(each, Route))
    api = {(method, _named(each.path)) for each in routes for method in each.methods or ()}
    assert {(each.method, each.path.partition("?")[0]) for each in API} == {each for each in api if each[0] != "HEAD"}


@pytest.mark.parametrize("role", [*ROLES, "stranger", "nobody"])
async def test_a_role_may_what_the_table_says_and_nothing_else(
    client: httpx2.AsyncClient, service: Service, role: str
) -> None:
    site = await add_site(service)
    at, names = await _desk(client, service, site, role), await _objects(service, site)
    wrong = []
    for cell in CELLS:
        if cell.path in ("/desk/events", "/desk/sign-out"):
            continue  # a stream without end, and the end of this session: open to all who are signed in
        answer = await _ask(at, cell, names)
        if not _is_right(cell, role, answer, names["id"]):
            wrong.append((cell.method, cell.path, answer.status_code))
    assert wrong == []
    if role not in PERMISSIONS or "decide" not in PERMISSIONS[role]:
        assert await _changed(service, names["id"]) == (0, "pending")


@pytest.mark.parametrize("role", [*ROLES, "stranger", "nobody"])
async def test_a_token_may_what_its_persons_role_may(client: httpx2.AsyncClient, service: Service, role: str) -> None:
    site = await add_site(service)
    at, names = await _desk(client, service, site, role), await _objects(service, site)
    headers = {"Authorization": f"Bearer {await _token(service, at)}"} if role != "nobody" else {}
    order = {"action": "approve", "revision": 99}
    wrong = []
    for cell in API:
        path = "/api/v1/moderation" + cell.path.format(**names)
        body = {"decisions": [{**order, "id": names["id"]}]} if cell.needs == SEVERAL else order
        answer = await client.request(cell.method, path, headers=headers, json=body if cell.method == "POST" else None)
        denied = answer.status_code in (401, 403)
        if cell.needs == SEVERAL and not denied:
            denied = answer.json()["results"][0]["status"] == 403
            expected = not _may(role, "decide")
        else:
            expected = not _may(role, cell.needs if cell.needs != SEVERAL else "read")
        if denied != expected or answer.status_code >= 500:
            wrong.append((cell.method, cell.path, answer.status_code))
    assert wrong == []
    assert await _changed(service, names["id"]) == (0, "pending")


def _is_right(cell: Cell, role: str, answer: httpx2.Response, comment: str) -> bool:
    status = answer.status_code
    if role == "nobody":
        return (status == 303 and "/desk/sign-in" in answer.headers["location"]) or status == 401
    if cell.needs in (OWN, SEVERAL):
        return status < 500 and status != 403
    if cell.lists and role == "stranger":
        return status < 500 and comment not in answer.text
    return status < 500 and (status == 403) != _may(role, cell.needs)


def _may(role: str, needs: str) -> bool:
    return needs in PERMISSIONS.get(role, ())


async def _ask(at: AtDesk, cell: Cell, names: Mapping[str, str]) -> httpx2.Response:
    path = cell.path.format(**names)
    if cell.method == "GET":
        return await at.get(path)
    return await at.post(path, **{name.format(**names): value for name, value in cell.fields.items()})


async def _desk(client: httpx2.AsyncClient, service: Service, site: Site, role: str) -> AtDesk:
    """Somebody with the role; a stranger is admin somewhere else, and nobody is not signed in."""
    if role == "nobody":
        return AtDesk(client, service, "invented")
    if role == "stranger":
        return AtDesk(client, service, await at_work(service, await add_site(service, "andersstadt"), "admin"))
    known: Role = next(each for each in ROLES if each == role)
    return AtDesk(client, service, await at_work(service, site, known))


async def _objects(service: Service, site: Site) -> dict[str, str]:
    """One of everything at the site."""
    comment = await file(service, site, email="ada@post.example")
    [prompt] = await ask(service, site, "Was fehlt?")
    contact = await a_contact(service, site)
    now = service.clock()
    await at_work(service, site, "editor", "uwe@musterstadt.example")
    await at_work(service, site, "admin", "chefin@musterstadt.example")
    async with service.db.writing() as session:
        uwe = (await session.exec(select(Membership).where(Membership.role == "editor"))).all()[-1]
        evidence = Evidence(
            site_id=site.id or 0, comment_id=comment.id, bundle="{}", digest="x", signature="x", created_at=now
        )
        asked = DataRequest(
            site_id=site.id or 0, email="ada@post.example", email_mark=mark_of(session, "ada@post.example"),
            kind="other", statement="", created_at=now, due_at=now,
        )  # fmt: skip
        session.add_all((evidence, asked))
        await session.flush()
        return {
            "id": comment.id, "site": site.key, "section": "safety", "rule": "respect", "batch": "none",
            "person": str(uwe.moderator_id), "evidence": evidence.id, "request": asked.id,
            "question": prompt.id, "contact": contact.id,
        }  # fmt: skip


async def _token(service: Service, at: AtDesk) -> str:
    async with service.db.writing() as session:
        opened = await session.get_one(DeskSession, digest(at.secret))
        person = await session.get_one(Person, opened.moderator_id)
        return await create_token(session, person, "tests", service.clock())


async def _changed(service: Service, comment: str) -> tuple[int, str]:
    async with service.db.reading() as session:
        query = select(func.count()).select_from(Decision).where(col(Decision.comment_id) == comment)
        return (await session.exec(query)).one(), (await session.get_one(Comment, comment)).status


def _named(path: str) -> str:
    """The route with this file's names for what it is about."""
    for told, own in (
        ("/desk/evidence/{id}", "/desk/evidence/{evidence}"),
        ("/desk/requests/{id}", "/desk/requests/{request}"),
        ("/desk/questions/{id}/answers.{format}", "/desk/questions/{question}/answers.csv"),
        ("/questions/{id}", "/questions/{question}"),
        ("/people/{id:int}", "/people/{person}"),
        ("/contacts/{id}", "/contacts/{contact}"),
    ):
        path = path.replace(told, own)
    return path
