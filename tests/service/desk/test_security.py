"""Second factors without a browser: one-time codes, recovery codes, sessions, and those who guess."""

import re

import httpx2
import pyotp
import pytest
from sqlalchemy import text
from sqlmodel import select

from models.desk_session import DeskSession, invite
from models.moderator import Moderator
from models.proof import SENDER_FREE_FAILURES, RecoveryCode
from models.rights import deciding_of
from models.site import Site
from models.trip import InSession
from service.passwords import hash_password
from service.second_factor import new_totp_secret, totp_step
from service.state import Service
from tests.builders import a_moderator, a_session, both_databases
from tests.conftest import Clock
from tests.service.desk.conftest import AtDesk, words_of

MIRA = "mira@musterstadt.example"
PASSWORD = "korrekt Pferd Batterie Heftklammer"


@both_databases
async def test_codes_from_an_app_are_set_up_and_then_asked_for(
    desk: AtDesk, service: Service, site: Site, clock: Clock
) -> None:
    secret, codes = await _set_up(desk, clock)
    assert len(codes) == 10
    clock.advance(seconds=60)
    waiting = await _by_link(desk.client, service, site)
    assert waiting.headers["location"] == "/desk/second-factor"
    cookie = _cookie(waiting)
    assert (await desk.client.get("/desk", headers={"Cookie": cookie})).status_code == 303, "it opens nothing yet"
    wrong = await _second(desk.client, service, cookie, "000000")
    assert wrong.status_code == 403
    right = await _second(desk.client, service, cookie, pyotp.TOTP(secret).at(clock.now))
    assert right.headers["location"] == "/desk"
    assert _cookie(right) != cookie, "nobody can have put this session into the browser"
    assert (await desk.client.get("/desk", headers={"Cookie": _cookie(right)})).status_code == 200
    assert (await desk.client.get("/desk/second-factor", headers={"Cookie": cookie})).status_code == 303


async def test_a_code_works_once(desk: AtDesk, service: Service, site: Site, clock: Clock) -> None:
    secret, _codes = await _set_up(desk, clock)
    clock.advance(seconds=60)
    code = pyotp.TOTP(secret).at(clock.now)
    first = _cookie(await _by_link(desk.client, service, site))
    assert (await _second(desk.client, service, first, code)).status_code == 303
    second = _cookie(await _by_link(desk.client, service, site))
    assert (await _second(desk.client, service, second, code)).status_code == 403


@both_databases
async def test_a_recovery_code_stands_in_once(desk: AtDesk, service: Service, site: Site, clock: Clock) -> None:
    _secret, codes = await _set_up(desk, clock)
    told = codes[3].upper().replace("-", " ")
    first = _cookie(await _by_link(desk.client, service, site))
    assert (await _second(desk.client, service, first, told)).status_code == 303
    second = _cookie(await _by_link(desk.client, service, site))
    assert (await _second(desk.client, service, second, codes[3])).status_code == 403
    assert "9 von 10 Codes" in words_of(await desk.get("/desk/account/security"))
    fresh = _codes(await desk.post("/desk/account/codes"))
    assert (await _second(desk.client, service, second, codes[4])).status_code == 403, "the old ones have ended"
    assert (await _second(desk.client, service, second, fresh[0])).status_code == 303


async def test_who_guesses_codes_waits_ever_longer(desk: AtDesk, service: Service, site: Site, clock: Clock) -> None:
    secret, _codes = await _set_up(desk, clock)
    cookie = _cookie(await _by_link(desk.client, service, site))
    for _ in range(5):
        assert (await _second(desk.client, service, cookie, "123456")).status_code == 403
    clock.advance(seconds=30)
    paused = await _second(desk.client, service, cookie, pyotp.TOTP(secret).at(clock.now))
    assert paused.status_code == 429
    assert "1 min" in words_of(paused)
    clock.advance(seconds=31)
    assert (await _second(desk.client, service, cookie, pyotp.TOTP(secret).at(clock.now))).status_code == 303


async def test_the_first_step_is_good_for_ten_minutes(desk: AtDesk, service: Service, site: Site, clock: Clock) -> None:
    secret, _codes = await _set_up(desk, clock)
    cookie = _cookie(await _by_link(desk.client, service, site))
    clock.advance(minutes=11)
    answer = await _second(desk.client, service, cookie, pyotp.TOTP(secret).at(clock.now))
    assert answer.headers["location"] == "/desk/sign-in"


async def test_the_secret_of_codes_lies_sealed_and_recovery_codes_as_hashes(
    desk: AtDesk, service: Service, clock: Clock
) -> None:
    secret, codes = await _set_up(desk, clock)
    async with service.db.reading() as session:
        stored = (await session.exec(text("SELECT totp FROM moderator"))).scalar_one()  # type: ignore[call-overload]
        hashes = (await session.exec(text("SELECT digest FROM recoverycode"))).scalars().all()  # type: ignore[call-overload]
        assert (await session.get_one(Moderator, 1)).totp == secret
    assert secret not in stored
    assert len(hashes) == 10
    assert not any(code.replace("-", "") in each for code in codes for each in hashes)


@pytest.mark.parametrize("secret", ["", "x" * 32, "A" * 31, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ\0"])
async def test_an_invented_secret_is_not_taken(desk: AtDesk, service: Service, secret: str) -> None:
    answer = await desk.post("/desk/account/app", secret=secret, code="123456")
    assert answer.status_code == 422
    async with service.db.reading() as session:
        assert (await session.get_one(Moderator, 1)).totp is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12 34 5"])
def test_what_is_no_code_fits_no_period(clock: Clock, code: str) -> None:
    assert totp_step(new_totp_secret(), code, clock()) is None


def test_a_clock_may_be_half_a_minute_wrong(clock: Clock) -> None:
    secret = new_totp_secret()
    step = int(clock.now.timestamp()) // 30
    told = {each: totp_step(secret, pyotp.TOTP(secret).generate_otp(step + each), clock()) for each in range(-2, 3)}
    assert told == {-2: None, -1: step - 1, 0: step, 1: step + 1, 2: None}


@both_databases
@pytest.mark.parametrize("path", ["password", "app", "app/remove", "codes", "passkeys", "passkeys/remove", "sessions"])
async def test_how_one_signs_in_is_changed_only_shortly_after_signing_in(
    desk: AtDesk, service: Service, clock: Clock, path: str
) -> None:
    clock.advance(minutes=16)
    async with service.db.reading() as session:
        before = (await session.exec(select(Moderator))).one().model_dump()
    answer = await desk.post(f"/desk/account/{path}", new=PASSWORD, again=PASSWORD, session="others")
    assert answer.status_code == 403
    assert "melden Sie sich bitte ab" in words_of(answer)
    async with service.db.reading() as session:
        assert (await session.exec(select(Moderator))).one().model_dump() == before
        assert (await session.exec(select(RecoveryCode))).all() == []


async def test_sessions_are_seen_and_ended(desk: AtDesk, service: Service, site: Site) -> None:
    firefox = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"}
    other = _cookie(await _by_link(desk.client, service, site, firefox))
    third = await a_session(service, site)
    page = await desk.get("/desk/account/security")
    assert "Firefox, Linux" in words_of(page)
    assert "dieser Browser" in words_of(page)
    assert desk.secret not in page.text
    async with service.db.reading() as session:
        linux = (await session.exec(select(DeskSession).where(DeskSession.agent == "Firefox, Linux"))).one()
    await desk.post("/desk/account/sessions", session=linux.digest)
    assert (await desk.client.get("/desk", headers={"Cookie": other})).status_code == 303
    assert (await desk.client.get("/desk", headers={"Cookie": f"wortmeldung={third}"})).status_code == 200
    await desk.post("/desk/account/sessions", session="others")
    assert (await desk.client.get("/desk", headers={"Cookie": f"wortmeldung={third}"})).status_code == 303
    assert (await desk.get("/desk")).status_code == 200


async def test_nobody_ends_somebody_elses_session(desk: AtDesk, service: Service, site: Site) -> None:
    theirs = await a_session(service, site, "uwe@musterstadt.example")
    async with service.db.reading() as session:
        found = (await session.exec(select(DeskSession).where(DeskSession.moderator_id == 2))).one()
    await desk.post("/desk/account/sessions", session=found.digest)
    await desk.post("/desk/account/sessions", session="others")
    assert (await desk.client.get("/desk", headers={"Cookie": f"wortmeldung={theirs}"})).status_code == 200


@both_databases
async def test_a_sender_that_fails_everywhere_waits_whatever_it_tries(
    client: httpx2.AsyncClient, service: Service, site: Site, clock: Clock, little_work: None
) -> None:
    moderator = await a_moderator(service, site)
    async with service.db.writing() as session:
        stored = await session.get_one(Moderator, moderator.id)
        stored.password = hash_password(PASSWORD)
        session.add(stored)
    origin = {"Origin": service.settings.base_url}
    for number in range(SENDER_FREE_FAILURES):
        fields = {"email": f"nobody{number}@musterstadt.example", "password": "falsch"}
        assert (await client.post("/desk/sign-in", data=fields, headers=origin)).status_code == 403
    right = {"email": MIRA, "password": PASSWORD}
    paused = await client.post("/desk/sign-in", data=right, headers=origin)
    assert (paused.status_code, paused.headers["retry-after"]) == (429, "60")
    clock.advance(seconds=61)
    assert (await client.post("/desk/sign-in", data=right, headers=origin)).status_code == 303


@both_databases
async def test_where_a_second_factor_is_asked_nobody_works_without_one(
    desk: AtDesk, service: Service, site: Site, clock: Clock
) -> None:
    async with service.db.writing() as session:
        stored = await session.get_one(Site, site.id)
        stored.second_factor = True
        session.add(stored)
    page = await desk.get("/desk/account/security")
    assert "Musterstadt verlangt einen zweiten Faktor" in words_of(page)
    assert (await desk.get("/desk/statistics", site="musterstadt")).status_code in (200, 403)
    async with service.db.reading() as session:
        deciding = await deciding_of(InSession(session), 1)
    assert deciding is not None
    assert (deciding.roles, deciding.owes) == ({}, ("Musterstadt",))
    await _set_up(desk, clock)
    assert "verlangt einen zweiten Faktor" not in words_of(await desk.get("/desk"))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"token": "x", "answer": "{}"},
        {"answer": "[]"},
        {"answer": "{"},
        {"answer": '{"id": 1}'},
        {"answer": '{"id": "abc"}'},
        {"answer": '{"id": "nul\\u0000"}'},
        {"answer": '{"id": "abc", "rawId": "abc", "type": "public-key", "response": {}}'},
        {"answer": "[" * 5000},
        {"answer": "x" * 30_000},
    ],
)
async def test_what_is_no_answer_of_a_passkey_opens_nothing(
    client: httpx2.AsyncClient, service: Service, site: Site, fields: dict[str, str]
) -> None:
    origin = {"Origin": service.settings.base_url}
    asked = (await client.post("/desk/sign-in-challenge", headers=origin)).json()
    sent = {"token": asked["token"], **fields}
    answer = await client.post("/desk/sign-in-passkey", data=sent, headers=origin)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("answer", ["", "{}", "[]", '{"id": "a", "rawId": "a", "response": {"clientDataJSON": "a"}}'])
async def test_what_is_no_passkey_is_not_added(desk: AtDesk, answer: str) -> None:
    token = (await desk.post("/desk/account/passkeys/options")).json()["token"]
    added = await desk.post("/desk/account/passkeys", token=token, answer=answer, name="x")
    assert added.status_code == 422
    assert "Passkey konnte nicht" in words_of(added)


async def test_a_challenge_for_signing_in_adds_no_passkey(service: Service, clock: Clock) -> None:
    token = service.tokens.challenge(b"asked", "sign in", clock())
    assert service.tokens.challenged(token, "moderator 1", clock()) is None
    assert service.tokens.challenged(token, "sign in", clock()) == (b"asked", clock())
    clock.advance(minutes=6)
    assert service.tokens.challenged(token, "sign in", clock()) is None


async def _set_up(desk: AtDesk, clock: Clock) -> tuple[str, list[str]]:
    page = await desk.get("/desk/account/security")
    found = re.search(r'name="secret" value="([A-Z2-7]{32})"', page.text)
    assert found
    code = pyotp.TOTP(found[1]).at(clock.now)
    return found[1], _codes(await desk.post("/desk/account/app", secret=found[1], code=code))


def _codes(page: httpx2.Response) -> list[str]:
    assert page.status_code == 200
    return re.findall(r"<li><code>([a-z0-9]{5}-[a-z0-9]{5})</code>", page.text)


async def _by_link(
    client: httpx2.AsyncClient, service: Service, site: Site, headers: dict[str, str] | None = None
) -> httpx2.Response:
    async with service.db.writing() as session:
        link = await invite(session, MIRA, site, "moderator", service.clock())
    sent = {"Origin": service.settings.base_url, **(headers or {})}
    return await client.post(f"/desk/sign-in/{link}", headers=sent)


async def _second(client: httpx2.AsyncClient, service: Service, cookie: str, code: str) -> httpx2.Response:
    headers = {"Cookie": cookie, "Origin": service.settings.base_url, "Accept-Language": "de"}
    return await client.post("/desk/second-factor", data={"code": code}, headers=headers)


def _cookie(answer: httpx2.Response) -> str:
    return answer.headers["set-cookie"].partition(";")[0]
