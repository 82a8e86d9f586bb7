"""The sites that were asked for last: every request needs its site, and sites seldom change."""

from time import monotonic

from models.db import Database
from models.site import Site, site_by_key

# So long a change by another process may go unseen. One by this process is seen at once.
TRUSTED_SECONDS = 0.4
_MOST = 1_000


class Sites:
    """Finds sites by their keys, at most every `TRUSTED_SECONDS` in the database. What it gives must not be changed."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Site, int, float]] = {}

    async def find(self, db: Database, key: str) -> Site | None:
        """The site, or None. Raises `Unavailable`."""
        site, writings, until = self._known.get(key, (None, -1, 0.0))
        now, count = monotonic(), db.changes.writings
        if site is not None and writings == count and now < until:
            return site
        async with db.reading() as session:
            site = await site_by_key(session, key)
        if site is None:
            self._known.pop(key, None)
            return None
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = (site, count, now + TRUSTED_SECONDS)
        return site
