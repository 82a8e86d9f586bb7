"""Mail and webhooks while the other side is away, slow or broken, and couriers that die with a message in hand."""

import asyncio
import signal
import statistics
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import update
from sqlmodel import col, select

from models.db import Database
from models.moderator import moderator_by_email
from models.outbox import Notice, enqueue, waiting
from models.thread import open_thread
from models.webhook import Delivery, add_webhook, announce
from service.mail.courier import Courier
from service.state import Service
from service.webhooks.messenger import Messenger
from tests.faults.ground import PAGE, THREAD, Ground, Node, opened, the_site
from tests.faults.inside import MovableClock, carry_the_rest, inside, real_now
from tests.faults.plan import Outcome
from tests.faults.starter import Process
from tests.service.webhooks.receiver import Receiver, receiving
from tests.support.catcher import CUT, SILENCE, Catcher, Caught, catching

SENDER_ADDRESS = "kommentare@musterstadt.example"
_ALL_WITHIN = timedelta(minutes=10)


async def server_away(ground: Ground, mails: int) -> Outcome:
    """No mail server for an hour; then one that is busy for every tenth and breaks off after every fiftieth."""
    outcome, catcher, clock = Outcome(), Catcher(), MovableClock(real_now())
    database = await ground.sqlite()
    async with catching(catcher):
        pass  # has a port now, and nobody answers there
    async with inside(database, ground.place(), clock, catcher.url) as service:
        await lay(service, mails)
        courier, back_at = Courier(service), clock() + timedelta(hours=1)
        while clock() < back_at:
            await courier.round()
            clock.move(seconds=30)
        async with service.db.reading() as session:
            outcome.must((await waiting(session)).given_up == 0, "mails were given up because the server was away")
        catcher.on_data.extend("451 busy" if number % 10 == 3 else "250 OK" for number in range(mails))
        broken = [number for number in range(mails) if number % 50 == 7]
        for number in broken:
            catcher.on_data[number] = CUT
        async with catching(catcher):
            took = await carry_the_rest(service, clock, _ALL_WITHIN)
    ids = Counter(each.mail["Message-ID"] for each in catcher.caught)
    twice = sum(ids.values()) - len(ids)
    outcome.must(len(ids) == mails, f"{mails - len(ids)} mails are lost")
    outcome.must(twice == len(broken) and max(ids.values()) <= 2, f"{twice} came twice, {len(broken)} were broken off")
    outcome.figure = (
        f"{len(ids)} of {mails} arrived {took.total_seconds() / 60:.0f} min after its return, {twice} twice"
    )
    return outcome


async def tarpit(ground: Ground, reads: int) -> Outcome:
    """A mail server that accepts and then says nothing; readers and writers must not notice."""
    outcome, catcher = Outcome(), Catcher()
    catcher.on_mail.extend([SILENCE] * 1000)
    async with catching(catcher):
        node = ground.node(await ground.sqlite(), SMTP_URL=catcher.url, MAIL_FROM=SENDER_ADDRESS)
        try:
            await node.serve("--no-courier")
            before = await _times(node, reads)
            await node.stop()
            async with opened(node.database) as db:
                await lay(db, 3)
            await node.serve()
            async with asyncio.timeout(60):
                while not catcher.connections:  # noqa: ASYNC110  # another process connects
                    await asyncio.sleep(0.05)
            during = await _times(node, reads)
            began = time.monotonic()
            outcome.must(await node.stop() == 0, "the service did not end well")
            stopped = time.monotonic() - began
        finally:
            await node.kill()
    outcome.within("stopping took", stopped, 12, "s")
    outcome.within("a read took", during, max(3 * before, 0.05) * 1000, "ms")
    outcome.figure = f"reads {1000 * before:.0f} ms before, {1000 * during:.0f} ms during; stops in {stopped:.0f} s"
    return outcome


async def _times(node: Node, reads: int) -> float:
    """The slowest hundredth of as many reads that go all the way, in seconds."""
    taken = []
    async with node.client() as client:
        for number in range(reads):
            began = time.monotonic()
            assert (await client.get(THREAD, params={"page": f"{PAGE}/{number}"})).status_code == 200
            taken.append(time.monotonic() - began)
    return statistics.quantiles(taken, n=100)[98]


async def killed_in_hand(ground: Ground, kills: int) -> Outcome:
    """A courier dies between the server's yes and its own note, again and again."""
    outcome, database = Outcome(), await ground.sqlite()
    catcher, clock = _Deadly(), MovableClock(real_now())
    async with catching(catcher):
        async with opened(database) as db:
            await lay(db, kills)
        node = ground.node(database, SMTP_URL=catcher.url, MAIL_FROM=SENDER_ADDRESS)
        for _kill in range(kills):
            await node.run("courier")
            assert node.process is not None
            catcher.victim = node.process
            async with asyncio.timeout(120):
                await node.process.wait()
            await _let_go(database, {notice_of(each) for each in catcher.caught})
        catcher.victim = None
        clock.move(minutes=6)
        async with inside(database, ground.place(), clock, catcher.url) as service:
            await carry_the_rest(service, clock, timedelta(minutes=30))
    ids = Counter(notice_of(each) for each in catcher.caught)
    twice = sum(ids.values()) - len(ids)
    outcome.must(len(ids) == kills, f"{kills - len(ids)} mails are lost")
    outcome.must(0 < twice <= kills and max(ids.values()) <= 2, f"{twice} copies for {kills} kills")
    outcome.figure = f"{len(ids)} of {kills} arrived, {twice} copies, each with the Message-ID of its first"
    return outcome


@dataclass
class _Deadly(Catcher):
    """A server that says yes, and then the courier is dead."""

    victim: Process | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if self.victim is not None:
            self.victim.signal(signal.SIGKILL)
        return answer


async def hook_away(ground: Ground, comments: int) -> Outcome:
    """A program that is down, busy, broken and elsewhere for a day, and then there."""
    outcome, clock = Outcome(), MovableClock(real_now())
    async with receiving() as receiver, inside(await ground.sqlite(), ground.place(), clock) as service:
        site = await the_site(service.db)
        async with service.db.writing() as session:
            await add_webhook(session, site, receiver.url, ["comment.approved"], clock(), private=True)
            thread = await open_thread(session, site, PAGE, "", clock())
        receiver.answer("500 No", "503 Busy", "302 Found", "429 Later", "500 No")
        async with service.db.writing() as session:
            for number in range(comments):
                told = f"kommentar-{number}"
                await announce(session, site.id or 0, thread.id or 0, ["comment.approved"], told, clock())
        messenger = Messenger(service)
        tries, longest = await _carry_until(messenger, receiver, clock, timedelta(hours=20))
        outcome.must(longest >= timedelta(hours=1), "pauses do not grow")
        receiver.got.clear()
        receiver.answer("200 OK")
        for _round in range(60 + 3 * comments):
            if not await messenger.round():
                clock.move(minutes=3)
            if len(receiver.got) == comments:
                break
        async with service.db.reading() as session:
            kept = list(await session.exec(select(Delivery).order_by(col(Delivery.number))))
    arrived = [headers["webhook-id"] for headers, _body in receiver.got]
    outcome.must(
        len(arrived) == comments and arrived == [each.id for each in kept],
        "not every message arrived once and in order",
    )
    outcome.figure = f"{tries} tries in 20 h, then {len(arrived)} of {comments} in order, each once"
    return outcome


async def _carry_until(
    messenger: Messenger, receiver: Receiver, clock: MovableClock, span: timedelta
) -> tuple[int, timedelta]:
    """How often the first message was tried, and the longest pause between two tries."""
    began = last = clock()
    longest = timedelta(0)
    while clock() - began < span:
        before = len(receiver.got)
        await messenger.round()
        if len(receiver.got) > before:
            longest, last = max(longest, clock() - last), clock()
        clock.move(minutes=1)
    return len(receiver.got), longest


async def lay(there: Service | Database, number: int) -> list[str]:
    """Lay so many messages for the couriers; their ids."""
    db = there if isinstance(there, Database) else there.db
    site = await the_site(db)
    async with db.writing() as session:
        moderator = await moderator_by_email(session, "mira@musterstadt.example")
        assert moderator is not None
        told = {"moderator": moderator.id, "site": site.id}
        return [(await enqueue(session, "invitation", told, real_now())).id for _ in range(number)]


def notice_of(caught: Caught) -> str:
    """The notice that a mail was made from."""
    return str(caught.mail["Message-ID"]).strip("<>").partition("@")[0]


async def _let_go(database: str, tried: set[str]) -> None:
    """End the leases of what a dead courier had claimed and not tried, as five minutes would."""
    async with opened(database) as db, db.writing() as session:
        await session.exec(update(Notice).where(col(Notice.id).not_in(tried)).values(leased_until=None))
