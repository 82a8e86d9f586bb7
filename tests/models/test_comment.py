"""Filing: what is stored of a judged draft, and what stops it at the last moment."""

import asyncio

import pytest
from sqlmodel import select

from models.comment import Comment, IdTaken, ThreadClosed, UnknownParent
from models.filing import Circumstances, file_comment
from models.outbox import Notice
from models.thread import open_thread, set_open
from moderation.draft import Draft
from moderation.judge import judge
from moderation.lifecycle import Action
from moderation.reading import Standing
from tests.builders import PAGE, TEXT, a_moderator, add_site, both_databases, file, publish, rule


async def filing(service, site, **fields):
    """File a draft that was judged already, as `service.submission` does."""
    judged = judge(Draft(**{"page": PAGE, "text": TEXT, **fields}), Standing(), site.policy, service.judges)
    async with service.db.writing() as session:
        return await file_comment(session, site, judged, Circumstances("s", "v", "de"), service.clock())


@both_databases
async def test_the_notice_is_in_the_same_transaction_as_the_comment(service):
    site = await add_site(service)
    comment = await filing(service, site)
    async with service.db.reading() as session:
        (notice,) = await session.exec(select(Notice))
    assert notice.payload == {"comment": comment.id, "site": site.id}


@both_databases
async def test_a_thread_that_closed_while_the_comment_was_judged_takes_nothing(service):
    site = await add_site(service)
    async with service.db.writing() as session:
        await set_open(session, await open_thread(session, site, PAGE, "", service.clock()), open_=False)
    with pytest.raises(ThreadClosed):
        await filing(service, site)
    async with service.db.reading() as session:
        assert list(await session.exec(select(Notice))) == []


async def test_a_parent_that_went_while_the_comment_was_judged_cannot_be_answered(service):
    site = await add_site(service)
    parent = await publish(service, site)
    await rule(service, parent, Action.DELETE, await a_moderator(service, site))
    with pytest.raises(UnknownParent):
        await filing(service, site, parent=parent.id)


@both_databases
async def test_an_id_is_given_once_however_many_ask_at_once(service):
    site = await add_site(service)
    tries = await asyncio.gather(
        *(filing(service, site, id="ein-schluessel") for _ in range(6)), return_exceptions=True
    )
    assert sum(isinstance(each, Comment) for each in tries) == 1
    assert sum(isinstance(each, IdTaken) for each in tries) == 5


async def test_an_id_nobody_chose_cannot_be_guessed(service):
    site = await add_site(service)
    ids = [(await file(service, site, f"Nummer {each}")).id for each in range(3)]
    assert len(set(ids)) == 3
    assert all(len(each) == 24 for each in ids)


async def test_what_is_stored_is_what_is_shown(service):
    site = await add_site(service)
    comment = await file(service, site, "Schreiben Sie an max@post.example.", name="max@post.example")
    assert "max@post.example" not in comment.model_dump_json()
