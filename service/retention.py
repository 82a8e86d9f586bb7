"""The retention clock at work: by the courier once an hour, by `purge` at once, and after every erasure."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

import structlog

from models.db import Database
from models.erasure import Erased, How, erase_person
from models.legal import DataClass
from models.retention import purge_installation, purge_site
from models.seal import mark_of
from models.search import shed_words
from models.sign_on import forget_tokens
from models.site import Site, all_sites
from models.tally import forget_tallies
from models.webhook import forget_deliveries

log = structlog.get_logger()
_MOST_ROUNDS = 10_000


async def purge(db: Database, now: datetime) -> Mapping[str, Counter[DataClass]]:
    """End what is due, everywhere; gives what was ended by the site's key (empty for the installation) and class."""
    ended: dict[str, Counter[DataClass]] = {}
    async with db.reading() as session:
        sites = await all_sites(session)
    for site in sites:
        ended[site.key] = await _until_done(db, now, site.id or 0)
    ended[""] = await _until_done(db, now, None)
    async with db.writing() as session:
        await forget_deliveries(session, now)
        await forget_tokens(session, now)
        await forget_tallies(session)
    if any(each.total() for each in ended.values()):
        await leave_no_trace(db)
    for key, counts in ended.items():
        if counts.total():
            log.info("purged", site=key, **{what: number for what, number in counts.items() if number})
    return ended


async def erase(
    db: Database, address: str, how: How, now: datetime, *, site_id: int | None = None, everything: bool = False
) -> Erased:
    """Forget a person, at one site or at all, down to the files."""
    async with db.writing() as session:
        erased = await erase_person(session, mark_of(session, address), how, now, site_id)
    await leave_no_trace(db, everything=everything)
    log.info("erased", comments=erased.comments, subscriptions=erased.subscriptions, reports=erased.reports)
    return erased


async def leave_no_trace(db: Database, *, everything: bool = False) -> None:
    """Take what was deleted out of the search index and out of the files."""
    async with db.writing() as session:
        await shed_words(session)
    await db.shed(everything=everything)


async def _until_done(db: Database, now: datetime, site_id: int | None) -> Counter[DataClass]:
    """Portion by portion, each in a transaction of its own, so that nobody waits long."""
    total: Counter[DataClass] = Counter()
    for _round in range(_MOST_ROUNDS):
        async with db.writing() as session:
            if site_id is None:
                counts = await purge_installation(session, now)
            else:
                site = await session.get(Site, site_id)
                counts = await purge_site(session, site, now) if site else {}
        total.update(counts)
        if not any(counts.values()):
            break
    return total
