"""What a started process does: a command of the service, or a piece of its work that is cut off."""

import asyncio
import os
import signal
import sys
from itertools import count

from sqlalchemy import Engine, event

from models.db import Database
from service.command_line import main


def do(words: list[str]) -> None:
    """`python -m service …`; or `migrate-until N ADDRESS`, which dies after N statements of the migrations."""
    if words[0] == "migrate-until":
        _die_after(int(words[1]))
        asyncio.run(Database(words[2]).migrate())
        return
    sys.argv = ["python -m service", *words]
    main()


def _die_after(statements: int) -> None:
    numbers = count(1)

    @event.listens_for(Engine, "after_cursor_execute")
    def executed(*_: object) -> None:
        if next(numbers) >= statements:
            os.kill(os.getpid(), signal.SIGKILL)
