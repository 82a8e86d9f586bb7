"""A thousand people give their address, by every way in. It comes out nowhere, and neither does a hash of it."""

import hashlib
import logging
import random
import re
from collections.abc import Iterator

import httpx2
import pytest
from sqlmodel import col, select, update

from models.comment import Comment
from models.site import Site
from models.thread import Thread, advance, find_thread
from moderation.lifecycle import Action, Status
from service.state import Service
from tests.builders import ORIGIN, PAGE, a_moderator, add_site, file, rule
from tests.service.pages.reader import send

BY_API, BY_FORM, FILED = 120, 60, 820
API = "/api/v1/sites/musterstadt"
THREAD = f"/sites/musterstadt/thread?page={PAGE}"
_HASH = re.compile(r"[0-9a-f]{32,64}")
_SUBJECTS = ("der Schulweg", "das Schwimmbad", "die Bücherei", "der Radweg", "das Stadtfest", "die Kita", "der Park")


def _addresses(number: int) -> list[str]:
    chance = random.Random(20261122)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    names = ("".join(chance.choices(letters, k=14)) for _ in range(number))
    return [f"{name}@{chance.choice(('post', 'mail', 'web'))}.example" for name in names]


def _text(number: int, address: str) -> str:
    """A text that says something of its own; every third also tells the address, in one way or another."""
    subject = _SUBJECTS[number % len(_SUBJECTS)]
    told = ("", f" Schreiben Sie mir: {address}.", "", "", f" Oder [hier](mailto:{address}).", "", "", f" `{address}`")
    return f"Für mich ist {subject} in Nummer {number} des Plans zu kurz gekommen.{told[number % len(told)]}"


def _hashes(address: str) -> Iterator[str]:
    for spelled in (address, address.upper(), f"mailto:{address}", address.partition("@")[0]):
        for kind in (hashlib.md5, hashlib.sha1, hashlib.sha256):
            yield kind(spelled.encode()).hexdigest()


@pytest.mark.slow
async def test_no_address_comes_out(
    client: httpx2.AsyncClient, service: Service, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    site = await add_site(service)
    addresses = _addresses(BY_API + BY_FORM + FILED)
    api, form, filed = addresses[:BY_API], addresses[BY_API : BY_API + BY_FORM], addresses[BY_API + BY_FORM :]
    told = await _by_api(client, api)
    told += await _by_form(client, form)
    for number, address in enumerate(filed, BY_API + BY_FORM):
        await file(service, site, _text(number, address), email=address, name=address if number % 9 == 0 else "Jo")
    await _publish(service, site)
    told += await _report(client, service, addresses)
    told += await _everything_public(client)
    told += [caplog.text, *capfd.readouterr()]
    told_whole = "\n".join(told).lower()
    assert len(told_whole) > 1_000_000
    assert [each for each in addresses if each.partition("@")[0] in told_whole] == []
    hashes = {each for address in addresses for each in _hashes(address)}
    assert hashes.isdisjoint(_HASH.findall(told_whole))


async def _by_api(client: httpx2.AsyncClient, addresses: list[str]) -> list[str]:
    told = []
    for number, address in enumerate(addresses):
        draft = {
            "page": PAGE,
            "text": _text(number, address),
            "email": address,
            "name": f"Jo {address}" if number % 7 == 0 else "Jo",
            "title": f"Ein Titel von {address}",
            "url": f"https://jo.example/?an={address}" if number % 6 == 0 else "",
        }
        for path in ("preview", "comments"):
            answer = await client.post(f"{API}/{path}", json=draft, headers={"Origin": ORIGIN})
            assert answer.status_code in (200, 202), answer.text
            told.append(answer.text)
    return told


async def _by_form(client: httpx2.AsyncClient, addresses: list[str]) -> list[str]:
    told = []
    page = await client.get(THREAD)
    for number, address in enumerate(addresses, BY_API):
        fields = {"text": _text(number, address), "email": address, "url": f"https://jo.example/#{address}"}
        answer = await send(client, page, "thread", **fields, id=f"formular-{number}")
        assert answer.status_code == 303, answer.text
        # What the form itself gives back to its author is theirs; the page that they keep shows it to nobody else.
        told += [answer.headers["location"]]
    return told


async def _publish(service: Service, site: Site) -> None:
    async with service.db.reading() as session:
        comments = list(await session.exec(select(Comment).order_by(col(Comment.created_at)).limit(20)))
    moderator = await a_moderator(service, site)
    for comment in comments:
        await rule(service, comment, Action.APPROVE, moderator)
    async with service.db.writing() as session:
        await session.exec(update(Comment).values(status=Status.APPROVED, published_at=service.clock()))
        thread = await find_thread(session, site, PAGE)
        assert isinstance(thread, Thread)
        await advance(session, thread.id or 0)


async def _report(client: httpx2.AsyncClient, service: Service, addresses: list[str]) -> list[str]:
    async with service.db.reading() as session:
        ids = list(await session.exec(select(Comment.id).limit(20)))
    told = []
    for comment_id, address in zip(ids, addresses, strict=False):
        report = {"reason": "other", "statement": f"Von {address}", "name": address, "email": address}
        answer = await client.post(f"/api/v1/comments/{comment_id}/report", json=report, headers={"Origin": ORIGIN})
        assert answer.status_code == 202
        told.append(answer.text)
    return told


async def _everything_public(client: httpx2.AsyncClient) -> list[str]:
    told = []
    for sort in ("oldest", "newest"):
        for part in (f"{API}/thread?page={PAGE}&limit=500&sort={sort}", f"{THREAD}&sort={sort}"):
            told += await _all_parts(client, part)
    for path in (
        f"{API}/counts?page={PAGE}", f"{API}/form?page={PAGE}", "/api/v1/openapi.json", "/metrics",
        f"/sites/musterstadt/fragment?page={PAGE}", "/sites/musterstadt/feed.atom",
        f"/sites/musterstadt/feed.atom?page={PAGE}", "/sites/musterstadt/netiquette", "/",
    ):  # fmt: skip
        answer = await client.get(path)
        assert answer.status_code == 200, path
        told += [answer.text, str(answer.headers)]
    return told


async def _all_parts(client: httpx2.AsyncClient, path: str) -> list[str]:
    """Every part of a thread, as JSON or as pages, with the form that answers its first comment."""
    told, after = [], ""
    while True:
        answer = await client.get(path + (f"&after={after}" if after else ""))
        assert answer.status_code == 200, answer.text
        told.append(answer.text)
        if answer.headers["content-type"].startswith("application/json"):
            after = answer.json()["next"] or ""
        else:
            more = re.search(r'rel="next" href="[^"]*after=([^"&#]+)', answer.text)
            after = more[1] if more else ""
        if not after:
            return told
