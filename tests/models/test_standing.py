"""What is known of an author and a thread before a draft is judged."""

import itertools
import sqlite3
from contextlib import closing

from sqlalchemy.dialects.sqlite import dialect as SQLiteDialect
from sqlmodel import insert

from models.base import new_id
from models.comment import Comment
from models.filing import place_of
from models.moderator import Moderator
from models.site import Site
from models.standing import MOST_PREVIOUS, Earlier, earlier_of, standing_of
from models.trip import InSession, Phrasebook, SqliteTrip, run_through
from moderation.draft import Draft
from moderation.lifecycle import Action
from moderation.reading import MOST_RECENT, Form
from service.own import withdraw
from tests.builders import PAGE, a_moderator, add_site, file, publish, rule


async def standing(service, site: Site, page: str = PAGE, sender: str = "sender"):
    async def look(trip):
        place = await place_of(trip, site.id, Draft(page=page, text=""), service.clock())
        return await standing_of(trip, site, place.thread, sender, Form(), service.clock())

    return await service.db.look(look)


async def test_a_newcomer_on_a_new_page_has_no_past(service):
    site = await add_site(service)
    found = await standing(service, site)
    assert (found.language, found.previous, found.recent, found.reserved) == ("de", (), 0, ())


async def test_what_the_thread_or_the_sender_said_in_the_last_day_is_known_newest_first(service, clock):
    site = await add_site(service)
    await file(service, site, "längst vergessen")
    clock.advance(hours=24, seconds=1)
    await file(service, site, "hier", page=PAGE)
    clock.advance(minutes=11)
    await file(service, site, "anderswo", page="/anderswo")
    assert (await standing(service, site)).previous == ("anderswo", "hier")
    assert (await standing(service, site, sender="jemand anders")).previous == ("hier",)
    assert (await standing(service, site)).recent == 1
    assert (await standing(service, site, sender="jemand anders")).recent == 0


async def test_other_sites_and_what_was_withdrawn_are_not_known(service):
    site, other = await add_site(service), await add_site(service, "nachbarort")
    await file(service, other, "nebenan")
    await withdraw(service, await file(service, site, "zurückgezogen"))
    assert (await standing(service, site)).previous == ()


async def test_a_long_thread_is_known_by_its_end(service, clock):
    site = await add_site(service)
    for number in range(MOST_PREVIOUS + 3):
        await file(service, site, f"Nummer {number}")
        clock.advance(seconds=1)
    previous = (await standing(service, site)).previous
    assert len(previous) == MOST_PREVIOUS
    assert previous[0] == f"Nummer {MOST_PREVIOUS + 2}"


async def test_however_many_one_sender_wrote_to_one_thread_the_same_few_rows_are_looked_at(service, clock):
    """What a flood has filed must not make every post after it slower."""
    site = await add_site(service)
    first = (await file(service, site)).model_dump(exclude={"id"})
    steps = []
    for _round in range(2):
        async with service.db.writing() as session:
            many = [{**first, "id": new_id()} for _ in range(20 * MOST_RECENT)]
            await (await session.connection()).execute(insert(Comment), many)
        with closing(sqlite3.connect(service.settings.data_dir / "wortmeldung.db")) as connection:
            taken = itertools.count()
            connection.set_progress_handler(lambda: next(taken) < 0, 1)  # noqa: B023  # done before the next round
            trip = SqliteTrip(connection, SQLiteDialect(), Phrasebook())
            known = run_through(standing_of(trip, site, first["thread_id"], "sender", Form(), clock()))
            steps.append(next(taken))
        assert known.recent == MOST_RECENT
    assert steps[1] < 1.05 * steps[0]


async def decided(service, site: Site, moderator: Moderator, action: Action, *, confirmed: bool):
    comment = await (publish if action is Action.APPROVE else file)(
        service, site, f"{action} {confirmed}", email="ines@post.example"
    )
    if action is not Action.APPROVE:
        comment, _decision = await rule(service, comment, action, moderator, rule="respect")
    async with service.db.writing() as session:
        comment.email_confirmed = confirmed
        session.add(comment)
    return comment


async def test_only_a_confirmed_address_has_a_past(service):
    site = await add_site(service)
    moderator = await a_moderator(service, site)
    known = [
        await decided(service, site, moderator, each, confirmed=True)
        for each in (Action.APPROVE, Action.REJECT, Action.SPAM)
    ]
    stranger = await decided(service, site, moderator, Action.APPROVE, confirmed=False)
    async with service.db.reading() as session:
        found = await earlier_of(InSession(session), [*known, stranger])
    assert found == {
        known[0].id: Earlier(approved=0, rejected=1, spam=1),
        known[1].id: Earlier(approved=1, rejected=0, spam=1),
        known[2].id: Earlier(approved=1, rejected=1, spam=0),
    }
