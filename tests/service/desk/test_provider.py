"""Signing in at a provider: for whom it vouches and who is invited here, and for nobody else."""

import re
from collections.abc import AsyncIterator

import httpx2
import pytest
from joserfc.jwk import RSAKey
from playwright.async_api import expect
from pydantic import SecretStr, ValidationError
from sqlmodel import select

from models.audit import AuditEntry
from models.desk_session import DeskSession
from models.identity import Identity, unbind
from models.moderator import Membership, moderator_by_email
from models.people import remove_person
from models.proof import set_totp
from service.checkup import look_at_all
from service.settings import Settings
from tests.builders import a_moderator, add_site
from tests.conftest import serving
from tests.support.postgres import free_port
from tests.support.profiles import Profiles
from tests.support.provider import CLIENT, SECRET, Provider, shared

COOKIE = "wortmeldung"


@pytest.fixture
async def provider(service, clock) -> AsyncIterator[Provider]:
    port = free_port()
    provider = Provider(f"http://127.0.0.1:{port}", clock)
    service.settings.oidc_issuer, service.settings.oidc_client_id = provider.issuer, CLIENT
    service.settings.oidc_client_secret, service.settings.oidc_name = SecretStr(SECRET), "Stadt-Konto"
    async with serving(provider.app, "127.0.0.1", port):
        yield provider


async def there(client, path: str = "/desk/oidc") -> str:
    """To the provider, whose answer's address is given."""
    away = await client.get(path)
    assert away.status_code == 303
    return away.headers["location"]


async def round_trip(client, path: str = "/desk/oidc"):
    """Our own answer to what the provider sends back."""
    async with httpx2.AsyncClient(verify=False) as browser:
        back = await browser.get(await there(client, path))
    return await client.get(back.headers["location"])


async def test_who_is_invited_signs_in_with_a_session_like_any_other(client, service, provider, clock):
    await a_moderator(service, await add_site(service))
    answer = await round_trip(client, "/desk/oidc?next=/desk/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/account")
    assert (await client.get("/desk/account")).status_code == 200
    assert provider.asked["code_challenge_method"] == "S256"
    assert len({provider.asked[each] for each in ("state", "nonce", "code_challenge")}) == 3
    async with service.db.reading() as session:
        [opened] = await session.exec(select(DeskSession))
        noted = [each.action for each in await session.exec(select(AuditEntry))]
    assert (opened.by_link, opened.waits) == (False, False)
    assert "signed_in_by_provider" in noted


_TWISTS = {
    "another nonce": {"claims": {"nonce": "anders"}},
    "no nonce": {"claims": {"nonce": None}},
    "another audience": {"claims": {"aud": "nebenan"}},
    "several audiences and none authorized": {"claims": {"aud": [CLIENT, "nebenan"]}},
    "another authorized party": {"claims": {"azp": "nebenan"}},
    "another issuer": {"claims": {"iss": "https://boese.example"}},
    "too old": {"claims": {"exp": 1772445600 - 120}},
    "without end": {"claims": {"exp": None}},
    "without a subject": {"claims": {"sub": None}},
    "an access token of somebody else": {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
    "unsigned": {"header": {"alg": "none"}},
    "signed with the shared secret": {"header": {"alg": "HS256"}, "signing": shared(SECRET)},
    "signed with a key of its own": {"signing": RSAKey.generate_key(2048, {"kid": "eins"})},
    "an address that is not confirmed": {"claims": {"email_verified": False}},
    "an address that nobody says is confirmed": {"claims": {"email_verified": None}},
    "no address": {"claims": {"email": None}, "userinfo": {"sub": "mira"}},
    "somebody else's address": {"claims": {"email": None}, "userinfo": {"sub": "eva", "email": "mira@musterstadt.example"}},
}  # fmt: skip


async def test_nothing_else_signs_anybody_in(client, service, provider, clock):
    await a_moderator(service, await add_site(service))
    right = Provider(provider.issuer, clock).__dict__
    for kind, twist in _TWISTS.items():
        provider.__dict__.update({name: right[name] for name in ("claims", "userinfo", "header", "signing")})
        provider.__dict__.update(twist)
        answer = await round_trip(client)
        assert answer.headers["location"] == "/desk/sign-in?provider=refused", kind
        assert (await client.get("/desk")).status_code == 303, kind
        # Each of these counts as a failure of the sender, who would have to wait before long.
        clock.advance(hours=2)
    async with service.db.reading() as session:
        assert list(await session.exec(select(DeskSession))) == []


async def test_the_answer_has_to_fit_the_browser_that_was_sent(client, service, provider, clock):
    await a_moderator(service, await add_site(service))
    async with httpx2.AsyncClient(verify=False) as browser:
        back = (await browser.get(await there(client))).headers["location"]
    changed = re.sub(r"state=[^&]+", "state=anders", back)
    assert (await client.get(changed)).headers["location"].endswith("refused")
    # A refused answer ends the journey: not even the right one counts after it.
    assert (await client.get(back)).headers["location"].endswith("refused")
    async with httpx2.AsyncClient(verify=False) as browser:
        back = (await browser.get(await there(client))).headers["location"]
    client.cookies.clear()
    assert (await client.get(back)).headers["location"].endswith("refused")
    async with httpx2.AsyncClient(verify=False) as browser:
        back = (await browser.get(await there(client))).headers["location"]
    clock.advance(minutes=11)
    assert (await client.get(back)).headers["location"].endswith("refused")
    other = await client.get("/desk/oidc/callback?error=access_denied&state=x")
    assert other.headers["location"].endswith("refused")


async def test_a_stranger_is_told_to_be_invited_and_rules_can_invite_them(client, service, provider):
    site = await add_site(service)
    await a_moderator(service, site)
    provider.email = "neu@musterstadt.example"
    provider.claims = {"groups": ["redaktion", "alle"]}
    answer = await round_trip(client)
    assert answer.headers["location"] == "/desk/sign-in?provider=unknown"
    told = await client.get(answer.headers["location"], headers={"Accept-Language": "de"})
    assert "arbeitet hier noch niemand" in told.text
    service.settings.oidc_roles = "groups:redaktion=musterstadt:editor, groups:leitung=musterstadt:admin"
    assert (await round_trip(client)).headers["location"] == "/desk"
    async with service.db.writing() as session:
        known = await moderator_by_email(session, provider.email)
        membership = await session.get_one(Membership, (known.id, site.id))
        assert membership.role == "editor"
        membership.role = "auditor"
        noted = [each.action for each in await session.exec(select(AuditEntry))]
    assert "provided_editor" in noted
    await round_trip(client)
    async with service.db.reading() as session:
        assert (await session.get_one(Membership, (known.id, site.id))).role == "auditor"


async def test_a_person_stays_who_they_are_whatever_their_address_becomes(client, service, provider):
    site = await add_site(service)
    mira = await a_moderator(service, site)
    other = await a_moderator(service, site, "jan@musterstadt.example")
    await round_trip(client)

    async def signed_in() -> list[int]:
        async with service.db.reading() as session:
            return [
                each.moderator_id for each in await session.exec(select(DeskSession).order_by(DeskSession.created_at))
            ]

    # She has another address there now, even one that somebody else is known by here.
    provider.email = "jan@musterstadt.example"
    assert (await round_trip(client)).headers["location"] == "/desk"
    assert await signed_in() == [mira.id]
    # Her former address is somebody else's there, who is told so and gets in by neither way.
    provider.email, provider.claims = "mira@musterstadt.example", {"sub": "eine andere Person"}
    answer = await round_trip(client)
    assert answer.headers["location"] == "/desk/sign-in?provider=another"
    told = await client.get(answer.headers["location"], headers={"Accept-Language": "de"})
    assert "gehörte bei diesem Anmeldedienst jemand anderem" in told.text
    # Another provider's people are others, too, and a new account counts once an operator has said so.
    async with service.db.writing() as session:
        await unbind(session, mira.id)
    assert (await round_trip(client)).headers["location"] == "/desk"
    async with service.db.writing() as session:
        await remove_person(session, site.id, other.id)
        assert [each.moderator_id for each in await session.exec(select(Identity))] == [mira.id]
        stored = [each.id for each in await session.exec(select(Identity))]
    assert "andere" not in repr(stored)


async def test_a_second_factor_is_asked_unless_the_provider_answers_for_it(client, service, provider):
    moderator = await a_moderator(service, await add_site(service))
    async with service.db.writing() as session:
        await set_totp(session, moderator.id, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    provider.claims = {"amr": ["pwd", "mfa"]}
    assert (await round_trip(client)).headers["location"] == "/desk/second-factor"
    service.settings.oidc_second_factor = "provider"
    assert (await round_trip(client)).headers["location"] == "/desk"
    provider.claims = {"amr": ["pwd"]}
    assert (await round_trip(client)).headers["location"] == "/desk/second-factor"


async def test_without_the_provider_the_door_stays_open_and_doctor_says_so(client, service, provider, monkeypatch):
    good = {each.name: each for each in await look_at_all(service.settings)}["sign-in provider"]
    assert (good.level, "/desk/oidc/callback" in good.found) == ("ok", True)
    provider.told = {"code_challenge_methods_supported": ["plain"]}
    assert (await there(client)) == "/desk/sign-in?provider=away"
    service.settings.oidc_issuer = f"http://127.0.0.1:{free_port()}"
    assert (await there(client)) == "/desk/sign-in?provider=away"
    page = await client.get("/desk/sign-in?provider=away", headers={"Accept-Language": "de"})
    assert "Mit Stadt-Konto anmelden" in page.text
    assert "Link zuschicken" in page.text
    bad = {each.name: each for each in await look_at_all(service.settings)}["sign-in provider"]
    assert bad.level == "failure"
    service.settings.oidc_issuer = ""
    assert (await client.get("/desk/oidc")).status_code == 404
    assert "Stadt-Konto" not in (await client.get("/desk/sign-in")).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_issuer": "http://anmeldung.example.org", "oidc_client_id": "x"},
        {"oidc_issuer": "https://anmeldung.example.org"},
        {"oidc_roles": "groups=musterstadt:admin"},
        {"oidc_roles": "groups:alle=musterstadt:boss"},
        {"oidc_second_factor": "never"},
    ],
)
def test_a_wrong_setting_stops_the_start(wrong):
    with pytest.raises(ValidationError):
        Settings(_env_file=None, **wrong)


@pytest.mark.browser
async def test_in_a_real_browser_one_press_leads_there_and_back(live, service, provider, profiles: Profiles):
    await a_moderator(service, await add_site(service))
    async with profiles.lent(locale="de-DE") as profile:
        page = await profile.new_page()
        await page.goto(f"{live}/desk")
        await page.get_by_role("link", name="Mit Stadt-Konto anmelden").click()
        await expect(page).to_have_url(f"{live}/desk")
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        kept = {each["name"]: each for each in await profile.cookies()}
    assert list(kept) == [COOKIE]
    assert (kept[COOKIE]["httpOnly"], kept[COOKIE]["sameSite"]) == (True, "Lax")
