"""What other systems' own files become here: dates, threads, names, status; twice the same; the rest of a broken one."""

import gzip
import json
from datetime import UTC, datetime

import pytest

from models.approved import count_approved
from tests.builders import both_databases
from tests.service.exchange.conftest import FILES, told

EINS, ZWEI = "/artikel/eins", "/artikel/zwei"


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@both_databases
async def test_a_database_that_isso_made_arrives_whole(exchange):
    account = await exchange.bring("isso", FILES / "isso.db")
    assert (told(account), account.remarks, account.waiting) == ((6, 0, 0), [], 1)
    top, reply, deeper, waits, gone, orphan = await exchange.comments()
    assert (top.name, top.email, top.url) == ("Ayşe Demir", "ayse@example.org", "https://ayse.example")
    assert top.html == "<p>Ein <strong>Wort</strong> zum Anfang.</p>\n<p>Zweiter Absatz.</p>\n"
    assert (reply.parent_id, reply.text) == (top.id, "Darauf eine *Antwort*.")
    assert deeper.parent_id == top.id  # Isso itself knows only one level
    assert "example.org" not in deeper.text + deeper.html
    assert [each.status for each in (top, waits, gone, orphan)] == ["approved", "pending", "deleted", "approved"]
    assert orphan.parent_id == gone.id
    assert waits.spam is not None
    assert {page: each.title for page, each in (await exchange.threads()).items()} == {
        EINS: "Eins & zwei", ZWEI: "Über Wärme",
    }  # fmt: skip


@both_databases
@pytest.mark.parametrize(
    "form, file", [("isso", "isso.db"), ("disqus", "disqus.xml"), ("remark42", "remark42.json"), ("wordpress", "wordpress.xml"),
                   ("commento", "commento.json"), ("commento", "comentario.json")],
)  # fmt: skip
async def test_the_same_file_twice_adds_nothing(exchange, form, file):
    first = await exchange.bring(form, FILES / file)
    before = [each.model_dump() for each in await exchange.comments()]
    again = await exchange.bring(form, FILES / file)
    assert told(again) == (0, first.added, first.refused)
    assert [each.model_dump() for each in await exchange.comments()] == before


async def test_a_dry_run_says_the_same_and_writes_nothing(exchange):
    dry = await exchange.bring("disqus", FILES / "disqus.xml", dry=True)
    assert (await exchange.comments(), await exchange.threads()) == ([], {})
    real = await exchange.bring("disqus", FILES / "disqus.xml")
    assert (told(dry), dry.remarks) == (told(real), real.remarks)


@both_databases
async def test_disqus_with_a_broken_middle_brings_the_rest_and_names_the_rows(exchange):
    account = await exchange.bring("disqus", FILES / "disqus.xml")
    assert told(account) == (4, 0, 2)
    assert [(each.where, each.reason) for each in account.remarks] == [
        ("line 51", "the post has no end"),
        ("line 75, comment 9006", "“vorgestern” is not a time"),
    ]
    first, reply, spam, gone = await exchange.comments()
    assert (first.name, first.created_at) == ("Bernd & Söhne", at("2014-03-08T08:00:00"))
    assert (reply.parent_id, reply.email) == (first.id, "ayse@example.org")
    assert '<a href="https://ayse.example/seite?a=1&amp;b=2"' in reply.html
    assert "Zweiter Absatz ]]&gt; Ende." in reply.html
    assert (spam.status, spam.lane, gone.status) == ("spam", "spam", "deleted")
    threads = await exchange.threads()
    assert (threads[EINS].title, threads[EINS].open, threads[ZWEI].open) == ("Wärme & Wohnen", True, False)


@pytest.mark.parametrize("packed", [False, True])
async def test_a_backup_of_remark42_packed_or_not(exchange, packed, tmp_path):
    path = FILES / "remark42.json"
    if packed:
        path = tmp_path / "backup.gz"
        path.write_bytes(gzip.compress((FILES / "remark42.json").read_bytes()))
    account = await exchange.bring("remark42", path)
    assert told(account) == (5, 0, 1)
    assert account.remarks[0].where == "line 5"
    top, reply, gone, below, _closed = await exchange.comments()
    assert (top.pinned, top.text, top.edited_at) == (True, "Ein **Wort** zum Anfang.", at("2020-05-04T08:02:00"))
    assert (reply.parent_id, reply.text) == (top.id, "Eine Antwort ohne Quelle, mit [Link](<https://b.example/>).")
    assert (gone.status, below.parent_id) == ("deleted", gone.id)
    assert not (await exchange.threads())[ZWEI].open


async def test_what_remark42_wrote_as_html_would_is_read_as_it_was_typed(exchange, tmp_path):
    path = tmp_path / "backup.json"
    typed = (
        "&gt; Wo bleibt &#34;Tom &amp; Jerry&#34;?\n\nHier: https://tj.example/?a=1&amp;copy=2 und `3 &lt; 4`, *gern*."
    )
    comment = {"id": "x", "pid": "", "text": "<p>anders</p>", "orig": typed, "user": {"name": "Bär &amp; Söhne"},
               "locator": {"url": "https://b.example/eins"}, "time": "2020-05-04T10:00:00Z"}  # fmt: skip
    path.write_text('{"version": 1}\n' + json.dumps(comment))
    assert told(await exchange.bring("remark42", path)) == (1, 0, 0)
    [stored] = await exchange.comments()
    assert stored.name == "Bär & Söhne"
    assert stored.text == '> Wo bleibt "Tom & Jerry"?\n\nHier: https://tj.example/?a=1&copy=2 und `3 < 4`, *gern*.'
    assert "<blockquote>" in stored.html
    assert "<code>3 &lt; 4</code>" in stored.html


async def test_commento_tells_who_wrote_after_what_they_wrote(exchange):
    account = await exchange.bring("commento", FILES / "commento.json")
    assert (told(account), account.waiting) == ((3, 0, 0), 1)
    top, reply, gone = await exchange.comments()
    assert (top.name, top.email, top.text) == ("Ayşe Demir", "ayse@example.org", 'Ein Anfang mit } und " und [ darin.')
    assert (reply.name, reply.parent_id, reply.status, reply.url) == ("Bernd", top.id, "pending", None)
    assert gone.status == "deleted"


async def test_comentario_has_pages_of_its_own(exchange):
    account = await exchange.bring("commento", FILES / "comentario.json")
    assert told(account) == (2, 0, 0)
    top, reply = await exchange.comments()
    assert (top.pinned, top.name, top.edited_at) == (True, "Ayşe Demir", None)
    assert (reply.name, reply.status, reply.parent_id) == ("Ein Gast", "rejected", top.id)
    threads = await exchange.threads()
    assert (threads[EINS].title, threads[EINS].open) == ("Wärme & Wohnen", False)


async def test_what_was_killed_in_between_is_finished_by_starting_again(exchange, tmp_path, monkeypatch):
    monkeypatch.setattr("service.exchange.filing.BATCH", 3)
    before = (FILES / "disqus.xml").read_text()
    # Cut after the first batch that was written, whose answer still waits for what it answers.
    start, end = before.index('  <post dsq:id="9001">'), before.index('  <post dsq:id="9003">')
    part = tmp_path / "part.xml"
    part.write_text(before[:start] + before[end:])
    account = await exchange.bring("disqus", part)
    assert [each.reason for each in account.remarks][-1] == "what it answers is not there; it stands alone now"
    await exchange.bring("disqus", FILES / "disqus.xml")
    first, reply, *_ = await exchange.comments()
    assert reply.parent_id == first.id


async def test_answers_in_a_ring_are_all_kept_and_none_is_lost_from_sight(exchange, tmp_path):
    post = (
        '<post dsq:id="{own}"><message>Text von {own}</message><createdAt>2014-03-08T08:00:00Z</createdAt>'
        '<thread dsq:id="1"/><parent dsq:id="{above}"/></post>'
    )
    posts = "".join(
        post.format(own=own, above=above) for own, above in [("a", "b"), ("b", "c"), ("c", "a"), ("d", "d")]
    )
    path = tmp_path / "ring.xml"
    path.write_text(f'<disqus><thread dsq:id="1"><link>https://x.example/a</link></thread>{posts}</disqus>')
    account = await exchange.bring("disqus", path)
    assert account.added == 4
    assert [each.parent_id for each in await exchange.comments()].count(None) == 2
    async with exchange.service.db.reading() as session:
        assert await count_approved(session, exchange.site, ["/a"]) == {"/a": 4}


async def test_what_is_here_stays_as_it_is(exchange):
    await exchange.bring("isso", FILES / "isso.db")
    top = (await exchange.comments())[0]
    async with exchange.service.db.writing() as session:
        stored = await session.get_one(type(top), top.id)
        stored.text = "Von Hand geändert."
        session.add(stored)
    await exchange.bring("isso", FILES / "isso.db")
    assert (await exchange.comments())[0].text == "Von Hand geändert."


@both_databases
async def test_what_wordpress_exported_itself_arrives_with_threads_times_and_status(exchange):
    account = await exchange.bring("wordpress", FILES / "wordpress.xml")
    assert told(account) == (9, 0, 2)
    by_name = {each.name or "Gast": each for each in await exchange.comments()}
    top, reply, third = by_name["Ayşe Demir"], by_name["Bernd „der Bär“ & Co"], by_name["Gast"]
    assert top.created_at == at("2025-10-08T08:00:00")
    assert top.html == (
        "<p>Ein <strong>Wort</strong> zum Anfang: 3 &lt; 4 &amp; mehr.<br>\nZweite Zeile.</p>\n"
        "<p>Zweiter Absatz ]]&gt; Ende.</p>\n"
    )
    assert (reply.parent_id, reply.url) == (top.id, "https://bernd.example/?a=1&b=2")
    assert (third.parent_id, third.text) == (reply.id, "Dritte Ebene, und 😀.")
    assert by_name["Frida"].created_at == at("2006-01-02T03:04:05")
    assert by_name["Carla"].parent_id is None
    assert [by_name[each].status for each in ("Dora", "Emil", "Hans")] == ["pending", "deleted", "approved"]
    assert "example.org" not in by_name["Gerda"].text
    assert "Steuerzeichen und" in by_name["Gerda"].text
    threads = await exchange.threads()
    assert {page: (each.title, each.open) for page, each in threads.items()} == {
        "/2025/waerme-wohnen-eine-nachlese": ("Wärme & Wohnen – eine „Nachlese“", True),
        "/2025/geschlossen": ("Geschlossen", False),
    }


async def test_pings_and_answers_to_what_was_left_out_are_named_row_by_row(exchange):
    account = await exchange.bring("wordpress", FILES / "wordpress.xml")
    assert [(each.kind, each.reason) for each in account.remarks] == [
        ("refused", "a pingback from https://anderer.example/a?x=1&y=2, not a comment"),
        ("refused", "a trackback from , not a comment"),
        ("changed", "what it answers is not there; it stands alone now"),
    ]
    assert all(each.where.startswith("line ") for each in account.remarks)


async def test_a_blog_that_moved_to_https_is_the_same_blog(exchange, tmp_path):
    await exchange.bring("wordpress", FILES / "wordpress.xml")
    moved = tmp_path / "moved.xml"
    moved.write_text((FILES / "wordpress.xml").read_text().replace("https://blog.", "http://www.blog."))
    assert (await exchange.bring("wordpress", moved)).added == 0
