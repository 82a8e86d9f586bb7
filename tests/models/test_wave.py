"""Comments with nearly the same text wait behind one card, and none of them is ever lost."""

from sqlmodel import select

from models.comment import Comment
from models.question import Lane, Question
from models.queue import queue
from models.site import Site
from models.trip import InSession
from models.wave import Band, Wave, crowds, first_of_wave
from moderation.lifecycle import Action
from service.own import withdraw
from service.state import Service
from tests.builders import a_moderator, add_site, both_databases, file, rule

SPAM = "Hallo {}, verdienen auch Sie {} Euro in der Woche von zu Hause aus! Mehr dazu auf https://{}.example/jetzt."


@both_databases
async def test_from_the_third_on_they_stand_behind_the_first(service: Service) -> None:
    site = await add_site(service)
    comments = await _wave(service, site, 5)
    other = await file(service, site, "Der runde Tisch hat bei uns zwei Jahre gebraucht, bis er wirkte.", wave=True)
    assert await _seen(service, site) == [comments[0].id, other.id]
    async with service.db.reading() as session:
        first = await session.get_one(Comment, comments[0].id)
        crowd = (await crowds(InSession(session), [first]))[first.wave or ""]
    assert (crowd.size, crowd.names) == (5, 5)


async def test_joining_sorts_nothing_however_large_the_wave(service: Service) -> None:
    async with service.db.reading() as session:
        asked = first_of_wave().compile(dialect=session.get_bind().dialect).string  # type: ignore[attr-defined]
        connection = await session.connection()
        explained = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", (None,) * asked.count("?"))
        plan = [row[3] for row in explained]
    assert plan == ["SEARCH comment USING COVERING INDEX ix_comment_wave (wave=? AND status=?)"]


async def test_two_alike_make_no_wave(service: Service) -> None:
    site = await add_site(service)
    comments = await _wave(service, site, 2)
    assert await _seen(service, site) == [each.id for each in comments]


@both_databases
async def test_when_the_first_is_decided_the_next_comes_forward(service: Service) -> None:
    site = await add_site(service)
    comments = await _wave(service, site, 4)
    moderator = await a_moderator(service, site)
    for place, comment in enumerate(comments[:-1]):
        await rule(service, comment, Action.SPAM if place else Action.HOLD, moderator)
        assert await _seen(service, site) == [comments[place + 1].id]


async def test_a_search_finds_each_of_them(service: Service) -> None:
    site = await add_site(service)
    comments = await _wave(service, site, 4)
    assert await _seen(service, site, words="verdienen") == [each.id for each in comments]
    async with service.db.reading() as session:
        wave = (await session.get_one(Comment, comments[0].id)).wave or ""
    assert await _seen(service, site, wave=wave) == [each.id for each in comments]


async def test_waves_of_two_sites_are_apart(service: Service) -> None:
    here, there = await add_site(service), await add_site(service, "andere")
    await _wave(service, here, 3)
    one = await file(service, there, SPAM.format("Ada", 1, "x"), wave=True)
    assert await _seen(service, there) == [one.id]


@both_databases
async def test_no_sketch_is_kept_of_a_text_that_is_gone(service: Service) -> None:
    site = await add_site(service)
    comments = await _wave(service, site, 2)
    for comment in comments:
        await withdraw(service, comment)
    async with service.db.reading() as session:
        assert list(await session.exec(select(Wave))) == []
        assert list(await session.exec(select(Band))) == []


async def _wave(service: Service, site: Site, size: int) -> list[Comment]:
    texts = [SPAM.format(f"Leute {number}", 500 + number, f"geld{number}") for number in range(size)]
    filed = []
    for number, text in enumerate(texts):
        service.clock.advance(minutes=1)  # type: ignore[attr-defined]
        filed.append(await file(service, site, text, name=f"Name {number}", wave=True))
    return filed


async def _seen(service: Service, site: Site, **asked: str) -> list[str]:
    lane: Lane = "review"
    async with service.db.reading() as session:
        found = await queue(session, Question((site.id or 0,), lane, **asked))  # type: ignore[arg-type]
    return [each.comment.id for each in found.cases]
