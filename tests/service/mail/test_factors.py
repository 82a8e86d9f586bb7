"""Who signs in is told by mail when a way in was added or taken away, so that nobody else does it unnoticed."""

from typing import get_args

import pyotp
import pytest
from sqlmodel import select

from models.moderator import Moderator
from models.outbox import Notice, enqueue
from models.proof import add_passkey
from models.rights import Passkey
from models.site import Site
from service.mail.to_moderators import FactorChange
from service.second_factor import new_totp_secret
from service.state import Service
from tests.builders import a_moderator, a_session, add_site, both_databases
from tests.conftest import Clock
from tests.service.desk.conftest import AtDesk
from tests.service.mail.test_courier import carry
from tests.service.pages.reader import talking_to
from tests.support.catcher import Catcher

MIRA = "mira@musterstadt.example"


@pytest.fixture
async def site(mailing: Service) -> Site:
    return await add_site(mailing)


@both_databases
async def test_each_change_is_told_once_and_what_changed_nothing_is_not(
    mailing: Service, catcher: Catcher, site: Site, clock: Clock
) -> None:
    async with talking_to(mailing) as client:
        desk = AtDesk(client, mailing, await a_session(mailing, site))
        secret = new_totp_secret()
        await desk.post("/desk/account/app", secret=secret, code="000000")
        await desk.post("/desk/account/app/remove")
        await desk.post("/desk/account/passkeys/remove", id="none")
        assert await _changes(mailing) == []
        await desk.post("/desk/account/app", secret=secret, code=pyotp.TOTP(secret).at(clock.now))
        await desk.post("/desk/account/codes")
        await desk.post("/desk/account/app/remove")
        await _a_passkey(mailing, clock)
        await desk.post("/desk/account/passkeys/remove", id="key")
    assert await _changes(mailing) == ["app_added", "app_removed", "codes_made", "passkey_removed"]
    await carry(mailing)
    told = [each.text for each in catcher.to(MIRA)]
    assert len(told) == 4
    assert all(secret not in each and "/desk/account/security" in each for each in told)


@pytest.mark.parametrize("language", ["de", "en"])
async def test_every_change_has_its_letter(mailing: Service, catcher: Catcher, site: Site, language: str) -> None:
    moderator = await a_moderator(mailing, site)
    async with mailing.db.writing() as session:
        (await session.get_one(Moderator, moderator.id)).language = language
        for change in get_args(FactorChange):
            await enqueue(session, "letter_factors", {"moderator": moderator.id, "change": change}, mailing.clock())
    await carry(mailing)
    told = {each.text for each in catcher.to(moderator.email)}
    assert len(told) == len(get_args(FactorChange))
    assert all(("Haben Sie das getan" if language == "de" else "Did you do this") in each for each in told)


async def test_without_a_mail_server_no_letter_waits(service: Service) -> None:
    site = await add_site(service)
    async with talking_to(service) as client:
        await AtDesk(client, service, await a_session(service, site)).post("/desk/account/codes")
    assert await _changes(service) == []


async def _changes(service: Service) -> list[str]:
    async with service.db.reading() as session:
        found = await session.exec(select(Notice).where(Notice.kind == "letter_factors"))
        return sorted(each.payload["change"] for each in found)


async def _a_passkey(service: Service, clock: Clock) -> None:
    async with service.db.writing() as session:
        mira = (await session.exec(select(Moderator))).one()
        await add_passkey(
            session, Passkey(id="key", moderator_id=mira.id or 0, public_key="x", name="x", created_at=clock())
        )
