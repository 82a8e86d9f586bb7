"""Two ways in: a link that works once, and a password that cannot be guessed."""

import asyncio
import re
import statistics
import time
from threading import Event, Lock

import httpx2
import pytest
from sqlmodel import col, select

from models.desk_session import LINK_LASTS, invite
from models.moderator import FREE_FAILURES, Moderator
from models.outbox import Notice
from models.site import Site
from service.desk import sign_in
from service.passwords import hash_password, is_outdated, matches
from service.state import PASSWORDS_AT_ONCE, Service
from tests.builders import a_moderator
from tests.conftest import Clock
from tests.service.desk.conftest import AtDesk, words_of

PASSWORD = "korrekt Pferd Batterie Heftklammer"
MIRA = "mira@musterstadt.example"


@pytest.fixture(scope="module")
def hashed() -> str:
    return hash_password(PASSWORD)


async def test_opening_the_link_changes_nothing_and_its_button_signs_in(
    client: httpx2.AsyncClient, service: Service, site: Site
) -> None:
    path = await _link(service, site)
    for _ in range(3):
        assert (await client.get(path)).status_code == 200
        assert (await client.head(path)).status_code == 200
    answer = await _press(client, service, path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    assert (await client.get("/desk", headers={"Cookie": _cookie(answer)})).status_code == 200


async def test_the_button_works_once(client: httpx2.AsyncClient, service: Service, site: Site) -> None:
    path = await _link(service, site)
    await _press(client, service, path)
    again = await _press(client, service, path)
    assert again.status_code == 410
    assert "set-cookie" not in again.headers
    assert (await client.get(path)).status_code == 410


async def test_an_old_link_offers_a_new_one(
    client: httpx2.AsyncClient, service: Service, site: Site, clock: Clock
) -> None:
    path = await _link(service, site)
    clock.now += LINK_LASTS
    answer = await _press(client, service, path)
    assert answer.status_code == 410
    assert 'action="/desk/sign-in-link"' in answer.text


async def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(
    client: httpx2.AsyncClient, service: Service, site: Site
) -> None:
    header = (await _press(client, service, await _link(service, site))).headers["set-cookie"]
    assert header.startswith("wortmeldung=")
    assert {"httponly", "samesite=lax", "path=/"} <= {each.strip().lower() for each in header.split(";")}


async def test_with_tls_the_cookie_is_bound_to_the_host(
    client: httpx2.AsyncClient, service: Service, site: Site
) -> None:
    service.settings.base_url = "https://kommentare.example"
    header = (await _press(client, service, await _link(service, site))).headers["set-cookie"]
    assert header.startswith("__Host-wortmeldung=")
    assert "secure" in header.lower()
    assert "domain" not in header.lower()


async def test_signing_in_ends_the_browsers_former_session(desk: AtDesk, service: Service, site: Site) -> None:
    headers = {**desk.headers, "Origin": service.settings.base_url}
    answer = await desk.client.post(await _link(service, site), headers=headers)
    assert desk.secret not in _cookie(answer)
    assert (await desk.get("/desk")).status_code == 303


async def test_after_signing_out_the_cookie_is_worth_nothing(desk: AtDesk) -> None:
    answer = await desk.post("/desk/sign-out")
    assert answer.headers["location"] == "/desk/sign-in"
    assert 'wortmeldung=""' in answer.headers["set-cookie"]
    assert answer.headers["clear-site-data"] == '"cache"'
    assert (await desk.get("/desk")).status_code == 303


async def test_a_password_signs_in(client: httpx2.AsyncClient, service: Service, site: Site, hashed: str) -> None:
    await _with_password(service, site, hashed)
    answer = await _sign_in(client, service, MIRA.upper(), PASSWORD, next="/desk?lane=spam")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk?lane=spam")
    assert (await client.get("/desk", headers={"Cookie": _cookie(answer)})).status_code == 200


async def test_who_is_signed_in_goes_nowhere_else(
    client: httpx2.AsyncClient, service: Service, site: Site, hashed: str
) -> None:
    await _with_password(service, site, hashed)
    answer = await _sign_in(client, service, MIRA, PASSWORD, next="https://evil.example/desk")
    assert answer.headers["location"] == "/desk"


async def test_the_refusal_tells_nobody_who_has_an_account(
    client: httpx2.AsyncClient, service: Service, site: Site, clock: Clock, little_work: None
) -> None:
    await _with_password(service, site, hash_password(PASSWORD))
    await a_moderator(service, site, "uwe@musterstadt.example")
    bodies = {
        (await _sign_in(client, service, email, password)).text.replace(email, "")
        for email, password in (
            (MIRA, "falsch"),
            ("uwe@musterstadt.example", PASSWORD),
            ("nobody@musterstadt.example", PASSWORD),
            ("no address", PASSWORD),
            ("nul\0@musterstadt.example", PASSWORD),
        )
    }
    assert len(bodies) == 1
    await _lock(client, service)
    assert (await _sign_in(client, service, MIRA, "falsch")).text.replace(MIRA, "") in bodies


async def test_too_many_failures_make_even_the_right_password_wait(
    client: httpx2.AsyncClient, service: Service, site: Site, clock: Clock, little_work: None
) -> None:
    await _with_password(service, site, hash_password(PASSWORD))
    await _lock(client, service)
    assert (await _sign_in(client, service, MIRA, PASSWORD)).status_code == 403
    assert (await _press(client, service, await _link(service, site))).status_code == 303, "a link always works"
    clock.advance(seconds=61)
    assert (await _sign_in(client, service, MIRA, PASSWORD)).status_code == 303
    async with service.db.reading() as session:
        moderator = (await session.exec(select(Moderator))).one()
    assert (moderator.failures, moderator.locked_until) == (0, None)


def test_an_unknown_address_costs_the_same_work(hashed: str) -> None:
    def cost(stored: str | None) -> float:
        started = time.perf_counter()
        assert not matches(stored, "falsch")
        return time.perf_counter() - started

    pairs = [(cost(hashed), cost(None)) for _ in range(5)]
    assert 0.5 < statistics.median(unknown / known for known, unknown in pairs) < 2


async def test_few_passwords_are_hashed_at_once(
    client: httpx2.AsyncClient, service: Service, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each takes 64 MiB: sixty at once, which one sender may try, took 1.8 GB and every thread that judges comments."""
    counting, present, most = Lock(), [], [0]

    def slowly(stored: str | None, password: str) -> bool:
        present.append(password)
        with counting:
            most[0] = max(most[0], len(present))
        Event().wait(0.02)  # nobody sets it: the others shall come meanwhile
        present.remove(password)
        return False

    monkeypatch.setattr(sign_in, "matches", slowly)
    headers = {"Origin": service.settings.base_url}
    forms = [{"email": MIRA, "password": str(number)} for number in range(12)]
    answers = await asyncio.gather(*(client.post("/desk/sign-in", data=each, headers=headers) for each in forms))
    assert {each.status_code for each in answers} == {403}
    assert 1 <= most[0] <= PASSWORDS_AT_ONCE


async def test_known_and_unknown_addresses_are_told_apart_by_nothing_but_luck(
    client: httpx2.AsyncClient, service: Service, site: Site, hashed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hash, alike for both (above), is left out, so the rest is seen more sharply:
    by less than a twentieth of what a hash takes may one answer be slower than the other.
    """

    async def nothing(*_given: object) -> None: ...

    await _with_password(service, site, hashed)
    started = time.process_time()
    assert not matches(hashed, "falsch")
    hashing = time.process_time() - started
    monkeypatch.setattr(sign_in, "matches", lambda _stored, _password: False)
    # One sender may not try so often; and what is counted, is counted once the answer has left.
    monkeypatch.setattr(sign_in, "_let_try", nothing)
    monkeypatch.setattr(sign_in, "_count_failure", nothing)
    headers = {"Origin": service.settings.base_url}
    took: dict[str, list[float]] = {MIRA: [], "nobody@musterstadt.example": []}
    bodies = set()
    for _ in range(150):
        for email, times in took.items():
            started = time.perf_counter()
            answer = await client.post("/desk/sign-in", data={"email": email, "password": "falsch"}, headers=headers)
            times.append(time.perf_counter() - started)
            bodies.add((answer.status_code, answer.text.replace(email, "")))
    known, unknown = (statistics.median(times) for times in took.values())
    assert len(bodies) == 1
    assert abs(known - unknown) < 0.05 * hashing


def test_a_stored_password_says_how_it_was_made(hashed: str) -> None:
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert not is_outdated(hashed)
    assert is_outdated(hashed.replace("t=3", "t=1"))
    assert matches(hashed, PASSWORD)
    assert not matches("no hash", PASSWORD)


async def test_a_new_link_is_asked_for_alike_by_all(client: httpx2.AsyncClient, service: Service, site: Site) -> None:
    moderator = await a_moderator(service, site)
    known = await _ask(client, service, MIRA)
    unknown = await _ask(client, service, "nobody@musterstadt.example")
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text) == (202, known.text)
    assert "Postfach" in words_of(known)
    assert await _notices(service) == [{"moderator": moderator.id}]


async def test_links_cannot_flood_a_mailbox(client: httpx2.AsyncClient, service: Service, site: Site) -> None:
    await a_moderator(service, site)
    for _ in range(5):
        assert (await _ask(client, service, MIRA)).status_code == 202
    assert len(await _notices(service)) == 1


async def test_the_log_knows_no_secret(
    client: httpx2.AsyncClient, service: Service, site: Site, hashed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await _with_password(service, site, hashed)
    path = await _link(service, site)
    answer = await _press(client, service, path)
    await _sign_in(client, service, MIRA, PASSWORD)
    logged = capsys.readouterr().out
    assert "signed_in" in logged
    secrets = (MIRA, PASSWORD, path.rsplit("/", 1)[1], _cookie(answer).partition("=")[2])
    assert not any(each in logged for each in secrets)


async def test_the_log_says_who_was_let_in_and_who_was_refused(
    client: httpx2.AsyncClient, service: Service, site: Site, hashed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await _with_password(service, site, hashed)
    cookie = _cookie(await _sign_in(client, service, MIRA, PASSWORD))
    await _sign_in(client, service, MIRA, "falsch, und zwar ganz")
    await client.post("/desk/account", headers={"Cookie": cookie, "Origin": "https://evil.example"}, data={"name": "x"})
    await client.get("/api/v1/moderation/queue", headers={"Authorization": "Bearer erfunden"})
    lines = [" ".join(line.split()) for line in re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out).splitlines()]
    assert any("signed_in" in line and "moderator=1" in line and "way=password" in line for line in lines)
    assert any("warning" in line and "sign_in_refused" in line and "moderator=1" in line for line in lines)
    refused = [line for line in lines if "] refused " in line]
    assert any("moderator=1" in line and "route=post_profile" in line and "status=403" in line for line in refused)
    assert any("moderator=None" in line and "status=401" in line for line in refused)
    assert "evil.example" not in str(lines)


async def _link(service: Service, site: Site) -> str:
    async with service.db.writing() as session:
        return "/desk/sign-in/" + await invite(session, MIRA, site, "moderator", service.clock())


async def _press(client: httpx2.AsyncClient, service: Service, path: str) -> httpx2.Response:
    return await client.post(path, headers={"Origin": service.settings.base_url})


async def _sign_in(
    client: httpx2.AsyncClient, service: Service, email: str, password: str, **more: str
) -> httpx2.Response:
    fields = {"email": email, "password": password, **more}
    return await client.post("/desk/sign-in", data=fields, headers={"Origin": service.settings.base_url})


async def _ask(client: httpx2.AsyncClient, service: Service, email: str) -> httpx2.Response:
    return await client.post("/desk/sign-in-link", data={"email": email}, headers={"Origin": service.settings.base_url})


async def _with_password(service: Service, site: Site, hashed: str) -> None:
    moderator = await a_moderator(service, site)
    async with service.db.writing() as session:
        stored = await session.get_one(Moderator, moderator.id)
        stored.password = hashed
        session.add(stored)


async def _lock(client: httpx2.AsyncClient, service: Service) -> None:
    for _ in range(FREE_FAILURES):
        await _sign_in(client, service, MIRA, "falsch")


async def _notices(service: Service) -> list[dict[str, int]]:
    async with service.db.reading() as session:
        return list(await session.exec(select(Notice.payload).where(col(Notice.kind) == "sign_in_link")))


def _cookie(answer: httpx2.Response) -> str:
    return answer.headers["set-cookie"].partition(";")[0]
