"""Deciding a wave: many comments with nearly the same text, with one press, and back again with another."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import new_id
from models.claim import release_claim
from models.comment import Comment, comments_by_id
from models.deciding import decide
from models.decision import OPINION, Decision, batch_of
from models.rights import Deciding
from models.ruling import AnotherMustDecide, RuleMissing, Ruling, Stale, TooLateToUndo
from models.undoing import undo
from moderation.lifecycle import Action, NotAllowed, Status
from service import metrics
from service.errors import Problem, _
from service.learning import teach
from service.moderating import Order, permitted, ruling_of
from service.state import Service

log = structlog.get_logger()
WAVE_ACTIONS = (Action.APPROVE, Action.REJECT, Action.SPAM, Action.HOLD, Action.DELETE)
_AT_ONCE = 100
_NOT_FOR_ALL = _("This cannot be done with a whole wave.")
_NO_WAVE = _("This comment belongs to no wave.")
_LEFT_OUT = (NotAllowed, AnotherMustDecide)


@dataclass(frozen=True, slots=True)
class Swept:
    """What one press did: how many were decided, of how many another person must agree first, and its name."""

    batch: str
    done: int
    waiting: int
    comments: Sequence[str]


async def sweep(service: Service, deciding: Deciding, order: Order, newest: datetime) -> Swept:
    """Carry out the order for every waiting comment of the wave that `order.comment` belongs to.

    Only for those that came until `newest`, so nothing is decided that nobody saw. One comment teaches for all of
    them: they say the same. Raises `Problem`, and `Stale` where the comment itself is not as it was seen.
    """
    if order.action not in WAVE_ACTIONS:
        raise Problem(422, _NOT_FOR_ALL)
    batch, now = new_id(), service.clock()
    async with service.db.reading() as session:
        first = (await permitted(session, deciding, order.comment, "decide")).comment
    settles = deciding.may(first.site_id, "settle")
    ruling = replace(ruling_of(service, deciding, order), batch=batch, settles=settles)
    if first.wave is None:
        raise Problem(409, _NO_WAVE)
    if first.revision != order.revision:
        raise Stale(first)
    decided: list[tuple[Comment, Decision]] = []
    after = ""
    while True:
        async with service.db.writing() as session:
            members = await _members(session, first, newest, after)
            decided += await _decide_each(session, members, ruling, now)
        if len(members) < _AT_ONCE:
            break
        after = members[-1].id
    done = [(comment, decision) for comment, decision in decided if decision.action != OPINION]
    if done:
        await teach(service, done[0][1], done[0][0])
    metrics.decisions.labels(action=order.action).inc(len(done))
    log.info("wave_decided", wave=first.wave, action=order.action, number=len(done), moderator=deciding.id)
    return Swept(batch, len(done), len(decided) - len(done), [comment.id for comment, _decision in decided])


async def take_back(service: Service, deciding: Deciding, batch: str) -> int:
    """Undo what the moderator decided with one press, as far as it is not too late; gives how many came back."""
    now, back = service.clock(), 0
    async with service.db.reading() as session:
        rows = await batch_of(session, batch, deciding.id)
    for start in range(0, len(rows), _AT_ONCE):
        async with service.db.writing() as session:
            back += await _undo_each(session, rows[start : start + _AT_ONCE], deciding, now)
    log.info("wave_taken_back", number=back, moderator=deciding.id)
    return back


async def _members(session: AsyncSession, first: Comment, newest: datetime, after: str) -> list[Comment]:
    found = await session.exec(
        select(Comment)
        .where(
            Comment.wave == first.wave,
            Comment.site_id == first.site_id,
            Comment.status == Status.PENDING,
            col(Comment.created_at) <= newest,
            col(Comment.id) > after,
        )
        .order_by(col(Comment.id))
        .limit(_AT_ONCE)
    )
    return list(found)


async def _decide_each(
    session: AsyncSession, members: Sequence[Comment], ruling: Ruling, now: datetime
) -> list[tuple[Comment, Decision]]:
    decided = []
    for each in members:
        try:
            decided.append(await decide(session, each.id, replace(ruling, seen_revision=each.revision), now))
        except RuleMissing:
            raise
        except _LEFT_OUT:
            continue
        await release_claim(session, each.id)
    return decided


async def _undo_each(session: AsyncSession, rows: Sequence[Decision], deciding: Deciding, now: datetime) -> int:
    comments = await comments_by_id(session, {each.comment_id for each in rows})
    back = 0
    for each in rows:
        ruling = Ruling(Action.HOLD, comments[each.comment_id].revision, deciding.id)
        try:
            await undo(session, each.comment_id, ruling, now)
        except (TooLateToUndo, Stale):
            continue
        back += 1
    return back
