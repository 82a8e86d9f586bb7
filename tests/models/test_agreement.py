"""Where two people must agree, one alone decides nothing; and nobody decides about an objection to themselves."""

import pytest

from models.agreement import open_opinions
from models.comment import Comment
from models.deciding import decide, dismiss
from models.decision import Decision, history
from models.report import file_objection
from models.ruling import AnotherMustDecide, Ruling
from models.site import Site
from models.undoing import undo
from moderation.lifecycle import Action
from service.state import Service
from tests.builders import a_moderator, add_site, both_databases, file, rule

INSULT = "Ihr seid doch alle Idioten im Rathaus, das war schon immer so."


@both_databases
async def test_two_who_agree_decide(service: Service) -> None:
    site = await _site(service)
    comment = await file(service, site, INSULT)
    assert await _say(service, comment, Action.APPROVE, "mira") == "opinion"
    assert await _status(service, comment) == "pending"
    assert await _say(service, comment, Action.APPROVE, "uwe") == "approve"
    assert await _status(service, comment) == "approved"
    async with service.db.reading() as session:
        log = await history(session, comment.id)
    assert [(each.action, each.proposed) for each in log] == [("opinion", "approve"), ("approve", "")]
    assert log[0].moderator_id != log[1].moderator_id


@both_databases
async def test_the_same_person_is_no_second(service: Service) -> None:
    comment = await file(service, await _site(service), INSULT)
    await _say(service, comment, Action.APPROVE, "mira")
    with pytest.raises(AnotherMustDecide):
        await _say(service, comment, Action.APPROVE, "mira")


async def test_two_who_differ_wait_for_a_third(service: Service) -> None:
    comment = await file(service, await _site(service), INSULT)
    await _say(service, comment, Action.APPROVE, "mira")
    assert await _say(service, comment, Action.SPAM, "uwe") == "opinion"
    assert await _status(service, comment) == "pending"
    assert await _say(service, comment, Action.SPAM, "ada") == "spam"


async def test_whoever_settles_has_the_last_word(service: Service) -> None:
    comment = await file(service, await _site(service), INSULT)
    await _say(service, comment, Action.APPROVE, "mira")
    await _say(service, comment, Action.SPAM, "uwe")
    assert await _say(service, comment, Action.DELETE, "ada", settles=True) == "delete"


async def test_an_opinion_that_is_taken_back_does_not_count(service: Service) -> None:
    site = await _site(service)
    comment = await file(service, site, INSULT)
    await _say(service, comment, Action.APPROVE, "mira")
    mira = await a_moderator_in(service, site, "mira")
    async with service.db.writing() as session:
        present = await session.get_one(Comment, comment.id)
        await undo(session, comment.id, Ruling(Action.HOLD, present.revision, mira), service.clock())
    assert await _say(service, comment, Action.APPROVE, "uwe") == "opinion"
    async with service.db.reading() as session:
        assert len(open_opinions(await history(session, comment.id))) == 1


async def test_a_band_of_scores_asks_for_two_as_well(service: Service) -> None:
    site = await _site(service, rules=[], bands=[{"head": "spam", "least": 0.0, "most": 1.0}])
    comment = await file(service, site)
    assert await _say(service, comment, Action.APPROVE, "mira") == "opinion"


async def test_other_comments_need_one_person_only(service: Service) -> None:
    comment = await file(service, await _site(service))
    assert await _say(service, comment, Action.APPROVE, "mira") == "approve"


async def test_a_rejection_by_a_named_rule_needs_two(service: Service) -> None:
    comment = await file(service, await _site(service))
    assert await _say(service, comment, Action.REJECT, "mira", rule="respect") == "opinion"


@both_databases
async def test_an_objection_is_decided_by_another_person(service: Service) -> None:
    site = await _site(service)
    comment = await file(service, site)
    await rule(service, comment, Action.REJECT, await a_moderator(service, site), rule="off_topic")
    async with service.db.writing() as session:
        await file_objection(session, await session.get_one(Comment, comment.id), "Doch.", service.clock())
    for act in (decide, dismiss):
        with pytest.raises(AnotherMustDecide):
            await _act(service, site, comment, act, "mira")
    await _act(service, site, comment, decide, "uwe")
    assert await _status(service, comment) == "approved"


async def _site(service: Service, rules: list[str] | None = None, bands: list[dict[str, object]] | None = None) -> Site:
    site = await add_site(service)
    async with service.db.writing() as session:
        present = await session.get_one(Site, site.id)
        present.second_rules = ["respect"] if rules is None else rules
        present.second_bands = bands or []
        session.add(present)
    return present


async def _say(
    service: Service, comment: Comment, action: Action, who: str, *, rule: str | None = None, settles: bool = False
) -> str:
    async with service.db.reading() as session:
        site = await session.get_one(Site, comment.site_id)
    moderator = await a_moderator_in(service, site, who)
    async with service.db.writing() as session:
        present = await session.get_one(Comment, comment.id)
        ruling = Ruling(action, present.revision, moderator, rule, settles=settles)
        _comment, decision = await decide(session, comment.id, ruling, service.clock())
    return decision.action


async def _act(service: Service, site: Site, comment: Comment, act: object, who: str) -> Decision:
    moderator = await a_moderator_in(service, site, who)
    async with service.db.writing() as session:
        present = await session.get_one(Comment, comment.id)
        ruling = Ruling(Action.APPROVE, present.revision, moderator)
        _comment, decision = await act(session, comment.id, ruling, service.clock())  # type: ignore[operator]
    return decision


async def a_moderator_in(service: Service, site: Site, who: str) -> int:
    return (await a_moderator(service, site, f"{who}@musterstadt.example")).id or 0


async def _status(service: Service, comment: Comment) -> str:
    async with service.db.reading() as session:
        return (await session.get_one(Comment, comment.id)).status
