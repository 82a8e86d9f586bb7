"""Webhooks at the desk: what failed is seen and sent again, a secret changes without a gap, and a pause holds."""

import re

import pytest
from sqlmodel import select

from models.audit import AuditEntry
from models.site import site_by_key
from models.webhook import FORMER_HOLDS, Webhook, webhooks_of
from service.mail.courier import Courier
from tests.builders import add_site, at_work, publish
from tests.service.desk.conftest import AtDesk, words_of
from tests.service.webhooks.receiver import receiving
from tests.service.webhooks.test_messenger import carry, hook, verify

HERE = "/desk/sites/musterstadt/webhooks"


@pytest.fixture
async def site(service):
    return await add_site(service)


@pytest.fixture
async def boss(client, service, site) -> AtDesk:
    return AtDesk(client, service, await at_work(service, site, "admin"))


@pytest.fixture
async def receiver():
    async with receiving() as each:
        yield each


async def present(service, site) -> Webhook:
    async with service.db.reading() as session:
        [found] = await webhooks_of(session, site.id)
        return found


async def test_what_failed_stands_there_with_its_reason_and_is_sent_again_on_demand(
    boss, service, site, receiver, clock
):
    webhook = await hook(service, site, receiver, "comment.approved")
    receiver.answer("503 Busy", "204 No Content")
    await publish(service, site)
    await carry(service)
    page = await boss.get(HERE)
    assert "fehlgeschlagen, wieder" in words_of(page)
    assert "Status 503" in words_of(page)
    retry = re.findall(r'action="([^"]+/retry)"', page.text)[0]
    assert (await boss.post(retry)).status_code == 303
    await carry(service)
    assert len(receiver.got) == 2
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]
    assert "angekommen" in words_of(await boss.get(HERE))
    # What has arrived is not sent again, and neighbours have nothing to say here.
    assert (await boss.post(retry)).status_code == 404
    await add_site(service, "nachbarstadt")
    there = AtDesk(
        boss.client, service, await at_work(service, await _site(service, "nachbarstadt"), "admin", "n@n.example")
    )
    for deed in ("pause", "secret", "test", "remove"):
        assert (await there.post(f"/desk/sites/nachbarstadt/webhooks/{webhook.id}/{deed}")).status_code == 404
    assert webhook.secret not in page.text


async def _site(service, key):
    async with service.db.reading() as session:
        return await site_by_key(session, key)


async def test_a_new_secret_signs_beside_the_former_one_for_a_day(boss, service, site, receiver, clock):
    former = (await hook(service, site, receiver)).secret
    shown = await boss.post(f"{HERE}/{(await present(service, site)).id}/secret")
    secret = (await present(service, site)).secret
    assert secret in shown.text
    assert secret != former
    assert secret not in (await boss.get(HERE)).text
    assert (await boss.post(f"{HERE}/{(await present(service, site)).id}/test")).status_code == 200
    clock.now += FORMER_HOLDS
    await boss.post(f"{HERE}/{(await present(service, site)).id}/test")
    (first, body), (later, after) = receiver.got
    assert (verify(secret, first, body), verify(former, first, body)) == (True, True)
    assert (verify(secret, later, after), verify(former, later, after)) == (True, False)


async def test_while_it_is_paused_nothing_is_sent_or_written_down(boss, service, site, receiver):
    webhook = await hook(service, site, receiver, "comment.approved")
    await publish(service, site, "Ein Kommentar, der vor der Pause kam.")
    await Courier(service).round()
    await boss.post(f"{HERE}/{webhook.id}/pause", paused="yes")
    assert "pausiert" in words_of(await boss.get(HERE))
    await publish(service, site, "Ein Kommentar, der in der Pause kam.")
    await carry(service)
    assert receiver.got == []
    await boss.post(f"{HERE}/{webhook.id}/pause", paused="no")
    await carry(service)
    assert len(receiver.got) == 1


async def test_a_test_says_how_it_went_and_each_deed_stands_in_the_log(boss, service, site, receiver, monkeypatch):
    async def somewhere(host, port):
        return ["193.99.144.80"]

    monkeypatch.setattr("service.webhooks.target._resolve", somewhere)
    fields = {"url": "https://www.musterstadt.example/purge", "event-thread.changed": "on"}
    added = await boss.post(HERE, **fields)
    webhook = await present(service, site)
    assert webhook.secret in added.text
    assert (webhook.events, webhook.private) == (["thread.changed"], False)
    assert (await boss.post(HERE, **fields)).status_code == 409
    for wrong in ("http://www.musterstadt.example/", "https://127.0.0.1/", "https://x y/", ""):
        monkeypatch.undo()
        assert (await boss.post(HERE, **{**fields, "url": wrong})).status_code == 422
    assert (await boss.post(HERE, url="https://anderswo.example/")).status_code == 422
    await boss.post(f"{HERE}/{webhook.id}/remove")
    own = await hook(service, site, receiver)
    receiver.answer("500 No", "200 OK")
    assert "nicht angekommen: Status 500" in words_of(await boss.post(f"{HERE}/{own.id}/test"))
    assert "Testnachricht ist angekommen" in words_of(await boss.post(f"{HERE}/{own.id}/test"))
    async with service.db.reading() as session:
        noted = [each.action for each in await session.exec(select(AuditEntry))]
    assert [each for each in noted if each.startswith("webhook")] == ["webhook_added", "webhook_removed"]
