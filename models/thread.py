"""A thread: the comments of one page of a site."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from sqlalchemy import UniqueConstraint, and_, bindparam, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime, insert_on
from models.changes import mark_changed
from models.outbox import enqueue
from models.site import KEY, Site
from models.trip import Trip, columns

_TRACKING = {
    "fbclid",
    "gclid",
    "dclid",
    "msclkid",
    "mc_cid",
    "mc_eid",
    "igshid",
    "yclid",
    "_ga",
    "_gl",
    "ref_src",
}
_TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "matomo_")
LONGEST_PAGE = 2000


class BadPage(ValueError):
    """What was given as a page is neither an address nor a path."""


class Thread(SQLModel, table=True):
    """`title` is empty until a moderator has approved a comment that names one, since a visitor may claim anything.

    `revision` counts the changes that readers can see; a thread's answer is the same while it stays the same. `aged`:
    it was closed for its age, once; whoever opens it again has it stay open.
    """

    __table_args__ = (UniqueConstraint("site_id", "page"),)

    id: int | None = Field(default=None, primary_key=True)
    site_id: int = Field(foreign_key="site.id")
    page: str = Field(max_length=LONGEST_PAGE)
    title: str = Field(default="", max_length=300)
    open: bool = True
    aged: bool = False
    revision: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)


# Asked at every post: to put a statement together takes longer than SQLite takes to answer it.
_FIND = select(Thread).where(col(Thread.site_id) == bindparam("site"), col(Thread.page) == bindparam("page"))

_ADVANCE = update(Thread).where(col(Thread.id) == bindparam("thread")).values(revision=col(Thread.revision) + 1)
_ENTITLE = (
    update(Thread)
    .where(col(Thread.id) == bindparam("thread"), col(Thread.title) == "")
    .values(title=bindparam("named"))
)


async def find_thread(session: AsyncSession, site: Site, page: str) -> Thread | None:
    """The thread of a normalised page, or None while nobody has written there."""
    return (await session.exec(_FIND, params={"site": site.id, "page": page})).first()


async def find_place(session: AsyncSession, key: str, page: str) -> tuple[Site, Thread | None] | None:
    """The site and, while anybody has written there, the thread of a normalised page; None for an unknown site."""
    if not KEY.fullmatch(key):
        return None
    here = and_(col(Thread.site_id) == col(Site.id), col(Thread.page) == page)
    found = await session.exec(select(Site, Thread).join(Thread, here, isouter=True).where(col(Site.key) == key))
    row = found.first()
    return (row[0], row[1]) if row else None


class Readable(Protocol):
    """A thread as far as its readers are concerned, however it was read."""

    @property
    def id(self) -> int | None: ...
    @property
    def open(self) -> bool: ...
    @property
    def revision(self) -> int: ...


class Spot(NamedTuple):
    """A page of a site, as an answer to readers needs both; without `id` nobody has written there yet."""

    site: str
    depth: int
    id: int | None
    title: str
    open: bool
    revision: int


async def spot_of(trip: Trip, key: str, page: str) -> Spot | None:
    """The spot of a normalised page; None for an unknown site."""
    found = await trip.ask(_SPOT, {"key": key, "page": page}) if KEY.fullmatch(key) else ()
    if not found:
        return None
    site, depth, number, title, is_open, revision = found[0]
    return Spot(site, depth, number, title or "", number is None or is_open, revision or 0)


_SPOT = (
    columns(Site, ("key", "depth"))
    .add_columns(*(getattr(Thread, each) for each in ("id", "title", "open", "revision")))
    .join(Thread, and_(col(Thread.site_id) == col(Site.id), col(Thread.page) == bindparam("page")), isouter=True)
    .where(col(Site.key) == bindparam("key"))
)


async def open_thread(session: AsyncSession, site: Site, page: str, title: str, now: datetime) -> Thread:
    """The thread of a normalised page, made if it is not there. `title` is shown to readers: never a visitor's own.

    Two first comments may arrive at once: the row that loses the race is not inserted, and both find the same.
    """
    found = await find_thread(session, site, page)
    if found is not None:
        return found
    insert = insert_on(session.get_bind().dialect.name)
    values = {
        "site_id": site.id,
        "page": page,
        "title": title,
        "open": True,
        "revision": 0,
        "created_at": now,
    }
    await session.exec(insert(Thread).values(values).on_conflict_do_nothing())
    thread = await find_thread(session, site, page)
    if thread is None:
        raise LookupError(f"thread of site {site.id} vanished while it was opened")
    return thread


async def advance(session: AsyncSession, thread_id: int) -> None:
    """Count a change that readers can see, without reading the row first: two deciders never lose one."""
    mark_changed(session, thread_id)
    await session.exec(update(Thread).where(col(Thread.id) == thread_id).values(revision=col(Thread.revision) + 1))


async def count_change(trip: Trip, thread_id: int) -> None:
    """The same, told to the driver itself; whoever has the session must mark the thread as changed."""
    await trip.ask(_ADVANCE, {"thread": thread_id})


async def advance_all(session: AsyncSession, thread_ids: Collection[int]) -> None:
    """The same for many threads at once. `Thread`s that the session has read keep the number they had."""
    for each in thread_ids:
        mark_changed(session, each)
    advanced = update(Thread).where(col(Thread.id).in_(thread_ids)).values(revision=col(Thread.revision) + 1)
    await session.exec(advanced, execution_options={"synchronize_session": False})


async def entitle(trip: Trip, thread_id: int, title: str) -> None:
    """Name the thread, if it has no title yet and `title` is one."""
    if title:
        await trip.ask(_ENTITLE, {"thread": thread_id, "named": title})


async def set_open(session: AsyncSession, thread: Thread, open_: bool) -> None:
    """Close a thread to new comments, or open it again."""
    if thread.open != open_:
        thread.open = open_
        session.add(thread)
        await session.flush()
        await advance(session, thread.id or 0)


async def close_aged(session: AsyncSession, site: Site, now: datetime) -> int:
    """Close the site's threads that are older than it keeps them open, each once; how many there were."""
    if not site.close_days:
        return 0
    found = await session.exec(
        select(Thread).where(
            col(Thread.site_id) == site.id,
            col(Thread.open),
            col(Thread.aged).is_(False),
            col(Thread.created_at) <= now - timedelta(days=site.close_days),
        )
    )
    aged = list(found)
    for thread in aged:
        thread.aged = True
        await set_open(session, thread, open_=False)
        await enqueue(session, "thread_changed", {"thread": thread.id, "site": thread.site_id}, now)
    return len(aged)


def normalise_page(page: str) -> str:
    """A page's address or path as `/path?query`: no origin, no fragment, no tracking parameters, or `BadPage`.

    A site is one place even when it answers at two hosts, so the origin is not part of the page.
    """
    page = page.strip()
    if not page or len(page) > LONGEST_PAGE or any(ord(each) < 32 or "\ud800" <= each <= "\udfff" for each in page):
        raise BadPage(page[:80])
    try:
        parts = urlsplit(page)
    except ValueError:
        raise BadPage(page[:80]) from None
    if parts.scheme not in ("", "http", "https") or (parts.scheme and not parts.netloc):
        raise BadPage(page[:80])
    path = quote(unquote("/" + parts.path.lstrip("/")), safe="/:@!$&'()*+,;=-._~")
    path = path.rstrip("/") or "/"
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name not in _TRACKING and not name.startswith(_TRACKING_PREFIXES)
    ]
    normal = path + ("?" + urlencode(kept) if kept else "")
    if len(normal) > LONGEST_PAGE:
        raise BadPage(page[:80])
    return normal
