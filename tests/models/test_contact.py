"""Who reads what is written to a contact, and what is left of a message once it is delivered."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import text

from models.contact import Contact, Contacts, contact_by_key, contacts_of, remove_contact
from models.private_message import PrivateMessage, file_message, forget_delivered, send_again, stuck_messages
from models.retention import purge_site
from models.seal import mark_of
from models.site import Site
from tests.builders import add_site, both_databases

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
AWAY = {"absent_from": date(2026, 3, 1), "absent_until": date(2026, 3, 5)}


def someone(name: str, substitute: str | None = None, **more: object) -> Contact:
    return Contact(
        id=name, site_id=1, key=name, name=name, address=f"{name}@amt.example", substitute_id=substitute,
        created_at=NOON, **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    "people, last_resort, reads",
    [
        ([someone("anna")], None, "anna"),
        ([someone("anna", **AWAY)], None, None),
        ([someone("anna", "bo", **AWAY), someone("bo")], None, "bo"),
        ([someone("anna", "bo", **AWAY), someone("bo", "cem", **AWAY), someone("cem")], None, "cem"),
        ([someone("anna", "bo", **AWAY), someone("bo", "anna", **AWAY)], None, None),
        ([someone("anna", "bo", **AWAY), someone("bo", "anna", **AWAY), someone("amt")], "amt", "amt"),
        ([someone("anna", "anna", **AWAY), someone("amt", **AWAY)], "amt", "amt"),
        ([someone("anna", **AWAY), someone("amt", active=False)], "amt", None),
        ([someone("anna", "bo", active=False), someone("bo")], None, "bo"),
        ([someone("anna", "gone", **AWAY)], None, None),
        ([someone("anna", absent_from=date(2026, 3, 2))], None, None),
        ([someone("anna", absent_from=date(2026, 3, 3))], None, "anna"),
        ([someone("anna", absent_from=date(2026, 2, 1), absent_until=date(2026, 3, 1))], None, "anna"),
    ],
)
def test_the_first_who_is_there_reads_and_a_ring_ends(people, last_resort, reads):
    found = Contacts({each.id: each for each in people}, last_resort).reader_of("anna", NOON)
    assert (found.id if found else None) == reads


def test_an_absence_begins_and_ends_at_midnight_in_germany():
    anna = someone("anna", absent_from=date(2026, 7, 1), absent_until=date(2026, 7, 1))
    hours = [(30, 21, True), (30, 22, False), (31, 21, False), (31, 22, True)]
    started = datetime(2026, 6, 1, tzinfo=UTC)
    assert [anna.reads_at(started + timedelta(days=day - 1, hours=hour)) for day, hour, _ in hours] == [
        reads for _, _, reads in hours
    ]


@both_databases
async def test_what_a_person_wrote_is_sealed_and_goes_with_the_delivery(service, clock):
    site = await add_site(service)
    async with service.db.writing() as session:
        anna = Contact(site_id=site.id, key="anna", name="Anna", address="anna@amt.example", created_at=clock())
        session.add(anna)
        await session.flush()
        message = PrivateMessage(
            site_id=site.id, contact_id=anna.id, text="Ein Geheimnis.", name="Jo", email="jo@post.example",
            email_mark=mark_of(session, "jo@post.example"), language="de", created_at=clock(),
        )  # fmt: skip
        await file_message(session, message, clock())
    assert await _readable(service) == []
    async with service.db.reading() as session:
        read = await session.get_one(PrivateMessage, message.id)
        assert (read.text, read.name, read.email) == ("Ein Geheimnis.", "Jo", "jo@post.example")
        assert (await contact_by_key(session, site, "anna")).address == "anna@amt.example"
        assert await contact_by_key(session, site, "\0") is None
    async with service.db.writing() as session:
        await forget_delivered(session, message.id, clock())
    async with service.db.reading() as session:
        left = await session.get_one(PrivateMessage, message.id)
        assert (left.text, left.name, left.email, left.email_mark) == ("", "", None, None)
        assert left.delivered_at == clock()
    clock.advance(days=7, seconds=1)
    async with service.db.writing() as session:
        assert (await purge_site(session, site, clock()))["message"] == 1


async def _readable(service):
    """What of it stands in the rows as it was typed."""
    async with service.db.reading() as session:
        rows = (await session.exec(text("SELECT * FROM privatemessage"))).all()
        rows += (await session.exec(text("SELECT * FROM contact"))).all()
    told = repr(rows)
    return [each for each in ("Geheimnis", "jo@", "anna@", "'Jo'") if each in told]


@both_databases
async def test_a_contact_that_is_removed_stands_in_for_nobody_and_its_messages_find_the_last_resort(service, clock):
    site = await add_site(service)
    async with service.db.writing() as session:
        anna, bo = (
            Contact(site_id=site.id, key=each, name=each, address=f"{each}@amt.example", created_at=clock())
            for each in ("anna", "bo")
        )
        session.add_all((anna, bo))
        await session.flush()
        bo.substitute_id = anna.id
        stored = await session.get_one(Site, site.id)
        stored.last_resort_id, stored.private_contact_id = bo.id, anna.id
        message = PrivateMessage(
            site_id=site.id, contact_id=anna.id, text="Guten Tag", language="de", created_at=clock()
        )
        await file_message(session, message, clock())
        await remove_contact(session, stored, anna)
    async with service.db.reading() as session:
        stored = await session.get_one(Site, site.id)
        contacts = await contacts_of(session, stored)
        left = await session.get_one(PrivateMessage, message.id)
        assert [each.substitute_id for each in contacts.by_id.values()] == [None]
        assert (stored.last_resort_id, stored.private_contact_id) == (bo.id, None)
        assert contacts.reader_of(left.contact_id, clock()).key == "bo"


async def test_a_message_whose_notice_is_gone_is_shown_and_can_be_sent_again(service, clock):
    site = await add_site(service)
    async with service.db.writing() as session:
        message = PrivateMessage(site_id=site.id, text="Guten Tag", language="de", created_at=clock())
        await file_message(session, message, clock())
        assert await stuck_messages(session, site.id) == []
        await session.exec(text("DELETE FROM notice"))
        assert [(each.id, said) for each, said in await stuck_messages(session, site.id)] == [(message.id, "")]
        await send_again(session, message, clock())
        assert await stuck_messages(session, site.id) == []
