"""When comments are taken, what may appear without a person, and what readers are told of both."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from sqlmodel import select

from models.comment import Comment
from models.decision import Decision
from models.release import KNOWN_FOR, release_confirmed
from models.site import Site
from models.thread import Thread, set_open
from moderation.judge import Judges
from moderation.lifecycle import Action
from service.bench import Bench
from service.mail.courier import Courier
from service.state import Service
from service.taking import expected
from tests.builders import ORIGIN, PAGE, TEXT, a_moderator, add_site, both_databases, file, publish, rule
from tests.conftest import Clock

POST = "/api/v1/sites/musterstadt/comments"
FORM = "/api/v1/sites/musterstadt/form"
PAGE_PATH = "/sites/musterstadt/thread"
DE = {"Origin": ORIGIN, "Accept-Language": "de"}
HARMLESS = "Der runde Tisch hat bei uns zwei Jahre gebraucht, danach lief es gut."
NOTICED = {
    "personal_data": "Rufen Sie mich unter 0421 3612345 an, dann erzähle ich mehr davon.",
    "danger": "Ich weiß nicht mehr weiter und will nicht mehr leben.",
    "respect": "Der Bürgermeister ist ein Vollidiot und gehört entlassen.",
}


@pytest.fixture
async def site(service: Service) -> Site:
    return await add_site(service)


@both_databases
async def test_where_everything_is_held_nothing_appears_by_itself(
    client: httpx2.AsyncClient, service: Service, site: Site, clock: Clock
) -> None:
    assert (await _post(client, clock)).json()["status"] == "pending"
    assert await _log(service) == []


@both_databases
async def test_where_only_findings_are_held_the_rest_appears_and_the_log_says_by_which_policy(
    client: httpx2.AsyncClient, service: Service, site: Site, clock: Clock
) -> None:
    await _set(service, site, holds="findings")
    receipt = (await _post(client, clock)).json()
    assert (receipt["status"], receipt["message"]) == ("approved", "Vielen Dank. Ihr Kommentar ist veröffentlicht.")
    assert await _log(service) == [(receipt["id"], "approve", None, "findings", "pending", "approved")]
    shown = (await client.get("/api/v1/sites/musterstadt/thread", params={"page": PAGE})).json()
    assert [each["id"] for each in shown["comments"]] == [receipt["id"]]


@pytest.mark.parametrize("holds", ["findings", "strangers"])
@pytest.mark.parametrize("rule_id", NOTICED)
async def test_no_policy_lets_through_what_was_noticed(
    client: httpx2.AsyncClient, service: Service, site: Site, clock: Clock, holds: str, rule_id: str
) -> None:
    await _set(service, site, holds=holds)
    assert (await _post(client, clock, text=NOTICED[rule_id])).json()["status"] == "pending"
    assert await _log(service) == []


async def test_a_judge_that_fails_holds(client: httpx2.AsyncClient, service: Service, site: Site, clock: Clock) -> None:
    await _set(service, site, holds="findings")
    half = Judges(None, service.judges.netiquette)
    object.__setattr__(service, "bench", Bench(lambda: half))
    assert (await _post(client, clock)).json()["status"] == "pending"


async def test_the_spam_lane_holds_and_a_score_publishes_nothing(
    client: httpx2.AsyncClient, service: Service, site: Site, clock: Clock
) -> None:
    await _set(service, site, holds="findings", spam_threshold=0.0)
    assert (await _post(client, clock)).json()["status"] == "pending"


@both_databases
async def test_a_stranger_waits_until_the_address_is_confirmed_and_a_person_has_approved_them_once(
    service: Service, site: Site, clock: Clock
) -> None:
    await _set(service, site, holds="strangers")
    known = await _of_ada(service, site, "Nummer eins", confirmed=True)
    assert await _released(service, known) is None, "nothing of theirs was approved yet"
    await rule(service, known, Action.APPROVE, await a_moderator(service, site))
    typed = await _of_ada(service, site, "Nummer zwei, nur getippt", confirmed=False)
    assert await _released(service, typed) is None, "anybody can type an address"
    proved = await _of_ada(service, site, "Nummer drei, bestätigt", confirmed=True)
    assert await _released(service, proved) == "strangers"
    clock.now += KNOWN_FOR
    late = await _of_ada(service, site, "Nummer vier, ein halbes Jahr danach", confirmed=True)
    assert await _released(service, late) is None, "trust ends, and what a policy published renews none"


@both_databases
async def test_who_pauses_says_why_and_the_text_goes_back(
    client: httpx2.AsyncClient, service: Service, site: Site, clock: Clock
) -> None:
    await _set(service, site, paused=True, pause_reason="Wir sind zu zweit; ab Montag zu 100 % wieder da.")
    answer = await _post(client, clock)
    assert (answer.status_code, answer.json()["code"]) == (409, "paused")
    assert answer.json()["detail"] == "Wir sind zu zweit; ab Montag zu 100 % wieder da."
    form = (await client.get(FORM, params={"page": PAGE}, headers=DE)).json()
    assert form["paused"].startswith("Wir sind zu zweit")
    page = await client.get(PAGE_PATH, params={"page": PAGE}, headers=DE)
    assert "Wir sind zu zweit" in page.text
    assert "<textarea" not in page.text
    sent = await client.post(f"{PAGE_PATH}?page={PAGE}", data={"text": HARMLESS}, headers=DE)
    assert sent.status_code == 409
    assert HARMLESS in sent.text, "what was typed is kept"


@both_databases
async def test_a_full_queue_takes_no_more_until_it_is_read(
    client: httpx2.AsyncClient, service: Service, site: Site, clock: Clock
) -> None:
    await _set(service, site, most_waiting=2)
    first = await file(service, site, "Der erste wartet schon eine Weile auf uns.")
    await file(service, site, "Und der zweite wartet ebenfalls, seit gestern.")
    refused = await _post(client, clock)
    assert (refused.status_code, "Viele Kommentare warten" in refused.json()["detail"]) == (409, True)
    await rule(service, first, Action.APPROVE, await a_moderator(service, site))
    assert (await _post(client, clock)).status_code == 202


async def test_a_brake_speaks_the_readers_language(client: httpx2.AsyncClient, service: Service, site: Site) -> None:
    await _set(service, site, paused=True)
    told = (await client.get(FORM, params={"page": PAGE}, headers={**DE, "Accept-Language": "en"})).json()["paused"]
    assert told.startswith("No comments are taken at the moment.")


@pytest.mark.parametrize(
    ("at", "minutes", "told"),
    [
        (datetime(2026, 3, 7, 11, 0, tzinfo=UTC), 480, "Gelesen wird er voraussichtlich Montag."),  # a Saturday
        (datetime(2026, 3, 2, 8, 0, tzinfo=UTC), 60, "Gelesen wird er voraussichtlich heute."),
        (datetime(2026, 3, 2, 15, 30, tzinfo=UTC), 60, "Gelesen wird er voraussichtlich morgen."),
        (datetime(2026, 4, 2, 15, 30, tzinfo=UTC), 60, "Gelesen wird er voraussichtlich Dienstag."),  # before Easter
        (datetime(2026, 3, 2, 8, 0, tzinfo=UTC), 480 * 8, "Gelesen wird er voraussichtlich am 11. März."),
        (datetime(2026, 3, 2, 8, 0, tzinfo=UTC), 0, ""),
    ],
)
def test_the_day_follows_from_hours_holidays_and_promise(at: datetime, minutes: int, told: str) -> None:
    site = Site(key="a", name="A", created_at=at, state="NW", target_minutes=minutes)
    assert expected(site, at, "de") == told


def test_who_is_never_there_promises_nothing(clock: Clock) -> None:
    site = Site(key="a", name="A", created_at=clock(), hours=[[] for _ in range(7)])
    assert expected(site, clock(), "de") == ""


async def test_a_comment_on_saturday_is_promised_for_monday_in_the_sites_own_words(
    client: httpx2.AsyncClient, service: Service, site: Site, clock: Clock
) -> None:
    await _set(service, site, texts={"thanks": {"de": "Schön, dass Sie schreiben."}, "form": {"de": "Nur <b>Mut</b>!"}})
    clock.now = datetime(2026, 3, 7, 11, 0, tzinfo=UTC)
    message = (await _post(client, clock)).json()["message"]
    assert message == "Schön, dass Sie schreiben. Gelesen wird er voraussichtlich Montag."
    page = await client.get(PAGE_PATH, params={"page": PAGE}, headers=DE)
    assert "Nur &lt;b&gt;Mut&lt;/b&gt;!" in page.text
    assert "voraussichtlich Montag" in page.text


@both_databases
async def test_old_pages_close_once_and_stay_open_when_opened_again(
    client: httpx2.AsyncClient, service: Service, site: Site, clock: Clock
) -> None:
    await publish(service, site)
    await _set(service, site, close_days=30)
    courier = Courier(service)
    clock.advance(days=29)
    await courier.round()
    assert (await _thread(service)).open
    clock.advance(days=1)
    await courier.round()
    closed = await _thread(service)
    assert (closed.open, closed.aged) == (False, True)
    assert (await _post(client, clock)).json()["code"] == "closed"
    async with service.db.writing() as session:
        await set_open(session, await session.get_one(Thread, closed.id), open_=True)
    clock.advance(days=1)
    await courier.round()
    assert (await _thread(service)).open


async def _post(client: httpx2.AsyncClient, clock: Clock, **fields: str) -> httpx2.Response:
    token = (await client.get(FORM, params={"page": PAGE}, headers=DE)).json()["form_token"]
    clock.now += timedelta(seconds=60)
    body = {"page": PAGE, "text": HARMLESS, "form_token": token, **fields}
    return await client.post(POST, json=body, headers=DE)


async def _set(service: Service, site: Site, **values: Any) -> None:
    async with service.db.writing() as session:
        stored = await session.get_one(Site, site.id)
        for name, value in values.items():
            setattr(stored, name, value)
        session.add(stored)


async def _of_ada(service: Service, site: Site, text: str, *, confirmed: bool) -> Comment:
    comment = await file(service, site, f"{TEXT} {text}", email="ada@post.example", name="Ada")
    async with service.db.writing() as session:
        stored = await session.get_one(Comment, comment.id)
        stored.email_confirmed = confirmed
        session.add(stored)
        return stored


async def _released(service: Service, comment: Comment) -> str | None:
    async with service.db.writing() as session:
        decision = await release_confirmed(session, comment.id, service.clock())
        return decision.policy if decision else None


async def _log(service: Service) -> list[tuple[object, ...]]:
    async with service.db.reading() as session:
        return [
            (each.comment_id, each.action, each.moderator_id, each.policy, each.from_status, each.to_status)
            for each in await session.exec(select(Decision))
        ]


async def _thread(service: Service) -> Thread:
    async with service.db.reading() as session:
        return (await session.exec(select(Thread))).one()
