"""No link changes anything: every GET route, opened with valid secrets, leaves every row as it was. And no secret opens
what another was made for."""

import re

import pytest
from sqlalchemy import inspect
from sqlmodel import text
from starlette.routing import BaseRoute, Mount, Route

from models.api_token import create_token
from models.contact import Contact
from models.data_request import enter, file_request, new_visit, visit_of
from models.desk_session import invite
from models.evidence import Evidence
from models.moderator import moderator_by_email
from models.private_message import PrivateMessage, file_message
from models.seal import mark_of
from models.subscription import Subscription, ask_to_subscribe
from service.api import moderation
from service.desk.guard import cookie_name
from tests.builders import PAGE, a_session, add_site, both_databases, publish

ADDRESS = "leser@post.example"
MIRA = "mira@musterstadt.example"


async def _world(service):
    """A site with one of everything, and a value for each name in a path."""
    site = await add_site(service)
    comment = await publish(service, site, email=ADDRESS)
    cookie = await a_session(service, site)
    now = service.clock()
    async with service.db.writing() as session:
        await invite(session, MIRA, site, "admin", now)
        moderator = await moderator_by_email(session, MIRA)
        link = await invite(session, "neu@musterstadt.example", site, "moderator", now)
        token = await create_token(session, moderator, "t", now)
        await ask_to_subscribe(session, comment, "thread", now)
        mark = mark_of(session, ADDRESS)
        door = await new_visit(session, site.id, ADDRESS, mark, now)
        inside = await enter(session, await new_visit(session, site.id, ADDRESS, mark, now), now)
        await file_request(session, await visit_of(session, inside, now, inside=True), "other", "Bitte.", now)
        session.add(
            Evidence(
                id="beleg", site_id=site.id, comment_id=comment.id, bundle="{}", digest="", signature="", created_at=now
            )
        )
        anna = Contact(site_id=site.id, key="anna", name="Anna", address="anna@amt.example", created_at=now)
        session.add(anna)
        message = PrivateMessage(
            id="nachricht", site_id=site.id, text="Bitte.", language="de", email=ADDRESS, created_at=now
        )
        await file_message(session, message, now)
        subscription = (await session.exec(text("SELECT id FROM subscription"))).scalar_one()
    secrets = {
        "manage": service.tokens.manage(comment.id),
        "confirm": service.tokens.confirm(subscription, now),
        "unsubscribe": service.tokens.unsubscribe(subscription),
        "door": door,
        "inside": inside,
        "link": link,
        "bearer": token,
        "desk": cookie,
        "form": service.tokens.form(site.key, now),
        "message": service.tokens.message("nachricht"),
    }
    return site, comment, subscription, secrets


def _gets(routes: list[BaseRoute], before: str = ""):
    for route in routes:
        if isinstance(route, Mount):
            yield from _gets(list(route.routes), before + route.path)
        elif isinstance(route, Route) and "GET" in (route.methods or ()):
            yield before + route.path


def _addresses(path, site, comment, subscription, secrets):
    """The path with everything valid that could stand in it."""
    ids = [comment.id, subscription, "beleg", "nachricht", "1"]
    choices = {
        "site": [site.key],
        "page": [PAGE],
        "name": ["wortmeldung.js"],
        "person": ["anna"],
        "id": ids,
        "token": list(secrets.values()),
    }
    choices |= {"secret": list(secrets.values()), "year": ["2026"], "batch": ["x"]}
    filled = [path]
    for place, name in re.findall(r"(\{(\w+)(?::\w+)?\})", path):
        filled = [each.replace(place, value) for each in filled for value in choices.get(name, ["1"])]
    return [f"{each}?page={PAGE}&lang=de" for each in filled]


async def _rows(service):
    async with service.db.reading() as session:
        connection = await session.connection()
        names = await connection.run_sync(lambda each: sorted(inspect(each).get_table_names()))
        told = {}
        for name in names:
            if not name.startswith("search_"):
                told[name] = sorted(map(repr, (await session.exec(text(f'SELECT * FROM "{name}"'))).all()))
        return told


@both_databases
async def test_no_get_changes_a_row(service, client, app):
    world = await _world(service)
    _site, _comment, _subscription, secrets = world
    paths = [
        *_gets(app.routes),
        *(f"/api/v1/moderation{each.path}" for each in moderation.routes if "GET" in (each.methods or ())),
    ]
    assert len(set(paths)) > 30
    client.cookies.set("wortmeldung", secrets["desk"])
    before = await _rows(service)
    answers = set()
    for path in sorted(set(paths)):
        if "events" in path or path.startswith("/static"):
            continue  # a stream that does not end, and files
        for address in _addresses(path, *world):
            for method in ("GET", "HEAD"):
                answer = await client.request(method, address, headers={"Authorization": f"Bearer {secrets['bearer']}"})
                answers.add(answer.status_code)
                assert answer.status_code < 500, address
    assert {200, 404} <= answers
    assert await _rows(service) == before
    assert cookie_name.__name__


@pytest.mark.parametrize("late", [False, True])
async def test_no_secret_opens_what_another_was_made_for(service, client, clock, late):
    _site, comment, subscription, secrets = await _world(service)
    doors = {
        "manage": f"/comments/{comment.id}/{{}}",
        "confirm": "/confirm/{}",
        "unsubscribe": f"/subscriptions/{subscription}/{{}}",
        "door": "/my-data/{}",
        "inside": "/my-data/{}/export.json",
        "link": "/desk/sign-in/{}",
        "message": "/messages/nachricht/{}",
    }
    if late:
        clock.advance(days=7, seconds=1)
    opened = set()
    for door, path in doors.items():
        for name, secret in secrets.items():
            answer = await client.get(path.format(secret), follow_redirects=False)
            if answer.status_code == 200 and (
                door != "link" or ("button" in answer.text and "abgelaufen" not in answer.text)
            ):
                opened.add((door, name))
    lasting = {("manage", "manage"), ("unsubscribe", "unsubscribe"), ("message", "message")}
    expected = lasting | (
        set() if late else {("confirm", "confirm"), ("door", "door"), ("door", "inside"), ("inside", "inside")}
    )
    assert {each for each in opened if each[0] != "link"} == expected
    assert {name for door, name in opened if door == "link"} <= ({"link"} if not late else set())


def test_the_table_of_subscriptions_has_no_place_for_a_network_address():
    assert not {"ip", "ip_address", "remote_addr", "sender"} & set(Subscription.model_fields)
