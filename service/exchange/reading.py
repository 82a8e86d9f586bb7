"""What a file holds, item by item, read by a process of its own (`child.py`)."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import orjson

from service.exchange.record import BadFile, Fault, Item, Place, Record, Stored

# A piece of a mebibyte, with some of it written out. Twice as much is read ahead, and kept in memory.
_LONGEST_LINE = 3 * 1024 * 1024
# Nothing of ours goes along, least of all a secret; but the code is found from wherever a command is called.
_ENVIRONMENT = {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
_KINDS: dict[str, type[Any]] = {"Record": Record, "Place": Place, "Stored": Stored, "Fault": Fault}
_ENDED_BY_US = "Reading the file takes more memory or time than any export needs: it is damaged, or made to do harm."


async def read_file(form: str, path: Path) -> AsyncGenerator[Item]:
    """Every item of the file in order. Raises `BadFile` with one sentence, at once or after what could be read."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "service.exchange.child", form, str(path), env=_ENVIRONMENT,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        limit=_LONGEST_LINE,
    )  # fmt: skip
    try:
        async with aclosing(_items(process)) as items:
            async for item in items:
                yield item
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _items(process: asyncio.subprocess.Process) -> AsyncGenerator[Item]:
    assert process.stdout is not None
    async for line in _lines(process.stdout):
        try:
            told = orjson.loads(line)
            kind = told.pop("type")
        except (orjson.JSONDecodeError, KeyError):
            raise BadFile(_ENDED_BY_US) from None  # cut off in the middle of a line
        if kind == "BadFile":
            raise BadFile(told["reason"])
        yield _KINDS[kind](**told)
    if await process.wait() != 0:
        raise BadFile(_ENDED_BY_US)


async def _lines(stream: asyncio.StreamReader) -> AsyncGenerator[bytes]:
    try:
        async for line in stream:
            yield line
    except ValueError:
        raise BadFile(_ENDED_BY_US) from None  # a line that no piece of a file can have become
