"""`courier`: only mail and timed jobs, for installations that run them apart."""

import asyncio
import signal

from service.commands.failure import opened_database
from service.logs import configure_logs
from service.mail.courier import work
from service.settings import Settings, read_settings
from service.state import open_service


def courier() -> None:
    """Only mail, webhooks and timed jobs; ends on SIGTERM or Ctrl-C after the message in hand."""
    configure_logs()
    asyncio.run(_work(read_settings()))


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with opened_database(settings):
        pass  # says in one line what is wrong with the database, before anything else opens it
    async with open_service(settings) as service:
        await work(service, stop)
