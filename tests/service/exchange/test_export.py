"""Leaving again: nothing is lost, WordPress takes it, a spreadsheet cannot be made to calculate."""

import csv
import io
import json
import shutil
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from sqlmodel import col, select

from models.comment import Comment
from models.contact import Contact, contacts_of
from models.db import Database
from models.imported import imported_id
from models.portable import LEFT_OUT, carried_columns
from models.prompt import Prompt
from models.seal import Seal
from models.site import Site, add_site
from moderation.lifecycle import Action
from service.exchange.writers.csv import harmless
from tests.builders import a_moderator, ask, both_databases, file, publish, rule, say_what_became
from tests.conftest import SECRET
from tests.service.exchange.conftest import FILES, Exchange, told

WP = "{http://wordpress.org/export/1.2/}"


@pytest.fixture
async def full(exchange, clock):
    """A site with a comment in every status, replies, marks, an address, decisions, questions, and what became of one."""
    service, site = exchange.service, exchange.site
    moderator = await a_moderator(service, site)
    top = await publish(
        service, site, "Ein **Wort** zum Anfang.", name="Ayşe", email="ayse@example.org", url="https://a.example"
    )
    clock.advance(hours=1)
    await publish(service, site, "Eine Antwort darauf, mit ]]> und & und <b>.", parent=top.id)
    await rule(service, top, Action.PIN, moderator)
    refused = await file(service, site, "Das gehört hier nicht her, meine Liebe.", page="/zwei")
    await rule(service, refused, Action.REJECT, moderator, rule="respect", statement="Bitte freundlich.")
    await rule(service, await file(service, site, "Kauft Uhren!", page="/zwei"), Action.SPAM, moderator)
    await rule(service, await file(service, site, "Weg damit, bitte.", page="/zwei"), Action.DELETE, moderator)
    asked, _late = await ask(service, site, "Was fehlt?", "Und wann?", closes_at=clock() + timedelta(days=9))
    await publish(service, site, "Es fehlt an Zeit.", question=asked.id)
    await ask(service, site, "Wer hört zu?", page="/nur-gefragt")
    await say_what_became(service, site, "Es bleibt **alles** & wird `gut`.", page="/zwei", title="Der Beschluss")
    await file(service, site, "=cmd|'/C calc'!A0 wartet noch.", name="+49 Anna")
    await with_contacts(service, site)
    await exchange.bring("wordpress", FILES / "wordpress.xml")
    return exchange


async def with_contacts(service, site):
    now = service.clock()
    async with service.db.writing() as session:
        box = Contact(site_id=site.id, key="dialog", name="Dialog", address="dialog@amt.example", created_at=now)
        away = {
            "absent_from": now.date(),
            "languages": ["de", "tr"],
            "function": "Jugendhilfe",
            "substitute_id": box.id,
        }
        anna = Contact(site_id=site.id, key="anna", name="Anna", address="anna@amt.example", created_at=now, **away)
        session.add_all([box, anna])
        stored = await session.get_one(Site, site.id)
        stored.last_resort_id, stored.private_contact_id = box.id, anna.id


async def a_line(exchange):
    """The head of an export, and one comment in it, under an id that is free."""
    comment = await publish(exchange.service, exchange.site)
    lines = [json.loads(each) for each in (await exchange.give("jsonl")).splitlines()]
    line = next(each for each in lines if each.get("comment", {}).get("id") == comment.id)
    line["comment"]["id"] = "another"
    return lines[0], line


@pytest.fixture
async def empty(exchange, tmp_path, migrated_file):
    """Another installation, with another database, that has the site and nothing else."""
    path = shutil.copy(migrated_file, tmp_path / "other.db")
    db = Database(f"sqlite:///{path}", Seal([SECRET[::-1]]))
    service = exchange.service.__class__(
        **{**{each: getattr(exchange.service, each) for each in exchange.service.__slots__}, "db": db}
    )
    async with db.writing() as session:
        site = await add_site(
            session, "musterstadt", ["https://www.musterstadt.example"], service.clock(), name="Musterstadt"
        )
    yield Exchange(service, site)
    await db.close()


@both_databases
async def test_out_and_into_an_empty_installation_and_out_again_are_the_same_bytes(full, empty, tmp_path):
    first = await full.give("jsonl")
    path = tmp_path / "all.jsonl"
    path.write_bytes(first)
    account = await empty.bring("jsonl", path)
    assert (account.refused, account.remarks) == (0, [])
    assert await empty.give("jsonl") == first
    assert told(await empty.bring("jsonl", path)) == (0, account.added, 0)


async def test_a_site_can_be_copied_to_another_site_of_the_same_installation(full, tmp_path):
    service = full.service
    path = tmp_path / "all.jsonl"
    path.write_bytes(await full.give("jsonl"))
    async with service.db.writing() as session:
        other = Exchange(service, await add_site(session, "nebenan", ["https://n.example"], service.clock()))
    account = await other.bring("jsonl", path)
    assert (account.added, account.refused) == (len(await full.comments()), 0)
    copies = {each.id: each for each in await other.comments()}
    for original in await full.comments():
        copy = copies[imported_id(other.site, "jsonl", original.id)]
        above = imported_id(other.site, "jsonl", original.parent_id) if original.parent_id else None
        assert (copy.text, copy.parent_id) == (original.text, above)
    async with service.db.reading() as session:
        asked = list(
            await session.exec(select(Prompt).order_by(col(Prompt.site_id), col(Prompt.position), Prompt.text))
        )
    assert [each.text for each in asked] == ["Was fehlt?", "Wer hört zu?", "Und wann?"] * 2
    assert [each.question for each in copies.values() if each.question] == [asked[3].id]
    assert (await other.bring("jsonl", path)).added == 0


async def test_every_column_is_carried_or_left_out_on_purpose(full):
    """Who adds a column decides here whether it belongs to the comment or to this installation."""
    columns = {each.name for each in carried_columns()}
    references = {each.name for each in Comment.__table__.columns if each.foreign_keys}
    assert columns | LEFT_OUT | references == {each.name for each in Comment.__table__.columns}
    assert columns & LEFT_OUT == set()


@both_databases
@pytest.mark.parametrize("form", ["jsonl", "wxr", "csv"])
async def test_without_addresses_none_leaves(full, form):
    assert b"@" not in (await full.give(form, addresses=False)).replace(b"'@", b"")


async def test_with_addresses_only_what_people_read_in_a_spreadsheet_has_none(full):
    assert b"ayse@example.org" in await full.give("jsonl")
    assert b"ayse@example.org" in await full.give("wxr")
    assert b"@example.org" not in await full.give("csv")


@both_databases
async def test_wordpress_gets_every_comment_with_parents_before_answers(full, empty, tmp_path):
    path = tmp_path / "wxr.xml"
    path.write_bytes(await full.give("wxr"))
    posts = ET.parse(path).findall("channel/item")  # WordPress's own parser takes nothing that is not well-formed
    numbers = [[int(each.findtext(f"{WP}{name}")) for name in ("comment_id", "comment_parent")] for post in posts
               for each in post.findall(f"{WP}comment")]  # fmt: skip
    assert all(parent < number for number, parent in numbers)
    assert len({number for number, _parent in numbers}) == len(await full.comments())
    account = await empty.bring("wordpress", path)
    assert (account.added, account.refused) == (len(await full.comments()), 0)
    assert all("stands alone" not in each.reason for each in account.remarks)
    before = {(each.name, each.created_at, each.status == "approved") for each in await full.comments()}
    assert {(each.name, each.created_at, each.status == "approved") for each in await empty.comments()} == before
    by_text = {each.text: each for each in await empty.comments()}
    assert any(each.parent_id for each in by_text.values())


async def test_no_cell_of_the_table_begins_a_formula(full):
    text = (await full.give("csv")).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == len(await full.comments()) + 1
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert any(cell.startswith("'=cmd") for row in rows for cell in row)


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@A", "\t=1", "\r=1", " =1", "\n=1", "＝1", "＋1", "|calc", "%0A"])
def test_a_formula_is_made_harmless(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "a=1", "1+1", "Max – Moritz", "a@b"])
def test_what_is_no_formula_stays(cell):
    assert harmless(cell) == cell


@pytest.mark.parametrize(
    "change, reason",
    [
        ({"status": "published"}, "of no known status or lane"),
        ({"lane": "vip"}, "of no known status or lane"),
        ({"created_at": "gestern"}, "“created_at” is not a time"),
        ({"created_at": "2020-01-01T00:00:00"}, "“created_at” has no zone"),
        ({"helpful": "viele"}, "“helpful” is not what it should be"),
        ({"helpful": 2**40}, "“helpful” is too large"),
        ({"pinned": 1}, "“pinned” is not what it should be"),
        ({"text": None}, "“text” is missing"),
        ({"findings": [{"rule": 1}]}, "“findings” or “email” is not what it should be"),
        ({"history": "viel"}, "“history” is no list"),
        ({"sender": "x"}, "“sender” is not known"),
        ({"id": "a b"}, "without an id or a page"),
        ({"page": "javascript:alert(1)"}, "“javascript:alert(1)” is no page"),
    ],
)
async def test_a_line_that_was_changed_by_hand_is_refused_with_its_reason(exchange, tmp_path, change, reason):
    head, comment = await a_line(exchange)
    comment["comment"] |= change
    path = tmp_path / "changed.jsonl"
    path.write_text("\n".join(map(json.dumps, [head, comment])))
    account = await exchange.bring("jsonl", path)
    assert (told(account), [each.reason for each in account.remarks]) == ((0, 0, 1), [reason])


@pytest.mark.parametrize(
    "change",
    [
        {"address": "kein at"}, {"key": "Ä"}, {"name": " "}, {"languages": ["xx"]}, {"active": 1}, {"created_at": "gestern"},
        {"created_at": "2020-01-01T00:00:00"}, {"absent_from": None}, {"absent_until": "nie"}, {"more": 1},
    ],
)  # fmt: skip
async def test_a_contact_that_was_changed_by_hand_is_refused_and_the_rest_arrives(full, empty, tmp_path, change):
    lines = [json.loads(each) for each in (await full.give("jsonl")).splitlines()]
    [anna] = [each["contact"] for each in lines if each.get("contact", {}).get("key") == "anna"]
    anna |= {"absent_until": "2027-01-01", "name": "Anna a@b.example", **change}
    path = tmp_path / "changed.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    account = await empty.bring("jsonl", path)
    [remark] = account.remarks
    assert (account.refused, remark.where) == (1, "line 2")
    assert "contact" in remark.reason
    async with empty.service.db.reading() as session:
        arrived = await contacts_of(session, empty.site)
    assert [each.key for each in arrived.by_id.values()] == ["dialog"]


async def test_a_contact_that_is_here_stays_as_it_is_and_keeps_its_duties(full, tmp_path):
    service, site = full.service, full.site
    path = tmp_path / "all.jsonl"
    path.write_bytes(await full.give("jsonl"))
    async with service.db.writing() as session:
        known = await contacts_of(session, site)
        [anna] = [each for each in known.by_id.values() if each.key == "anna"]
        anna.address = "neu@amt.example"
        (await session.get_one(Site, site.id)).last_resort_id = anna.id
    before = await full.give("jsonl")
    assert (await full.bring("jsonl", path)).remarks == []
    assert await full.give("jsonl") == before
    assert b"amt.example" not in await full.give("jsonl", addresses=False)


async def test_an_attack_in_a_line_that_was_changed_by_hand_is_cleaned(exchange, tmp_path):
    head, comment = await a_line(exchange)
    attack = {
        "html": "<p onclick=x()>Hi<script>x()</script> a@b.example</p>",
        "text": "a@b.example",
        "name": "a@b.example",
        "url": "javascript:x()",
    }
    comment["comment"] |= attack
    path = tmp_path / "changed.jsonl"
    path.write_text("\n".join(map(json.dumps, [head, comment])))
    await exchange.bring("jsonl", path)
    [stored] = [each for each in await exchange.comments() if each.id == "another"]
    assert stored.html.startswith("<p>Hi ")
    assert "b.example" not in stored.html + stored.text + stored.name
    assert stored.url is None
