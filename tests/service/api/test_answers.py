"""How the API answers whatever is asked of it: as problem+json, truthfully, readable from where it must be."""

from contextlib import asynccontextmanager

import httpx2
import pytest

from models.away import Unavailable
from service.api import submit
from service.app import create_app
from tests.builders import ORIGIN, PAGE, TEXT, add_site, both_databases, file


@pytest.fixture
async def site(service):
    return await add_site(service)


@pytest.mark.parametrize(
    "method, path, allow",
    [
        ("DELETE", "/api/v1/sites/musterstadt/thread", {"GET", "HEAD", "PUT", "OPTIONS"}),
        ("PUT", "/api/v1/sites/musterstadt/comments", {"POST", "OPTIONS"}),
        ("GET", "/api/v1/sites/musterstadt/comments", {"POST", "OPTIONS"}),
        ("PUT", "/api/v1/comments/abc", {"GET", "HEAD", "PATCH", "DELETE", "OPTIONS"}),
        ("GET", "/api/v1/comments/abc/report", {"POST", "OPTIONS"}),
        ("TRACE", "/api/v1/openapi.json", {"GET", "HEAD", "OPTIONS"}),
        ("POST", "/api/v1/moderation/queue", {"GET", "HEAD"}),
        ("POST", "/healthz", {"GET", "HEAD"}),
    ],
)
async def test_a_wrong_method_is_told_which_are_right(client, method, path, allow):
    answer = await client.request(method, path)
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == allow
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    ["/api/", "/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v2/sites", "/api/v1/sites/musterstadt", "/api/v1/moderation/",
     "/api/v1/sites/musterstadt/thread/", "/api/v1/sites/musterstadt/thread/more", "/api/v1//sites"],
)  # fmt: skip
async def test_an_unknown_path_of_the_api_is_not_found(client, site, path):
    answer = await client.get(path, params={"page": PAGE}, headers={"Host": "evil.example"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["thread", "counts", "form"])
async def test_a_page_may_ask_before_it_reads(client, site, path):
    answer = await client.options(f"/api/v1/sites/musterstadt/{path}", headers={"Origin": ORIGIN})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] in ("*", ORIGIN)
    assert "GET" in answer.headers["access-control-allow-methods"]


@pytest.mark.parametrize(
    "headers, query, language",
    [
        ({}, "", "de"),
        ({"Accept-Language": "en"}, "", "en"),
        ({"Accept-Language": "fr, en;q=0.5"}, "", "en"),
        ({"Accept-Language": "de-AT, en"}, "", "de"),
        ({"Accept-Language": "en;q=0.1, de;q=0.9"}, "", "de"),
        ({"Accept-Language": "fr"}, "", "de"),
        ({"Accept-Language": "\u00ff;;;q=x," * 400}, "", "de"),
        ({"Accept-Language": "de"}, "?lang=en", "en"),
        ({}, "?lang=xx", "de"),
    ],
)
async def test_errors_speak_the_readers_language(client, site, headers, query, language):
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = await client.get(f"/api/v1/sites/nirgends/thread{query or '?'}&page=/", headers=sent)
    assert answer.headers["content-language"] == language
    assert answer.json()["title"] == {"de": "Nicht gefunden", "en": "Not found"}[language]


async def test_without_a_wish_the_sites_language_is_spoken(client, service):
    await add_site(service, "township", language="en")
    answer = await client.post("/api/v1/sites/township/comments", json={}, headers={"Origin": ORIGIN})
    assert answer.headers["content-language"] == "en"


async def test_every_answer_carries_the_security_headers(client, site):
    for path in ("/api/v1/sites/musterstadt/thread?page=/", "/api/v1/nothing", "/healthz", "/"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] in ("no-referrer", "same-origin")


async def test_what_is_served_by_https_must_stay_so(service):
    for base, told in (
        ("https://kommentare.musterstadt.example", "max-age=31536000; includeSubDomains"),
        ("https://musterstadt.example", "max-age=31536000"),
        ("http://kommentare.musterstadt.example", None),
    ):
        app = create_app(service.settings.model_copy(update={"base_url": base}), service=service)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=base) as client:
            answer = await client.get("/healthz")
        assert answer.headers.get("strict-transport-security") == told


async def test_alive_and_ready(client, service):
    assert (await client.get("/healthz")).text == "ok\n"
    assert (await client.get("/readyz")).text == "ready\n"


async def test_figures_name_no_page_and_no_person(client, service, site):
    await file(service, site, name="Ines", email="ines@post.example")
    await client.get("/api/v1/sites/musterstadt/thread", params={"page": PAGE})
    figures = (await client.get("/metrics")).text
    assert 'wortmeldung_queue_waiting{lane="review"} 1.0' in figures
    for trace in ("ines", "handlungsmut", "musterstadt"):
        assert trace not in figures.lower()


async def test_the_figures_are_there_while_the_database_is_away(client, service, monkeypatch):
    up = "wortmeldung_database_up"
    assert f"{up} 1.0" in (await client.get("/metrics")).text
    with monkeypatch.context() as patch:
        patch.setattr(type(service.db), "reading", lambda _self: away())
        answer = await client.get("/metrics")
    assert (answer.status_code, f"{up} 0.0" in answer.text) == (200, True)


@asynccontextmanager
async def away():
    raise Unavailable("ConnectionRefusedError")
    yield


async def cannot_be_asked(_db, _errand):
    raise Unavailable("ConnectionRefusedError")


@both_databases
async def test_a_database_that_is_gone_is_503_and_comes_back(client, service, site, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(type(service.db), "glance", cannot_be_asked)
        answer = await client.get("/api/v1/sites/musterstadt/thread", params={"page": PAGE})
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) <= 6
    assert answer.json()["detail"]
    assert (await client.get("/api/v1/sites/musterstadt/thread", params={"page": PAGE})).status_code == 200


async def test_a_crash_is_told_without_its_words_and_readable_from_the_site(
    service, app, site, caplog, capsys, monkeypatch
):
    async def crash(*_told):
        raise RuntimeError(TEXT)

    monkeypatch.setattr(submit, "submit", crash)

    async def with_state(scope, receive, send):
        scope["state"] = {"service": service}
        await app(scope, receive, send)

    transport = httpx2.ASGITransport(app=with_state, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://x.example") as client:
        answer = await client.post(
            "/api/v1/sites/musterstadt/comments", json={"page": PAGE, "text": TEXT}, headers={"Origin": ORIGIN}
        )
    assert answer.status_code == 500
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert TEXT not in answer.text
    assert TEXT not in caplog.text + capsys.readouterr().out
