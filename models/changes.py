"""What this process has changed for readers: answers kept ready are dropped with the commit that outdates them."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import object_session
from sqlmodel.ext.asyncio.session import AsyncSession

from models.site import Site

_THREADS = "changed_threads"
_SITE = "changed_site"
_MOST_THREADS = 10_000


class Changes:
    """Counts the commits of this process that changed what readers see; other processes' are not among them.

    `count`, taken before a read and given to `since` afterwards, tells whether what was read may be outdated.
    `writings` counts all sessions that could write, whatever they did.
    """

    def __init__(self) -> None:
        self.count = 0
        self.writings = 0
        self._last: dict[int, int] = {}
        self._all = 0

    def note(self, session: AsyncSession) -> None:
        """The session has just committed."""
        threads: set[int] = session.info.pop(_THREADS, set())
        everything = session.info.pop(_SITE, False) or len(self._last) > _MOST_THREADS
        if not threads and not everything:
            return
        self.count += 1
        if everything:
            self._last.clear()
            self._all = self.count
        self._last |= dict.fromkeys(threads, self.count)

    def since(self, count: int, thread: int | None = None) -> bool:
        """Whether the thread, or without one any thread, may have changed after `count`."""
        if thread is None:
            return count != self.count
        return max(self._all, self._last.get(thread, 0)) > count


def mark_changed(session: AsyncSession, thread: int) -> None:
    """The session changes what readers see of this thread; it counts once the session has committed."""
    session.info.setdefault(_THREADS, set()).add(thread)


@event.listens_for(Site, "after_update")
def _mark_site(_mapper: object, _connection: object, site: Any) -> None:
    """A site's settings shape all its answers."""
    session = object_session(site)
    if session is not None:
        session.info[_SITE] = True
