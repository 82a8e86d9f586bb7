"""The demo shows the service as it is: real judgements, real decisions, every state once at least."""

from collections import Counter

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from models.approved import approved
from models.comment import Comment
from models.decision import Decision
from models.desk_session import sign_in_by_link
from models.outbox import waiting
from models.site import site_by_key
from models.thread import find_thread
from models.trip import InSession
from service.app import create_app
from service.demo.routes import demo_routes
from service.demo.seed import Ready, prepare_demo
from service.state import Service

ORIGINS = ["http://127.0.0.1:8000", "http://localhost:8000"]


@pytest.fixture
async def ready(service: Service) -> Ready:
    return await prepare_demo(service, ORIGINS)


async def comments(service: Service) -> list[Comment]:
    async with service.db.reading() as session:
        return list(await session.exec(select(Comment)))


async def test_comments_are_in_every_state(service: Service, ready: Ready) -> None:
    states = Counter((each.status, each.lane) for each in await comments(service))
    assert {status for status, _ in states} == {"pending", "approved", "rejected", "spam", "deleted"}
    assert states["pending", "review"] >= 4
    assert states["pending", "spam"] >= 1


async def test_what_waits_was_noticed_by_several_rules(service: Service, ready: Ready) -> None:
    found = {each["rule"] for comment in await comments(service) for each in comment.findings}
    assert {"respect", "personal_data", "case_description", "readability"} <= found


async def test_no_sample_would_have_been_refused(service: Service, ready: Ready) -> None:
    assert [
        each.name for each in await comments(service) if any(one["severity"] == "refuse" for one in each.findings)
    ] == []


async def test_the_thread_has_replies_a_pinned_comment_and_a_place_left_behind(service: Service, ready: Ready) -> None:
    async with service.db.reading() as session:
        site = await site_by_key(session, "demo")
        assert site is not None
        thread = await find_thread(session, site, "/demo")
        assert thread is not None
        entries = (await approved(InSession(session), thread, site.depth)).entries
    assert entries[0].pinned
    assert max(each.depth for each in entries) == 3
    assert "editor" in {each.role for each in entries}
    assert "author" in {each.removed for each in entries}
    assert all(each.created_at < service.clock() for each in entries)


async def test_every_status_came_about_by_a_decision(service: Service, ready: Ready) -> None:
    async with service.db.reading() as session:
        decided = {each.comment_id for each in await session.exec(select(Decision))}
    assert {each.id for each in await comments(service) if each.status != "pending"} <= decided


async def test_a_second_start_keeps_everything_and_gives_a_new_link(service: Service, ready: Ready) -> None:
    before = {each.id for each in await comments(service)}
    again = await prepare_demo(service, ["http://127.0.0.1:9000"])
    assert not again.filled
    assert {each.id for each in await comments(service)} == before
    async with service.db.writing() as session:
        site = await site_by_key(session, "demo")
        assert site is not None
        assert set(site.origins) == {*ORIGINS, "http://127.0.0.1:9000"}
        assert await sign_in_by_link(session, again.link_secret, service.clock())


async def test_the_samples_cause_no_mail(service: Service, ready: Ready) -> None:
    async with service.db.reading() as session:
        assert (await waiting(session)).open == 0


@pytest.mark.parametrize(
    "path, status",
    [
        ("/demo/", 200),
        ("/demo/static/article.css", 200),
        ("/demo/static/mark.svg", 200),
        ("/demo/static/samples.toml", 404),
        ("/demo/static/seed.py", 404),
        ("/demo/static/..%2Fsettings.py", 404),
    ],
)
def test_the_page_and_its_pictures_are_served_and_nothing_else(service: Service, path: str, status: int) -> None:
    with TestClient(create_app(service.settings, service=service, extra=demo_routes)) as client:
        answer = client.get(path)
    assert answer.status_code == status
    if path == "/demo/":
        assert f'service="{service.settings.base_url}"' in answer.text
