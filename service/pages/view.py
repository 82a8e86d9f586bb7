"""Which part of a thread a reader asks for, and the ways to its other parts."""

from dataclasses import dataclass

from starlette.requests import Request

from models.order import Order, Sort
from models.site import Site
from models.thread import Thread, find_thread, normalise_page
from models.trip import InSession
from service.state import service_of

SORTS: tuple[Sort, ...] = ("oldest", "newest", "helpful")
PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Paging:
    """Where a part of `size` comments stands among `last`; `earlier`, `later` and `end` are the `after` of others.

    `earlier` is None where the part before is the first, which needs no `after`.
    """

    size: int
    number: int
    last: int
    earlier: str | None
    later: str | None
    end: str | None


@dataclass(frozen=True, slots=True)
class View:
    """What of a thread is shown. `lost`: the place that was asked for is not there any more; this is the beginning."""

    site: Site
    page: str
    sort: Sort
    after: str | None
    thread: Thread | None
    order: Order
    paging: Paging
    lost: bool = False

    @property
    def open(self) -> bool:
        """Whether comments can be written: nobody has closed a thread that is not there yet."""
        return self.thread.open if self.thread else True


async def view_of(request: Request, site: Site) -> View:
    """The part of the thread that the query asks for: `page`, `sort`, and `after`, or `comment` or `reply` in it.

    Raises `BadPage`.
    """
    query = request.query_params
    page = normalise_page(query.get("page", ""))
    sort = _sort(site, query.get("sort"))
    after = query.get("after") or None
    wanted = query.get("comment") or query.get("reply")
    service = service_of(request)
    async with service.db.reading() as session:
        thread = await find_thread(session, site, page)
        if thread is None:
            return View(site, page, sort, None, None, Order([], {}, 0), Paging(PER_PAGE, 1, 1, None, None, None))
        order = await service.orders.find(InSession(session), thread, site.depth, sort)
        lost = after is not None and after not in order.places
        if lost or (wanted and after is None):
            after = order.step_with(wanted or "", PER_PAGE)
    return View(site, page, sort, after, thread, order, _paging(order, after), lost)


def _sort(site: Site, asked: str | None) -> Sort:
    """The order that is asked for, if it is one and the site has it; else the usual one."""
    known = (each for each in SORTS if each == asked and (each != "helpful" or site.helpful))
    return next(known, SORTS[0])


def _paging(order: Order, after: str | None) -> Paging:
    start, whole = order.start(after), len(order.nodes)
    last = max(1, -(-whole // PER_PAGE))
    return Paging(
        size=PER_PAGE,
        number=min(last, start // PER_PAGE + 1),
        last=last,
        earlier=order.cursor(start - PER_PAGE),
        later=order.cursor(start + PER_PAGE) if start + PER_PAGE < whole else None,
        end=order.cursor((last - 1) * PER_PAGE),
    )
