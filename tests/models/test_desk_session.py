"""How moderators prove who they are, and when that ends."""

import asyncio
from datetime import timedelta

import pytest

from models.desk_session import (
    LINK_LASTS,
    SESSION_IDLES,
    SESSION_LASTS,
    DeskSession,
    close_other_sessions,
    close_session,
    invite,
    link_is_good,
    live_session,
    open_session,
    sign_in_by_link,
    signed_in_by,
    touch_session,
    wants_touch,
)
from models.rights import Deciding
from models.trip import InSession
from service.state import Service
from tests.builders import a_moderator, a_session, add_site, both_databases
from tests.conftest import Clock


@both_databases
async def test_a_link_signs_in_once(service: Service) -> None:
    site = await add_site(service)
    async with service.db.writing() as session:
        link = await invite(session, "Mira@Musterstadt.example", site, "editor", service.clock())
        assert await link_is_good(session, link, service.clock())
        secret = await sign_in_by_link(session, link, service.clock())
        assert secret is not None
        assert await sign_in_by_link(session, link, service.clock()) is None
    deciding = await _who(service, secret)
    assert deciding is not None
    assert (deciding.email, deciding.roles) == ("mira@musterstadt.example", {site.id: "editor"})
    assert deciding.name == "mira"


@both_databases
async def test_of_two_who_press_at_once_one_comes_in(service: Service) -> None:
    site = await add_site(service)
    async with service.db.writing() as session:
        link = await invite(session, "mira@musterstadt.example", site, "editor", service.clock())

    async def press() -> str | None:
        async with service.db.writing() as session:
            return await sign_in_by_link(session, link, service.clock())

    assert sorted(each is None for each in await asyncio.gather(press(), press())) == [False, True]


async def test_a_link_grows_too_old(service: Service, clock: Clock) -> None:
    site = await add_site(service)
    async with service.db.writing() as session:
        link = await invite(session, "mira@musterstadt.example", site, "editor", service.clock())
        later = service.clock() + LINK_LASTS
        assert not await link_is_good(session, link, later)
        assert await sign_in_by_link(session, link, later) is None


@pytest.mark.parametrize(("pause", "signed_in"), [(SESSION_IDLES, True), (SESSION_IDLES + timedelta(seconds=1), False)])
async def test_a_session_idles_out(service: Service, clock: Clock, pause: timedelta, signed_in: bool) -> None:
    secret = await a_session(service, await add_site(service))
    clock.now += pause
    assert (await _who(service, secret) is not None) is signed_in


async def test_a_session_in_use_still_ends(service: Service, clock: Clock) -> None:
    secret = await a_session(service, await add_site(service))
    ends = clock.now + SESSION_LASTS
    while clock.now < ends:
        clock.advance(days=5)
        async with service.db.writing() as session:
            await touch_session(session, secret, clock.now)
    clock.now = ends + timedelta(seconds=1)
    assert await _who(service, secret) is None


async def test_use_is_noted_once_an_hour(service: Service, clock: Clock) -> None:
    secret = await a_session(service, await add_site(service))
    async with service.db.reading() as session:
        found = await live_session(InSession(session), secret, clock.now)
    assert found is not None
    assert not wants_touch(found, clock.now + timedelta(minutes=60))
    assert wants_touch(found, clock.now + timedelta(minutes=61))


async def test_signing_out_ends_it_on_the_server(service: Service) -> None:
    secret = await a_session(service, await add_site(service))
    async with service.db.writing() as session:
        await close_session(session, secret)
    assert await _who(service, secret) is None


async def test_a_new_password_ends_the_other_sessions(service: Service) -> None:
    site = await add_site(service)
    moderator, other = await a_moderator(service, site), await a_session(service, site, "uwe@musterstadt.example")
    async with service.db.writing() as session:
        first = await open_session(session, moderator.id or 0, service.clock())
        second = await open_session(session, moderator.id or 0, service.clock())
        await close_other_sessions(session, moderator.id or 0, second)
    assert [await _who(service, each) is not None for each in (first, second, other)] == [False, True, True]


async def test_the_database_holds_no_secret(service: Service) -> None:
    secret = await a_session(service, await add_site(service))
    async with service.db.reading() as session:
        assert await session.get(DeskSession, secret) is None


async def _who(service: Service, secret: str) -> Deciding | None:
    async with service.db.reading() as session:
        found = await signed_in_by(InSession(session), secret, service.clock())
    return found[1] if found else None
