"""What happens in one process arrives at desks of another, in order and without a gap; claims and waves."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from models.comment import Comment
from models.db import Database
from models.decision import history
from models.happening import latest_happening
from models.site import Site
from moderation.judge import Judges
from service.api.cache import ThreadCache
from service.api.ready import ReadyAnswers
from service.app import create_app
from service.bench import Bench
from service.middleware import security_headers
from service.rates import Rates
from service.settings import Settings
from service.state import Service
from service.tokens import Tokens
from tests.builders import a_session, add_site, both_databases, file
from tests.conftest import SECRET, Clock, serving
from tests.service.desk.conftest import AtDesk, words_of
from tests.support.postgres import free_port

WITHIN = 8
SPAM = "Hallo {}, verdienen auch Sie {} Euro in der Woche von zu Hause aus! Mehr dazu auf https://{}.example/jetzt."


@pytest.fixture
async def another(settings: Settings, clock: Clock, judges: Judges) -> AsyncIterator[Service]:
    """A second process on the same database."""
    db = Database(settings.database, settings.seal)
    yield Service(
        settings=settings, db=db, bench=Bench(lambda: judges), tokens=Tokens(SECRET), rates=Rates("off"), cache=ThreadCache(),
        ready=ReadyAnswers(db.changes, security_headers(settings.base_url)), clock=clock,
    )  # fmt: skip
    await db.close()


@both_databases
async def test_what_another_process_does_arrives(service: Service, another: Service) -> None:
    site = await add_site(service)
    secret = await a_session(service, site)
    async with _stream(service, secret) as events:
        comment = await file(another, site, name="Ada")
        told = await _next(events)
    assert (told["comment"], told["kind"], told["by"]) == (comment.id, "filed", "")
    assert "Ada" not in json.dumps(told)


@both_databases
async def test_who_comes_back_misses_nothing(service: Service) -> None:
    site = await add_site(service)
    secret = await a_session(service, site)
    first = await file(service, site)
    async with service.db.reading() as session:
        last = await latest_happening(session)
    second, third = [await file(service, site) for _ in range(2)]
    async with _stream(service, secret, last=last) as events:
        told = [(await _next(events))["comment"] for _ in range(2)]
        if told[0] == first.id:  # PostgreSQL tells a little again
            told = [told[1], (await _next(events))["comment"]]
    assert told == [second.id, third.id]


async def test_other_sites_are_none_of_their_business(service: Service) -> None:
    site, other = await add_site(service), await add_site(service, "andere")
    secret = await a_session(service, site)
    async with _stream(service, secret) as events:
        await file(service, other)
        mine = await file(service, site)
        assert (await _next(events))["comment"] == mine.id


async def test_a_feed_that_closes_lets_every_desk_go(service: Service) -> None:
    secret = await a_session(service, await add_site(service))
    async with _stream(service, secret) as events:
        service.feed.close()
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(anext(events), WITHIN)


async def test_a_desk_that_does_not_keep_up_is_let_go(service: Service) -> None:
    site = await add_site(service)
    async with service.feed.listen(service.db, 1, [site.id or 0]) as slow:
        for _ in range(slow.waiting.maxsize):
            slow.waiting.put_nowait(None)
        await file(service, site)
        for _ in range(100):
            if slow.waiting.qsize() == 1:
                break
            await asyncio.sleep(0.05)
        assert slow.waiting.qsize() == 1
        assert slow.waiting.get_nowait() is None


async def test_nobody_hears_anything_without_signing_in(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/desk/events")).status_code == 303


async def test_a_claim_is_seen_and_heeded_once(desk: AtDesk, service: Service, site: Site, clock: Clock) -> None:
    comment = await file(service, site)
    uwe = AtDesk(desk.client, service, await a_session(service, site, "uwe@musterstadt.example"))
    path = f"/desk/comments/{comment.id}"
    answer = await desk.post(path + "/claim", on="yes", accept="application/json")
    assert answer.json()["mine"]
    assert not (await uwe.post(path + "/claim", on="yes", accept="application/json")).json()["mine"]
    assert "In Bearbeitung von mira" in words_of(await uwe.get("/desk"))
    refused = await uwe.post(path + "/decisions", action="approve", revision="1", accept="application/json")
    assert (refused.status_code, refused.json()["claimed_by"]) == (409, 1)
    assert "noch einmal" in refused.json()["message"]
    done = await uwe.post(path + "/decisions", action="approve", revision="1", despite="1", accept="application/json")
    assert done.json()["outcome"] == "done"
    other = await file(service, site)
    await desk.post(f"/desk/comments/{other.id}/claim", on="yes")
    clock.advance(minutes=3)
    assert "In Bearbeitung" not in words_of(await uwe.get("/desk"))


@both_databases
async def test_a_wave_of_200_is_decided_and_taken_back_in_one_action(
    desk: AtDesk, service: Service, site: Site
) -> None:
    comments = [
        await file(service, site, SPAM.format(f"Leute {n}", n, f"geld{n}"), name=f"Name {n}", wave=True)
        for n in range(200)
    ]
    told = words_of(await desk.get("/desk"))
    assert "Welle: 200 fast gleiche Kommentare unter 200 Namen" in told
    newest = service.clock().isoformat()
    fields = {"action": "spam", "revision": "1", "newest": newest}
    answer = await desk.post(f"/desk/comments/{comments[0].id}/wave", accept="application/json", **fields)
    body = answer.json()
    assert (body["outcome"], body["number"], len(body["comments"])) == ("swept", 200, 200)
    assert await _statuses(service, comments) == {"spam"}
    async with service.db.reading() as session:
        assert [each.action for each in await history(session, comments[77].id)] == ["spam"]
    back = await desk.post(f"/desk/batches/{body['batch']}/undo", accept="application/json")
    assert back.json()["number"] == 200
    assert await _statuses(service, comments) == {"pending"}


async def test_two_people_decide_about_a_wave_where_the_site_wants_two(
    desk: AtDesk, service: Service, site: Site
) -> None:
    async with service.db.writing() as session:
        (await session.get_one(Site, site.id)).second_bands = [{"head": "spam", "least": 0.0, "most": 1.0}]
    comments = [await file(service, site, SPAM.format(n, n, n), wave=True) for n in ("Ada", "Ben", "Cem")]
    path, fields = f"/desk/comments/{comments[0].id}/wave", {"action": "spam", "newest": service.clock().isoformat()}
    first = words_of(await desk.post(path, revision="1", **fields))
    assert "Ihre Meinung ist festgehalten. Eine zweite Person muss zustimmen." in first
    assert await _statuses(service, comments) == {"pending"}
    again = words_of(await desk.post(path, revision="2", **fields))
    assert await _statuses(service, comments) == {"pending"}, again
    uwe = AtDesk(desk.client, service, await a_session(service, site, "uwe@musterstadt.example"))
    assert "3 Kommentare der Welle: als Spam" in words_of(await uwe.post(path, revision="2", **fields))
    assert await _statuses(service, comments) == {"spam"}


async def test_what_came_after_it_was_shown_is_left_alone(
    desk: AtDesk, service: Service, site: Site, clock: Clock
) -> None:
    shown = [await file(service, site, SPAM.format(n, n, n), wave=True) for n in ("Ada", "Ben", "Cem")]
    newest = clock.now.isoformat()
    clock.advance(minutes=1)
    later = await file(service, site, SPAM.format("Dora", 4, "x"), wave=True)
    fields = {"action": "delete", "revision": "1", "newest": newest}
    page = words_of(await desk.post(f"/desk/comments/{shown[0].id}/wave", **fields))
    assert "3 Kommentare der Welle: gelöscht." in page
    assert await _statuses(service, [later]) == {"pending"}
    assert f'id="c-{later.id}"' in (await desk.get("/desk")).text


@asynccontextmanager
async def _stream(
    service: Service, secret: str, last: int | None = None
) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """The events that a signed-in browser gets from the service, on a real port."""
    port = free_port()
    headers = {"Cookie": f"wortmeldung={secret}", **({"Last-Event-ID": str(last)} if last is not None else {})}
    async with (
        serving(create_app(service.settings, service=service), "127.0.0.1", port),
        httpx2.AsyncClient(timeout=WITHIN) as client,
        client.stream("GET", f"http://127.0.0.1:{port}/desk/events", headers=headers) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        assert (await asyncio.wait_for(anext(lines), WITHIN)).startswith("retry:")
        yield _parsed(lines)
        service.feed.close()


async def _parsed(lines: AsyncIterator[str]) -> AsyncIterator[dict[str, Any]]:
    async for line in lines:
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


async def _next(events: AsyncIterator[dict[str, Any]]) -> dict[str, Any]:
    return await asyncio.wait_for(anext(events), WITHIN)


async def _statuses(service: Service, comments: list[Comment]) -> set[str]:
    async with service.db.reading() as session:
        return {(await session.get_one(Comment, each.id)).status for each in comments}
