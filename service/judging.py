"""What is known of a draft's author and thread, and what the judges say of it; nothing is stored."""

import asyncio
from dataclasses import replace
from typing import NamedTuple

import anyio.to_thread

from models.filing import Place, is_in_use, place_of
from models.standing import standing_of
from models.trip import Trip
from moderation.draft import LONGEST_JUDGED, BadDraft, Draft, FieldFault
from moderation.judge import Judges, judge
from moderation.policy import Policy
from moderation.reading import Form, Standing
from moderation.verdict import Finding, Judged
from service.arrival import Arrival
from service.errors import Problem
from service.learning import own_judges
from service.rates import TooMany
from service.receipt import as_typed
from service.state import Service
from service.taking import pause_of

# Judging so many characters takes some milliseconds; handing them to a thread and back costs more than it spares.
_SHORT = 1500


class Gathered(NamedTuple):
    """What one look at the database gave: `known`: the client's id is in use; `paused`: why nothing is taken now."""

    known: bool
    place: Place
    standing: Standing
    paused: str


async def judge_draft(service: Service, arrival: Arrival, draft: Draft) -> Judged:
    """Gather what is known of author and thread, then judge."""
    gathered = await gather(service, arrival, draft)
    judges, policy = await own_judges(service, arrival.site)
    return await judge_gathered(service, draft, gathered.standing, policy, judges)


async def gather(service: Service, arrival: Arrival, draft: Draft) -> Gathered:
    """All that has to be known besides the draft itself, in one look at the database."""
    now, site = service.clock(), arrival.site
    age = service.tokens.form_age(draft.form_token, site.key, now)
    form = Form(trapped=bool(draft.homepage), token=age is not None, origin=arrival.origin, seconds=age)

    async def look(trip: Trip) -> Gathered:
        known = draft.id is not None and await is_in_use(trip, draft.id)
        place = await place_of(trip, site.id or 0, draft, now)
        standing = await standing_of(trip, site, place.thread, arrival.sender, form, now)
        spoken = _as_asked(service, standing, arrival)
        return Gathered(known, place, spoken, await pause_of(trip, site, arrival.language))

    return await service.db.glance(look)


async def judge_gathered(service: Service, draft: Draft, standing: Standing, policy: Policy, judges: Judges) -> Judged:
    """What the judges say. A long text, which takes as long as many short requests, is judged off the loop.

    Short ones are judged in turn: of many that come at once, whatever else is due comes in between.
    """
    if len(draft.text) <= _SHORT:
        async with service.turn:
            judged = judge(draft, standing, policy, judges)
            await asyncio.sleep(0)
        return judged
    return await anyio.to_thread.run_sync(judge, draft, standing, policy, judges)


def refuse_if_needed(judged: Judged) -> None:
    """Stop with advice what rules neutral to opinion refuse. The author's text is theirs to mend: it goes back."""
    refusing = [each for each in judged.verdict.findings if each.severity == "refuse"]
    if not refusing and len(judged.draft.text) > LONGEST_JUDGED:
        # A netiquette without a rule for length must not let a text through whose end nobody has judged.
        raise BadDraft((FieldFault("text", "too_long", LONGEST_JUDGED),))
    if not refusing:
        return
    rules = {each.rule for each in refusing}
    if "flooding" in rules:
        raise TooMany(600)
    status = 409 if rules == {"duplicate"} else 422
    more = {
        "code": "duplicate" if status == 409 else "refused",
        "findings": as_typed(judged.shown, judged.verdict.findings),
    }
    raise Problem(status, _advice(refusing), more=more)


def _as_asked(service: Service, standing: Standing, arrival: Arrival) -> Standing:
    # Load tests switch the rate limit off; then no count of recent comments may refuse either. Nor may it refuse
    # editors, who answer one after the other, and from one office: the host signs each of their comments.
    uncounted = service.settings.rate_limit == "off" or arrival.editor
    recent = 0 if uncounted else standing.recent
    return replace(standing, language=arrival.tone or arrival.language, recent=recent, editor=arrival.editor)


def _advice(refusing: list[Finding]) -> str:
    return " ".join(dict.fromkeys(each.message for each in refusing))
