"""The clock jumps, forwards and backwards, over a change of summer time and into 2038."""

import re
from datetime import UTC, datetime, timedelta

import httpx2
from sqlmodel import select

from models.comment import Comment
from models.deciding import decide
from models.moderator import moderator_by_email
from models.ruling import Ruling
from moderation.lifecycle import Action
from service.app import create_app
from service.state import Service
from tests.faults.ground import ORIGIN, POST, THREAD, Ground, a_session, draft
from tests.faults.inside import MovableClock, carry_the_rest, inside
from tests.faults.messages import notice_of
from tests.faults.plan import Outcome
from tests.support.catcher import Catcher, catching

_NOON = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
_JUMPS = [
    timedelta(hours=1), timedelta(hours=-1), timedelta(days=1), timedelta(days=-1), timedelta(hours=13, minutes=30),
    timedelta(hours=-2), timedelta(days=400), timedelta(days=-400), timedelta(seconds=-1),
]  # fmt: skip
_AFTER_2038 = datetime(2038, 1, 19, 3, 14, 9, tzinfo=UTC)


async def jumps(ground: Ground, rounds: int) -> Outcome:
    """After each jump somebody writes, edits, reads and looks at the desk; mail is carried in between."""
    outcome, clock, catcher = Outcome(), MovableClock(_NOON), Catcher()
    wrote: list[str] = []
    async with catching(catcher), inside(await ground.sqlite(), ground.place(), clock, catcher.url) as service:
        async with _client(service) as client:
            for round_ in range(rounds):
                for number, jump in enumerate(_JUMPS):
                    clock.now += jump
                    await _live(client, service, outcome, f"kommentar-{round_}-{number}", wrote)
            clock.now = _AFTER_2038
            await _live(client, service, outcome, "kommentar-2038", wrote)
            await _edits_end_as_told(client, service, clock, outcome)
            clock.move(days=3)
            await carry_the_rest(service, clock, timedelta(hours=2))
        async with service.db.reading() as session:
            there = list(await session.exec(select(Comment.id)))
    outcome.must(set(wrote) <= set(there) and len(there) == len(set(there)), "comments are lost or twice")
    twice = len(catcher.caught) - len({notice_of(each) for each in catcher.caught})
    outcome.must(twice == 0, f"{twice} mails came twice")
    outcome.must(len(catcher.caught) > 0, "no mail arrived")
    outcome.figure = f"{rounds * len(_JUMPS) + 1} jumps, {len(wrote)} comments, 0 lost; 0 mails twice; no fault"
    return outcome


async def _live(client: httpx2.AsyncClient, service: Service, outcome: Outcome, key: str, wrote: list[str]) -> None:
    """What people do all day, right after the clock has jumped."""
    answer = await client.post(POST, json=draft(key, "der Zeit"))
    outcome.must(answer.status_code == 202, f"a post was answered with {answer.status_code}")
    if answer.status_code != 202:
        return
    wrote.append(key)
    receipt = answer.json()
    headers = {"Authorization": f"Bearer {receipt['manage_token']}"}
    edited = await client.patch(f"/api/v1/comments/{key}", json={"text": f"Neu: {key} zur Zeit."}, headers=headers)
    outcome.must(edited.status_code == 200, f"an edit at once was answered with {edited.status_code}")
    again = await client.post(POST, json=draft(key, "der Zeit"))
    outcome.must(again.status_code in (202, 409), f"the same post was answered with {again.status_code}")
    secret = await a_session(service.db)
    cookies = {"Cookie": f"wortmeldung={secret}"}
    for path in ("/desk", THREAD + "?page=/artikel", "/metrics", "/desk/statistics"):
        status = (await client.get(path, headers=cookies)).status_code
        outcome.must(status < 500, f"{path} was answered with {status}")
    figures = (await client.get("/metrics")).text
    ages = re.findall(r"^wortmeldung_(?:queue|outbox)_oldest_seconds (\S+)", figures, re.MULTILINE)
    outcome.must(all(float(each) >= 0 for each in ages), f"an age is negative: {ages}")


async def _edits_end_as_told(
    client: httpx2.AsyncClient, service: Service, clock: MovableClock, outcome: Outcome
) -> None:
    """The time to edit what was published ends when it was said to."""
    answer = (await client.post(POST, json=draft("fristende", "der Frist"))).json()
    moderator = await _mira(service)
    async with service.db.writing() as session:
        await decide(session, "fristende", Ruling(Action.APPROVE, 1, moderator), clock())
    headers = {"Authorization": f"Bearer {answer['manage_token']}"}
    clock.move(minutes=20)
    late = await client.patch("/api/v1/comments/fristende", json={"text": "Zu spät."}, headers=headers)
    outcome.must(400 <= late.status_code < 500, f"an edit after 20 minutes was answered with {late.status_code}")


async def _mira(service: Service) -> int:
    async with service.db.reading() as session:
        moderator = await moderator_by_email(session, "mira@musterstadt.example")
    assert moderator is not None
    return moderator.id or 0


def _client(service: Service) -> httpx2.AsyncClient:
    app = create_app(service.settings, service=service)

    async def with_state(scope, receive, send):  # type: ignore[no-untyped-def]  # ASGITransport runs no lifespan
        scope["state"] = {"service": service}
        await app(scope, receive, send)

    transport = httpx2.ASGITransport(app=with_state)
    return httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers={"Origin": ORIGIN})
