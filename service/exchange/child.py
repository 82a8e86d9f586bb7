"""The process that reads a stranger's file: `python -m service.exchange.child FORMAT FILE`, a JSON object a line out.

It holds nothing worth stealing, and the system ends it when it takes more memory or time than reading such a file can.
"""

import importlib
import json
import resource
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from service.exchange.record import BadFile, Item

FORMATS = ("wordpress", "disqus", "isso", "remark42", "commento", "jsonl")
_MODULES = {"jsonl": "own"}
MEMORY = 224 * 1024 * 1024
_SECONDS, _SECONDS_EACH_MEBIBYTE = 2, 2
_REFUSED = 3


def main() -> int:
    """Exit status 0, or 3 with the reason as the last line."""
    name, file = sys.argv[1], Path(sys.argv[2])
    try:
        _limit(file.stat().st_size)
        for item in _items(name, file):
            _say({"type": type(item).__name__, **asdict(item)})
    except BadFile as error:
        _say({"type": "BadFile", "reason": str(error)})
        return _REFUSED
    except (MemoryError, OSError) as error:
        reason = f"The file cannot be read: {error.strerror}." if isinstance(error, OSError) else ""
        _say({"type": "BadFile", "reason": reason or "Reading the file takes more memory than any export needs."})
        return _REFUSED
    return 0


def _limit(size: int) -> None:
    seconds = _SECONDS + _SECONDS_EACH_MEBIBYTE * (size >> 20)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _items(name: str, file: Path) -> Iterator[Item]:
    reader = importlib.import_module(f"service.exchange.readers.{_MODULES.get(name, name)}")
    items: Iterator[Item] = reader.read(file)
    return items


def _say(told: dict[str, object]) -> None:
    # Half of a surrogate pair, which JSON can write, is no text.
    sys.stdout.buffer.write(json.dumps(told, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


if __name__ == "__main__":
    sys.exit(main())
