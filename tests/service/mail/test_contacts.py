"""The contact relay from the form to the mailbox: whole words, one reader, nothing public, and nothing left behind."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date
from html import unescape

import httpx2
import pytest
from sqlmodel import select, text

from models.contact import Contact
from models.data_request import has_data
from models.erasure import erase_person
from models.outbox import PAUSES
from models.private_message import PrivateMessage
from models.seal import mark_of
from models.site import Site
from service.rates import Rates
from service.rights import as_json, holdings_of
from service.state import Service
from tests.builders import ORIGIN, PAGE, a_contact, add_site, at_work, both_databases
from tests.conftest import Clock
from tests.service.desk.conftest import AtDesk, words_of
from tests.service.mail.test_courier import carry
from tests.service.pages.reader import send, talking_to
from tests.support.catcher import Catcher

ADDRESS = "anna@amt.example"
API = "/api/v1/sites/musterstadt/contacts/anna"
PAGE_OF_ANNA = "/sites/musterstadt/contact/anna"
WORDS = "Guten Tag,\n\nmein Kind hat **keinen** Platz. https://www.stadt.example/plan?a=1&b=2\n> Bitte rufen Sie an."


@dataclass
class Relay:
    """A site with Anna, who can be written to, and a mail server that catches."""

    client: httpx2.AsyncClient
    service: Service
    site: Site
    anna: Contact
    catcher: Catcher

    async def write(self, **fields: object) -> httpx2.Response:
        body = {"text": WORDS, "name": "Jo Muster", "email": "jo@post.example", **fields}
        return await self.client.post(f"{API}/messages", json=body, headers={"Origin": ORIGIN})

    async def messages(self) -> list[PrivateMessage]:
        async with self.service.db.reading() as session:
            return list(await session.exec(select(PrivateMessage)))

    async def change(self, **values: object) -> None:
        async with self.service.db.writing() as session:
            (await session.get_one(Contact, self.anna.id)).sqlmodel_update(values)


@pytest.fixture
async def relay(mailing: Service, catcher: Catcher) -> AsyncIterator[Relay]:
    site = await add_site(mailing)
    anna = await a_contact(mailing, site, function="Jugendhilfeplanung", languages=["de", "en"])
    async with talking_to(mailing) as client:
        yield Relay(client, mailing, site, anna, catcher)


@both_databases
async def test_a_message_reaches_the_person_whole_and_leaves_nothing_behind(relay: Relay, clock: Clock) -> None:
    form = (await relay.client.get(API, headers={"Origin": ORIGIN})).json()
    assert (form["name"], form["function"], form["languages"]) == (
        "Anna Scheibe", "Jugendhilfeplanung", ["Deutsch", "Englisch"],
    )  # fmt: skip
    clock.advance(seconds=40)
    answer = await relay.write(page=ORIGIN + PAGE, form_token=form["form_token"])
    assert answer.status_code == 202
    assert "Anna Scheibe" in answer.json()["message"]
    receipt = answer.json()["receipt_url"]
    waiting = await relay.client.get(receipt)
    assert "mein Kind hat **keinen** Platz" in waiting.text
    await carry(relay.service)
    [mail] = relay.catcher.caught
    assert mail.recipients == [ADDRESS]
    assert mail.mail["Reply-To"] == "Jo Muster <jo@post.example>"
    assert mail.mail["From"] == "Kommentare <kommentare@musterstadt.example>"
    assert mail.mail["Subject"] == "Nachricht von Jo Muster über Musterstadt"
    assert 0 <= float(mail.mail["X-Wortmeldung-Spam"]) <= 1
    assert WORDS in mail.text.replace("\r\n", "\n")
    assert ORIGIN + PAGE in mail.text
    assert "https://www.stadt.example/plan?a=1&b=2" in unescape(mail.html)
    assert "<strong>keinen" not in mail.html
    assert "Programme" not in mail.text
    [left] = await relay.messages()
    assert (left.text, left.name, left.email, left.email_mark, left.page) == ("", "", None, None, "")
    delivered = await relay.client.get(receipt)
    assert "zugestellt" in delivered.text
    assert "keinen" not in delivered.text
    async with relay.service.db.reading() as session:
        assert "keinen" not in repr((await session.exec(text("SELECT * FROM notice"))).all())
        assert (await session.exec(text("SELECT count(*) FROM comment"))).scalar_one() == 0


async def test_the_address_is_in_no_public_byte(relay: Relay, caplog: pytest.LogCaptureFixture) -> None:
    sent = await relay.write(text=f"Ich kenne {ADDRESS} nicht.")
    told = [sent.text, str(sent.headers), caplog.text]
    for path in (
        API, PAGE_OF_ANNA, f"{PAGE_OF_ANNA}?lang=en", "/api/v1/openapi.json", "/api/v1/sites/musterstadt/form",
        f"/api/v1/sites/musterstadt/thread?page={PAGE}", f"/sites/musterstadt/thread?page={PAGE}", "/metrics",
        "/sites/musterstadt/feed.atom", f"/sites/musterstadt/fragment?page={PAGE}", "/widget/wortmeldung-contact.js",
        "/sites/musterstadt/contact/niemand",
    ):  # fmt: skip
        answer = await relay.client.get(path)
        assert answer.status_code == (404 if "niemand" in path else 200), path
        told += [answer.text, str(answer.headers)]
    relay.catcher.refused[ADDRESS] = f"550 5.1.1 <{ADDRESS}> no such user"
    await carry(relay.service)
    told += [(await relay.client.get(sent.json()["receipt_url"])).text.replace(f"Ich kenne {ADDRESS}", "")]
    assert [each for each in (*told, caplog.text) if "anna@" in each] == []


async def test_without_a_script_the_form_sends_and_the_writer_can_take_it_back(relay: Relay) -> None:
    page = await relay.client.get(f"{PAGE_OF_ANNA}?page={PAGE}")
    wrong = await send(relay.client, page, "/contact/anna", text="Guten Tag", email="kein@", name="Jo")
    assert wrong.status_code == 422
    assert "Guten Tag" in wrong.text
    sent = await send(relay.client, page, "/contact/anna", text="Guten Tag")
    again = await send(relay.client, page, "/contact/anna", text="Guten Tag")
    assert sent.status_code == again.status_code == 303
    assert len(await relay.messages()) == 1
    receipt = await relay.client.get(sent.headers["location"])
    assert "Vielen Dank. Ihre Nachricht ist unterwegs." in receipt.text
    assert (await relay.client.get(sent.headers["location"].replace("/messages/", "/messages/x"))).status_code == 404
    assert "zurückgenommen" in (await send(relay.client, receipt, "/erase")).text
    await carry(relay.service)
    assert relay.catcher.caught == []
    assert await relay.messages() == []


@pytest.mark.parametrize(
    "name", ["=?utf-8?q?Admin=0ABcc=3A_x=40y.example?=", "Jo\u2028Bcc: x@y.example", '"Jo" <x@y.example>, Chef']
)
async def test_no_name_adds_a_header_or_a_recipient(relay: Relay, name: str) -> None:
    assert (await relay.write(name=name)).status_code == 202
    await carry(relay.service)
    [mail] = relay.catcher.caught
    assert mail.recipients == [ADDRESS]
    assert mail.mail["Bcc"] is None
    assert [each.addr_spec for each in mail.mail["Reply-To"].addresses] == ["jo@post.example"]


async def test_who_is_away_is_read_by_who_stands_in_and_if_nobody_is_there_it_is_said_at_once(relay: Relay) -> None:
    bo = await a_contact(relay.service, relay.site, "bo")
    await relay.change(absent_from=date(2026, 3, 1), absent_until=date(2026, 3, 9), substitute_id=bo.id)
    assert "Bo Scheibe" in (await relay.client.get(API)).json()["told"]
    await relay.write()
    await carry(relay.service)
    [mail] = relay.catcher.to("bo@amt.example")
    assert "Anna Scheibe" in mail.text
    await relay.change(substitute_id=None)
    assert (await relay.client.get(API)).json()["reachable"] is False
    refused = await relay.write(email=None)
    assert (refused.status_code, refused.json()["code"]) == (409, "unreachable")
    page = await relay.client.get(PAGE_OF_ANNA)
    assert "gerade nicht erreichbar" in page.text
    assert "<textarea" not in page.text


@both_databases
async def test_what_the_mail_server_refuses_waits_at_the_desk_until_somebody_mends_it(relay: Relay) -> None:
    editor = AtDesk(relay.client, relay.service, await at_work(relay.service, relay.site, "editor"))
    relay.catcher.refused[ADDRESS] = "550 5.1.1 no such user"
    await relay.write()
    await carry(relay.service)
    shown = await editor.get("/desk/sites/musterstadt/contacts")
    assert "Eine Nachricht war nicht zustellbar" in words_of(shown)
    assert "550 5.1.1 no such user" in words_of(shown)
    assert "keinen" not in shown.text
    [stuck] = await relay.messages()
    assert stuck.text == WORDS
    await relay.change(address="neu@amt.example")
    await editor.post(f"/desk/sites/musterstadt/private-messages/{stuck.id}/again")
    await carry(relay.service)
    [mail] = relay.catcher.to("neu@amt.example")
    assert WORDS in mail.text.replace("\r\n", "\n")
    assert "nicht zustellbar" not in words_of(await editor.get("/desk/sites/musterstadt/contacts"))


async def test_a_message_nobody_can_be_sent_any_more_is_not_lost(relay: Relay, clock: Clock) -> None:
    await relay.write()
    await relay.change(active=False)
    await carry(relay.service)
    editor = AtDesk(relay.client, relay.service, await at_work(relay.service, relay.site, "editor"))
    assert "Eine Nachricht war nicht zustellbar" in words_of(await editor.get("/desk/sites/musterstadt/contacts"))
    [stuck] = await relay.messages()
    await editor.post(f"/desk/sites/musterstadt/private-messages/{stuck.id}/erase")
    assert await relay.messages() == []
    relay.catcher.on_data.extend(["451 later"] * (len(PAUSES) + 1))
    await relay.change(active=True)
    await relay.write()
    for _round in range(len(PAUSES) + 1):
        await carry(relay.service)
        clock.advance(days=1, seconds=1)
    editor = AtDesk(relay.client, relay.service, await at_work(relay.service, relay.site, "editor"))
    assert "451 later" in words_of(await editor.get("/desk/sites/musterstadt/contacts"))


async def test_what_looks_like_a_program_or_an_advert_is_passed_on_with_a_hint(relay: Relay) -> None:
    advert = "Jetzt Casino Bonus sichern! 500 Euro gratis, klicken Sie https://casino-bonus.example und gewinnen Sie!"
    await relay.write(text=advert, homepage="https://casino.example", email=None, name=None)
    await carry(relay.service)
    [mail] = relay.catcher.caught
    assert "wie Programme es tun" in mail.text
    assert "nicht beantworten" in mail.text
    assert mail.mail["Reply-To"] is None
    assert float(mail.mail["X-Wortmeldung-Spam"]) > 0.5


@pytest.mark.parametrize(
    "fields, status, field",
    [
        ({"text": "  \n "}, 422, "text"),
        ({"text": "x" * 10_001}, 422, "text"),
        ({"text": 7}, 422, "text"),
        ({"email": "kein@"}, 422, "email"),
        ({"email": "a@b.de, c@d.de"}, 422, "email"),
        ({"email": "a@b.de\r\nBcc: x@y.de"}, 422, "email"),
        ({"parent": "x"}, 422, "parent"),
        ({"page": "javascript:alert(1)"}, 422, "page"),
    ],
)
async def test_bad_input_is_named(relay: Relay, fields: dict[str, object], status: int, field: str) -> None:
    answer = await relay.write(**fields)
    assert answer.status_code == status
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert await relay.messages() == []


async def test_one_sender_cannot_flood_and_a_foreign_page_cannot_send(relay: Relay) -> None:
    limited = replace(relay.service, rates=Rates("2/10 minutes"))
    async with talking_to(limited) as client:
        sent = [await client.post(f"{API}/messages", json={"text": f"Nummer {each}"}) for each in range(3)]
        assert [each.status_code for each in sent] == [202, 202, 429]
        assert int(sent[-1].headers["retry-after"]) > 0
        foreign = await client.post(f"{API}/messages", json={"text": "x"}, headers={"Origin": "https://evil.example"})
        assert foreign.status_code == 403
    await carry(relay.service)
    assert "wie Programme es tun" in relay.catcher.caught[0].text


async def test_a_writer_finds_and_erases_a_waiting_message_with_their_data(relay: Relay) -> None:
    await relay.write()
    async with relay.service.db.writing() as session:
        mark = mark_of(session, "jo@post.example")
        assert await has_data(session, relay.site.id or 0, mark)
        told = as_json(await holdings_of(session, relay.site, mark), "jo@post.example", relay.service.clock())
        assert WORDS in [each["text"] for each in told["messages"]]
        assert ADDRESS not in json.dumps(told)
        assert (await erase_person(session, mark, "text", relay.service.clock(), relay.site.id)).messages == 1
    await carry(relay.service)
    assert relay.catcher.caught == []


async def test_consent_is_asked_for_where_it_is_the_legal_basis(relay: Relay) -> None:
    async with relay.service.db.writing() as session:
        site = await session.get_one(Site, relay.site.id)
        site.legal = {"basis": "a", "controller": "Stadt", "address": "Markt 1"}
    assert "Ich bin einverstanden" in (await relay.client.get(API)).json()["consent"]
    refused = await relay.write()
    assert [each["field"] for each in refused.json()["errors"]] == ["consent"]
    assert (await relay.write(consent=True)).status_code == 202
