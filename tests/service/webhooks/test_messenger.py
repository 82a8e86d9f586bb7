"""Messages to programs: signed, in order, at least once under one id, again after growing pauses, and never astray."""

import base64
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from models.comment import Comment
from models.deciding import set_thread
from models.erasure import erase_comment
from models.imported import Arriving, add_comments
from models.ruling import Ruling
from models.site import Site
from models.thread import open_thread
from models.webhook import Delivery, Webhook, add_webhook, failed_deliveries, forget_deliveries, remove_webhook
from moderation.lifecycle import Action
from service.mail.courier import Courier
from service.webhooks import sending
from service.webhooks.messenger import Messenger
from service.webhooks.signing import signed_headers
from service.webhooks.target import Target
from tests.builders import ORIGIN, PAGE, a_moderator, add_site, both_databases, file, publish, rule
from tests.service.webhooks.receiver import receiving


@pytest.fixture
async def receiver():
    async with receiving() as each:
        yield each


@pytest.fixture
async def site(service):
    return await add_site(service)


async def hook(service, site, receiver, *events, private=True) -> Webhook:
    async with service.db.writing() as session:
        return await add_webhook(session, site, receiver.url, events, service.clock(), private=private)


async def carry(service, rounds=20):
    """What courier and messenger do until nothing is due."""
    await Courier(service).round()
    messenger = Messenger(service)
    for _ in range(rounds):
        if not await messenger.round():
            return


async def deliveries(service):
    async with service.db.reading() as session:
        return list(await session.exec(select(Delivery).order_by(Delivery.number)))


def verify(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As the standard tells receivers to."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{expected}" in headers["webhook-signature"].split()


@both_databases
async def test_a_decision_reaches_a_program_signed_and_without_anything_of_anybody(service, site, receiver):
    webhook = await hook(service, site, receiver)
    comment = await publish(service, site, "Ein Satz, der hier bleibt.", name="Ayşe", email="ayse@example.org")
    await carry(service)
    assert [json.loads(body)["type"] for _headers, body in receiver.got] == ["comment.approved", "thread.changed"]
    for headers, body in receiver.got:
        assert verify(webhook.secret, headers, body)
        assert headers["content-type"] == "application/json"
        assert not re.search(r"Satz|Ayşe|@", body.decode())
    told = json.loads(receiver.got[0][1])
    assert told["data"] == {"site": "musterstadt", "page": PAGE, "revision": 1, "comment": comment.id}
    assert told["timestamp"] == "2026-03-02T10:00:00Z"


async def test_the_signature_is_the_one_of_the_standards_example(clock):
    """From the specification's reference implementations: the same secret, id, time and body."""
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed_headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}', "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_a_program_is_told_only_what_it_asked_for(service, site, receiver):
    await hook(service, site, receiver, "comment.removed")
    comment = await publish(service, site)
    await rule(service, comment, Action.DELETE, await a_moderator(service, site))
    await carry(service)
    assert [json.loads(body)["type"] for _headers, body in receiver.got] == ["comment.removed"]


async def test_nothing_is_told_of_what_readers_do_not_see(service, site, receiver):
    await hook(service, site, receiver)
    waiting = await file(service, site)
    await rule(service, waiting, Action.SPAM, await a_moderator(service, site))
    await carry(service)
    assert receiver.got == []


async def test_whatever_readers_see_changes_the_thread(service, site, receiver, client):
    comment = await publish(service, site)
    await carry(service)
    await hook(service, site, receiver)
    moderator = await a_moderator(service, site)
    async with service.db.writing() as session:
        (await session.get_one(Site, site.id)).helpful = True
    await client.post(f"/api/v1/comments/{comment.id}/helpful", headers={"Origin": ORIGIN})
    await carry(service)
    pinned, _ = await rule(service, comment, Action.PIN, moderator)
    await carry(service)
    async with service.db.writing() as session:
        await set_thread(
            session, comment.id, Ruling(Action.PIN, pinned.revision, moderator.id), service.clock(), open_=False
        )
    await carry(service)
    async with service.db.writing() as session:
        await erase_comment(session, await session.get_one(Comment, comment.id), "name", service.clock())
    await carry(service)
    told = [json.loads(body) for _headers, body in receiver.got]
    assert [each["type"] for each in told] == ["thread.changed"] * 4
    assert [each["data"]["revision"] for each in told] == [2, 3, 4, 5]


async def test_an_import_is_told_once_for_each_page(service, site, receiver):
    await hook(service, site, receiver)
    async with service.db.writing() as session:
        thread = await open_thread(session, site, PAGE, "", service.clock())
        for each in ("erster", "zweiter"):
            columns = {"name": "Ines", "text": each, "html": each, "search": each, "language": "de", "lane": "review"}
            old = Arriving(each, PAGE, {**columns, "status": "approved", "created_at": service.clock()})
            await add_comments(session, site, [old], {PAGE: thread.id or 0}, service.clock())
    await carry(service)
    assert [json.loads(body)["data"]["revision"] for _headers, body in receiver.got] == [2]


@both_databases
async def test_what_failed_is_sent_again_later_under_the_same_id_and_nothing_overtakes_it(
    service, site, receiver, clock
):
    await hook(service, site, receiver, "comment.approved")
    receiver.answer("503 Busy", "200 OK")
    first = await publish(service, site)
    await carry(service)
    clock.advance(seconds=1)
    second = await publish(service, site, "Ein zweiter Kommentar am selben Ort, etwas später.")
    other = await publish(service, site, "Ein Kommentar an einem anderen Ort.", page="/anderswo")
    await carry(service)
    assert [json.loads(body)["data"]["comment"] for _headers, body in receiver.got] == [first.id, other.id]
    clock.advance(seconds=10)
    await carry(service)
    assert [json.loads(body)["data"]["comment"] for _headers, body in receiver.got] == [
        first.id, other.id, first.id, second.id,
    ]  # fmt: skip
    ids = [headers["webhook-id"] for headers, _body in receiver.got]
    assert ids[0] == ids[2]
    assert receiver.got[0][0]["webhook-timestamp"] != receiver.got[2][0]["webhook-timestamp"]


async def test_after_a_day_it_is_given_up_and_listed_and_the_next_goes(service, site, receiver, clock):
    await hook(service, site, receiver, "comment.approved")
    receiver.answer("500 No")
    await publish(service, site)
    for _ in range(60):
        await carry(service)
        clock.advance(minutes=60)
    [delivery] = await deliveries(service)
    assert delivery.given_up_at is not None
    assert 10 < delivery.attempts < 30
    async with service.db.reading() as session:
        [(failed, _hook)] = await failed_deliveries(session, site.id)
    assert failed.problem == "status 500"
    receiver.answer("200 OK")
    await publish(service, site, "Ein zweiter Kommentar am selben Ort, etwas später.")
    await carry(service)
    assert (await deliveries(service))[1].settled_at is not None
    clock.advance(days=31)
    async with service.db.writing() as session:
        assert await forget_deliveries(session, clock()) == 2


@pytest.mark.parametrize(
    "answer, problem",
    [
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n", "status 302: redirects are not followed"),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", "status 404"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n", "the answer is not HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 80_000 + b"\r\n\r\n", "the answer is not HTTP"),
        (b"", "no answer within 0 seconds"),
    ],
)
async def test_only_success_counts_as_arrived(service, site, receiver, monkeypatch, answer, problem):
    monkeypatch.setattr(sending.post, "__defaults__", (0.3,))
    await hook(service, site, receiver, "comment.approved")
    receiver.answers = [answer]
    await publish(service, site)
    await carry(service)
    [delivery] = await deliveries(service)
    assert (delivery.settled_at, delivery.problem) == (None, problem)
    assert receiver.connections == 1


async def test_a_body_without_end_is_not_read(receiver):
    receiver.answers = [b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5_000_000]
    await sending.post(Target("a.example", "127.0.0.1", receiver.port, "/", tls=False), {}, b"{}")
    assert len(receiver.got) == 1


async def test_a_name_that_leads_home_is_never_connected_to(service, site, receiver):
    async with service.db.writing() as session:
        await add_webhook(session, site, f"https://a.example:{receiver.port}/", (), service.clock(), private=False)
    await publish(service, site)
    await Courier(service).round()

    async def home(host, port):
        return ["127.0.0.1"]

    await Messenger(service, home).round()
    assert receiver.connections == 0
    assert (await deliveries(service))[0].problem == "a.example leads to 127.0.0.1, which is no public address"


async def test_who_is_removed_gets_nothing_more(service, site, receiver):
    await hook(service, site, receiver)
    await publish(service, site)
    await Courier(service).round()
    async with service.db.writing() as session:
        assert await remove_webhook(session, site.id, receiver.url) == 1
    await carry(service)
    assert receiver.got == []


async def test_the_secret_is_sealed_in_the_database(service, site, receiver, tmp_path):
    webhook = await hook(service, site, receiver)
    files = b"".join(each.read_bytes() for each in tmp_path.glob("wortmeldung.db*"))
    assert webhook.secret.encode() not in files
