"""All that a moderator must see beside a comment, for a whole page of the queue in a fixed number of questions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.agreement import open_opinions
from models.case import Case
from models.claim import Claim, claims_on
from models.decision import Decision
from models.moderator import names_of
from models.original import Original, originals_of
from models.prompt import Prompt, prompts_by_id
from models.report import Objection, Report
from models.standing import Earlier, earlier_of
from models.wave import Crowd, crowds


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case with its past. `reports` and `objection` are the open ones; `names`: moderators' names by id.

    `crowd`: the wave it belongs to, if there is one. `claim`: who is at work on it. `originals`: what it said before
    passages were taken out. `prompt`: the question it answers.
    """

    case: Case
    earlier: Earlier
    history: Sequence[Decision]
    reports: Sequence[Report]
    objection: Objection | None
    names: Mapping[int, str]
    crowd: Crowd | None = None
    claim: Claim | None = None
    originals: Sequence[Original] = ()
    prompt: Prompt | None = None

    @property
    def opinions(self) -> list[Decision]:
        """First opinions that wait for a second person's."""
        return open_opinions(self.history)


async def dossiers(session: AsyncSession, cases: Sequence[Case], now: datetime) -> list[Dossier]:
    """The cases with their past, in the same order; `now` tells which claims still hold."""
    ids = [each.comment.id for each in cases]
    earlier = await earlier_of(session, [each.comment for each in cases])
    decisions = await _decisions(session, ids)
    reports = await _reports(session, ids)
    objections = await _objections(session, ids)
    claims = await claims_on(session, ids, now)
    waves = await crowds(session, [each.comment for each in cases])
    originals = await originals_of(session, [each.comment.id for each in cases if each.comment.redacted])
    prompts = await prompts_by_id(session, {each.comment.question for each in cases if each.comment.question})
    concerned = {each.moderator_id for each in claims.values()}
    concerned |= {each.comment.assignee_id for each in cases if each.comment.assignee_id}
    names = await names_of(session, _moderators(decisions.values()) | concerned)
    return [
        Dossier(
            case=each,
            earlier=earlier.get(each.comment.id, Earlier()),
            history=decisions[each.comment.id],
            reports=reports[each.comment.id],
            objection=objections.get(each.comment.id),
            names=names,
            crowd=waves.get(each.comment.wave or ""),
            claim=claims.get(each.comment.id),
            originals=originals.get(each.comment.id, ()),
            prompt=prompts.get(each.comment.question or ""),
        )
        for each in cases
    ]


async def _decisions(session: AsyncSession, ids: list[str]) -> defaultdict[str, list[Decision]]:
    found = await session.exec(select(Decision).where(col(Decision.comment_id).in_(ids)).order_by(col(Decision.id)))
    grouped: defaultdict[str, list[Decision]] = defaultdict(list)
    for each in found:
        grouped[each.comment_id].append(each)
    return grouped


async def _reports(session: AsyncSession, ids: list[str]) -> defaultdict[str, list[Report]]:
    found = await session.exec(
        select(Report)
        .where(col(Report.comment_id).in_(ids), col(Report.settled_at).is_(None))
        .order_by(col(Report.created_at), col(Report.id))
    )
    grouped: defaultdict[str, list[Report]] = defaultdict(list)
    for each in found:
        grouped[each.comment_id].append(each)
    return grouped


async def _objections(session: AsyncSession, ids: list[str]) -> dict[str, Objection]:
    found = await session.exec(
        select(Objection).where(col(Objection.comment_id).in_(ids), col(Objection.settled_at).is_(None))
    )
    return {each.comment_id: each for each in found}


def _moderators(histories: Iterable[Sequence[Decision]]) -> set[int]:
    return {each.moderator_id for history in histories for each in history if each.moderator_id is not None}
