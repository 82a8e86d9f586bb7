"""The courier: everybody at least once, nothing lost, and never a flood."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from sqlmodel import col, select

from models.desk_session import sign_in_by_link
from models.outbox import LEASE, PAUSES, Notice, claim, enqueue
from models.search import words_wait
from models.site import Site
from moderation.lifecycle import Action
from service.app import create_app
from service.logs import configure_logs
from service.mail import smtp
from service.mail.at_work import courier_at_work
from service.mail.courier import Courier
from service.mail.letters import LETTERS
from service.mail.spread import MOST_LETTERS, NEW_COMMENTS, WITHIN
from service.state import Service
from tests.builders import a_moderator, add_site, ask, both_databases, file, rule
from tests.conftest import Clock
from tests.service.mail.conftest import with_smtp
from tests.support.catcher import CUT, SILENCE, Catcher, catching

MIRA, NOAH = "mira@musterstadt.example", "noah@musterstadt.example"
_KINDS = (*LETTERS, "comment_waits", "comment_approved")


@pytest.fixture
async def site(mailing: Service) -> Site:
    """A site with two moderators."""
    site = await add_site(mailing)
    await a_moderator(mailing, site, MIRA)
    await a_moderator(mailing, site, NOAH)
    return site


async def carry(service: Service, courier: Courier | None = None) -> Courier:
    """Rounds until nothing is due."""
    courier = courier or Courier(service)
    while await courier.round():
        pass
    return courier


async def notices(service: Service, kind: str = NEW_COMMENTS) -> list[Notice]:
    async with service.db.reading() as session:
        return list(await session.exec(select(Notice).where(col(Notice.kind) == kind).order_by(col(Notice.due_at))))


@both_databases
async def test_a_waiting_comment_is_told_to_each_moderator_once(mailing: Service, catcher: Catcher, site: Site) -> None:
    [asked] = await ask(mailing, site, "Was fehlt <Ihnen> im Plan?")
    comment = await file(mailing, site, name="Jule", question=asked.id)
    await carry(mailing)
    await carry(mailing)
    assert sorted(each.recipients[0] for each in catcher.caught) == [MIRA, NOAH]
    assert all(len(each.recipients) == 1 for each in catcher.caught)
    assert f"{mailing.settings.base_url}/desk/comments/{comment.id}" in catcher.caught[0].text
    assert "Jule" in catcher.caught[0].html
    assert "Frage: Was fehlt <Ihnen> im Plan?" in catcher.caught[0].text
    assert "Frage: <bdi>Was fehlt &lt;Ihnen&gt; im Plan?</bdi>" in catcher.caught[0].html
    assert all(each.settled_at for each in await notices(mailing, "comment_waits"))


async def test_what_is_refused_for_now_is_tried_again_and_nobody_else_is_bothered(
    mailing: Service, catcher: Catcher, site: Site, clock: Clock
) -> None:
    catcher.refused[NOAH] = "451 4.2.0 mailbox busy"
    await file(mailing, site)
    await carry(mailing)
    assert [each.recipients for each in catcher.caught] == [[MIRA]]
    catcher.refused.clear()
    clock.advance(minutes=2)
    await carry(mailing)
    assert [each.recipients for each in catcher.caught] == [[MIRA], [NOAH]]


async def test_what_is_refused_for_good_is_given_up_with_its_reason(
    mailing: Service, catcher: Catcher, site: Site, clock: Clock
) -> None:
    catcher.refused[NOAH] = "550 5.1.1 no such user <noah@musterstadt.example>"
    await file(mailing, site)
    await carry(mailing)
    catcher.refused.clear()
    clock.advance(days=3)
    await carry(mailing)
    assert [each.recipients for each in catcher.caught] == [[MIRA]]
    (given_up,) = [each for each in await notices(mailing) if each.given_up_at]
    assert given_up.problem == "550 5.1.1 no such user"


async def test_a_mail_whose_receipt_got_lost_comes_again_with_the_same_message_id(
    mailing: Service, catcher: Catcher, clock: Clock
) -> None:
    site = await add_site(mailing)
    await a_moderator(mailing, site, MIRA)
    catcher.on_data.append(CUT)
    await file(mailing, site)
    await carry(mailing)
    clock.advance(minutes=2)
    await carry(mailing)
    first, second = catcher.caught
    assert first.mail["Message-ID"] == second.mail["Message-ID"]
    assert first.recipients == second.recipients == [MIRA]


async def test_a_sender_that_the_server_refuses_costs_no_mail(
    mailing: Service, catcher: Catcher, site: Site, clock: Clock
) -> None:
    """A wrong setting concerns all mails, so it is no reason to give one up."""
    catcher.on_mail.extend(["550 5.7.1 not you"] * 2)
    await file(mailing, site)
    await carry(mailing)
    assert catcher.caught == []
    clock.advance(minutes=2)
    await carry(mailing)
    assert len(catcher.caught) == 2


async def test_while_the_server_is_away_nothing_is_lost_and_nothing_counts_as_an_attempt(
    service: Service, clock: Clock
) -> None:
    catcher = Catcher()
    async with catching(catcher):
        service = with_smtp(service, catcher.url)
    site = await add_site(service)
    await a_moderator(service, site, MIRA)
    for _ in range(3):
        await file(service, site)
    courier = await carry(service)
    for _ in range(len(PAUSES) + 3):
        clock.advance(hours=12)
        await carry(service, courier)
    assert {each.attempts for each in await notices(service)} == {0}
    async with catching(catcher):
        clock.advance(minutes=5)
        await carry(service, courier)
    assert len(catcher.caught) == 1


async def test_a_server_that_is_away_is_left_alone_for_a_while(service: Service, clock: Clock) -> None:
    service = with_smtp(service, "smtp://127.0.0.1:9")
    site = await add_site(service)
    await a_moderator(service, site, MIRA)
    await file(service, site)
    courier = await carry(service)
    pauses = []
    for _ in range(7):
        started = clock()
        while courier._resting():
            clock.advance(seconds=1)
        pauses.append((clock() - started).total_seconds())
        await carry(service, courier)
    assert pauses == [10, 30, 60, 120, 300, 300, 300]


async def test_a_server_that_says_nothing_does_not_hold_the_courier(
    mailing: Service, catcher: Catcher, site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_MESSAGE_SECONDS", 0.2)
    monkeypatch.setattr(smtp, "_COMMAND_SECONDS", 0.2)
    catcher.on_data.append(SILENCE)
    await file(mailing, site)
    await carry(mailing)
    assert len(catcher.caught) == 1
    clock.advance(minutes=2)
    await carry(mailing)
    assert len(catcher.caught) == 2


async def test_a_server_that_closes_after_some_messages_is_greeted_again(
    mailing: Service, catcher: Catcher, site: Site
) -> None:
    catcher.on_mail.extend(["250 OK", "421 4.7.0 enough for one connection"])
    await file(mailing, site)
    await carry(mailing)
    assert len(catcher.caught) == 2
    assert catcher.connections == 2


async def test_without_a_server_mail_waits_and_leaves_later(service: Service, catcher: Catcher, clock: Clock) -> None:
    site = await add_site(service)
    moderator = await a_moderator(service, site, MIRA)
    published = await file(service, site, "Das erste wurde schon veröffentlicht.")
    await rule(service, published, Action.APPROVE, moderator)
    await file(service, site)
    await carry(service)
    (approved,) = await notices(service, "comment_approved")
    assert approved.settled_at
    assert [each.settled_at for each in await notices(service, "comment_waits")] == [None, None]
    clock.advance(days=5)
    await carry(with_smtp(service, catcher.url))
    assert len(catcher.caught) == 1


async def test_many_comments_at_once_become_one_mail(mailing: Service, catcher: Catcher, site: Site) -> None:
    for number in range(30):
        await file(mailing, site, f"Ein Gedanke mit der Nummer {number} zum Bericht über den runden Tisch.")
    await carry(mailing)
    (mail,) = catcher.to(MIRA)
    assert "30" in mail.mail["Subject"]
    assert mail.text.count("/desk/comments/") == 10
    assert "20 weitere Kommentare" in mail.text


async def test_a_busy_hour_brings_few_mails_and_every_comment_is_in_one(
    mailing: Service, catcher: Catcher, site: Site, clock: Clock
) -> None:
    filed = []
    for number in range(24):
        filed.append(await file(mailing, site, f"Noch ein Gedanke, der {number}te, zum Bericht über den runden Tisch."))
        await carry(mailing)
        clock.advance(minutes=1)
    clock.advance(seconds=WITHIN.total_seconds())
    await carry(mailing)
    mails = catcher.to(MIRA)
    assert len(mails) <= 4 * MOST_LETTERS  # 24 comments in 34 minutes
    assert all(any(each.id in mail.text for mail in mails) for each in filed)


async def test_what_looks_like_a_threat_does_not_wait_for_the_next_mail(
    mailing: Service, catcher: Catcher, site: Site
) -> None:
    for number in range(MOST_LETTERS + 1):
        await file(mailing, site, f"Der Gedanke mit der Nummer {number} zum Bericht über den runden Tisch.")
        await carry(mailing)
    assert len(catcher.to(MIRA)) == MOST_LETTERS
    urgent = await file(mailing, site, "Ein Satz, der nach Drohung klingt.")
    async with mailing.db.writing() as session:
        urgent.priority = 2
        session.add(urgent)
    await carry(mailing)
    assert catcher.to(MIRA)[-1].mail["Subject"].startswith("Dringend")
    assert urgent.id in catcher.to(MIRA)[-1].text


async def test_what_came_is_soon_in_the_index_of_words(mailing: Service, site: Site) -> None:
    await file(mailing, site, "Der Bus kommt nie, seit Jahren schon.")
    async with mailing.db.reading() as session:
        assert await words_wait(session)
    await carry(mailing)
    async with mailing.db.reading() as session:
        assert not await words_wait(session)


async def test_the_spam_lane_interrupts_nobody_but_is_not_forgotten(
    mailing: Service, catcher: Catcher, site: Site, clock: Clock
) -> None:
    for number in range(3):
        spam = await file(mailing, site, f"Kredit {number} sofort und ohne Auskunft, nur heute.")
        async with mailing.db.writing() as session:
            spam.lane = "spam"
            session.add(spam)
        await carry(mailing)
        clock.advance(hours=1)
    assert catcher.caught == []
    clock.advance(hours=24)
    await carry(mailing)
    assert len(catcher.to(MIRA)) == 1


async def test_a_comment_that_somebody_decided_meanwhile_is_not_announced(
    mailing: Service, catcher: Catcher, site: Site
) -> None:
    comment = await file(mailing, site)
    await rule(mailing, comment, Action.APPROVE, await a_moderator(mailing, site, MIRA))
    await carry(mailing)
    assert catcher.caught == []
    assert all(each.settled_at for each in await notices(mailing))


async def test_who_does_not_moderate_the_site_hears_nothing_of_it(
    mailing: Service, catcher: Catcher, site: Site
) -> None:
    other = await add_site(mailing, "nachbarstadt")
    await a_moderator(mailing, other, "olga@nachbarstadt.example")
    await file(mailing, site)
    await carry(mailing)
    assert catcher.to("olga@nachbarstadt.example") == []


async def test_the_link_in_a_sign_in_mail_signs_in_once(mailing: Service, catcher: Catcher, site: Site) -> None:
    moderator = await a_moderator(mailing, site, MIRA)
    async with mailing.db.writing() as session:
        await enqueue(session, "sign_in_link", {"moderator": moderator.id}, mailing.clock())
    await carry(mailing)
    (mail,) = catcher.caught
    (secret,) = [line.rpartition("/")[2] for line in mail.text.splitlines() if "/desk/sign-in/" in line]
    async with mailing.db.writing() as session:
        assert await sign_in_by_link(session, secret, mailing.clock())
        assert await sign_in_by_link(session, secret, mailing.clock()) is None


async def test_what_a_courier_had_in_hand_when_it_died_is_delivered_by_the_next(
    mailing: Service, catcher: Catcher, site: Site, clock: Clock
) -> None:
    await file(mailing, site)
    await Courier(mailing)._spread()
    async with mailing.db.writing() as session:
        assert len(await claim(session, clock(), LETTERS)) == 2
    await carry(mailing)
    assert catcher.caught == []
    clock.advance(seconds=LEASE.total_seconds())
    await carry(mailing)
    assert len(catcher.caught) == 2


@both_databases
async def test_two_couriers_at_once_deliver_each_mail_once(mailing: Service, catcher: Catcher, site: Site) -> None:
    for name in range(20):
        await a_moderator(mailing, site, f"m{name}@musterstadt.example")
    for _ in range(5):
        await file(mailing, site)
    await asyncio.gather(*(carry(mailing) for _ in range(3)))
    await carry(mailing)
    assert len(catcher.caught) == 22
    assert len({each.mail["Message-ID"] for each in catcher.caught}) == 22


async def test_a_courier_that_is_told_to_stop_hands_back_what_it_did_not_begin(
    mailing: Service, catcher: Catcher, site: Site
) -> None:
    stop = asyncio.Event()
    courier = Courier(mailing, stop)
    await file(mailing, site)
    stop.set()
    await courier.round()
    assert catcher.caught == []
    assert [(each.leased_until, each.attempts) for each in await notices(mailing)] == [(None, 0), (None, 0)]


async def test_no_exception_ends_the_courier(
    mailing: Service, catcher: Catcher, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.mail.courier._LOOKS_EVERY", 0.01)
    configure_logs()
    fails = 3

    @asynccontextmanager
    async def broken():  # type: ignore[no-untyped-def]
        nonlocal fails
        fails -= 1
        if fails > 0:
            raise OSError("the database is away")
        async with mailing.db.reading() as session:
            yield session

    class Flaky:
        def __getattr__(self, name: str) -> object:
            return broken if name == "reading" else getattr(mailing.db, name)

    await file(mailing, site)
    async with courier_at_work(replace(mailing, db=Flaky())):  # type: ignore[arg-type]
        await catcher.wait_for(2)
    assert fails <= 0


async def test_comments_that_may_hold_private_details_are_not_quoted_in_mail(
    mailing: Service, catcher: Catcher, site: Site
) -> None:
    comment = await file(mailing, site, "Unsere Tochter geht in die 2b und hat Sprachtherapie.")
    async with mailing.db.writing() as session:
        comment.findings = [{"rule": "case_description", "severity": "hold", "message": "", "start": None, "end": None}]
        session.add(comment)
    await carry(mailing)
    assert "Sprachtherapie" not in catcher.caught[0].text + catcher.caught[0].html
    assert comment.id in catcher.caught[0].text


async def test_the_app_has_a_courier_of_its_own_or_none(mailing: Service) -> None:
    """Who hands a service in, as tests do, keeps its outbox to themselves."""

    def couriers() -> int:
        return sum(task.get_name() == "courier" for task in asyncio.all_tasks())

    own = create_app(mailing.settings, courier=True)
    async with own.router.lifespan_context(own):
        assert couriers() == 1
    handed_in = create_app(mailing.settings, service=mailing, courier=True)
    async with handed_in.router.lifespan_context(handed_in):
        assert couriers() == 0
