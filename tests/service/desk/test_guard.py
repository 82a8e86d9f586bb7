"""Nobody gets in without signing in, and no other site's page can send a form of the desk."""

import httpx2
import pytest
from sqlalchemy import select
from sqlmodel import SQLModel
from starlette.routing import Route

from models.decision import history
from models.desk_session import SESSION_IDLES, invite
from models.evidence import evidence_of
from models.site import Site
from service.desk.guard import own_path
from service.desk.routes import desk_routes
from service.state import Service
from tests.builders import PAGE, a_contact, a_session, add_site, ask, at_work, file
from tests.conftest import Clock
from tests.service.desk.conftest import AtDesk

OPEN = {
    "get_sign_in", "post_sign_in", "get_link", "post_link", "post_request", "post_challenge", "post_passkey",
    "get_second_factor", "post_second_factor", "get_provider", "get_callback",
}  # fmt: skip
OPEN_PATHS = {
    "/desk/sign-in", "/desk/sign-in/{secret}", "/desk/sign-in-link", "/desk/sign-in-challenge",
    "/desk/sign-in-passkey", "/desk/second-factor", "/desk/oidc", "/desk/oidc/callback",
}  # fmt: skip


def test_no_route_forgets_its_sign_in() -> None:
    routes = [each for each in desk_routes if isinstance(each, Route)]
    open_ = {each.endpoint.__name__ for each in routes if not _is_guarded(each)}
    assert open_ == OPEN
    assert {each.path for each in routes if not _is_guarded(each)} == OPEN_PATHS


@pytest.mark.parametrize("path", ["/desk", "/desk/account", "/desk/statistics", "/desk/comments/abcdefgh"])
async def test_who_is_not_signed_in_is_sent_to_the_door(client: httpx2.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"Cookie": "wortmeldung=invented"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/desk/sign-in")


async def test_a_script_is_told_instead(client: httpx2.AsyncClient, service: Service) -> None:
    answer = await client.post("/desk/comments/abcdefgh/decisions", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["outcome"]) == (401, "signed_out")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://www.musterstadt.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        {},
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        "/desk/comments/{id}/decisions",
        "/desk/decisions",
        "/desk/decisions/undo",
        "/desk/comments/{id}/wave",
        "/desk/comments/{id}/answer",
        "/desk/comments/{id}/claim",
        "/desk/batches/x/undo",
        "/desk/keys",
        "/desk/account",
        "/desk/account/password",
        "/desk/account/app",
        "/desk/account/passkeys",
        "/desk/account/sessions",
        "/desk/sites/musterstadt/people",
        "/desk/sites/musterstadt/people/1",
        "/desk/sites/musterstadt/people/1/remove",
        "/desk/sign-in-challenge",
        "/desk/sign-in-passkey",
        "/desk/second-factor",
        "/desk/sign-out",
        "/desk/sign-in",
        "/desk/sign-in-link",
        "/desk/sign-in/secret",
    ],
)
async def test_a_form_from_elsewhere_is_refused(
    desk: AtDesk, service: Service, site: Site, headers: dict[str, str], path: str
) -> None:
    comment = await file(service, site)
    token = service.tokens.desk_form(desk.secret)
    fields = {"form_token": token, "action": "approve", "revision": "1", f"chosen-{comment.id}": "1"}
    answer = await desk.client.post(path.format(id=comment.id), data=fields, headers={**desk.headers, **headers})
    assert answer.status_code == 403
    async with service.db.reading() as session:
        assert await history(session, comment.id) == []


@pytest.mark.parametrize("token", ["", "x", "ä", None])
async def test_a_form_without_its_token_is_refused(
    desk: AtDesk, service: Service, site: Site, token: str | None
) -> None:
    comment = await file(service, site)
    foreign = service.tokens.desk_form(await a_session(service, site, "uwe@musterstadt.example"))
    fields = {"action": "approve", "revision": "1", "form_token": foreign if token is None else token}
    answer = await desk.post(f"/desk/comments/{comment.id}/decisions", **fields)
    assert answer.status_code == 403


async def test_a_form_is_no_plain_text(desk: AtDesk, service: Service, site: Site) -> None:
    comment = await file(service, site)
    headers = {**desk.headers, "Origin": service.settings.base_url, "Content-Type": "text/plain"}
    path = f"/desk/comments/{comment.id}/decisions"
    assert (await desk.client.post(path, content="action=approve", headers=headers)).status_code == 415


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "same-origin", "Origin": "null"}]
)
async def test_a_browser_that_vouches_for_our_page_is_believed(
    desk: AtDesk, service: Service, headers: dict[str, str]
) -> None:
    fields = {"form_token": service.tokens.desk_form(desk.secret)}
    answer = await desk.client.post("/desk/sign-out", data=fields, headers={**desk.headers, **headers})
    assert answer.status_code == 303


async def test_every_page_forbids_framing_and_inline_script(desk: AtDesk) -> None:
    answer = await desk.get("/desk")
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert " style=" not in answer.text
    assert "<script>" not in answer.text


async def test_looking_changes_nothing(desk: AtDesk, service: Service, site: Site) -> None:
    desk = AtDesk(desk.client, service, await at_work(service, site, "admin"))
    comment = await file(service, site)
    async with service.db.writing() as session:
        link = await invite(session, "uwe@musterstadt.example", site, "moderator", service.clock())
    # The stream of what happens never ends; `test_live` reads it. There is no provider; `test_provider` has one.
    left_out = {"/desk/second-factor", "/desk/events", "/desk/oidc", "/desk/oidc/callback"}
    await desk.post(f"/desk/comments/{comment.id}/danger")
    async with service.db.reading() as session:
        (evidence,) = await evidence_of(session, comment.id)
    named = {"id": comment.id, "secret": link, "site": "musterstadt", "rule": "respect"}
    contact = await a_contact(service, site)
    (prompt,) = await ask(service, site, "Was fehlt im Viertel?")
    paths = {
        each.path.replace("evidence/{id}", f"evidence/{evidence.id}")
        .replace("contacts/{id}", f"contacts/{contact.id}")
        .replace("questions/{id}/answers.{format}", f"questions/{prompt.id}/answers.csv")
        .replace(":int", "")
        .format(**named)
        for each in desk_routes
        if "GET" in (each.methods or ()) and each.path not in left_out
    }
    before = await _everything(service)
    for path in paths:
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = await desk.client.request(method, path, params={"page": PAGE}, headers=desk.headers)
            assert answer.status_code in (200, 405), path
    assert len(paths) >= 6
    assert await _everything(service) == before


async def test_an_idle_session_has_ended(desk: AtDesk, clock: Clock) -> None:
    clock.now += SESSION_IDLES
    assert (await desk.get("/desk")).status_code == 200
    clock.now += SESSION_IDLES
    assert (await desk.get("/desk")).status_code == 200, "use prolongs it"
    clock.advance(days=8)
    assert (await desk.get("/desk")).status_code == 303


async def test_another_sites_comments_cannot_be_reached(desk: AtDesk, service: Service) -> None:
    comment = await file(service, await add_site(service, "andere"))
    assert (await desk.get(f"/desk/comments/{comment.id}")).status_code == 403
    path = f"/desk/comments/{comment.id}/decisions"
    assert (await desk.post(path, action="approve", revision="1")).status_code == 403
    for action in ("wave", "answer", "claim"):
        answer = await desk.post(f"/desk/comments/{comment.id}/{action}", action="spam", revision="1", answer="Ja.")
        assert answer.status_code in (403, 422), action
    assert comment.id not in (await desk.get("/desk")).text
    async with service.db.reading() as session:
        assert await history(session, comment.id) == []


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ("/desk?lane=spam", "/desk?lane=spam"),
        ("/desk/comments/abc", "/desk/comments/abc"),
        ("https://evil.example/desk", "/desk"),
        ("//evil.example", "/desk"),
        ("/desk//evil.example", "/desk"),
        ("/desk\\evil", "/desk"),
        ("/desktop", "/desk"),
        ("/desk\r\nSet-Cookie: x=y", "/desk"),
        ("", "/desk"),
    ],
)
def test_the_way_back_stays_at_the_desk(told: str, path: str) -> None:
    assert own_path(told) == path


async def _everything(service: Service) -> list[list[tuple[object, ...]]]:
    """Every row of every table."""
    async with service.db.reading() as session:
        connection = await session.connection()
        return [
            [tuple(row) for row in await connection.execute(select(table).order_by(*table.primary_key.columns))]
            for table in SQLModel.metadata.sorted_tables
        ]


def _is_guarded(route: Route) -> bool:
    return bool(getattr(route.endpoint, "guarded", False))
