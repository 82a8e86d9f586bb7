"""The queue: what waits for a person, urgent first, then oldest."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from models.backlog import lane_counts
from models.dossier import Dossier
from models.happening import latest_happening
from models.moderator import moderators_of, shown_name
from models.question import Lane
from models.sentence import sentences_of
from models.site import Site
from moderation.netiquette.rules import title_of
from service.desk import words
from service.desk.card import Card, Offer, card, offers, rule_options, undoable
from service.desk.guard import Desk, signed_in
from service.desk.view import DECIDED, ends_of, read_view
from service.errors import Problem
from service.moderating import look, look_up, own_sites
from service.redacting import MARKS
from service.state import Service, service_of


@signed_in
async def get_queue(desk: Desk) -> Response:
    """`GET /desk`: one lane, 25 cards a page."""
    service = service_of(desk.request)
    view = read_view(desk.request.query_params)
    sites = await own_sites(service, desk.deciding)
    chosen = tuple(each.id or 0 for each in sites if view.site in ("", each.key))
    latest, counts = await count_lanes(service, chosen)
    page = await look(service, view.question(chosen, desk.deciding.id))
    return desk.page(
        "desk/queue.html",
        view=view,
        cards=[card_of(desk, each) for each in page.dossiers],
        counts=counts,
        latest=latest,
        next=replace(view, after=page.next).path if page.next else None,
        last=await last_card(desk),
        decided=DECIDED,
        ends_of=ends_of,
        **await around_cards(desk, sites),
    )


@signed_in
async def get_counts(desk: Desk) -> Response:
    """`GET /desk/counts`: how many wait in each lane, as small a page as can be; a script puts them on the tabs."""
    service = service_of(desk.request)
    sites = await own_sites(service, desk.deciding)
    _latest, counts = await count_lanes(service, tuple(each.id or 0 for each in sites))
    return desk.json({"counts": counts})


async def count_lanes(service: Service, sites: tuple[int, ...]) -> tuple[int, dict[Lane, int]]:
    """The number of the last thing that happened, and how many wait in each lane.

    Counting a long queue takes as long as showing a page of it. So while nothing happens it is done once a minute.
    """
    minute = service.clock().replace(second=0, microsecond=0)
    async with service.db.reading() as session:
        latest = await latest_happening(session)
        known, counts = service.lane_counts.get(sites, (None, {}))
        if known != (latest, minute):
            counts = await lane_counts(session, sites)
            service.lane_counts[sites] = ((latest, minute), counts)
    return latest, counts


async def around_cards(desk: Desk, sites: Sequence[Site] | None = None) -> dict[str, Any]:
    """What every page with cards needs besides them."""
    service = service_of(desk.request)
    sites = await own_sites(service, desk.deciding) if sites is None else sites
    async with service.db.reading() as session:
        colleagues = {
            each.id: [
                (other.id, shown_name(other))
                for other in await moderators_of(session, each.id or 0)
                if other.id != desk.deciding.id
            ]
            for each in sites
        }
        sentences = await sentences_of(session, [each.id or 0 for each in sites])
    offered = offers_for(desk)
    return {
        "sites": sites,
        "offers": offered,
        "rule_options": rule_options(offered["de"]),
        "colleagues": colleagues,
        "sentences": sentences,
        "marks": MARKS,
        "words": words,
        "title": titler(desk),
    }


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


def offers_for(desk: Desk) -> dict[str, list[Offer]]:
    """The rules to choose from, by the language in which an author reads them."""
    netiquette = service_of(desk.request).judges.netiquette
    return {each: offers(netiquette, desk.language, each) for each in ("de", "en")}


def titler(desk: Desk) -> Callable[[str], str]:
    """What gives a rule's title in the moderator's language."""
    netiquette = service_of(desk.request).judges.netiquette
    return lambda rule: title_of(netiquette, rule, desk.language)
