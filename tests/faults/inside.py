"""The service inside this process, with a clock that the plan moves: hours of outage take seconds."""

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from models.outbox import waiting
from service.mail.courier import Courier
from service.settings import Settings
from service.state import Service, open_service
from tests.faults.ground import SECRET

SENDER = "Kommentare <kommentare@musterstadt.example>"


class MovableClock:
    """Stands still until it is moved, in whichever direction."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@contextlib.asynccontextmanager
async def inside(database: str, folder: Path, clock: MovableClock, smtp: str = "") -> AsyncIterator[Service]:
    settings = Settings(
        _env_file=None,
        data_dir=folder,
        database_url=database,
        base_url="http://127.0.0.1:8000",
        secret_key=SecretStr(SECRET),
        rate_limit="off",
        smtp_url=SecretStr(smtp),
        mail_from=SENDER if smtp else "",
    )
    async with open_service(settings, clock) as service:
        yield service


async def carry_the_rest(service: Service, clock: MovableClock, within: timedelta) -> timedelta:
    """Round after round until no message is open; how long that took by the clock, at most `within`."""
    courier, began = Courier(service), clock()
    while clock() - began < within:
        more = await courier.round()
        async with service.db.reading() as session:
            if not (await waiting(session)).open:
                break
        if not more:
            clock.move(seconds=10)
    return clock() - began


def real_now() -> datetime:
    """The machine's time, as processes know it that were started beside this one."""
    return datetime.now(UTC)  # noqa: TID251  # what other processes wrote is compared with it
