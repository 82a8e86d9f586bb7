"""Featured: the author is told once, and only who has said yes to mails about the comment."""

from sqlmodel import select

from models.site import Site
from models.subscription import Subscription, ask_to_subscribe, confirm
from moderation.lifecycle import Action
from service.state import Service
from tests.builders import a_moderator, add_site, publish, rule
from tests.conftest import Clock
from tests.service.mail.test_courier import carry
from tests.support.catcher import Catcher

ASKED, SILENT, UNSURE = "ja@post.example", "nein@post.example", "offen@post.example"


async def _written(service: Service, site: Site, address: str, *, asks: bool, confirms: bool):
    comment = await publish(service, site, f"Ein Gedanke von {address[:4]} zum Platz am Fluss.", email=address)
    async with service.db.writing() as session:
        if asks:
            await ask_to_subscribe(session, comment, "replies", service.clock())
        for each in await session.exec(select(Subscription).where(Subscription.comment_id == comment.id)):
            if confirms:
                await confirm(session, each.id, service.clock())
    return comment


async def test_who_asked_for_mails_hears_of_it_once(mailing: Service, catcher: Catcher, clock: Clock) -> None:
    site = await add_site(mailing)
    moderator = await a_moderator(mailing, site)
    comments = [
        await _written(mailing, site, ASKED, asks=True, confirms=True),
        await _written(mailing, site, SILENT, asks=False, confirms=False),
        await _written(mailing, site, UNSURE, asks=True, confirms=False),
    ]
    clock.advance(hours=1)
    await carry(mailing)
    catcher.caught.clear()
    for action in (Action.FEATURE, Action.UNFEATURE, Action.FEATURE):
        for comment in comments:
            await rule(mailing, comment, action, moderator)
        clock.advance(hours=1)
        await carry(mailing)
    [mail] = catcher.caught
    assert mail.recipients == [ASKED]
    assert "hervorgehoben" in mail.mail["Subject"]
    assert comments[0].id in mail.text
    assert mail.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
