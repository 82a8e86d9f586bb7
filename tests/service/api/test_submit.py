"""Posting: what is taken, what is refused with which words, and that nothing is kept of what was refused."""

import asyncio
import gzip
import json

import pytest
from sqlmodel import col, func, select

from models.comment import Comment
from models.outbox import Notice
from models.site import Site
from models.thread import Thread, find_thread, set_open
from moderation.lifecycle import Action, Status
from tests.builders import ORIGIN, PAGE, TEXT, a_moderator, add_site, both_databases, file, publish, rule

POST = "/api/v1/sites/musterstadt/comments"
PREVIEW = "/api/v1/sites/musterstadt/preview"
DE = {"Origin": ORIGIN, "Accept-Language": "de"}
JSON = {"Content-Type": "application/json"}
RECEIPT = {"id", "status", "html", "findings", "manage_token", "manage_url", "edit_until", "message"}


@pytest.fixture
async def site(service) -> Site:
    return await add_site(service)


async def stored(service) -> tuple[int, int, int]:
    """How many comments, threads and notices there are."""
    async with service.db.reading() as session:
        return tuple(
            [(await session.exec(select(func.count()).select_from(each))).one() for each in (Comment, Thread, Notice)]
        )  # type: ignore[return-value]


async def form_token(client) -> str:
    answer = await client.get("/api/v1/sites/musterstadt/form", params={"page": PAGE}, headers=DE)
    return answer.json()["form_token"]


async def post(client, headers=DE, **fields):
    return await client.post(POST, json={"page": PAGE, "text": TEXT, **fields}, headers=headers)


@both_databases
async def test_a_comment_is_taken_and_waits(client, service, site, clock):
    token = await form_token(client)
    clock.advance(seconds=60)
    answer = await post(client, name="Ines", email="ines@post.example", url="https://ines.example", form_token=token)
    assert answer.status_code == 202
    receipt = answer.json()
    assert receipt.keys() == RECEIPT
    assert receipt["status"] == "pending"
    assert receipt["edit_until"] == "2026-03-02T10:16:00Z"
    assert receipt["manage_url"].endswith(f"/comments/{receipt['id']}/{receipt['manage_token']}")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    async with service.db.reading() as session:
        comment = await session.get_one(Comment, receipt["id"])
        notices = list(await session.exec(select(Notice)))
    assert (comment.status, comment.lane, comment.name, comment.email) == (
        "pending",
        "review",
        "Ines",
        "ines@post.example",
    )
    assert {(each.kind, each.payload["comment"]) for each in notices} == {
        ("comment_waits", comment.id),
        ("letter_arrived", comment.id),
    }
    assert not [each for each in receipt["findings"] if each["rule"] == "automation"]


async def test_a_comment_without_form_token_or_origin_is_taken_and_marked(client, service, site):
    answer = await post(client, headers={})
    assert answer.status_code == 202
    assert "automation" in [each["rule"] for each in answer.json()["findings"]]


async def test_a_trapped_form_is_marked(client, service, site):
    answer = await post(client, homepage="https://casino.example")
    assert answer.status_code == 202
    assert "automation" in [each["rule"] for each in answer.json()["findings"]]


@pytest.mark.parametrize(
    "origin, status",
    [
        (ORIGIN, 202),
        ("null", 403),
        ("https://evil.example", 403),
        ("http://www.musterstadt.example", 403),
        ("https://www.musterstadt.example:8443", 403),
        ("https://www.musterstadt.example:443", 403),
        ("https://musterstadt.example", 403),
        ("https://x.www.musterstadt.example", 403),
        ("https://www.musterstadt.example.evil.example", 403),
        ("https://evilwww.musterstadt.example", 403),
        ("https://www.musterstadt.example@evil.example", 403),
        ("HTTPS://WWW.MUSTERSTADT.EXAMPLE", 403),
        ("https://www.musterstadt.example/", 403),
        ("https://www.musterstadt.example evil", 403),
        ("https://www.musterstadt.example,https://evil.example", 403),
        ("https://www.musterstadt.example.", 403),
        ("file://", 403),
        ("*", 403),
        ("", 403),
        ("chrome-extension://abcdef", 403),
    ],
)
async def test_only_the_sites_own_origins_may_post_and_read_the_answer(client, service, site, origin, status):
    answer = await post(client, headers={"Origin": origin})
    assert answer.status_code == status
    assert answer.headers.get("access-control-allow-origin") == (origin if status == 202 else None)
    assert "Origin" in answer.headers["vary"]
    assert "access-control-allow-credentials" not in answer.headers
    preflight = await client.options(POST, headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
    assert preflight.headers.get("access-control-allow-origin") == (origin if status == 202 else None)


async def test_the_services_own_pages_may_post(client, service, site):
    assert (await post(client, headers={"Origin": service.settings.base_url})).status_code == 202


def raw(body: bytes, *, status=422, field=None, headers=JSON, name=""):
    return pytest.param(body, headers, status, field, id=name or repr(body[:40]))


def wrong(field=None, answer=422, *, label="", **given):
    body = json.dumps({"page": PAGE, "text": TEXT, **given}).encode()
    return raw(body, status=answer, field=field, name=label or str(given)[:60])


BAD = [
    raw(b"", name="no body"),
    raw(b"{", name="half an object"),
    raw(b'{"page": "/", "text": "x"} x', name="more than an object"),
    raw(b"[]"),
    raw(b'["page"]'),
    raw(b"null"),
    raw(b"1"),
    raw(b'"text"'),
    raw(b"[" * 60_000, name="deep and open"),
    raw(b"[" * 30_000 + b"]" * 30_000, name="deep and closed"),
    raw(b'{"text":' * 8_000, name="deep objects"),
    raw(b'{"page": "/", "text": ' + b"9" * 10_000 + b"}", name="long number"),
    raw(b'{"page": "/", "text": "x", "consent": ' + b"-" + b"9" * 10_000 + b"}", name="long negative number"),
    raw(b'{"page": "/", "text": NaN}'),
    raw(b'{"page": "/", "text": "x", "consent": Infinity}'),
    raw(b'{"page": "/", "text": "x", "consent": -Infinity}'),
    raw(b'{"page": "/", "text": 1e999999}', field="text"),
    raw(b'{"page": "/", "text": "x", "text": "y"}', name="a name twice"),
    raw(b'{"page": "/", "text": "\xff\xfe"}', name="broken UTF-8"),
    raw(b'{"page": "/", "text": "\xc0\xaf"}', name="overlong UTF-8"),
    raw(b'{"page": "/", "text": "\xed\xa0\x80"}', name="a surrogate in UTF-8"),
    raw(b'\xef\xbb\xbf{"page": "/", "text": "x"}', name="a byte order mark"),
    raw('{"page": "/", "text": "x"}'.encode("utf-16"), name="UTF-16"),
    raw(b'{"page": "/", "text": "\\ud800"}', field="text", name="a lone surrogate"),
    raw(b'{"page": "/", "text": "x", "name": "\\udfff"}', field="name", name="a lone low surrogate"),
    raw(b'{"page": "/", "text": "x", "\\ud800": 1}', name="a lone surrogate as a name"),
    raw(b'{"page": "/", "text": "x\\u0000"}', field="text", name="NUL in text"),
    raw(b'{"page": "/\\u0000", "text": "x"}', field="page", name="NUL in page"),
    raw(b'{"text": "x"}', field="page"),
    raw(b'{"page": "/"}', field="text"),
    raw(b'{"page": null, "text": null}', field="page"),
    wrong("page", page=""),
    wrong("page", page="javascript:alert(1)"),
    wrong("page", page="http://["),
    wrong("page", page="/" + "x" * 2001, label="a long page"),
    wrong("page", page="/" + "ü" * 400, label="a page that is long once encoded"),
    wrong("text", text=""),
    wrong(text=" \n\t "),
    wrong(text="x" * 60_000, label="60,000 characters"),
    wrong("name", name="x" * 81),
    wrong("name", name="a\nb"),
    wrong("email", email="nobody"),
    wrong("email", email="a@b"),
    wrong("email", email="a@b.de, c@d.de"),
    wrong("email", email="x" * 255 + "@y.example"),
    wrong("id", id="short"),
    wrong("id", id="../../etc/passwd"),
    wrong("id", id="x" * 65),
    wrong("notify", notify="always"),
    wrong("consent", consent="yes"),
    wrong("parent", parent="x" * 65),
    wrong("title", title="x" * 301),
    wrong("status", status="approved"),
    wrong("role", role="editor"),
    wrong("created_at", created_at="2020-01-01T00:00:00Z"),
    wrong("pinned", pinned=True),
    wrong("email_confirmed", email_confirmed=True),
    wrong(None, 404, parent="0" * 24),
    wrong(None, 404, parent="\u202e'; DROP TABLE comment; --"),
    *(
        wrong(each, label=f"{each}: {value!r}", **{each: value})
        for each in (
            "page",
            "text",
            "name",
            "email",
            "url",
            "parent",
            "title",
            "question",
            "notify",
            "form_token",
            "id",
            "homepage",
        )
        for value in (1, 1.5, True, [], {}, ["x"], {"$gt": ""})
    ),
    *(wrong("consent", label=f"consent: {each!r}", consent=each) for each in (1, "x", [], {})),
    raw(b'{"page": "/", "text": "x"}', status=415, headers={}, name="no type"),
    raw(b'{"page": "/", "text": "x"}', status=415, headers={"Content-Type": "text/plain"}, name="plain text"),
    raw(b"page=/&text=x", status=415, headers={"Content-Type": "application/x-www-form-urlencoded"}, name="a form"),
    raw(b"{}", status=415, headers={"Content-Type": "application/jsonp"}, name="something like JSON"),
    raw(
        gzip.compress(b'{"page": "/", "text": "x"}'),
        status=415,
        headers={**JSON, "Content-Encoding": "gzip"},
        name="gzip",
    ),
    raw(b"{}", status=415, headers={**JSON, "Content-Encoding": "br, identity"}, name="two encodings"),
    raw(json.dumps({"page": PAGE, "text": "x" * 1_000_000}).encode(), status=413, name="1 MB of text"),
    raw(b"{}", status=413, headers={**JSON, "Content-Length": "104857600"}, name="100 MB, it says"),
    raw(b"{}", status=413, headers={**JSON, "Content-Length": "9" * 30}, name="more than there is, it says"),
    raw(b"x" * 70_000, status=413, headers={**JSON, "Content-Length": "2"}, name="a length that lies"),
]


@pytest.mark.parametrize("body, headers, status, field", BAD)
async def test_bad_input_is_refused_in_the_readers_language_and_nothing_is_stored(
    client, service, site, body, headers, status, field
):
    said = {}
    for language in ("de", "en"):
        answer = await client.post(
            POST, content=body, headers={**headers, "Origin": ORIGIN, "Accept-Language": language}
        )
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-language"] == language
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        problem = answer.json()
        assert problem["status"] == status
        assert problem["detail"]
        if field:
            assert field in [each["field"] for each in problem["errors"]]
            assert all(each["message"] for each in problem["errors"])
        said[language] = problem["title"]
    assert said["de"] != said["en"]
    assert await stored(service) == (0, 0, 0)


async def test_an_endless_body_is_cut_off(client, service, site):
    sent = 0

    async def endless():
        nonlocal sent
        while sent < 100_000_000:
            sent += 16_384
            yield b"[" * 16_384

    answer = await client.post(POST, content=endless(), headers={**DE, **JSON})
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"
    assert await stored(service) == (0, 0, 0)


async def test_an_unknown_site_is_not_found(client, service, site):
    for key in ("nirgends", "%00", "Musterstadt", "x" * 300, "..%2f"):
        answer = await client.post(f"/api/v1/sites/{key}/comments", json={"page": PAGE, "text": TEXT})
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


@both_databases
@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/sites/%00/thread?page=/",
        "/api/v1/comments/%00",
        "/api/v1/comments/%00/report",
        "/api/v1/comments/%ff/helpful",
    ],
)
async def test_a_path_that_no_database_can_hold_is_not_found(client, service, site, path):
    method = "GET" if "thread" in path else "DELETE" if path.endswith("00") else "POST"
    headers = {"Authorization": f"Bearer {service.tokens.manage(chr(0))}"}
    answer = await client.request(method, path, headers=headers)
    assert answer.status_code == 404


@both_databases
async def test_a_closed_thread_takes_nothing(client, service, site):
    await publish(service, site)
    async with service.db.writing() as session:
        await set_open(session, await find_thread(session, site, PAGE), open_=False)
    before = await stored(service)
    answer = await post(client, text="Noch etwas dazu.")
    assert (answer.status_code, answer.json()["code"]) == (409, "closed")
    assert await stored(service) == before


async def test_only_published_comments_of_the_same_thread_can_be_answered(client, service, site):
    moderator = await a_moderator(service, site)
    waiting = await file(service, site, "wartet")
    rejected = await publish(service, site, "zurückgezogen")
    await rule(service, rejected, Action.REJECT, moderator, rule="respect")
    elsewhere = await publish(service, site, "anderswo", page="/anderswo")
    for parent in (waiting, rejected, elsewhere):
        answer = await post(client, text="Eine Antwort darauf.", parent=parent.id)
        assert answer.status_code == 404
    open_ = await publish(service, site, "hier")
    assert (await post(client, text="Eine Antwort darauf.", parent=open_.id)).status_code == 202


async def test_a_refused_comment_comes_back_with_advice(client, service, site):
    answer = await post(client, text="Viel zu lang. " * 2000)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "refused"
    refusing = [each for each in problem["findings"] if each["severity"] == "refuse"]
    assert [each["rule"] for each in refusing] == ["length"]
    assert refusing[0]["message"] in problem["detail"]
    assert await stored(service) == (0, 0, 0)


async def test_an_exact_duplicate_is_refused_and_nothing_stored(client, service, site):
    assert (await post(client)).status_code == 202
    before = await stored(service)
    answer = await post(client)
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate")
    assert await stored(service) == before


@both_databases
async def test_the_same_id_twice_is_one_comment_and_the_same_receipt(client, service, site):
    first = await post(client, id="mein-schluessel")
    again = await post(client, id="mein-schluessel")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert (await stored(service))[0] == 1


@pytest.mark.parametrize("change", [{"text": "Ein anderer Text."}, {"page": "/anderswo"}])
async def test_the_receipt_is_not_given_for_another_comment_with_that_id(client, service, site, change):
    await post(client, id="mein-schluessel")
    answer = await post(client, id="mein-schluessel", **change)
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate")
    assert "manage_token" not in answer.text


@pytest.mark.parametrize("action", [Action.APPROVE, Action.REJECT, Action.SPAM, Action.DELETE])
async def test_the_receipt_is_given_only_while_the_comment_waits(client, service, site, action):
    await post(client, id="mein-schluessel")
    async with service.db.reading() as session:
        comment = await session.get_one(Comment, "mein-schluessel")
    await rule(service, comment, action, await a_moderator(service, site), rule="respect")
    answer = await post(client, id="mein-schluessel")
    assert answer.status_code == 409
    assert "manage_token" not in answer.text


async def test_the_id_of_another_sites_comment_gives_nothing_away(client, service, site):
    await post(client, id="mein-schluessel")
    await add_site(service, "nachbarort")
    answer = await client.post(
        "/api/v1/sites/nachbarort/comments", json={"page": PAGE, "text": TEXT, "id": "mein-schluessel"}, headers=DE
    )
    assert answer.status_code == 409
    assert "manage_token" not in answer.text


@both_databases
@pytest.mark.parametrize("texts", [[TEXT] * 6, [f"{TEXT} {number}" for number in range(6)]], ids=["same", "different"])
async def test_posts_with_one_id_at_the_same_time_are_one_comment(client, service, site, texts):
    answers = await asyncio.gather(*(post(client, text=each, id="mein-schluessel") for each in texts))
    codes = sorted(each.status_code for each in answers)
    assert codes[0] == 202
    assert set(codes) <= {202, 409}
    assert len({each.text for each in answers if each.status_code == 202}) == 1
    assert (await stored(service))[0] == 1


@both_databases
async def test_first_comments_of_a_page_at_the_same_time_share_one_thread(client, service, site):
    answers = await asyncio.gather(*(post(client, text=f"{TEXT} Nummer {each}") for each in range(6)))
    assert {each.status_code for each in answers} == {202}
    assert await stored(service) == (6, 1, 6)


async def test_the_receipt_speaks_the_readers_language(client, service, site):
    german = (await post(client)).json()["message"]
    english = (
        await post(client, headers={"Origin": ORIGIN, "Accept-Language": "en-GB, de;q=0.5"}, text="Another text.")
    ).json()["message"]
    asked = (await client.post(POST + "?lang=en", json={"page": PAGE, "text": "A third text."}, headers=DE)).json()[
        "message"
    ]
    assert german != english
    assert english == asked


async def test_a_preview_shows_and_tells_and_keeps_nothing(client, service, site, caplog):
    answer = await client.post(PREVIEW, json={"page": PAGE, "text": "**Wichtig**: GEHEIM max@post.example"}, headers=DE)
    assert answer.status_code == 200
    shown = answer.json()
    assert shown.keys() == {"html", "findings"}
    assert "<strong>Wichtig</strong>" in shown["html"]
    assert "max@post.example" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert await stored(service) == (0, 0, 0)
    assert "GEHEIM" not in caplog.text


async def test_a_preview_of_an_empty_text_finds_it_empty(client, service, site):
    answer = await client.post(PREVIEW, json={"text": ""}, headers=DE)
    assert answer.status_code == 200
    assert [each["rule"] for each in answer.json()["findings"]] == ["empty"]


async def test_a_preview_of_what_cannot_be_read_is_refused(client, service, site):
    for body in (b"[]", b"{", b'{"text": 1}', b'{"text": "x", "more": 1}', b'{"text": null}'):
        answer = await client.post(PREVIEW, content=body, headers={**DE, **JSON})
        assert answer.status_code == 422
    assert (
        await client.post(PREVIEW, json={"text": "x"}, headers={"Origin": "https://evil.example"})
    ).status_code == 403


async def test_the_form_brings_its_token_and_what_stands_beside_it(client, service, site):
    answer = await client.get("/api/v1/sites/musterstadt/form", params={"page": PAGE}, headers=DE)
    form = answer.json()
    assert form["max_length"] > 100
    assert form["edit_minutes"] == 15
    assert form["page_url"] == f"{service.settings.base_url}/sites/musterstadt/thread?page=%2Fartikel%2Fhandlungsmut"
    assert service.tokens.form_age(form["form_token"], "musterstadt", service.clock()) == 0
    assert answer.headers["cache-control"] == "no-store"


async def test_the_form_says_so_where_not_every_comment_waits(client, service, site):
    assert (await client.get("/api/v1/sites/musterstadt/form", headers=DE)).json()["promise"] == ""
    async with service.db.writing() as session:
        stored_site = await session.get_one(Site, site.id)
        stored_site.holds = "findings"
        session.add(stored_site)
    promise = (await client.get("/api/v1/sites/musterstadt/form", headers=DE)).json()["promise"]
    assert promise.endswith("liest ein Mensch, bevor er erscheint.")


async def test_the_status_of_a_new_comment_is_pending_whatever_the_judges_say(client, service, site):
    await post(client, text="Kaufen Sie jetzt billige Uhren auf https://uhren.example und https://casino.example !!!")
    async with service.db.reading() as session:
        statuses = list(await session.exec(select(col(Comment.status))))
    assert statuses == [Status.PENDING]
