"""What moderators do, for the desk's pages and the API alike: find, decide, take back, count."""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.decision import DISMISS, UNDO, Decision, Ruling, decide, dismiss, undo
from models.dossier import Dossier, dossiers
from models.moderator import Deciding
from models.queue import Case, Question, case_of, queue
from models.site import Site, site_by_key
from models.statistics import Figures, Span, statistics
from models.thread import Thread, set_open
from moderation.lifecycle import Action
from service import metrics
from service.errors import STOPPING, Problem, _, as_problem
from service.learning import teach
from service.state import Service

log = structlog.get_logger()
_OWN = (Action.EDIT, Action.WITHDRAW)
ACTIONS = (*(each.value for each in Action if each not in _OWN), UNDO, DISMISS)
LONGEST_STATEMENT = 2000
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_RULES_MISSING = _("The rules cannot be read at the moment, so none can be named. Please tell the operator.")
_UNKNOWN = _("There is no such comment.")


@dataclass(frozen=True, slots=True)
class Order:
    """What a moderator wants done to a comment, one of `ACTIONS`, and the revision they saw."""

    comment: str
    action: str
    revision: int
    rule: str | None = None
    statement: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of several orders: the comment as it is now, or why it was not carried out."""

    comment: str
    dossier: Dossier | None
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the queue with everything to see; `next` is where to go on, or None."""

    dossiers: list[Dossier]
    next: str | None


async def look(service: Service, question: Question) -> Page:
    """The part of the queue that is asked for; the question's sites must be the moderator's own."""
    async with service.db.reading() as session:
        found = await queue(session, question)
        return Page(await dossiers(session, found.cases), found.next)


async def look_up(service: Service, deciding: Deciding, comment_id: str) -> Dossier:
    """One comment with everything to see: 404 if there is none, 403 at a site that is not the moderator's."""
    async with service.db.reading() as session:
        case = await _permitted(session, deciding, comment_id)
        return (await dossiers(session, [case]))[0]


async def carry_out(service: Service, deciding: Deciding, order: Order) -> Decision:
    """Do it, in one transaction. Raises `Problem` for who may not or an unknown rule, and what `decide` raises."""
    act = _ACTS.get(order.action, decide)
    ruling = _ruling(service, deciding, order)
    async with service.db.writing() as session:
        await _permitted(session, deciding, order.comment)
        comment, decision = await act(session, order.comment, ruling, service.clock())
    await teach(service, decision, comment)
    metrics.decisions.labels(action=order.action).inc()
    log.info("decided", comment=order.comment, action=order.action, moderator=deciding.id)
    return decision


async def carry_out_each(service: Service, deciding: Deciding, orders: Iterable[Order]) -> list[Outcome]:
    """Do each for itself: one that cannot be carried out keeps no other from it."""
    outcomes = []
    for order in orders:
        try:
            await carry_out(service, deciding, order)
            outcomes.append(Outcome(order.comment, await look_up(service, deciding, order.comment), None))
        except STOPPING as error:
            outcomes.append(Outcome(order.comment, None, as_problem(error)))
    return outcomes


async def open_or_close(service: Service, deciding: Deciding, thread_id: int, *, open_: bool) -> None:
    """Let a page take comments, or no more."""
    async with service.db.writing() as session:
        thread = await session.get(Thread, thread_id) if thread_id < 2**31 else None
        if thread is None:
            raise Problem(404, _("There is no such page."))
        _require(deciding, thread.site_id)
        await set_open(session, thread, open_)
    log.info("thread_opened" if open_ else "thread_closed", thread=thread_id, moderator=deciding.id)


async def count(service: Service, sites: Sequence[int], span: Span) -> Figures:
    """The figures of these sites together."""
    async with service.db.reading() as session:
        return await statistics(session, sites, span)


async def own_sites(service: Service, deciding: Deciding, key: str = "") -> list[Site]:
    """The moderator's sites, or the one with this key: 404 if there is none, 403 if it is not theirs."""
    async with service.db.reading() as session:
        if not key:
            found = await session.exec(select(Site).where(col(Site.id).in_(deciding.sites)).order_by(col(Site.name)))
            return list(found)
        site = await site_by_key(session, key) if "\0" not in key else None
    if site is None:
        raise Problem(404, _("There is no site with this key."))
    _require(deciding, site.id or 0)
    return [site]


def _ruling(service: Service, deciding: Deciding, order: Order) -> Ruling:
    if order.action not in ACTIONS:
        raise Problem(422, _("This action is not known."))
    if order.rule is not None and order.rule not in _known_rules(service):
        raise Problem(422, _("The netiquette has no such rule."))
    if len(order.statement) > LONGEST_STATEMENT:
        raise Problem(422, _("The statement is too long: at most 2000 characters are possible."))
    action = Action.HOLD if order.action in _ACTS else Action(order.action)
    return Ruling(
        action=action,
        seen_revision=order.revision,
        moderator_id=deciding.id,
        rule=order.rule,
        statement=order.statement,
        netiquette=service.netiquette_version,
    )


def _known_rules(service: Service) -> set[str]:
    if service.judges.netiquette is None:
        raise Problem(503, _RULES_MISSING)
    return {each.id for each in service.judges.netiquette.rules}


async def _permitted(session: AsyncSession, deciding: Deciding, comment_id: str) -> Case:
    case = await case_of(session, comment_id) if _ID.fullmatch(comment_id) else None
    if case is None:
        raise Problem(404, _UNKNOWN)
    _require(deciding, case.comment.site_id)
    return case


def _require(deciding: Deciding, site_id: int) -> None:
    if site_id not in deciding.roles:
        raise Problem(403, _("You do not moderate this site."))


# What is no action of a comment's life but still a row in its log; `Ruling.action` is not looked at there.
_Act = Callable[[AsyncSession, str, Ruling, datetime], Awaitable[tuple[Comment, Decision]]]
_ACTS: dict[str, _Act] = {UNDO: undo, DISMISS: dismiss}
