"""What the lifespan opens, and every request may use."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypedDict

import anyio
from starlette.requests import Request

from models.db import Database
from models.order import Orders
from models.question import Lane
from models.sites import Sites
from service.api.cache import ThreadCache
from service.api.ready import ReadyAnswers
from service.bench import Bench, load_judges
from service.counting import Count, InDatabase, InRedis
from service.live import Feed
from service.middleware import security_headers
from service.rates import Rates
from service.settings import Settings
from service.tokens import Tokens

if TYPE_CHECKING:
    from moderation.classifier.learn import Learned
    from moderation.judge import Judges
    from moderation.netiquette import Netiquette

Clock = Callable[[], datetime]
# For comments where the netiquette is missing.
_MAX_LENGTH = 5000
PASSWORDS_AT_ONCE = 2


def utc_now() -> datetime:
    """The process clock, the only place that asks the machine for the time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Service:
    """All that the service is made of. Time arrives through `clock`, so that tests can move it.

    `editions`: sites' own netiquettes by their ids, which never change. `learned`: by site its count of changes, what
    its decisions had taught by then, and the ids of the lessons that this was built from. `turn`: whose text is being
    judged. `hashing`: how many passwords are hashed at once, each in 64 MiB.
    """

    settings: Settings
    db: Database
    bench: Bench
    tokens: Tokens
    rates: Rates
    cache: ThreadCache
    ready: ReadyAnswers
    clock: Clock
    sites: Sites = field(default_factory=Sites)
    orders: Orders = field(default_factory=Orders)
    editions: dict[int, "Netiquette | None"] = field(default_factory=dict)
    learned: dict[int, tuple[int, "Learned", tuple[int, ...]]] = field(default_factory=dict)
    feed: Feed = field(default_factory=Feed)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    hashing: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(PASSWORDS_AT_ONCE))
    lane_counts: dict[tuple[int, ...], tuple[object, dict[Lane, int]]] = field(default_factory=dict)

    @property
    def judges(self) -> "Judges":
        """Who judges; the first to ask waits until they are loaded."""
        return self.bench.judges

    @property
    def netiquette_version(self) -> str:
        return self.judges.netiquette.version if self.judges.netiquette else ""

    @property
    def max_length(self) -> int:
        """The most characters that a comment may have."""
        return self.judges.netiquette.max_length if self.judges.netiquette else _MAX_LENGTH


class State(TypedDict):
    service: Service


@asynccontextmanager
async def open_service(settings: Settings, clock: Clock = utc_now) -> AsyncGenerator[Service]:
    """Open the database and bring its schema up to date; close everything at the end."""
    db = Database(settings.database, settings.seal)
    try:
        await db.migrate()
        yield Service(
            settings=settings,
            db=db,
            bench=Bench(partial(load_judges, settings.data_dir)),
            tokens=Tokens(*settings.secrets),
            rates=Rates(settings.rate_limit, shared_count(settings, db)),
            cache=ThreadCache(),
            ready=ReadyAnswers(db.changes, security_headers(settings.base_url)),
            clock=clock,
        )
    finally:
        await db.close()


def shared_count(settings: Settings, db: Database) -> Count | None:
    """What all processes count in: Redis where the operator names one, else PostgreSQL; None on SQLite."""
    if settings.redis_url:
        return InRedis(settings.redis_url)
    return None if db.sqlite else InDatabase(db)


def service_of(request: Request) -> Service:
    """The service that answers this request."""
    service: Service = request.state.service
    return service
