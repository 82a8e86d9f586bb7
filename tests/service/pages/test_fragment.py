"""The thread as part of somebody else's page."""

from html.parser import HTMLParser

import pytest

from models.thread import find_thread, set_open
from moderation.lifecycle import Action
from tests.builders import PAGE, a_moderator, add_site, both_databases, file, publish, rule

FRAGMENT = "/sites/musterstadt/fragment"


@pytest.fixture
async def site(service):
    return await add_site(service)


class Microdata(HTMLParser):
    """Items of the kind Comment with the properties of their own, as a search engine reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.comments: list[dict[str, str]] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        self.tags.append(tag)
        if has.get("itemtype") == "https://schema.org/Comment":
            self.comments.append({"itemid": has["itemid"]})
        if "itemprop" in has and "content" in has and self.comments:
            self.comments[-1][has["itemprop"]] = has["content"]


def read(html: str) -> Microdata:
    reader = Microdata()
    reader.feed(html)
    return reader


async def fetch(client, page=PAGE, **query):
    return await client.get(FRAGMENT, params={"page": page, **query})


@both_databases
async def test_it_holds_the_approved_thread_and_nothing_else(client, service, site):
    top = await publish(service, site, "Ein **lesbarer** Kommentar zum Artikel.", name="Ayşe", email="a@example.org")
    await publish(service, site, "Eine Antwort darauf, von anderer Seite.", parent=top.id)
    await file(service, site, "Ein Kommentar, den noch niemand gelesen hat.")
    answer = await fetch(client)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<strong>lesbarer</strong>" in answer.text
    assert "niemand gelesen" not in answer.text
    assert "example.org" not in answer.text
    assert answer.text.index('class="wortmeldung-replies"') > answer.text.index(f"kommentar-{top.id}")


async def test_it_tells_search_engines_what_the_comments_are(client, service, site):
    comment = await publish(service, site)
    [found] = read((await fetch(client)).text).comments
    assert found["itemid"] == f"https://www.musterstadt.example{PAGE}#kommentar-{comment.id}"
    assert found["dateCreated"] == "2026-03-02T10:00:00Z"


async def test_it_brings_no_script_no_style_and_no_form_into_the_page(client, service, site):
    await publish(service, site)
    assert not {"script", "style", "form", "link", "html", "body"} & set(read((await fetch(client)).text).tags)


async def test_its_links_lead_to_the_service_by_their_whole_address(client, service, site):
    comment = await publish(service, site)
    html = (await fetch(client)).text
    assert f"{service.settings.base_url}/sites/musterstadt/thread?page=" in html
    assert f"{service.settings.base_url}/comments/{comment.id}/report" in html


async def test_a_known_state_is_304_and_a_decision_a_new_one(client, service, site):
    comment = await publish(service, site)
    first = await fetch(client)
    known = {"If-None-Match": first.headers["etag"]}
    again = await client.get(FRAGMENT, params={"page": PAGE}, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    await rule(service, comment, Action.SPAM, await a_moderator(service, site))
    gone = await client.get(FRAGMENT, params={"page": PAGE}, headers=known)
    assert gone.status_code == 200
    assert comment.id not in gone.text


@pytest.mark.parametrize("path", [FRAGMENT, "/sites/musterstadt/feed.atom"])
async def test_what_is_kept_ready_is_the_same_in_every_header(client, service, site, path):
    await publish(service, site)
    long_way = await client.get(path, params={"page": PAGE})
    short_way = await client.get(path, params={"page": PAGE})
    assert len(service.ready) == 1
    assert (short_way.content, dict(short_way.headers)) == (long_way.content, dict(long_way.headers))


async def test_its_language_is_the_sites_whoever_asks(client, service, site):
    await publish(service, site)
    answer = await client.get(FRAGMENT, params={"page": PAGE}, headers={"Accept-Language": "en"})
    assert "1 Kommentar<" in answer.text
    assert "1 comment<" in (await fetch(client, lang="en")).text


async def test_a_page_that_its_host_has_closed_shows_its_comments_and_no_way_to_write(client, service, site):
    comment = await publish(service, site)
    shown = (await fetch(client, write="no")).text
    assert comment.id in shown
    assert ("wortmeldung-closed" in shown, "#schreiben" in shown) == (True, False)
    assert "#schreiben" in (await fetch(client)).text
    assert (await fetch(client, write="perhaps")).status_code == 422


async def test_the_heading_has_the_level_that_fits_the_page(client, site):
    assert "<h4 " in (await fetch(client, level="4")).text
    assert (await fetch(client, level="9")).status_code == 422


async def test_a_closed_thread_invites_nobody(client, service, site):
    await publish(service, site)
    async with service.db.writing() as session:
        await set_open(session, await find_thread(session, site, PAGE), open_=False)
    html = (await fetch(client)).text
    assert "#schreiben" not in html
    assert "geschlossen" in html


async def test_a_removed_comment_with_replies_holds_their_place(client, service, site):
    top = await publish(service, site, "Was hier stand, soll nicht stehen bleiben.")
    await publish(service, site, "Eine Antwort, die bleibt, wo sie ist.", parent=top.id)
    await rule(service, top, Action.DELETE, await a_moderator(service, site))
    html = (await fetch(client)).text
    assert "stehen bleiben" not in html
    assert "Von der Redaktion entfernt" in html
    assert "Eine Antwort, die bleibt" in html


@pytest.mark.parametrize(
    "path, status", [("/sites/nirgends/fragment?page=/a", 404), ("/sites/musterstadt/fragment", 422)]
)
async def test_an_error_is_no_page_that_would_end_in_somebodys_page(client, site, path, status):
    answer = await client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
