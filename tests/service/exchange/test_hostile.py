"""Files that were made to do harm: a clear sentence, soon, in little memory, and nothing filed."""

import contextlib
import gzip
import json
import resource
import sqlite3
import subprocess
import sys
import time
from io import BytesIO

import pytest

from service.exchange.child import FORMATS, MEMORY
from service.exchange.cutting import cut
from service.exchange.reading import read_file
from service.exchange.record import BadFile, Fault, Record
from tests.service.exchange.conftest import FILES

WXR = "<rss><channel><wp:base_blog_url>https://x.example</wp:base_blog_url><item><link>https://x.example/a</link>{}</item></channel></rss>"
COMMENT = (
    "<wp:comment><wp:comment_id>{}</wp:comment_id><wp:comment_date_gmt>2020-01-01 00:00:00</wp:comment_date_gmt>"
    "<wp:comment_approved>1</wp:comment_approved><wp:comment_content>{}</wp:comment_content></wp:comment>"
)
LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(1, 12))
    + "]>"
)
FROM_DISK = '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
MANY = 6 * 1024 * 1024


def a_database(path, *statements):
    with sqlite3.connect(path) as database:
        for each in statements:
            database.execute(each)
    database.close()


THREADS = "CREATE TABLE threads (id INTEGER PRIMARY KEY, uri TEXT, title TEXT)"
COMMENTS = (
    "CREATE TABLE comments (tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT, "
    "modified FLOAT, mode INTEGER, remote_addr TEXT, text TEXT, author TEXT, email TEXT, website TEXT)"
)
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"


def a_view(path):
    a_database(path, THREADS, f"CREATE VIEW comments AS {ENDLESS}")


def a_table_of_another_kind(path):
    a_database(path, THREADS, "CREATE VIRTUAL TABLE comments USING fts5(id, text)")


def an_expression_that_never_ends(path):
    endless = "more TEXT GENERATED ALWAYS AS (hex(zeroblob(900000000))) VIRTUAL"
    a_database(path, THREADS, COMMENTS, f"ALTER TABLE comments ADD COLUMN {endless}")


def a_huge_blob(path):
    a_database(path, THREADS, COMMENTS, "INSERT INTO threads VALUES (1, '/a', 'A')",
               "INSERT INTO comments VALUES (1, 1, NULL, 1e9, NULL, 1, '', zeroblob(300000000), '', '', '')")  # fmt: skip


def a_packed_endless_line(path):
    path.write_bytes(gzip.compress(b"\0" * 400_000_000))


def damaged_pages(path):
    content = bytearray((FILES / "isso.db").read_bytes())
    content[4096:12000] = b"\xff" * (12000 - 4096)
    path.write_bytes(content)


REFUSED = {
    "a bomb of entities": ("wordpress", LAUGHS + WXR.format(COMMENT.format(1, "&l;"))),
    "an entity from the disk": ("wordpress", FROM_DISK + WXR.format(COMMENT.format(1, "&x;"))),
    "a bomb for disqus": ("disqus", LAUGHS + "<disqus/>"),
    "a tag without end": ("wordpress", WXR.format("<wp:comment " + "a" * MANY)),
    "no xml at all": ("wordpress", "\0" * MANY),
    "nothing": ("disqus", ""),
    "json that is deep": ("jsonl", "[" * 100_000),
    "json that is deep, in one object": ("commento", '{"comments":[' + '{"a":' * 100_000),
    "an element without end": ("commento", '{"comments":[{"a":"' + "x" * MANY),
    "json that is cut off": ("commento", '{"comments":[{"commentHex":"c1"},'),
    "no backup": ("remark42", '{"no":"version"}\n'),
    "a packed endless line": ("remark42", a_packed_endless_line),
    "a packed file that is cut off": ("jsonl", gzip.compress(b'{"wortmeldung":1}\n' * 9999)[:-20]),
    "no database": ("isso", "SQLite format 3"),
    "a view for a table": ("isso", a_view),
    "a table of another kind": ("isso", a_table_of_another_kind),
    "damaged pages": ("isso", damaged_pages),
}


async def everything(form, path):
    return [item async for item in read_file(form, path)]


@pytest.fixture
def made(tmp_path):
    def make(content):
        path = tmp_path / "file"
        if callable(content):
            content(path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_in_one_sentence_soon_and_in_little_memory(made, name):
    """Two seconds of work, measured by the system; more memory than 256 MiB the system does not give it."""
    form, content = REFUSED[name]
    command = [sys.executable, "-m", "service.exchange.child", form, str(made(content))]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["type"], told["reason"].count("\n"), len(told["reason"]) < 200) == ("BadFile", 0, True)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 2.5
    assert MEMORY < 256 * 1024 * 1024


async def test_a_token_that_is_too_long_costs_only_itself(made):
    comments = COMMENT.format(1, "eins") + COMMENT.format(2, "x" * MANY) + COMMENT.format(3, "drei")
    items = await everything("wordpress", made(WXR.format(comments)))
    assert [type(each) for each in items[1:]] == [Record, Fault, Record]
    assert items[2].reason == "longer than any comment"


async def test_a_blob_that_is_too_long_costs_only_itself(made):
    items = await everything("isso", made(a_huge_blob))
    assert isinstance(items[-1], Fault)


async def test_a_generated_column_is_never_asked_for(made):
    assert await everything("isso", made(an_expression_that_never_ends)) == []


async def test_a_database_that_isso_is_writing_to_is_not_read_half(tmp_path):
    path = tmp_path / "isso.db"
    path.write_bytes((FILES / "isso.db").read_bytes())
    (tmp_path / "isso.db-wal").write_bytes(b"x")
    with pytest.raises(BadFile, match="stop Isso"):
        await everything("isso", path)


async def test_a_cut_off_comment_does_not_swallow_the_next(made):
    whole = [COMMENT.format(number, f"<![CDATA[Text {number}]]>") for number in range(1, 6)]
    for broken in (whole[2].replace("]]>", ""), whole[2].replace("</wp:comment>", ""), whole[2][:90]):
        items = await everything("wordpress", made(WXR.format("".join([*whole[:2], broken, *whole[3:]]))))
        assert [each.text for each in items if isinstance(each, Record)] == ["Text 1", "Text 2", "Text 4", "Text 5"]
        assert [type(each) for each in items].count(Fault) == 1


async def test_a_file_that_ends_too_soon_gives_what_it_has(made):
    text = WXR.format("".join(COMMENT.format(number, "Text") for number in range(1, 4)))
    items = await everything("wordpress", made(text[: text.rindex("<wp:comment_content>")]))
    assert [type(each).__name__ for each in items] == ["Place", "Record", "Record", "Fault"]


@pytest.mark.parametrize("form", FORMATS)
async def test_any_bytes_are_answered_with_a_sentence_or_rows(made, form):
    for seed in range(3):
        content = bytes((seed * 131 + place * place * 7) % 256 for place in range(3000))
        with contextlib.suppress(BadFile):
            await everything(form, made(content))


def test_time_grows_with_the_file_and_no_faster():
    """A long run of what might begin something, read in pieces."""

    def seconds(times):
        content = ("<wp:comment><![CDATA[" + "]]" * 50_000 + "]]></wp:comment>") * times
        started = time.process_time()
        assert len(list(cut(BytesIO(content.encode()), ["wp:comment"]))) == times
        return time.process_time() - started

    seconds(2)
    assert seconds(32) < 32 * max(seconds(4), 0.004) / 4 * 4
