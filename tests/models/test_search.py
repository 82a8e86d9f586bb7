"""Words are found however many comments there are, and none is left of a comment that is gone."""

import pytest
from sqlmodel import col, text, update

from models.comment import Comment
from models.question import Question, Range
from models.queue import queue
from models.search import shed_words, take_up_words, words_wait
from models.site import Site
from service.own import withdraw
from service.state import Service
from tests.builders import add_site, both_databases, file
from tests.conftest import Clock


@both_databases
async def test_a_comment_is_found_before_and_after_the_index_knows_it(service: Service) -> None:
    site = await add_site(service)
    bus = await file(service, site, "Der Bus kommt nie, seit Jahren schon.", name="Özlem")
    await file(service, site, "Die Bahn kommt immer, erstaunlich oft.")
    for _ in range(2):
        for words in ("bus", "BUS kommt", "özl", "jahr"):
            assert await _found(service, site, words=words) == [bus.id]
        async with service.db.writing() as session:
            await take_up_words(session)
    async with service.db.reading() as session:
        assert not await words_wait(session)


@both_databases
async def test_a_changed_text_is_found_by_its_new_words_only(service: Service) -> None:
    site = await add_site(service)
    comment = await file(service, site, "Der Bus kommt nie, seit Jahren schon.")
    async with service.db.writing() as session:
        await take_up_words(session)
        await session.exec(update(Comment).where(col(Comment.id) == comment.id).values(search=" die bahn"))
    for _ in range(2):
        assert await _found(service, site, words="bahn") == [comment.id]
        assert await _found(service, site, words="bus") == []
        async with service.db.writing() as session:
            await take_up_words(session)


async def test_what_was_filed_while_the_index_was_gone_is_taken_up(service: Service) -> None:
    site = await add_site(service)
    async with service.db.writing() as session:
        await session.exec(text("DROP TRIGGER search_filed"))  # type: ignore[call-overload]
    await file(service, site, "Der Bus kommt nie, seit Jahren schon.")
    async with service.db.reading() as session:
        assert not await words_wait(session)
    await service.db.migrate()
    async with service.db.reading() as session:
        assert await words_wait(session)


async def test_no_word_of_a_withdrawn_comment_is_left_in_the_index(service: Service) -> None:
    site = await add_site(service)
    comment = await file(service, site, "Das Wort Kanarienvogelzucht steht nur hier, sonst nirgends.")
    async with service.db.writing() as session:
        await shed_words(session)
    assert await _pages_with(service, b"kanarienvogelzucht")
    await withdraw(service, comment)
    async with service.db.writing() as session:
        await shed_words(session)
    assert not await _pages_with(service, b"kanarienvogelzucht")


@pytest.mark.parametrize("words", ["%", "_", "*", '"', "' OR 1=1", "foo:*|bar", "(", "NEAR(a b)", "-"])
@both_databases
async def test_signs_are_no_language(service: Service, words: str) -> None:
    site = await add_site(service)
    await file(service, site)
    assert await _found(service, site, words=words) == []


@both_databases
async def test_each_filter_narrows_the_queue(service: Service, clock: Clock) -> None:
    site = await add_site(service)
    plain = await file(service, site)
    clock.advance(days=1)
    link = await file(
        service, site, "Mehr unter https://a.example und https://b.example und https://c.example.", page="/andere/seite"
    )
    async with service.db.writing() as session:
        await session.exec(
            update(Comment)
            .where(col(Comment.id) == link.id)
            .values(spam=0.8, violation=0.1, assignee_id=7, rules=" links ")
        )
        await session.exec(update(Comment).where(col(Comment.id) == plain.id).values(spam=0.2, violation=0.6))
    for asked in (
        {"page": "ANDERE"}, {"rule": "links"}, {"spam": Range(0.7, 1.0)}, {"violation": Range(0.0, 0.5)},
        {"since": clock.now}, {"assignee": 7}, {"rule": "links", "words": "mehr", "page": "/andere"},
    ):  # fmt: skip
        assert await _found(service, site, **asked) == [link.id], asked
    assert await _found(service, site, until=clock.now) == [plain.id]
    assert await _found(service, site, rule="link") == []


@both_databases
async def test_one_authors_comments_are_found_by_confirmed_address_or_sender(service: Service) -> None:
    site = await add_site(service)
    mail = {"email": "kim@beispiel.example", "name": "Kim"}
    first, second, typed = [await file(service, site, **mail) for _ in range(3)]
    async with service.db.writing() as session:
        for number, each in enumerate((first, second, typed)):
            values = {"email_confirmed": each is not typed, "sender": f"sender {number}"}
            await session.exec(update(Comment).where(col(Comment.id) == each.id).values(**values))
    assert set(await _found(service, site, author=first.id)) == {first.id, second.id}
    assert await _found(service, site, author=typed.id) == [typed.id]
    assert await _found(service, site, author="invented") == []


async def _found(service: Service, site: Site, **asked: object) -> list[str]:
    async with service.db.reading() as session:
        found = await queue(session, Question((site.id or 0,), **asked))  # type: ignore[arg-type]
    return [each.comment.id for each in found.cases]


async def _pages_with(service: Service, word: bytes) -> bool:
    """Whether the index's own pages hold the word, as far as the database knows them."""
    async with service.db.reading() as session:
        blocks = [row[0] for row in await session.exec(text("SELECT block FROM search_words_data"))]  # type: ignore[call-overload]
    # Terms share their beginnings in a page, so the end of the word is looked for.
    return any(word[-8:] in block for block in blocks)
