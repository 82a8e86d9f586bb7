"""What moderators do, for the desk's pages and the API alike: find, decide, take back, count."""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

import anyio.to_thread
import structlog
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.case import Case, case_of
from models.claim import Claim, claim_comment, claims_on, drop_claim, release_claim
from models.comment import Comment
from models.deciding import decide, dismiss, set_thread
from models.decision import CLOSE, DISMISS, HAND_OVER, NOTE, REOPEN, UNDO, Decision
from models.dossier import Dossier, dossiers, open_dossiers
from models.happening import happens
from models.moderator import names_of
from models.permission import Permission
from models.question import Question
from models.queue import queue
from models.redaction import redact
from models.rights import Deciding, deciding_of
from models.ruling import Ruling
from models.saying import hand_over, write_note
from models.site import Site, site_by_key
from models.statistics import Figures, Span, statistics
from models.trip import InSession, within
from models.undoing import undo
from moderation.lifecycle import Action
from service import metrics
from service.errors import STOPPING, Problem, _, as_problem
from service.indexing import take_up
from service.learning import teach
from service.redacting import revise
from service.rules import version_of
from service.state import Service

log = structlog.get_logger()
_OWN = (Action.EDIT, Action.WITHDRAW)
ACTIONS = (
    *(each.value for each in Action if each not in _OWN),
    UNDO, DISMISS, NOTE, HAND_OVER, CLOSE, REOPEN,
)  # fmt: skip
LONGEST_STATEMENT = 2000
# What else is new is looked through one by one, which takes longer.
_TAKEN_UP_BY_SEARCH = 100
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_RULES_MISSING = _("The rules cannot be read at the moment, so none can be named. Please tell the operator.")
_UNKNOWN = _("There is no such comment.")


@dataclass(frozen=True, slots=True)
class Order:
    """What a moderator wants done to a comment, one of `ACTIONS`, and the revision they saw.

    `passage` and `mark`: what to take out, and the kind of mark to put there. `to`: the colleague to hand over to.
    `heeds`: stop where a colleague is at work on the comment, unless it is `despite`, of whom the moderator knows.
    """

    comment: str
    action: str
    revision: int
    rule: str | None = None
    statement: str = ""
    passage: str = ""
    mark: str = ""
    to: int | None = None
    heeds: bool = False
    despite: int | None = None


class Done(NamedTuple):
    """What was carried out: the row in the log, and the comment as it is now."""

    case: Case
    decision: Decision


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
    if question.words:
        await take_up(service.db, _TAKEN_UP_BY_SEARCH)
    async with service.db.reading() as session:
        found = await queue(session, question)
        return Page(await dossiers(session, found.cases, service.clock()), found.next)


async def look_up(service: Service, deciding: Deciding, comment_id: str) -> Dossier:
    """One comment with everything to see: 404 if there is none, 403 at a site that is not the moderator's."""
    async with service.db.reading() as session:
        case = await permitted(session, deciding, comment_id)
        return (await dossiers(session, [case], service.clock()))[0]


async def look_again(service: Service, done: Done) -> Dossier:
    """The comment that was just decided about with everything to see."""
    return (await service.db.look(partial(open_dossiers, [done.case], service.clock())))[0]


async def carry_out(service: Service, deciding: Deciding, order: Order) -> Done:
    """Do it, in one transaction. Raises `Problem` for who may not or an unknown rule, and what `decide` raises."""
    ruling = ruling_of(service, deciding, order)
    act = await _act_for(service, deciding, order)
    async with service.db.writing() as session:
        case = await permitted(session, deciding, order.comment, "decide")
        ruling = replace(ruling, netiquette=await version_of(service, session, case.site))
        await _heed_claims(session, deciding, order, service.clock())
        comment, decision = await act(session, order.comment, ruling, service.clock())
        await within(session, partial(drop_claim, comment_id=order.comment))
    await teach(service, decision, comment)
    metrics.decisions.labels(action=order.action).inc()
    log.info("decided", comment=order.comment, action=order.action, moderator=deciding.id)
    return Done(case, decision)


async def carry_out_each(service: Service, deciding: Deciding, orders: Iterable[Order]) -> list[Outcome]:
    """Do each for itself: one that cannot be carried out keeps no other from it."""
    outcomes = []
    for order in orders:
        try:
            done = await carry_out(service, deciding, order)
            outcomes.append(Outcome(order.comment, await look_again(service, done), None))
        except STOPPING as error:
            outcomes.append(Outcome(order.comment, None, as_problem(error)))
    return outcomes


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
    require(deciding, site.id or 0)
    return [site]


async def claim(service: Service, deciding: Deciding, comment_id: str) -> Claim:
    """Let colleagues see that the moderator is at work on the comment; gives who is, which may be somebody else."""
    async with service.db.writing() as session:
        site_id = (await permitted(session, deciding, comment_id, "decide")).comment.site_id
        before = (await claims_on(InSession(session), [comment_id], service.clock())).get(comment_id)
        held = await claim_comment(session, comment_id, deciding.id, service.clock())
        if before is None or before.moderator_id != held.moderator_id:
            await happens(session, "claimed", site_id, comment_id, service.clock(), held.moderator_id)
    return held


async def release(service: Service, deciding: Deciding, comment_id: str) -> None:
    """The moderator is no longer at work on the comment."""
    async with service.db.writing() as session:
        site_id = (await permitted(session, deciding, comment_id, "decide")).comment.site_id
        if await release_claim(session, comment_id, deciding.id):
            await happens(session, "released", site_id, comment_id, service.clock(), deciding.id)


def ruling_of(service: Service, deciding: Deciding, order: Order) -> Ruling:
    """What the order asks for, as the log will tell it. Raises `Problem` for what cannot be asked."""
    if order.action not in ACTIONS:
        raise Problem(422, _("This action is not known."))
    if order.rule is not None and order.rule not in _known_rules(service):
        raise Problem(422, _("The netiquette has no such rule."))
    if len(order.statement) > LONGEST_STATEMENT:
        raise Problem(422, _("The statement is too long: at most 2000 characters are possible."))
    action = Action(order.action) if order.action in list(Action) else Action.HOLD
    return Ruling(
        action=action,
        seen_revision=order.revision,
        moderator_id=deciding.id,
        rule=order.rule,
        statement=order.statement,
        netiquette=service.netiquette_version,
    )


async def permitted(
    session: AsyncSession, deciding: Deciding, comment_id: str, permission: Permission = "read"
) -> Case:
    """The comment with its place, if the moderator may do that at its site: 404 or 403 otherwise."""
    case = await case_of(session, comment_id) if _ID.fullmatch(comment_id) else None
    if case is None:
        raise Problem(404, _UNKNOWN)
    require(deciding, case.comment.site_id, permission)
    return case


def require(deciding: Deciding, site_id: int, permission: Permission = "read") -> None:
    """Stop (403) who may not do that at the site."""
    if not deciding.may(site_id, "read"):
        raise Problem(403, _("You do not moderate this site."))
    if not deciding.may(site_id, permission):
        raise Problem(403, _("Your role at this site does not allow this."))


async def _heed_claims(session: AsyncSession, deciding: Deciding, order: Order, now: datetime) -> None:
    if not order.heeds:
        return
    held = (await claims_on(InSession(session), [order.comment], now)).get(order.comment)
    if held is None or held.moderator_id in (deciding.id, order.despite):
        return
    names = await names_of(InSession(session), [held.moderator_id])
    who = {"who": names.get(held.moderator_id, "?")}
    raise Problem(409, _AT_WORK, who, more={"code": "claimed", "claimed_by": held.moderator_id})


async def _act_for(service: Service, deciding: Deciding, order: Order) -> "_Act":
    """What carries the order out; what takes time to prepare is prepared before the transaction."""
    if order.action in (NOTE, HAND_OVER) and not order.statement.strip() and order.to is None:
        raise Problem(422, _NOTE_EMPTY)
    if order.action == HAND_OVER:
        return partial(hand_over, to=await _colleague(service, deciding, order))
    if order.action == Action.REDACT:
        comment = (await look_up(service, deciding, order.comment)).case.comment
        revised, mark = await anyio.to_thread.run_sync(revise, comment, order.passage, order.mark)

        async def act(session: AsyncSession, comment_id: str, ruling: Ruling, now: datetime) -> _Acted:
            return await redact(session, comment_id, replace(ruling, statement=mark), revised, now)

        return act
    return _ACTS.get(order.action, _decide_with(deciding))


def _decide_with(deciding: Deciding) -> "_Act":
    async def act(session: AsyncSession, comment_id: str, ruling: Ruling, now: datetime) -> _Acted:
        comment = await session.get_one(Comment, comment_id)
        settles = deciding.may(comment.site_id, "settle")
        return await decide(session, comment_id, replace(ruling, settles=settles), now)

    return act


async def _colleague(service: Service, deciding: Deciding, order: Order) -> int:
    """The colleague to hand over to: somebody else, who may decide at the comment's site."""
    async with service.db.reading() as session:
        site_id = (await permitted(session, deciding, order.comment, "decide")).comment.site_id
        colleague = (
            await deciding_of(InSession(session), order.to) if order.to is not None and order.to < 2**31 else None
        )
    if colleague is None or colleague.id == deciding.id or not colleague.may(site_id, "decide"):
        raise Problem(422, _NO_COLLEAGUE)
    return colleague.id


def _known_rules(service: Service) -> set[str]:
    if service.judges.netiquette is None:
        raise Problem(503, _RULES_MISSING)
    return {each.id for each in service.judges.netiquette.rules}


# What is no action of a comment's life but still a row in its log; `Ruling.action` is not looked at there.
_Acted = tuple[Comment, Decision]
_Act = Callable[[AsyncSession, str, Ruling, datetime], Awaitable[_Acted]]
_ACTS: dict[str, _Act] = {
    UNDO: undo,
    DISMISS: dismiss,
    NOTE: write_note,
    CLOSE: partial(set_thread, open_=False),
    REOPEN: partial(set_thread, open_=True),
}
_AT_WORK = _("%(who)s is at work on this comment. Press again to decide all the same.")
_NOTE_EMPTY = _("Please write the note first.")
_NO_COLLEAGUE = _("Please choose a colleague who decides at this site.")
