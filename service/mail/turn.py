"""Of several processes on one machine, one is the courier; when it ends, however it ends, another takes over."""

import fcntl
from pathlib import Path
from typing import IO


class Turn:
    """The right to be the courier of a data directory, held by a lock that the system frees with its process.

    Couriers on several machines do not see each other's lock; the leases in the outbox keep them apart.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def take(self) -> bool:
        """Whether the turn is ours, now or since earlier."""
        if self._file is not None:
            return True
        file = self._path.open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        except OSError:
            pass  # a file system without locks: the leases have to do
        self._file = file
        return True

    def give(self) -> None:
        """Let another have it."""
        if self._file is not None:
            self._file.close()
        self._file = None
