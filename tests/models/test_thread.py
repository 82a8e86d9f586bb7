"""A page has one name, and a thread one row."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import func, select

from models.thread import BadPage, Thread, advance, find_place, find_thread, normalise_page, open_thread, set_open
from tests.builders import PAGE, add_site, both_databases


@pytest.mark.parametrize(
    "given, page",
    [
        ("/", "/"),
        ("/artikel", "/artikel"),
        ("artikel", "/artikel"),
        (" /artikel ", "/artikel"),
        ("/artikel/", "/artikel"),
        ("/artikel//", "/artikel"),
        ("//artikel.example/a", "/a"),
        ("https://www.musterstadt.example", "/"),
        ("https://www.musterstadt.example/", "/"),
        ("https://www.musterstadt.example/artikel", "/artikel"),
        ("HTTP://WWW.MUSTERSTADT.EXAMPLE:8080/artikel", "/artikel"),
        ("https://user:pass@www.musterstadt.example/artikel", "/artikel"),
        ("/artikel#kommentare", "/artikel"),
        ("/artikel?", "/artikel"),
        ("/artikel?id=5", "/artikel?id=5"),
        ("/artikel/?id=5", "/artikel?id=5"),
        ("/artikel?b=1&a=2", "/artikel?b=1&a=2"),
        ("/artikel?id=5&utm_source=brief&utm_medium=post", "/artikel?id=5"),
        ("/artikel?fbclid=abc", "/artikel"),
        ("/artikel?pk_campaign=x&mtm_kwd=y&gclid=z&id=5", "/artikel?id=5"),
        ("/artikel?leer=", "/artikel?leer="),
        ("/artikel?leer", "/artikel?leer="),
        ("/?p=12", "/?p=12"),
        ("/straße", "/stra%C3%9Fe"),
        ("/stra%c3%9fe", "/stra%C3%9Fe"),
        ("/a b", "/a%20b"),
        ("/a%20b", "/a%20b"),
        ("/%41", "/A"),
        ("/100%25", "/100%25"),
        ("/100%", "/100%25"),
        ("/a%00b", "/a%00b"),
        ("/<script>", "/%3Cscript%3E"),
        ('/"onload=x', "/%22onload=x"),
        ("/artikel:2", "/artikel:2"),
        ("/a\\b", "/a%5Cb"),
        ("?id=5", "/?id=5"),
    ],
)
def test_a_page_is_named_by_path_and_query_alone(given, page):
    assert normalise_page(given) == page
    assert normalise_page(page) == page


@pytest.mark.parametrize(
    "given",
    ["", " ", "javascript:alert(1)", "mailto:a@b.example", "data:text/html,x", "ftp://a.example/b", "file:///etc/passwd",
     "http:artikel", "https:///artikel", "http://[", "http://[::1", "/a\nb", "/a\0", "/a\tb", "/\ud800", "/" + "a" * 2000,
     "/" + "ü" * 400, "artikel:2"],
)  # fmt: skip
def test_what_is_no_page_is_refused(given):
    with pytest.raises(BadPage):
        normalise_page(given)


@given(st.text(max_size=60))
def test_normalising_twice_is_normalising_once(text):
    try:
        once = normalise_page(text)
    except BadPage:
        return
    assert normalise_page(once) == once
    assert once.startswith("/")
    assert once.isascii()


@both_databases
async def test_two_who_open_a_thread_at_once_get_the_same(service):
    site = await add_site(service)

    async def open_it() -> int | None:
        async with service.db.writing() as session:
            return (await open_thread(session, site, PAGE, "", service.clock())).id

    assert len(set(await asyncio.gather(*(open_it() for _ in range(8))))) == 1
    async with service.db.reading() as session:
        assert (await session.exec(select(func.count()).select_from(Thread))).one() == 1


@both_databases
async def test_no_change_that_readers_see_is_lost_when_many_happen_at_once(service):
    site = await add_site(service)
    async with service.db.writing() as session:
        thread = await open_thread(session, site, PAGE, "", service.clock())

    async def change() -> None:
        for _ in range(10):
            async with service.db.writing() as session:
                await advance(session, thread.id or 0)

    await asyncio.gather(*(change() for _ in range(8)))
    async with service.db.reading() as session:
        found = await find_thread(session, site, PAGE)
    assert found is not None
    assert found.revision == 80


async def test_closing_is_a_change_and_closing_again_is_none(service):
    site = await add_site(service)
    async with service.db.writing() as session:
        thread = await open_thread(session, site, PAGE, "", service.clock())
    for _twice in range(2):
        async with service.db.writing() as session:
            found = await find_thread(session, site, PAGE)
            assert found is not None
            await set_open(session, found, open_=False)
    async with service.db.reading() as session:
        found = await find_thread(session, site, PAGE)
    assert found is not None
    assert (found.id, found.open, found.revision) == (thread.id, False, 1)


@both_databases
async def test_a_site_is_found_with_or_without_a_thread(service):
    site = await add_site(service)
    async with service.db.writing() as session:
        await open_thread(session, site, PAGE, "", service.clock())
    async with service.db.reading() as session:
        with_thread = await find_place(session, "musterstadt", PAGE)
        without = await find_place(session, "musterstadt", "/leer")
        assert with_thread is not None
        assert without is not None
        assert (with_thread[0].id, with_thread[1] is not None) == (site.id, True)
        assert (without[0].id, without[1]) == (site.id, None)
        for key in ("nirgends", "\0", "", "Musterstadt"):
            assert await find_place(session, key, PAGE) is None
