"""For the editors alone: what a reader chooses to be private goes by mail, and never becomes a comment."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from sqlmodel import select

from models.comment import Comment
from models.private_message import PrivateMessage
from models.site import Site
from models.thread import Thread
from service.state import Service
from tests.builders import ORIGIN, PAGE, a_contact, add_site, both_databases
from tests.service.mail.conftest import catcher, mailing
from tests.service.mail.test_courier import carry
from tests.service.pages.reader import send, talking_to
from tests.support.catcher import Catcher

__all__ = ["catcher", "mailing"]
API = "/api/v1/sites/musterstadt"
THREAD = f"/sites/musterstadt/thread?page={PAGE}"
WORDS = "Mein Sohn bekommt seit drei Wochen keinen Bescheid vom Jugendamt, bitte rufen Sie mich an."


@pytest.fixture
async def site(mailing: Service) -> Site:
    site = await add_site(mailing)
    anna = await a_contact(mailing, site)
    async with mailing.db.writing() as session:
        stored = await session.get_one(Site, site.id)
        stored.private_contact_id = anna.id
        return stored


@pytest.fixture
async def reader(mailing: Service, site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    async with talking_to(mailing) as client:
        yield client


async def _count(service: Service, table: type) -> int:
    async with service.db.reading() as session:
        return len(list(await session.exec(select(table))))


@both_databases
async def test_one_form_and_the_reader_chooses(
    reader: httpx2.AsyncClient, mailing: Service, catcher: Catcher, site: Site
) -> None:
    facts = (await reader.get(f"{API}/form?page={PAGE}")).json()
    assert facts["private"]["name"] == "Anna Scheibe"
    body = {
        "page": PAGE, "text": WORDS, "name": "Jo", "email": "jo@post.example", "url": "https://jo.example",
        "title": "Der Artikel", "notify": "thread", "consent": True, "private": True, "id": "eine-private-nachricht",
    }  # fmt: skip
    answers = [await reader.post(f"{API}/comments", json=body, headers={"Origin": ORIGIN}) for _twice in range(2)]
    assert [each.status_code for each in answers] == [202, 202]
    receipt = answers[0].json()
    assert (receipt["status"], receipt["html"], receipt["id"]) == ("private", "", "eine-private-nachricht")
    assert "unterwegs" in (await reader.get(receipt["manage_url"])).text
    assert [await _count(mailing, each) for each in (Comment, Thread, PrivateMessage)] == [0, 0, 1]
    await carry(mailing)
    [mail] = catcher.caught
    assert (mail.recipients, mail.mail["Reply-To"]) == (["anna@amt.example"], "Jo <jo@post.example>")
    assert ORIGIN + PAGE in mail.text
    public = await reader.post(
        f"{API}/comments", json={**body, "private": False, "id": "ein-kommentar", "notify": None}
    )
    assert public.json()["status"] == "pending"
    assert await _count(mailing, Comment) == 1


async def test_without_a_script_the_choice_stands_in_the_same_form(
    reader: httpx2.AsyncClient, mailing: Service, site: Site
) -> None:
    page = await reader.get(THREAD)
    assert "Wer soll das lesen?" in page.text
    advised = await send(reader, page, "thread", text=WORDS, do="preview")
    assert "klingt nach einem persönlichen Anliegen" in advised.text
    sent = await send(reader, page, "thread", text=WORDS, private="yes")
    assert (sent.status_code, "/messages/" in sent.headers["location"]) == (303, True)
    empty = await send(reader, page, "thread", text=" ", private="yes")
    assert empty.status_code == 422
    assert 'value="yes" checked' in empty.text
    assert [await _count(mailing, each) for each in (Comment, PrivateMessage)] == [0, 1]


async def test_where_it_is_not_offered_nothing_private_becomes_public(
    reader: httpx2.AsyncClient, mailing: Service, site: Site
) -> None:
    async with mailing.db.writing() as session:
        (await session.get_one(Site, site.id)).private_contact_id = None
    assert (await reader.get(f"{API}/form")).json()["private"] is None
    assert "Wer soll das lesen?" not in (await reader.get(THREAD)).text
    body = {"page": PAGE, "text": WORDS, "private": True}
    refused = await reader.post(f"{API}/comments", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_offered")
    for wrong in ("yes", 1, [True]):
        answer = await reader.post(f"{API}/comments", json={**body, "private": wrong})
        assert [each["field"] for each in answer.json()["errors"]] == ["private"]
    unknown = await reader.post(f"{API}/comments", json={**body, "secret": "x"})
    assert unknown.status_code in (409, 422)
    assert [await _count(mailing, each) for each in (Comment, PrivateMessage)] == [0, 0]
