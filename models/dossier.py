"""All that a moderator must see beside a comment, for a whole page of the queue in a fixed number of questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlmodel.ext.asyncio.session import AsyncSession

from models.agreement import open_opinions
from models.case import Case
from models.chain import Answered, chains_of
from models.claim import Held, claims_on
from models.decision import Logged, histories
from models.moderator import names_of
from models.original import Kept, originals_of
from models.prompt import Wording, wordings
from models.report import OpenObjection, OpenReport, open_cases
from models.standing import Earlier, earlier_of
from models.trip import Trip, within
from models.wave import Crowd, crowds


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case with its past. `reports` and `objection` are the open ones; `names`: moderators' names by id.

    `chain`: what it answers, beginning with the first.

    `crowd`: the wave it belongs to, if there is one. `claim`: who is at work on it. `originals`: what it said before
    passages were taken out. `prompt`: the question it answers.
    """

    case: Case
    chain: Sequence[Answered]
    earlier: Earlier
    history: Sequence[Logged]
    reports: Sequence[OpenReport]
    objection: OpenObjection | None
    names: Mapping[int, str]
    crowd: Crowd | None = None
    claim: Held | None = None
    originals: Sequence[Kept] = ()
    prompt: Wording | None = None

    @property
    def parent(self) -> Answered | None:
        """What the comment answers, or None."""
        return self.chain[-1] if self.chain else None

    @property
    def opinions(self) -> list[Logged]:
        """First opinions that wait for a second person's."""
        return open_opinions(self.history)


async def dossiers(session: AsyncSession, cases: Sequence[Case], now: datetime) -> list[Dossier]:
    """The cases with their past, in the same order; `now` tells which claims still hold."""
    return await within(session, partial(open_dossiers, cases, now))


async def open_dossiers(cases: Sequence[Case], now: datetime, trip: Trip) -> list[Dossier]:
    """The same, told to the driver itself."""
    comments = [each.comment for each in cases]
    ids = [each.id for each in comments]
    earlier = await earlier_of(trip, comments)
    logged = await histories(trip, ids)
    reports, objections = await open_cases(trip, ids)
    claims = await claims_on(trip, ids, now)
    waves = await crowds(trip, comments)
    originals = await originals_of(trip, [each.id for each in comments if each.redacted])
    prompts = await wordings(trip, {each.question for each in comments if each.question})
    chains = await chains_of(trip, comments)
    concerned = {each.moderator_id for each in claims.values()}
    concerned |= {each.assignee_id for each in comments if each.assignee_id}
    concerned |= {row.moderator_id for rows in logged.values() for row in rows if row.moderator_id is not None}
    names = await names_of(trip, concerned)
    return [
        Dossier(
            case=each,
            chain=chains.get(each.comment.id, ()),
            earlier=earlier.get(each.comment.id, Earlier()),
            history=logged.get(each.comment.id, ()),
            reports=reports.get(each.comment.id, ()),
            objection=objections.get(each.comment.id),
            names=names,
            crowd=waves.get(each.comment.wave or ""),
            claim=claims.get(each.comment.id),
            originals=originals.get(each.comment.id, ()),
            prompt=prompts.get(each.comment.question or ""),
        )
        for each in cases
    ]
