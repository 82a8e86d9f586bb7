"""Every route of the service, asked as no page of ours asks: by other sites, with wrong types, too deep, too large."""

import gzip
import json
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import inspect
from sqlmodel import text
from starlette.routing import BaseRoute, Mount, Route

from moderation.draft import Draft
from service.pages.routes import page_routes
from service.routes import public_api
from tests.builders import ORIGIN, PAGE, a_token, add_site, at_work, publish

POST = "/api/v1/sites/musterstadt/comments"
FOREIGN = (
    "https://evil.example", "null", "https://www.musterstadt.example.evil.example", "https://evilwww.musterstadt.example",
    "https://musterstadt.example", "https://x.www.musterstadt.example", "http://www.musterstadt.example",
    "https://www.musterstadt.example:8443", "https://www.musterstadt.example.", "https://WWW.MUSTERSTADT.EXAMPLE",
    "https://www.musterstadt.example/", "https://www.musterstadt.example@evil.example", "https://www.musterstadt.exampl",
    "https://www.musterstadt.example%60.evil.example", "file://", "chrome-extension://abcdef", "*", "https://", "''",
    "https://www.musterstadt.example https://evil.example",
)  # fmt: skip


def _routes(routes: list[BaseRoute], method: str, before: str = "") -> Iterator[tuple[str, Route]]:
    for route in routes:
        if isinstance(route, Mount):
            yield from _routes(list(route.routes), method, before + route.path)
        elif isinstance(route, Route) and method in (route.methods or ()):
            yield before + route.path, route


async def _rows(service):
    async with service.db.reading() as session:
        connection = await session.connection()
        names = await connection.run_sync(lambda each: sorted(inspect(each).get_table_names()))
        return {
            name: sorted(map(repr, (await session.exec(text(f'SELECT * FROM "{name}"'))).all()))
            for name in names
            if not name.startswith("search_") and name != "sender_failure"
        }


@pytest.fixture
async def places(service):
    """A site with a published comment, somebody at the desk, and a value for each name in a path."""
    site = await add_site(service)
    comment = await publish(service, site, email="leserin@post.example")
    secret = await at_work(service, site, "admin", "chefin@musterstadt.example")
    names = {"site": site.key, "id": comment.id, "token": service.tokens.manage(comment.id), "secret": "x" * 43}
    return names | {
        "section": "safety",
        "rule": "respect",
        "batch": "x",
        "name": "wortmeldung.js",
        "year": "2025",
    }, secret


def _filled(path: str, names: dict[str, str]) -> str:
    for told, kind in (("{id:int}", "1"), ("{year:int}", "2025")):
        path = path.replace(told, kind)
    for name, value in names.items():
        path = path.replace(f"{{{name}}}", value)
    return f"{path}?page={PAGE}"


async def test_no_other_site_can_send_anything(app, client, service, places):
    """Row 25: each POST, PATCH and DELETE, from elsewhere, with the victim's cookie and a valid secret in the path."""
    names, secret = places
    client.cookies.set("wortmeldung", secret)
    before, wrong = await _rows(service), []
    ways = (
        (
            {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
            "application/x-www-form-urlencoded",
            b"a=1&yes=on",
        ),
        ({"Origin": "https://evil.example"}, "text/plain", b'{"page":"/a","text":"b"}'),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, "multipart/form-data; boundary=x", b"--x--\r\n"),
        ({"Origin": "https://evil.example"}, "application/json", b'{"page":"/a","text":"b","reason":"spam"}'),
    )
    asked = 0
    for method in ("POST", "PATCH", "DELETE"):
        for path, _route in _routes(app.routes, method):
            if path.startswith(("/subscriptions/", "/confirm/")):
                continue  # one click in a mail program comes from nowhere (RFC 8058); the secret in the path is the right
            for origin, kind, body in ways:
                asked += 1
                headers = {**origin, "Content-Type": kind, "Authorization": f"Bearer {names['token']}"}
                answer = await client.request(method, _filled(path, names), headers=headers, content=body)
                if (
                    answer.is_success
                    or answer.status_code >= 500
                    or (answer.is_redirect and "sign-in" not in answer.headers["location"])
                ):
                    wrong.append((method, path, origin, kind, answer.status_code))
    assert asked > 200
    assert wrong == []
    assert await _rows(service) == before


async def test_only_the_sites_own_origin_reads_what_is_not_public(client, service, places):
    """Row 27: nothing is reflected, and nothing goes with credentials."""
    for origin in FOREIGN:
        for answer in (
            await client.post(POST, json={"page": PAGE, "text": "x"}, headers={"Origin": origin}),
            await client.options(POST, headers={"Origin": origin, "Access-Control-Request-Method": "POST"}),
            await client.get("/api/v1/sites/musterstadt/form", headers={"Origin": origin}),
            await client.get("/desk", headers={"Origin": origin}),
        ):
            assert answer.headers.get("access-control-allow-origin") is None, (origin, answer.request.url)
            assert "access-control-allow-credentials" not in answer.headers
        public = await client.get("/api/v1/sites/musterstadt/thread", params={"page": PAGE}, headers={"Origin": origin})
        assert public.headers["access-control-allow-origin"] == "*"
    own = await client.post(POST, json={"page": PAGE, "text": "Ein Gedanke."}, headers={"Origin": ORIGIN})
    assert own.headers["access-control-allow-origin"] == ORIGIN
    assert "Origin" in own.headers["vary"]


async def test_every_answer_says_what_it_is_and_who_may_show_it(app, client, service, places):
    """Row 26: no page of ours in a frame, no type guessed, a charset for every text."""
    names, secret = places
    client.cookies.set("wortmeldung", secret)
    wrong, looked = [], 0
    paths = [path for path, _ in _routes(app.routes, "GET") if not path.endswith("/events")]
    for path in (
        *paths,
        "/nirgends",
        "/static/pages.css",
        "/static/desk.js",
        "/desk/comments/nirgends",
        "/static/",
        "/.git/config",
    ):
        for method in ("GET", "HEAD", "POST", "TRACE"):
            answer = await client.request(method, _filled(path, names), headers={"Origin": "https://evil.example"})
            policy, kind = answer.headers.get("content-security-policy", ""), answer.headers.get("content-type", "")
            looked += 1
            bad = [
                each
                for each in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")
                if each not in policy
            ]
            bad += [] if answer.headers.get("x-content-type-options") == "nosniff" else ["nosniff"]
            bad += [] if answer.headers.get("referrer-policy") == "same-origin" else ["referrer"]
            bad += ["charset"] if kind.startswith("text/") and "charset=utf-8" not in kind.lower() else []
            bad += ["no type"] if answer.content and not kind else []
            bad += ["server"] if "server" in answer.headers or "x-powered-by" in answer.headers else []
            bad += ["trace"] if method == "TRACE" and answer.status_code not in (404, 405) else []
            wrong += [(method, path, each) for each in bad]
    assert looked > 200
    assert wrong == []


PRIVILEGED = (
    "status", "pinned", "featured", "role", "html", "lane", "revision", "site_id", "priority", "held", "spam", "created_at",
    "published_at", "email_confirmed", "helpful", "__proto__", "constructor", "moderator_id", "approved", "trapped",
)  # fmt: skip
ODD = ({}, [], {"$ne": ""}, ["x"], 0, 1.5, True, {"toString": "x"}, 10**17, -1, [[[]]], {"a": {"b": {}}})


async def test_no_type_passes_for_another_and_no_field_for_ours(client, service, places):
    """Row 22: an object, a list, a number or a flag in place of each text; and fields that are nobody's to set."""
    before, wrong = await _rows(service), []
    comment = places[0]["id"]
    fields = [each for each in Draft.__dataclass_fields__ if each != "consent"]
    report = ("reason", "name", "email", "statement")
    for odd in ODD:
        told = [(POST, {"page": PAGE, "text": "Ein Gedanke.", name: odd}) for name in fields]
        told += [(f"/api/v1/comments/{comment}/report", {"reason": "spam", name: odd}) for name in report]
        told += [(f"{POST[:-8]}preview", {"page": PAGE, "text": odd}), (POST, odd)]
        for path, body in told:
            answer = await client.post(
                path, content=json.dumps(body), headers={"Origin": ORIGIN, "Content-Type": "application/json"}
            )
            if answer.status_code != 422:
                wrong.append((path, body, answer.status_code))
    for name in PRIVILEGED:
        own = {"Authorization": f"Bearer {places[0]['token']}", "Origin": ORIGIN}
        answers = [
            await client.post(
                POST, json={"page": PAGE, "text": "Ein Gedanke.", name: "approved"}, headers={"Origin": ORIGIN}
            ),
            await client.patch(f"/api/v1/comments/{comment}", json={"text": "Anders.", name: "approved"}, headers=own),
            await client.post(
                f"/api/v1/comments/{comment}/report", json={"reason": "spam", name: 1}, headers={"Origin": ORIGIN}
            ),
        ]
        wrong += [(name, each.request.url.path) for each in answers if each.status_code != 422]
    assert wrong == []
    assert await _rows(service) == before


BOMBS = {
    "brackets": b"[" * 60_000,
    "objects": b'{"a":' * 12_000,
    "pairs": b"[]" * 30_000,
    "a number": b'{"text":' + b"9" * 10_000 + b"}",
    "an exponent": b'{"text":1e' + b"9" * 5_000 + b"}",
    "nan": b'{"text":NaN}',
    "twice": b'{"text":"a","text":"b"}',
    "escapes": b'{"text":"' + b"\\u0041" * 9_000 + b"}",
    "half a pair": b'{"page":"/a","text":"\\ud800"}',
    "not utf-8": b'{"page":"/a","text":"\xff\xfe"}',
    "overlong": b'{"page":"/a","text":"\xc0\xaf\xe0\x80\xaf"}',
    "utf-16": '{"page":"/a","text":"b"}'.encode("utf-16"),
    "nul": b'{"page":"/a","text":"a\\u0000b"}',
    "packed": gzip.compress(b'{"text":"' + b"a" * 5_000_000 + b'"}'),
    "large": b'{"text":"' + b"a" * 70_000 + b'"}',
}


@pytest.mark.parametrize("bomb", BOMBS)
async def test_what_should_cost_us_much_costs_little(client, service, bomb):
    """Row 21: refused, with at most 50 ms of computing."""
    await add_site(service)
    headers = {"Origin": ORIGIN, "Content-Type": "application/json"}
    if bomb == "packed":
        headers["Content-Encoding"] = "gzip"
    answer, best = None, 1.0
    for _ in range(3):
        started = time.process_time()
        answer = await client.post(POST, content=BOMBS[bomb], headers=headers)
        best = min(best, time.process_time() - started)
    assert answer is not None
    assert 400 <= answer.status_code < 500
    assert best < 0.05


async def test_a_secret_opens_nothing_of_anybody_else(app, client, service):
    """Row 35 beside the desk's own table: an author's, subscriber's or moderator's secret, at everybody else's doors."""
    site = await add_site(service)
    mine, yours = await publish(service, site), await publish(service, site, "Ein zweiter Gedanke zum Marktplatz.")
    token = await a_token(service, site)
    secrets = [
        service.tokens.manage(mine.id),
        service.tokens.unsubscribe(mine.id),
        token,
        service.tokens.form(site.key, service.clock()),
    ]
    before, wrong, asked = await _rows(service), [], 0
    for method in ("GET", "POST", "PATCH", "DELETE"):
        for path, _route in (*_routes(page_routes, method), *_routes(public_api, method, "/api/v1")):
            if "{id}" not in path or path.endswith(("/report", "/helpful")):
                continue  # those are everybody's
            for secret in secrets:
                asked += 1
                filled = path.replace("{id}", yours.id).replace("{token}", secret)
                headers = {"Authorization": f"Bearer {secret}", "Origin": service.settings.base_url}
                sent = {"json": {"text": "Anders."}} if path.startswith("/api") and method == "PATCH" else {}
                sent = sent or (
                    {"data": {"text": "Anders.", "statement": "x", "yes": "on"}} if method == "POST" else {}
                )
                answer = await client.request(method, filled, headers=headers, **sent)
                if answer.status_code not in (401, 404):
                    wrong.append((method, path, answer.status_code))
    assert asked > 50
    assert wrong == []
    assert await _rows(service) == before
