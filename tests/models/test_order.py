import pytest

from models.approved import Excerpt, approved
from models.comment import Comment
from models.order import Orders, Sort, UnknownCursor, order_of
from models.site import Site
from models.thread import Thread, find_thread
from models.trip import InSession, Trip
from moderation.lifecycle import Action
from service.own import withdraw
from service.state import Service
from tests.builders import PAGE, a_moderator, add_site, both_databases, publish, rule
from tests.conftest import Clock


async def _thread(service: Service) -> Thread:
    site = await add_site(service)
    for number in range(5):
        await publish(service, site, f"Kommentar Nummer {number} zu diesem Artikel.", id=f"kommentar-{number}")
        service.clock.advance(minutes=1)  # type: ignore[attr-defined]  # the tests' clock
    async with service.db.reading() as session:
        thread = await find_thread(session, site, PAGE)
    assert thread is not None
    return thread


async def test_an_order_is_read_once_for_a_revision(service: Service, clock: Clock) -> None:
    thread, orders = await _thread(service), Orders()
    async with service.db.reading() as session:
        first = await orders.find(InSession(session), thread, 3, "oldest")
        assert await orders.find(InSession(session), thread, 3, "oldest") is first
        assert await orders.find(InSession(session), thread, 3, "newest") is not first
        thread.revision += 1
        assert await orders.find(InSession(session), thread, 3, "oldest") is not first


async def test_every_node_has_what_its_comment_has_each_in_its_place(service: Service) -> None:
    thread = await _thread(service)
    async with service.db.writing() as session:
        reply = await session.get_one(Comment, "kommentar-3")
        reply.parent_id, reply.pinned, reply.helpful = "kommentar-1", True, 7
    async with service.db.reading() as session:
        order = await order_of(InSession(session), thread, 3)
        stored = {each: await session.get_one(Comment, each) for each in order.places}
    assert len(stored) == 5
    for node, _ in order.nodes:
        comment = stored[node.id]
        told = (comment.id, comment.parent_id, comment.created_at, comment.pinned, comment.helpful, None)
        assert tuple(node) == told


async def test_a_thread_without_comments_has_an_empty_order(service: Service) -> None:
    thread = Thread(id=4711, site_id=1, page="/leer", title="", created_at=service.clock())
    async with service.db.reading() as session:
        order = await order_of(InSession(session), thread, 3)
    assert (order.nodes, order.places, order.count) == ([], {}, 0)


async def test_orders_not_used_longest_make_room(service: Service, clock: Clock) -> None:
    thread, orders = await _thread(service), Orders(most=12)
    async with service.db.reading() as session:
        oldest = await orders.find(InSession(session), thread, 3, "oldest")
        newest = await orders.find(InSession(session), thread, 3, "newest")
        assert await orders.find(InSession(session), thread, 3, "oldest") is oldest
        await orders.find(InSession(session), thread, 3, "helpful")
        assert await orders.find(InSession(session), thread, 3, "oldest") is oldest
        assert await orders.find(InSession(session), thread, 3, "newest") is not newest


async def test_the_step_of_a_comment_begins_where_paging_would(service: Service, clock: Clock) -> None:
    thread = await _thread(service)
    async with service.db.reading() as session:
        order = await Orders().find(InSession(session), thread, 3, "oldest")
    steps = [order.step_with(f"kommentar-{number}", 2) for number in range(5)]
    assert steps == [None, None, "kommentar-1", "kommentar-1", "kommentar-3"]
    assert order.step_with("unknown", 2) is None
    with pytest.raises(UnknownCursor):
        order.start("unknown")


async def test_what_was_unpublished_after_the_order_was_read_is_not_shown(service: Service, clock: Clock) -> None:
    thread = await _thread(service)
    async with service.db.reading() as session:
        order = await Orders().find(InSession(session), thread, 3, "oldest")
        gone = await session.get_one(Comment, "kommentar-2")
    await withdraw(service, gone)
    async with service.db.reading() as session:
        shown = await approved(InSession(session), thread, 3, limit=4, order=order)
    assert [each.id for each in shown.entries] == ["kommentar-0", "kommentar-1", "kommentar-3"]
    assert shown.next == "kommentar-3"


@both_databases
@pytest.mark.parametrize("sort", ["oldest", "newest", "helpful"])
async def test_what_is_read_in_one_go_is_what_is_read_after_its_order(
    service: Service, clock: Clock, sort: Sort
) -> None:
    thread = await _thread(service)
    async with service.db.reading() as session:
        site, top = await session.get_one(Site, thread.site_id), await session.get_one(Comment, "kommentar-1")
        pinned = await session.get_one(Comment, "kommentar-3")
    await publish(service, site, "Eine Antwort darauf.", parent=top.id)
    await withdraw(service, top)
    await rule(service, pinned, Action.PIN, await a_moderator(service, site))

    async def both(trip: Trip) -> tuple[Excerpt, Excerpt]:
        order = await order_of(trip, thread, 3, sort)
        return await approved(trip, thread, 3, sort), await approved(trip, thread, 3, sort, order=order)

    at_once, after = await service.db.look(both)
    assert at_once == after
    assert [each.removed for each in at_once.entries].count("author") == 1
    assert at_once.count == 5


async def test_a_pinned_reply_comes_first_among_the_replies_to_the_same_comment(service: Service, clock: Clock) -> None:
    site = await add_site(service)
    moderator = await a_moderator(service, site)
    top = await publish(service, site, "Wann wird gebaut?")
    ids = []
    for number in range(3):
        clock.advance(minutes=1)
        ids.append((await publish(service, site, f"Antwort Nummer {number} auf die Frage.", parent=top.id)).id)
    clock.advance(minutes=1)
    other = await publish(service, site, "Ein anderer Gedanke zum Platz.")
    async with service.db.reading() as session:
        last = await session.get_one(Comment, ids[2])
    await rule(service, last, Action.PIN, moderator)
    async with service.db.reading() as session:
        thread = await session.get_one(Thread, top.thread_id)
        for sort, tops in (("oldest", [top.id, other.id]), ("newest", [other.id, top.id])):
            order = [node.id for node, _level in (await order_of(InSession(session), thread, 3, sort)).nodes]
            below = [ids[2], ids[0], ids[1]]
            assert order == [each for one in tops for each in ([one, *below] if one == top.id else [one])]
