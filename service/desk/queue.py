"""The queue: what waits for a person, urgent first, then oldest."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.responses import Response

from models.dossier import Dossier
from models.queue import LANES, Question, lane_counts
from moderation.lifecycle import Status
from service.desk import words
from service.desk.card import Card, card, offers, title, undoable
from service.desk.guard import Desk, signed_in
from service.errors import Problem
from service.moderating import look, look_up, own_sites
from service.state import service_of

PAGE_LENGTH = 25


@dataclass(frozen=True, slots=True)
class View:
    """What of the queue is looked at; as a query it can be kept as a link. Wrong values fall back to the usual ones."""

    lane: str = "review"
    site: str = ""
    status: str = ""
    words: str = ""
    after: str = ""

    @property
    def path(self) -> str:
        """The path of this view, without what is usual."""
        told = {"lane": self.lane, "site": self.site, "status": self.status, "q": self.words, "after": self.after}
        usual = {"lane": "review"}
        query = urlencode({name: value for name, value in told.items() if value and usual.get(name) != value})
        return "/desk" + (f"?{query}" if query else "")

    def at(self, **changes: str) -> str:
        """The path of a view that differs in these; it begins at its first page."""
        return replace(self, **{"after": "", **changes}).path


@signed_in
async def get_queue(desk: Desk) -> Response:
    """`GET /desk`: one lane, 25 cards a page."""
    service = service_of(desk.request)
    view = view_of(desk)
    sites = await own_sites(service, desk.deciding)
    chosen = tuple(each.id or 0 for each in sites if view.site in ("", each.key))
    page = await look(service, _question(view, chosen))
    async with service.db.reading() as session:
        counts = await lane_counts(session, chosen)
    return desk.page(
        "desk/queue.html",
        view=view,
        cards=[card_of(desk, each) for each in page.dossiers],
        offers=offers_for(desk),
        counts=counts,
        sites=sites,
        next=replace(view, after=page.next).path if page.next else None,
        last=await last_card(desk),
        words=words,
        title=titler(desk),
    )


def view_of(desk: Desk) -> View:
    """The view that the query asks for."""
    asked = desk.request.query_params
    lane, status, site = asked.get("lane", ""), asked.get("status", ""), asked.get("site", "")
    return View(
        lane=lane if lane in words.LANES else "review",
        site=site[:63] if site.isprintable() else "",
        status=status if lane == "decided" and status in words.STATUSES else "",
        words=asked.get("q", "").replace("\0", "").strip()[:200],
        after=asked.get("after", "")[:200],
    )


async def last_card(desk: Desk) -> Card | None:
    """The comment that was decided just now (`?done=`), while the decision can be taken back."""
    done = desk.request.query_params.get("done", "")
    if not done:
        return None
    service = service_of(desk.request)
    try:
        dossier = await look_up(service, desk.deciding, done)
    except Problem:
        return None
    if undoable(dossier.history, desk.deciding, service.clock()) is None:
        return None
    return card_of(desk, dossier)


def card_of(desk: Desk, dossier: Dossier) -> Card:
    """The card as this moderator sees it now."""
    service = service_of(desk.request)
    return card(dossier, desk.deciding, service.judges.netiquette, desk.language, service.clock())


def offers_for(desk: Desk) -> dict[str, list[object]]:
    """The rules to choose from, by the language in which an author reads them."""
    netiquette = service_of(desk.request).judges.netiquette
    return {each: list(offers(netiquette, desk.language, each)) for each in ("de", "en")}


def _question(view: View, sites: tuple[int, ...]) -> Question:
    if view.lane == "decided":
        status = Status(view.status or Status.APPROVED)
        return Question(sites, None, status, view.words, view.after or None, PAGE_LENGTH, newest=True)
    lane = next(each for each in LANES if each == view.lane)
    return Question(sites, lane, None, view.words, view.after or None, PAGE_LENGTH)


def titler(desk: Desk) -> Callable[[str], str]:
    """What gives a rule's title in the moderator's language."""
    netiquette = service_of(desk.request).judges.netiquette
    return lambda rule: title(netiquette, rule, desk.language)
