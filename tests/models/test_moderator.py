"""How moderators prove who they are, and when that ends."""

import asyncio
from datetime import timedelta

import pytest

from models.moderator import (
    FREE_FAILURES,
    LINK_LASTS,
    LONGEST_PAUSE,
    SESSION_IDLES,
    SESSION_LASTS,
    Deciding,
    DeskSession,
    Moderator,
    close_other_sessions,
    close_session,
    deciding_by_token,
    forget_failures,
    invite,
    is_locked,
    link_is_good,
    live_session,
    names_of,
    note_failure,
    open_session,
    sign_in_by_link,
    signed_in_by,
    touch_session,
    wants_touch,
)
from models.trip import InSession
from service.state import Service
from tests.builders import a_moderator, a_session, a_token, add_site, both_databases
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


@both_databases
async def test_pauses_grow_and_a_right_password_ends_them(service: Service) -> None:
    moderator = await a_moderator(service, await add_site(service))
    pauses = []
    for _ in range(FREE_FAILURES + 8):
        async with service.db.writing() as session:
            await note_failure(session, moderator.id or 0, service.clock())
        pauses.append(await _pause(service, moderator))
    minutes = [each.total_seconds() / 60 for each in pauses[FREE_FAILURES - 1 :]]
    assert not any(pauses[: FREE_FAILURES - 1])
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert pauses[-1] == LONGEST_PAUSE
    async with service.db.writing() as session:
        await forget_failures(session, moderator.id or 0)
    assert not await _pause(service, moderator)


async def test_a_token_is_its_moderators(service: Service) -> None:
    token = await a_token(service, await add_site(service))
    async with service.db.reading() as session:
        assert (await deciding_by_token(InSession(session), token)) is not None
        assert (await deciding_by_token(InSession(session), token + "x")) is None


async def test_colleagues_read_a_name_and_never_an_address(service: Service) -> None:
    moderator = await a_moderator(service, await add_site(service))
    async with service.db.reading() as session:
        assert await names_of(InSession(session), [moderator.id or 0]) == {moderator.id: "mira"}


async def _who(service: Service, secret: str) -> Deciding | None:
    async with service.db.reading() as session:
        found = await signed_in_by(InSession(session), secret, service.clock())
    return found[1] if found else None


async def _pause(service: Service, moderator: Moderator) -> timedelta:
    async with service.db.reading() as session:
        present = await session.get_one(Moderator, moderator.id)
    if not is_locked(present, service.clock()) or present.locked_until is None:
        return timedelta()
    return present.locked_until - service.clock()
