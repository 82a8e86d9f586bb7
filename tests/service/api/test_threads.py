"""Reading: what a thread shows, in which order, and what of it may be kept by whom."""

import asyncio
import gzip
import json

import brotli
import httpx2
import pytest

from moderation.lifecycle import Action
from service.api import threads
from service.own import withdraw
from tests.builders import ORIGIN, PAGE, a_moderator, add_site, ask, file, publish, rule

THREAD = "/api/v1/sites/musterstadt/thread"


@pytest.fixture
async def site(service):
    return await add_site(service)


async def read(client, headers=None, **query):
    answer = await client.get(THREAD, params={"page": PAGE, **query}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def in_turn(service, clock, site, *texts, **fields):
    """Comments published one minute after the other."""
    made = []
    for text in texts:
        made.append(await publish(service, site, text, **fields))
        clock.advance(minutes=1)
    return made


def ids(thread):
    return [each["id"] for each in thread["comments"]]


async def test_a_page_without_comments_is_an_empty_open_thread(client, site):
    assert await read(client) == {
        "site": "musterstadt",
        "page": PAGE,
        "title": "",
        "open": True,
        "count": 0,
        "outcome": None,
        "questions": [],
        "comments": [],
        "next": None,
    }


async def test_an_unknown_site_is_not_found(client, site):
    answer = await client.get("/api/v1/sites/nirgends/thread", params={"page": PAGE})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_comment_has_the_shape_of_the_contract(client, service, site):
    [asked] = await ask(service, site, "Was fehlt noch?")
    comment = await publish(
        service, site, "Ein *guter* Bericht", name="Ines", url="https://ines.example", question=asked.id
    )
    (shown,) = (await read(client))["comments"]
    assert shown == {
        "id": comment.id,
        "parent": None,
        "depth": 0,
        "author": {"name": "Ines", "url": "https://ines.example", "role": None},
        "html": "<p>Ein <em>guter</em> Bericht</p>\n",
        "created_at": "2026-03-02T10:00:00Z",
        "edited_at": None,
        "pinned": False,
        "featured": False,
        "helpful": 0,
        "question": asked.id,
        "removed": None,
    }


async def test_replies_stand_under_what_they_answer_oldest_first(client, service, site, clock):
    first, second = await in_turn(service, clock, site, "eins", "zwei")
    (late,) = await in_turn(service, clock, site, "Antwort auf zwei", parent=second.id)
    (early,) = await in_turn(service, clock, site, "Antwort auf eins", parent=first.id)
    (deeper,) = await in_turn(service, clock, site, "Antwort auf die Antwort", parent=early.id)
    thread = await read(client)
    assert ids(thread) == [first.id, early.id, deeper.id, second.id, late.id]
    assert [each["depth"] for each in thread["comments"]] == [0, 1, 2, 0, 1]


async def test_depth_ends_where_the_site_ends_it(client, service, site, clock):
    parent = None
    for _level in range(6):
        (comment,) = await in_turn(service, clock, site, "tiefer", parent=parent)
        parent = comment.id
    assert [each["depth"] for each in (await read(client))["comments"]] == [0, 1, 2, 3, 3, 3]


async def test_a_withdrawn_comment_with_replies_stays_as_a_tombstone(client, service, site, clock):
    top, other = await in_turn(service, clock, site, "oben", "daneben", name="Ines")
    (reply,) = await in_turn(service, clock, site, "Antwort", parent=top.id)
    await withdraw(service, top)
    await withdraw(service, other)
    thread = await read(client)
    assert ids(thread) == [top.id, reply.id]
    stone = thread["comments"][0]
    assert (stone["removed"], stone["html"], stone["author"]) == ("author", "", None)
    assert thread["count"] == 1


async def test_a_removed_comment_with_replies_is_marked_as_removed_by_moderation(client, service, site, clock):
    top, middle = await in_turn(service, clock, site, "oben", "mitte")
    (reply,) = await in_turn(service, clock, site, "Antwort", parent=middle.id)
    (deep,) = await in_turn(service, clock, site, "tief", parent=reply.id)
    moderator = await a_moderator(service, site)
    await rule(service, middle, Action.REJECT, moderator, rule="respect")
    await rule(service, reply, Action.DELETE, moderator)
    thread = await read(client)
    assert ids(thread) == [top.id, middle.id, reply.id, deep.id]
    assert [each["removed"] for each in thread["comments"]] == [None, "moderation", "moderation", None]


async def test_a_removed_comment_without_published_replies_is_gone(client, service, site):
    top = await publish(service, site, "oben")
    await file(service, site, "wartende Antwort", parent=top.id)
    await withdraw(service, top)
    assert (await read(client))["comments"] == []


async def test_newest_and_helpful_order_the_top_comments_and_pinned_ones_come_first(client, service, site, clock):
    site.helpful = True
    async with service.db.writing() as session:
        session.add(site)
    first, second, third = await in_turn(service, clock, site, "eins", "zwei", "drei")
    (reply,) = await in_turn(service, clock, site, "Antwort", parent=second.id)
    assert ids(await read(client, sort="newest")) == [third.id, second.id, reply.id, first.id]
    assert (await client.post(f"/api/v1/comments/{third.id}/helpful")).status_code == 200
    assert ids(await read(client, sort="helpful")) == [third.id, first.id, second.id, reply.id]
    await rule(service, second, Action.PIN, await a_moderator(service, site))
    assert ids(await read(client, sort="newest")) == [second.id, reply.id, third.id, first.id]


@pytest.mark.parametrize("sort", ["oldest", "newest", "helpful"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 1000])
async def test_paging_shows_every_comment_exactly_once(client, service, site, clock, sort, limit):
    made = await in_turn(service, clock, site, "a", "b", "c")
    made += await in_turn(service, clock, site, "aa", "ab", parent=made[0].id)
    made += await in_turn(service, clock, site, "aaa", parent=made[3].id)
    made += await in_turn(service, clock, site, "ba", parent=made[1].id)
    await withdraw(service, made[1])
    seen, after = [], ""
    while True:
        thread = await read(client, sort=sort, limit=limit, after=after)
        assert len(thread["comments"]) <= limit
        assert thread["count"] == 6
        seen += ids(thread)
        after = thread["next"]
        if after is None:
            break
    assert sorted(seen) == sorted(each.id for each in made)
    assert seen == ids(await read(client, sort=sort))


@pytest.mark.parametrize(
    "query, field",
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"limit": "1e3"}, "limit"),
        ({"limit": "٣"}, "limit"),
        ({"limit": "9" * 400}, "limit"),
        ({"sort": "best"}, "sort"),
        ({"after": "0" * 24}, "after"),
        ({"after": "\0"}, "after"),
        ({"page": ""}, "page"),
        ({"page": "mailto:x@y.example"}, "page"),
        ({"page": "/" + "x" * 3000}, "page"),
        ({"page": "/a\0b"}, "page"),
    ],
)
async def test_a_wrong_parameter_is_named(client, service, site, query, field):
    await publish(service, site)
    answer = await client.get(THREAD, params={"page": PAGE, **query})
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [field]


async def test_limits_at_their_bounds_are_taken(client, service, site):
    await publish(service, site)
    for limit in ("1", "1000"):
        assert len((await read(client, limit=limit))["comments"]) == 1


async def test_the_etag_is_strong_and_answers_304(client, service, site):
    await publish(service, site)
    first = await client.get(THREAD, params={"page": PAGE})
    etag = first.headers["etag"]
    assert etag.startswith('"')
    assert "s-maxage" in first.headers["cache-control"]
    for told in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = await client.get(THREAD, params={"page": PAGE}, headers={"If-None-Match": told})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
        assert again.headers["access-control-allow-origin"] == "*"
    other = await client.get(THREAD, params={"page": PAGE}, headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


async def test_a_pending_comment_changes_neither_bytes_nor_etag(client, service, site):
    for text in ("vor dem ersten Kommentar", "nach dem ersten Kommentar"):
        before = await client.get(THREAD, params={"page": PAGE})
        waiting = await file(service, site, text, title="Ein Titel, den niemand geprüft hat")
        after = await client.get(THREAD, params={"page": PAGE})
        assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])
        await rule(service, waiting, Action.APPROVE, await a_moderator(service, site))
        approved = await client.get(THREAD, params={"page": PAGE}, headers={"If-None-Match": before.headers["etag"]})
        assert approved.status_code == 200
        assert approved.headers["etag"] != before.headers["etag"]


async def test_a_title_is_shown_once_a_moderator_has_approved_a_comment_that_names_it(client, service, site):
    await file(service, site, "wartet", title="Falscher Titel")
    await publish(service, site, "genehmigt", title="Handlungsmut")
    await publish(service, site, "später", title="Anderer Titel")
    assert (await read(client))["title"] == "Handlungsmut"


@pytest.mark.parametrize(
    "accept, encoding",
    [
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br", "br"),
        ("gzip;q=0.8, br;q=0", "gzip"),
        ("br;q=0.5", "br"),
        ("identity", None),
        ("", None),
        ("br;q=0.000, gzip;q=0", None),
        ("BR", "br"),
    ],
)
async def test_compressed_bytes_are_the_same_after_decoding(client, service, site, accept, encoding):
    await publish(service, site, "Ein Kommentar, der lang genug ist, damit sich Packen lohnt. " * 5)
    plain = await client.get(THREAD, params={"page": PAGE}, headers={"Accept-Encoding": "identity"})
    async with client.stream("GET", THREAD, params={"page": PAGE}, headers={"Accept-Encoding": accept}) as answer:
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert answer.headers.get("content-encoding") == encoding
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}[encoding]
    assert unpack(raw) == plain.content
    assert answer.headers["vary"] == "Accept-Encoding"
    known = await client.get(THREAD, params={"page": PAGE}, headers={"If-None-Match": answer.headers["etag"]})
    assert known.status_code == 304


async def test_each_encoding_has_its_own_strong_etag(client, service, site):
    await publish(service, site, "Ein Kommentar, der lang genug ist, damit sich Packen lohnt. " * 5)
    tags = set()
    for accept in ("identity", "gzip", "br"):
        answer = await client.get(THREAD, params={"page": PAGE}, headers={"Accept-Encoding": accept})
        tags.add(answer.headers["etag"])
    assert len(tags) == 3


UNKEYED = [
    {"X-Forwarded-Host": "evil.example"},
    {"X-Forwarded-Proto": "gopher"},
    {"X-Original-URL": "/admin"},
    {"Origin": "https://evil.example"},
    {"Origin": ORIGIN},
    {"Host": "evil.example"},
    {"Accept-Language": "en"},
    {"Accept": "text/html"},
    {"User-Agent": "<script>"},
    {"Cookie": "session=1"},
    {"Authorization": "Bearer x"},
    {"Referer": "https://evil.example/"},
]


@pytest.mark.parametrize("headers", UNKEYED, ids=str)
async def test_headers_that_no_cache_looks_at_change_nothing(client, service, site, headers):
    await publish(service, site)
    plain = await client.get(THREAD, params={"page": PAGE})
    forged = await client.get(THREAD, params={"page": PAGE}, headers=headers)
    assert forged.content == plain.content
    assert forged.headers == plain.headers


async def test_head_tells_the_same_without_a_body(live, service, site):
    await publish(service, site)
    async with httpx2.AsyncClient(base_url=live) as browser:
        got = await browser.get(THREAD, params={"page": PAGE})
        head = await browser.head(THREAD, params={"page": PAGE})
    assert (head.status_code, head.content) == (200, b"")
    told = {name: value for name, value in got.headers.items() if name != "date"}
    assert told == {name: value for name, value in head.headers.items() if name != "date"}


async def test_one_page_has_one_thread_however_it_is_named(client, service, site):
    await publish(service, site)
    for name in (f"{ORIGIN}{PAGE}", f"{PAGE}/", f"{PAGE}?utm_source=x", f"{PAGE}#comments", PAGE.lstrip("/")):
        assert (await client.get(THREAD, params={"page": name})).json()["count"] == 1


async def test_threads_of_two_sites_do_not_mix(client, service, site):
    await publish(service, site)
    await add_site(service, "nachbarort")
    answer = await client.get("/api/v1/sites/nachbarort/thread", params={"page": PAGE})
    assert answer.json()["count"] == 0


async def test_counts_answer_as_they_were_asked(client, service, site, clock):
    top, _other = await in_turn(service, clock, site, "eins", "zwei")
    await in_turn(service, clock, site, "Antwort", parent=top.id)
    await in_turn(service, clock, site, "anderswo", page="/b")
    await file(service, site, "wartet")
    await withdraw(service, top)
    pages = [PAGE, "/b", f"{ORIGIN}/b?utm_source=x", "/leer"]
    answer = await client.get("/api/v1/sites/musterstadt/counts", params=[("page", each) for each in pages])
    assert answer.json() == {"counts": dict(zip(pages, [2, 1, 1, 0], strict=True))}
    known = await client.get(
        "/api/v1/sites/musterstadt/counts",
        params=[("page", each) for each in pages],
        headers={"If-None-Match": answer.headers["etag"]},
    )
    assert known.status_code == 304


@pytest.mark.parametrize("number, status", [(0, 422), (1, 200), (200, 200), (201, 422)])
async def test_counts_are_for_1_to_200_pages(client, site, number, status):
    params = [("page", f"/{each}") for each in range(number)]
    answer = await client.get("/api/v1/sites/musterstadt/counts", params=params)
    assert answer.status_code == status
    assert len(json.loads(answer.content).get("counts", {})) == (number if status == 200 else 0)


async def test_a_thread_is_built_once_however_many_ask_at_once(client, service, site, monkeypatch):
    await publish(service, site)
    built = []
    approved = threads.approved

    async def counting(*told, **named):
        built.append(1)
        return await approved(*told, **named)

    monkeypatch.setattr(threads, "approved", counting)
    answers = await asyncio.gather(*(client.get(THREAD, params={"page": PAGE}) for _ in range(20)))
    assert {each.status_code for each in answers} == {200}
    assert len(built) == 1


async def test_pages_without_comments_leave_nothing_in_memory(client, service, site):
    for number in range(20):
        await client.get(THREAD, params={"page": f"/leer/{number}"})
    assert not service.cache._answers
