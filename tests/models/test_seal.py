"""Addresses at rest: unreadable without the secret, found with it, and what was there before is sealed, too."""

from base64 import urlsafe_b64encode

import pytest
from alembic import command
from cryptography.fernet import Fernet
from sqlalchemy import text

from models.comment import Comment
from models.moderator import moderator_by_email
from models.report import file_report
from models.schema import config, upgrade
from models.seal import Seal, Unreadable, _derive, mark_of, put_seal
from tests.builders import a_moderator, add_site, both_databases, file, publish
from tests.conftest import SECRET

ADDRESS = "Käthe.Kanarie@Post.example"
OLD, NEW = "the secret that was, long enough for all", "the secret that is now, long enough for all"


def test_a_sealed_address_opens_with_its_own_secret_alone():
    sealed = Seal([OLD]).close(ADDRESS)
    assert ADDRESS not in sealed
    assert Seal([OLD]).open(sealed) == ADDRESS
    with pytest.raises(Unreadable):
        Seal([NEW]).open(sealed)


def test_a_changed_seal_opens_nothing():
    sealed = Seal([OLD]).close(ADDRESS)
    with pytest.raises(Unreadable):
        Seal([OLD]).open(sealed[:-8] + "AAAAAAA=")


def test_what_the_former_secret_closed_still_opens_and_the_present_one_closes():
    both = Seal([NEW, OLD])
    assert both.open(Seal([OLD]).close(ADDRESS)) == ADDRESS
    assert Seal([NEW]).open(both.close(ADDRESS)) == ADDRESS


def test_what_an_earlier_version_closed_still_opens():
    key = urlsafe_b64encode(_derive(OLD, "addresses"))
    assert Seal([NEW, OLD]).open(Fernet(key).encrypt(ADDRESS.encode()).decode()) == ADDRESS


def test_no_two_seals_are_alike_and_none_is_cut_short():
    seal = Seal([OLD])
    assert len({seal.close(ADDRESS) for _ in range(50)}) == 50
    for damaged in ("2.", "2.AAAA", "2.%%%", "", seal.close(ADDRESS)[:-4]):
        with pytest.raises(Unreadable):
            seal.open(damaged)


def test_a_mark_is_the_same_however_the_address_is_written_and_differs_by_secret():
    assert Seal([OLD]).mark(" käthe.kanarie@post.EXAMPLE") == Seal([OLD]).mark(ADDRESS)
    assert Seal([OLD]).mark(ADDRESS) != Seal([NEW]).mark(ADDRESS)
    assert Seal([OLD]).mark(ADDRESS) != Seal([OLD]).mark("kaethe.kanarie@post.example")


@both_databases
async def test_every_row_holds_the_address_sealed_and_gives_it_plain(service):
    site = await add_site(service)
    comment = await publish(service, site, email=ADDRESS)
    await a_moderator(service, site, ADDRESS)
    async with service.db.writing() as session:
        await file_report(session, comment, "other", "", "", ADDRESS, service.clock())
    async with service.db.reading() as session:
        for table in ("comment", "moderator", "report"):
            row = await session.exec(text(f"SELECT email, email_mark FROM {table}"))
            rows = {mark: sealed for sealed, mark in row}
            assert "kanarie" not in rows[mark_of(session, ADDRESS)].casefold()
        assert (await session.get_one(Comment, comment.id)).email == ADDRESS
        found = await moderator_by_email(session, ADDRESS.upper())
        assert found is not None
        assert found.email == ADDRESS.casefold()


async def test_a_database_without_the_secret_gives_no_address_and_takes_none(service):
    site = await add_site(service)
    comment = await file(service, site, email=ADDRESS)
    put_seal(service.db._reader, None)
    async with service.db.reading() as session:
        with pytest.raises(Unreadable):
            await session.get(Comment, comment.id)


@both_databases
async def test_addresses_from_before_are_sealed_by_the_migration(service):
    site = await add_site(service)
    comment = await file(service, site, email=ADDRESS)
    await a_moderator(service, site, ADDRESS)

    def down_and_up(connection):
        told = config()
        told.attributes["connection"] = connection
        command.downgrade(told, "0003")
        plain = [
            connection.execute(text(f"SELECT email FROM {each}")).scalar_one() for each in ("comment", "moderator")
        ]
        upgrade(connection)
        return plain

    async with service.db._writer.begin() as connection:
        assert await connection.run_sync(down_and_up) == [ADDRESS, ADDRESS.casefold()]
    async with service.db.reading() as session:
        stored = (await session.exec(text("SELECT email FROM comment"))).scalar_one()
        assert Seal([SECRET]).open(stored) == ADDRESS
        assert (await session.get_one(Comment, comment.id)).email_mark == mark_of(session, ADDRESS)
        assert await moderator_by_email(session, ADDRESS) is not None
