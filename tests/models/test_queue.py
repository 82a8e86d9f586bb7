"""What waits, in which order, page by page."""

from datetime import timedelta

import pytest

from models.backlog import lane_counts
from models.comment import Comment
from models.dossier import dossiers
from models.question import BadCursor, Lane, Question
from models.queue import queue
from models.report import file_objection, file_report
from models.site import Site
from moderation.lifecycle import Action, Status
from service.state import Service
from tests.builders import a_moderator, add_site, both_databases, file, publish, rule


@both_databases
async def test_urgent_comes_first_then_the_oldest(service: Service) -> None:
    site = await add_site(service)
    ids = [await _waits(service, site, hours=hours, priority=priority) for hours, priority in ((1, 0), (3, 0), (2, 2))]
    assert await _ids(service, Question((site.id or 0,))) == [ids[2], ids[1], ids[0]]


@both_databases
@pytest.mark.parametrize("newest", [False, True])
async def test_pages_join_without_gap_or_repetition(service: Service, newest: bool) -> None:
    site = await add_site(service)
    # Some arrived in the same moment, so that only the id tells them apart.
    ids = {await _waits(service, site, hours=number // 3, priority=number % 2) for number in range(9)}
    seen: list[str] = []
    after = None
    while True:
        question = Question((site.id or 0,), "review", after=after, limit=2, newest=newest)
        async with service.db.reading() as session:
            part = await queue(session, question)
        seen += [each.comment.id for each in part.cases]
        after = part.next
        if after is None:
            break
    assert len(seen) == 9
    assert set(seen) == ids
    assert seen == await _ids(service, Question((site.id or 0,), "review", newest=newest))


@both_databases
async def test_a_lane_holds_what_belongs_there(service: Service) -> None:
    site = await add_site(service)
    review = await _waits(service, site)
    spam = await _waits(service, site, lane="spam")
    reported, rejected = await publish(service, site), await file(service, site)
    await rule(service, rejected, Action.REJECT, await a_moderator(service, site), rule="off_topic")
    async with service.db.writing() as session:
        await file_report(session, reported, "other", "", "", "", service.clock())
        await file_objection(session, await session.get_one(Comment, rejected.id), "Doch.", service.clock())
    lanes: dict[Lane, str] = {"review": review, "spam": spam, "reports": reported.id, "objections": rejected.id}
    for lane, comment in lanes.items():
        assert await _ids(service, Question((site.id or 0,), lane)) == [comment]
    async with service.db.reading() as session:
        assert await lane_counts(session, (site.id or 0,)) == {**dict.fromkeys(lanes, 1), "held": 0}


async def test_another_sites_comments_are_not_there(service: Service) -> None:
    site, other = await add_site(service), await add_site(service, "andere")
    await file(service, other)
    reported = await publish(service, other)
    async with service.db.writing() as session:
        await file_report(session, reported, "other", "", "", "", service.clock())
    async with service.db.reading() as session:
        assert set((await lane_counts(session, (site.id or 0,))).values()) == {0}
    assert await _ids(service, Question((site.id or 0,))) == []
    assert await _ids(service, Question(())) == []


@both_databases
@pytest.mark.parametrize(
    ("words", "found"),
    [("ÄRGER", True), ("ärger mit dem bus", True), ("100%", True), ("1000", False), ("Busse", False), ("gseit", False)],
)
async def test_a_search_folds_case_and_finds_where_words_begin(service: Service, words: str, found: bool) -> None:
    site = await add_site(service)
    comment = await file(service, site, "Ärger mit dem Bus, 100% sicher, seit Jahren schon.")
    assert await _ids(service, Question((site.id or 0,), words=words)) == ([comment.id] if found else [])


async def test_what_was_decided_is_shown_newest_first(service: Service) -> None:
    site = await add_site(service)
    ids = [await _waits(service, site, hours=hours, priority=hours) for hours in (2, 1, 0)]
    assert await _ids(service, Question((site.id or 0,), newest=True)) == ids[::-1]


async def test_a_status_shows_what_has_it(service: Service) -> None:
    site = await add_site(service)
    await file(service, site)
    public = await publish(service, site)
    assert await _ids(service, Question((site.id or 0,), status=Status.APPROVED)) == [public.id]


async def test_an_answer_brings_what_it_answers(service: Service) -> None:
    site = await add_site(service)
    parent = await publish(service, site)
    await file(service, site, "Das sehe ich genauso, bei uns war es auch so.", parent=parent.id)
    async with service.db.reading() as session:
        found = await queue(session, Question((site.id or 0,)))
        dossier = (await dossiers(session, found.cases, service.clock()))[0]
    assert dossier.parent is not None
    assert dossier.parent.id == parent.id


@pytest.mark.parametrize(
    "cursor", ["x", "0~x~y", "0~2026-01-01T00:00:00~y", "99~2026-01-01T00:00:00+00:00~y", "0~2026-01-01T00:00+00:00~\0"]
)
async def test_an_invented_place_is_refused(service: Service, cursor: str) -> None:
    with pytest.raises(BadCursor):
        await _ids(service, Question((1,), after=cursor))


async def _waits(service: Service, site: Site, *, hours: float = 0, lane: str = "review", priority: int = 0) -> str:
    comment = await file(service, site, now=service.clock() - timedelta(hours=hours))
    async with service.db.writing() as session:
        stored = await session.get_one(Comment, comment.id)
        stored.lane, stored.priority = lane, priority
        session.add(stored)
    return comment.id


async def _ids(service: Service, question: Question) -> list[str]:
    async with service.db.reading() as session:
        return [each.comment.id for each in (await queue(session, question)).cases]
