"""Atom feeds: valid, complete, without addresses."""

from xml.etree import ElementTree as ET

import pytest

from models.comment import Comment
from moderation.lifecycle import Action
from tests.builders import PAGE, a_moderator, add_site, both_databases, file, publish, rule

ATOM = "{http://www.w3.org/2005/Atom}"
FEED = "/sites/musterstadt/feed.atom"


@pytest.fixture
async def site(service):
    return await add_site(service)


async def fetch(client, **query):
    answer = await client.get(FEED, params=query)
    assert answer.headers["content-type"] == "application/atom+xml"
    return ET.fromstring(answer.content)


def texts(feed, path):
    return [each.text for each in feed.findall("/".join(ATOM + step for step in path.split("/")))]


@both_databases
async def test_the_newest_come_first_and_only_approved_ones(client, service, site, clock):
    first = await publish(service, site, "Der erste Kommentar, ganz früh am Morgen.", name="Ayşe & Co.")
    clock.advance(hours=1)
    second = await publish(
        service, site, "Der zweite Kommentar, etwas später.", page="/anderswo", email="a@example.org"
    )
    await file(service, site, "Ein Kommentar, den noch niemand gelesen hat.")
    feed = await fetch(client)
    assert [each.rpartition(":")[2] for each in texts(feed, "entry/id")] == [second.id, first.id]
    assert texts(feed, "entry/author/name")[1] == "Ayşe & Co."
    assert texts(feed, "updated") == ["2026-03-02T11:00:00Z"]
    assert "example.org" not in ET.tostring(feed, encoding="unicode")


async def test_an_entry_has_all_that_the_standard_asks_for(client, service, site):
    comment = await publish(service, site, "Ein **lesbarer** Kommentar.", url="https://ayse.example")
    feed = await fetch(client, page=PAGE)
    assert texts(feed, "title") == [f"Kommentare zu „{PAGE}“"]
    assert texts(feed, "entry/content") == ["<p>Ein <strong>lesbarer</strong> Kommentar.</p>\n"]
    assert texts(feed, "entry/author/uri") == ["https://ayse.example"]
    [link] = feed.findall(f"{ATOM}entry/{ATOM}link")
    assert link.get("href") == f"https://www.musterstadt.example{PAGE}#kommentar-{comment.id}"
    [own] = [each for each in feed.findall(f"{ATOM}link") if each.get("rel") == "self"]
    assert own.get("href").startswith(f"{service.settings.base_url}{FEED}?page=")


async def test_a_page_has_a_feed_of_its_own(client, service, site):
    await publish(service, site)
    await publish(service, site, "Ein Kommentar an einem anderen Ort.", page="/anderswo")
    assert len(texts(await fetch(client, page="/anderswo"), "entry/id")) == 1
    assert texts(await fetch(client, page="/unbekannt"), "entry/id") == []
    feeds = [await fetch(client), await fetch(client, page=PAGE), await fetch(client, page="/anderswo")]
    assert len({texts(each, "id")[0] for each in feeds}) == 3


async def test_what_was_removed_leaves_the_feed(client, service, site):
    comment = await publish(service, site)
    etag = (await client.get(FEED)).headers["etag"]
    assert (await client.get(FEED, headers={"If-None-Match": etag})).status_code == 304
    await rule(service, comment, Action.REJECT, await a_moderator(service, site), rule="respect")
    assert texts(await fetch(client), "entry/id") == []


async def test_what_waited_long_is_new_when_it_is_published(client, service, site, clock):
    waiting = await file(service, site, "Ein Kommentar, der lange wartet, bevor ihn jemand liest.")
    clock.advance(days=1)
    await publish(service, site)
    clock.advance(days=1)
    await rule(service, waiting, Action.APPROVE, await a_moderator(service, site))
    assert texts(await fetch(client), "entry/id")[0].endswith(waiting.id)


async def test_no_control_character_breaks_the_feed(client, service, site):
    comment = await publish(service, site)
    async with service.db.writing() as session:
        stored = await session.get_one(Comment, comment.id)
        stored.name = "Vertikal\x0b\x00Tab\ufffe".replace("\x00", "")
        session.add(stored)
    assert texts(await fetch(client), "entry/author/name") == ["VertikalTab"]


async def test_an_unknown_site_has_no_feed(client):
    assert (await client.get("/sites/nirgends/feed.atom")).status_code == 404
