"""The mail server is away for an hour with five hundred mails waiting, and comes back in a bad mood."""

from collections import Counter
from datetime import timedelta

import pytest

from models.outbox import enqueue, waiting
from service.mail.courier import Courier
from tests.builders import a_moderator, add_site
from tests.service.mail.conftest import with_smtp
from tests.support.catcher import CUT, Catcher, catching

MAILS = 500


@pytest.mark.slow
async def test_after_an_hour_without_a_server_every_mail_arrives_and_only_broken_ones_twice(service, clock):
    site = await add_site(service)
    moderator = await a_moderator(service, site)
    catcher = Catcher()
    async with catching(catcher):
        pass  # has a port now, and nobody answers there
    mailing = with_smtp(service, catcher.url)
    async with service.db.writing() as session:
        for _ in range(MAILS):
            await enqueue(session, "invitation", {"moderator": moderator.id, "site": site.id}, clock())
    courier = Courier(mailing)
    back_at = clock() + timedelta(hours=1)
    while clock() < back_at:
        await courier.round()
        clock.advance(seconds=30)
    assert catcher.caught == []
    async with service.db.reading() as session:
        assert (await waiting(session)).given_up == 0

    catcher.on_data.extend("451 busy" if number % 10 == 3 else "250 OK" for number in range(MAILS))
    broken = [number for number in range(MAILS) if number % 50 == 7]
    for number in broken:
        catcher.on_data[number] = CUT
    async with catching(catcher):
        back = clock()
        while True:
            more = await courier.round()
            async with service.db.reading() as session:
                left = (await waiting(session)).open
            if not left:
                break
            if not more:
                clock.advance(seconds=10)
            assert clock() - back < timedelta(minutes=10)
    ids = Counter(each.mail["Message-ID"] for each in catcher.caught)
    assert len(ids) == MAILS
    assert sum(number - 1 for number in ids.values()) == len(broken)
    assert max(ids.values()) == 2
