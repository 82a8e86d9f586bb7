"""Errands to SQLite go together: what comes while one trip is under way goes along with the next.

A commit waits for the disk, and every trip wakes two threads; of many posts at once, all that wait are stored in one
transaction and answered after its commit, none before. One that fails is taken back alone. Where another process
holds the file, each waits its own time and no longer: whoever came late is not kept waiting for two.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncEngine

from models.away import is_held
from models.trip import Errand, Made, Phrasebook, SqliteTrip, T, Trip, run_through

# Whoever comes first waits for all who go along, so not too many do.
MOST_TOGETHER = 32


class _Going(NamedTuple):
    errand: Errand[Any]
    answer: "asyncio.Future[Any]"
    until: float


class Together:
    """Carries errands to one of the engine's connections, each a transaction of its own for whoever sent it.

    `patience`: for so many seconds an errand waits while another process holds the file. `most` go along with each
    other.
    """

    def __init__(
        self, engine: AsyncEngine, begin: str, book: Phrasebook, patience: float, most: int = MOST_TOGETHER
    ) -> None:
        self._engine, self._begin, self._book, self._patience, self._most = engine, begin, book, patience, most
        self._waiting: list[_Going] = []
        self._travelling: asyncio.Task[None] | None = None

    async def go(self, errand: Errand[T]) -> T:
        """What the errand gives once its transaction has been committed, or what it raised."""
        going = _Going(errand, asyncio.get_running_loop().create_future(), time.monotonic() + self._patience)
        self._waiting.append(going)
        if self._travelling is None or self._travelling.done():
            self._travelling = asyncio.create_task(self._travel())
        answer: T = await going.answer
        return answer

    async def build(self, errand: Errand[T], make: Callable[[T], Made]) -> Made:
        """What `make` makes of it, before the trip's end: on a busy machine another thread's waking costs as much."""

        async def find_and_make(trip: Trip) -> Made:
            return make(await errand(trip))

        return await self.go(find_and_make)

    async def _travel(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            try:
                outcomes = await self._carry([each.errand for each in some])
            except Exception as error:  # noqa: BLE001  # whatever it was, each must hear that nothing was stored
                if is_held(error):
                    some = self._give_up(some)
                outcomes = [error] * len(some)
            for each, outcome in zip(some, outcomes, strict=True):
                _answer(each.answer, outcome)

    def _give_up(self, some: Sequence[_Going]) -> list[_Going]:
        """Those whose time is up; the others, of whom nothing was stored, go first with the next trip."""
        now = time.monotonic()
        self._waiting = [each for each in some if each.until > now] + self._waiting
        return [each for each in some if each.until <= now]

    async def _carry(self, errands: Sequence[Errand[Any]]) -> list[Any]:
        pooled = await self._engine.raw_connection()
        raw: Any = pooled.driver_connection
        try:
            outcomes: list[Any] = await raw.carry(partial(self._do_all, errands=errands))
        except asyncio.CancelledError:
            # The process ends. In the thread all goes on to its commit, so nobody else gets this connection.
            pooled.detach()
            raise
        finally:
            if not pooled.is_detached:
                pooled.close()
        return outcomes

    def _do_all(self, connection: sqlite3.Connection, errands: Sequence[Errand[Any]]) -> list[Any]:
        """The outcomes in order, errors among them; raises what ended the whole transaction."""
        trip = SqliteTrip(connection, self._engine.dialect, self._book)
        connection.execute(self._begin)
        try:
            outcomes = [_attempt(errand, trip, connection) for errand in errands]
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return outcomes


def _attempt(errand: Errand[Any], trip: SqliteTrip, connection: sqlite3.Connection) -> Any:
    connection.execute("SAVEPOINT errand")
    try:
        outcome = run_through(errand(trip))
    except Exception as error:  # goes to who sent the errand
        if not connection.in_transaction:
            raise  # a full disk, say: SQLite has taken everything back
        connection.execute("ROLLBACK TO errand")
        outcome = error
    connection.execute("RELEASE errand")
    return outcome


def _answer(waiting: "asyncio.Future[Any]", outcome: Any) -> None:
    if waiting.done():
        return  # who sent it has gone; it is done all the same
    if isinstance(outcome, BaseException):
        waiting.set_exception(outcome)
    else:
        waiting.set_result(outcome)
