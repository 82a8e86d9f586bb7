"""The courier: claims what is due, delivers, settles. At least once, with the same Message-ID if twice."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from models.away import Unavailable
from models.outbox import Notice, claim, give_up, is_due, put_back, release, settle
from models.private_message import LETTER as PRIVATE
from models.private_message import forget_delivered
from models.site import all_sites
from models.thread import close_aged
from service import metrics
from service.indexing import take_up
from service.mail.compose import UnsafeMessage, compose
from service.mail.letter import Undeliverable
from service.mail.letters import LETTERS, write_letter
from service.mail.smtp import Deferred, Post, Refused, Unreachable
from service.mail.spread import TOLD_BY_LETTER, TOLD_TO_PROGRAMS, spread
from service.mail.turn import Turn
from service.retention import purge
from service.state import Service
from service.webhooks.messenger import Messenger

log = structlog.get_logger()
_LOOKS_EVERY = 2.0
_KEEPS_HOUSE_EVERY = timedelta(minutes=10)
_PURGES_EVERY, _FIRST_PURGE = timedelta(hours=1), timedelta(minutes=1)
# Ten messages at the longest time each (service/mail/smtp.py) end before the lease does.
_BATCH = 10
_WORDS_AT_ONCE = 500
# How long an unreachable server is left alone. Short at the end too: an hour's outage is over within five minutes.
_RESTS = tuple(timedelta(seconds=each) for each in (10, 30, 60, 120, 300))


async def work(service: Service, stop: asyncio.Event) -> None:
    """Round after round until `stop`. No exception ends it: what fails now is tried again later."""
    courier = Courier(service, stop)
    turn = Turn(service.settings.data_dir / "courier.lock")
    courier.introduce()
    try:
        # Programs that answer slowly hold up no mail.
        await asyncio.gather(_go_round(courier, turn, stop), _go_round(Messenger(service), turn, stop))
    finally:
        turn.give()


async def _go_round(carrier: "Courier | Messenger", turn: Turn, stop: asyncio.Event) -> None:
    while not stop.is_set():
        if not await _attempt(carrier, turn):
            await _pause(stop)


async def _attempt(carrier: "Courier | Messenger", turn: Turn) -> bool:
    """One round, if it is our turn; whether more may be due."""
    try:
        return turn.take() and await carrier.round()
    except Unavailable as error:
        log.warning("courier_without_database", reason=str(error))
        return False
    except Exception:
        log.exception("courier_failed")
        return False


async def _pause(stop: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(_LOOKS_EVERY):
            await stop.wait()
    except TimeoutError:
        return


@dataclass
class Courier:
    """One who carries. Remembers how often in a row the server was away, and until when to leave it alone."""

    service: Service
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    _outages: int = 0
    _rests_until: datetime | None = None
    _kept_house_at: datetime | None = None
    _purges_at: datetime | None = None

    @property
    def has_server(self) -> bool:
        return bool(self.service.settings.smtp_url.get_secret_value())

    def introduce(self) -> None:
        """Say once in the log how mail stands."""
        if self.has_server:
            log.info("courier_started")
        else:
            log.info("courier_without_smtp", consequence="mail waits in the outbox", mend="set WORTMELDUNG_SMTP_URL")

    async def round(self) -> bool:
        """Make what is new findable, spread what happened, deliver what is due. True when there may be more at once."""
        await self._keep_house()
        await self._purge()
        more = await take_up(self.service.db, _WORDS_AT_ONCE)
        more = await self._spread() or more
        if not self.has_server or self._resting():
            return more
        notices = await self._claim()
        if notices:
            await self._deliver(notices)
        return more or (len(notices) == _BATCH and not self._resting())

    async def _keep_house(self) -> None:
        """What falls due by time alone: pages that close for their age."""
        now = self.service.clock()
        if self._kept_house_at is not None and timedelta(0) <= now - self._kept_house_at < _KEEPS_HOUSE_EVERY:
            return
        self._kept_house_at = now
        async with self.service.db.reading() as session:
            closing = any(each.close_days for each in await all_sites(session))
        if not closing:
            return
        async with self.service.db.writing() as session:
            closed = sum([await close_aged(session, each, now) for each in await all_sites(session)])
        if closed:
            log.info("threads_closed_for_age", threads=closed)

    async def _purge(self) -> None:
        """Once an hour, and soon after the start, what was kept long enough goes."""
        now = self.service.clock()
        if self._purges_at is not None and now < self._purges_at:
            return
        first, self._purges_at = self._purges_at is None, now + _PURGES_EVERY
        if first:
            self._purges_at = now + _FIRST_PURGE
            return
        try:
            await purge(self.service.db, now)
        except Exception:
            log.exception("purge_failed")

    async def _spread(self) -> bool:
        now = self.service.clock()
        kinds = TOLD_TO_PROGRAMS + (TOLD_BY_LETTER if self.has_server else ())
        async with self.service.db.reading() as session:
            if not await is_due(session, now, kinds):
                return False
        async with self.service.db.writing() as session:
            return await spread(session, now, self.has_server) > 0

    async def _claim(self) -> list[Notice]:
        now = self.service.clock()
        async with self.service.db.reading() as session:
            if not await is_due(session, now, LETTERS):
                return []
        async with self.service.db.writing() as session:
            return await claim(session, now, LETTERS, _BATCH)

    async def _deliver(self, notices: list[Notice]) -> None:
        post = Post(self.service.settings)
        try:
            for place, notice in enumerate(notices):
                if self.stop.is_set():
                    await self._release(notices[place:], "", self.service.clock())
                    return
                try:
                    await self._deliver_one(post, notice)
                except Unreachable as error:
                    await self._leave_alone(notices[place:], str(error))
                    return
        finally:
            await post.close()

    async def _deliver_one(self, post: Post, notice: Notice) -> None:
        """Send and settle one; a notice that fails in a way nobody foresaw must not stop the others."""
        try:
            outcome, problem = await self._send(post, notice), ""
        except Unreachable:
            raise
        except (Deferred, Unavailable) as error:
            outcome, problem = "deferred", str(error)
        except (Refused, UnsafeMessage, Undeliverable) as error:
            outcome, problem = "refused", str(error)
        except Exception as error:
            outcome, problem = "failed", type(error).__name__
            log.exception("notice_failed", notice=notice.id, kind=notice.kind)
        if outcome in ("sent", "deferred", "refused"):
            self._outages = 0
        await self._record(notice, outcome, problem)
        metrics.notices.labels(outcome=outcome).inc()
        log.info(
            "notice", notice=notice.id, kind=notice.kind, outcome=outcome, attempt=notice.attempts, problem=problem
        )

    async def _record(self, notice: Notice, outcome: str, problem: str) -> None:
        """Note what became of it, however long the database is away: else it would be sent a second time."""
        while True:
            try:
                return await self._note(notice, outcome, problem)
            except Unavailable:
                if self.stop.is_set():
                    raise
                await _pause(self.stop)

    async def _note(self, notice: Notice, outcome: str, problem: str) -> None:
        now = self.service.clock()
        async with self.service.db.writing() as session:
            if outcome in ("sent", "needless"):
                await settle(session, notice.id, now)
                if notice.kind == PRIVATE:
                    await forget_delivered(session, notice.payload["message"], now)
            elif outcome == "refused":
                await give_up(session, notice, problem, now)
            else:
                await put_back(session, notice, problem, now)

    async def _send(self, post: Post, notice: Notice) -> str:
        letter = await write_letter(self.service, notice)
        if letter is None:
            return "needless"
        message = compose(letter, notice.id, self.service.settings, self.service.clock())
        await post.send(message)
        return "sent"

    async def _leave_alone(self, notices: list[Notice], reason: str) -> None:
        """The server is away: that is nobody's failed attempt, so nothing is given up because of it."""
        rest = _RESTS[min(self._outages, len(_RESTS) - 1)]
        self._outages += 1
        self._rests_until = self.service.clock() + rest
        await self._release(notices, reason, self._rests_until)
        metrics.notices.labels(outcome="unreachable").inc()
        log.warning("smtp_unreachable", reason=reason, rests_seconds=int(rest.total_seconds()))

    async def _release(self, notices: list[Notice], reason: str, due_at: datetime) -> None:
        async with self.service.db.writing() as session:
            for notice in notices:
                await release(session, notice, reason, due_at)

    def _resting(self) -> bool:
        return self._rests_until is not None and self.service.clock() < self._rests_until
