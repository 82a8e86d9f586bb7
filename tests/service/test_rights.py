"""A person's rights, by links alone: see, take, delete; and after that nothing of them is found in any file."""

import hashlib
import re
from pathlib import Path

import pytest
from sqlmodel import select

from models.comment import Comment
from models.db import Database
from models.outbox import Notice
from models.report import file_objection, file_report
from models.resealing import reseal
from models.ruling import Ruling
from models.saying import write_note
from models.seal import Seal, mark_of
from moderation.lifecycle import Action
from service.retention import erase
from service.tokens import Tokens
from tests.builders import ORIGIN, PAGE, a_contact, a_moderator, add_site, both_databases, file, publish, rule
from tests.conftest import SECRET
from tests.service.mail.conftest import catcher, mailing
from tests.service.mail.test_courier import carry
from tests.service.pages.reader import send

__all__ = ["catcher", "mailing"]
API = "/api/v1/sites/musterstadt"
ADDRESS = "kanarienvogel@nest.example"
CANARIES = ("kanarienvogel", "Wilhelmine Goldammer", "Nachtigallenstrauch", "goldammer-seite", "Zaunkönigspruch")


async def _enter(mailing, client, catcher, address: str = ADDRESS) -> str:
    """The path of the open page with somebody's data."""
    await client.post("/sites/musterstadt/my-data", data={"email": address})
    await carry(mailing)
    link = re.findall(r"http\S*/my-data/\S+", catcher.to(address)[-1].text)[0]
    entered = await client.post(link, data={"yes": "on"})
    assert entered.status_code == 303
    return entered.headers["location"]


async def _a_person(service) -> Comment:
    site = await add_site(service)
    fields = {"name": "Wilhelmine Goldammer", "email": ADDRESS, "url": "https://goldammer-seite.example"}
    comment = await publish(
        service, site, "Im Nachtigallenstrauch am Rathaus singt es jeden Morgen sehr schön.", **fields
    )
    second = await file(service, site, "Der Nachtigallenstrauch sollte auch im nächsten Jahr dort bleiben.", **fields)
    moderator = await a_moderator(service, site)
    second, _ = await rule(service, second, Action.REJECT, moderator, rule="off_topic", statement="Zaunkönigspruch.")
    async with service.db.writing() as session:
        await file_objection(session, second, "Mein Zaunkönigspruch war doch höflich.", service.clock())
        await file_report(
            session, comment, "other", "Nachtigallenstrauch?", "Wilhelmine Goldammer", ADDRESS, service.clock()
        )
    return comment


async def test_a_mailed_link_opens_everything_once_within_half_an_hour(mailing, client, catcher, clock):
    await _a_person(mailing)
    await client.post("/sites/musterstadt/my-data", data={"email": ADDRESS})
    await carry(mailing)
    link = re.findall(r"http\S*/my-data/\S+", catcher.to(ADDRESS)[-1].text)[0]
    for _ in range(2):
        assert (await client.get(link)).status_code == 200
        assert (
            await client.post(link, content="", headers={"Content-Type": "application/x-www-form-urlencoded"})
        ).status_code == 422
    inside = (await client.post(link, data={"yes": "on"})).headers["location"]
    assert (await client.post(link, data={"yes": "on"})).status_code == 404
    page = await client.get(inside)
    assert "Nachtigallenstrauch" in page.text
    export = (await client.get(inside + "/export.json")).json()
    assert export["address"] == ADDRESS
    assert len(export["comments"]) == 2
    assert len(export["reports"]) == 1
    assert "mira@" not in str(export)
    clock.advance(minutes=31)
    assert (await client.get(inside)).status_code == 404


async def test_the_export_holds_nothing_about_others(mailing, client, catcher):
    await _a_person(mailing)
    await client.post(
        "/api/v1/sites/musterstadt/comments",
        json={"page": PAGE, "text": "Ein fremder Beitrag über ganz andere Dinge.", "email": "fremd@post.example"},
        headers={"Origin": ORIGIN},
    )
    inside = await _enter(mailing, client, catcher)
    assert "fremd" not in (await client.get(inside + "/export.json")).text


async def test_the_name_goes_and_the_text_stays(mailing, client, catcher):
    comment = await _a_person(mailing)
    inside = await _enter(mailing, client, catcher)
    await client.post(inside + "/erase", data={f"comment-{comment.id}": "on", "how": "name"})
    async with mailing.db.reading() as session:
        left = await session.get_one(Comment, comment.id)
    assert (left.name, left.url, left.email, left.email_mark) == ("", None, None, None)
    thread = (await client.get(f"/api/v1/sites/musterstadt/thread?page={PAGE}")).json()
    assert "Nachtigallenstrauch" in thread["comments"][0]["html"]
    assert thread["comments"][0]["author"]["name"] == ""


async def test_the_text_goes_a_tombstone_stays_and_quotations_are_pointed_out(mailing, client, catcher):
    comment = await _a_person(mailing)
    async with mailing.db.reading() as session:
        site = await session.get_one(type(await _site(session)), comment.site_id)
    quoting = "> Im Nachtigallenstrauch am Rathaus singt es jeden Morgen sehr schön.\n\nDas finde ich auch."
    reply = await publish(mailing, site, quoting, parent=comment.id)
    inside = await _enter(mailing, client, catcher)
    await client.post(inside + "/erase", data={f"comment-{comment.id}": "on", "how": "text"})
    thread = (await client.get(f"/api/v1/sites/musterstadt/thread?page={PAGE}")).json()
    assert [each["removed"] for each in thread["comments"]] == ["author", None]
    async with mailing.db.reading() as session:
        waiting = [each.payload for each in await session.exec(select(Notice).where(Notice.kind == "comment_reported"))]
    assert reply.id in [each["comment"] for each in waiting]


async def _site(session):
    from models.site import site_by_key  # noqa: PLC0415  # only its type is wanted

    return await site_by_key(session, "musterstadt")


async def _more_traces(mailing, client, comment: Comment) -> None:
    """What else holds a person's words: a note about them, a former text, a subscription, a letter in confidence."""
    async with mailing.db.reading() as session:
        site, present = await _site(session), await session.get_one(Comment, comment.id)
    await a_contact(mailing, site)
    moderator = await a_moderator(mailing, site)
    said = Ruling(
        Action.HOLD, present.revision, moderator.id, statement="Wilhelmine Goldammer rief an: Zaunkönigspruch."
    )
    async with mailing.db.writing() as session:
        await write_note(session, comment.id, said, mailing.clock())
    headers = {"Origin": ORIGIN, "Authorization": f"Bearer {mailing.tokens.manage(comment.id)}"}
    text = "Im Nachtigallenstrauch am Rathaus singt es abends noch schöner."
    about = {"name": "Wilhelmine Goldammer", "email": ADDRESS}
    letter = {"text": "Im Vertrauen: der Nachtigallenstrauch ist in Gefahr.", "page": PAGE, **about}
    again = {"page": "/anderswo", "text": "Auch hier ein Nachtigallenstrauch.", "notify": "thread", "consent": True}
    for answer in (
        await client.patch(f"/api/v1/comments/{comment.id}", json={"text": text}, headers=headers),
        await client.post(f"{API}/contacts/anna/messages", json=letter, headers={"Origin": ORIGIN}),
        await client.post(f"{API}/comments", json={**again, **about}, headers={"Origin": ORIGIN}),
    ):
        assert answer.is_success, answer.text


@pytest.mark.parametrize("by", ["page", "command"])
async def test_after_erasure_no_file_of_the_service_holds_a_canary(mailing, client, catcher, by, capsys):
    comment = await _a_person(mailing)
    inside = await _enter(mailing, client, catcher)
    await _more_traces(mailing, client, comment)
    await client.get(f"/api/v1/sites/musterstadt/thread?page={PAGE}")
    assert _hits(mailing.settings.data_dir, CANARIES[2:3])
    if by == "page":
        await client.post(inside + "/erase", data={"everything": "on", "how": "text"})
    else:
        await erase(mailing.db, ADDRESS, "text", mailing.clock(), everything=True)
    assert _hits(mailing.settings.data_dir, CANARIES) == []
    hashes = [getattr(hashlib, kind)(ADDRESS.encode()).hexdigest() for kind in ("md5", "sha1", "sha256")]
    thread = await client.get(f"/api/v1/sites/musterstadt/thread?page={PAGE}")
    assert not [each for each in (*CANARIES, *hashes) if each in thread.text]
    logged = capsys.readouterr()
    assert not [each for each in CANARIES if each in logged.out + logged.err]
    await mailing.db.close()
    assert _hits(mailing.settings.data_dir, CANARIES) == []
    again = Database(mailing.settings.database, Seal([SECRET]))
    async with again.reading() as session:
        left = await session.get_one(Comment, comment.id)
        assert (left.status, left.withdrawn, left.text, left.email) == ("deleted", True, "", None)
    await again.close()


def _hits(folder: Path, canaries: tuple[str, ...]) -> list[tuple[str, str]]:
    """Every canary in any file, as it is, folded, or in UTF-16."""
    files = [each for each in folder.rglob("*") if each.is_file()]
    return [
        (path.name, each)
        for path in files
        for each in canaries
        for spelled in (each.encode(), each.casefold().encode(), each.encode("utf-16-le"))
        if spelled in path.read_bytes()
    ]


@both_databases
async def test_by_command_a_person_is_forgotten_at_every_site(service, clock):
    await _a_person(service)
    other = await add_site(service, "anderswo")
    await publish(service, other, email=ADDRESS.upper())
    erased = await erase(service.db, ADDRESS, "text", clock())
    assert (erased.comments, erased.reports) == (3, 1)
    async with service.db.reading() as session:
        assert {each.text for each in await session.exec(select(Comment))} == {""}
    assert (await erase(service.db, ADDRESS, "text", clock())).comments == 0


@both_databases
async def test_another_secret_seals_everything_anew_and_former_links_hold(service, clock):
    comment = await _a_person(service)
    new = "quite another secret, which is long enough as well"
    rotating = Database(service.settings.database, Seal([new, SECRET]))
    async with rotating.writing() as session:
        assert await reseal(session) >= 4
    await rotating.close()
    alone = Database(service.settings.database, Seal([new]))
    async with alone.reading() as session:
        found = await session.get_one(Comment, comment.id)
        assert (found.email, found.email_mark) == (ADDRESS, mark_of(session, ADDRESS))
    await alone.close()
    assert Tokens(new, SECRET).manages(Tokens(SECRET).manage(comment.id), comment.id)
    assert not Tokens(new).manages(Tokens(SECRET).manage(comment.id), comment.id)


async def test_from_a_comments_own_page_everything_can_be_taken_and_the_name_taken_out(service, client):
    comment = await _a_person(service)
    path = f"/comments/{comment.id}/{service.tokens.manage(comment.id)}"
    taken = (await client.get(path + "/data.json")).json()
    assert taken["name"] == "Wilhelmine Goldammer"
    assert ADDRESS not in str(taken)
    assert (await client.post(path + "/anonymise", data={})).status_code == 303
    async with service.db.reading() as session:
        assert (await session.get_one(Comment, comment.id)).name == ""


async def test_the_language_that_was_chosen_stays_behind_the_door(mailing, client, catcher):
    await _a_person(mailing)
    inside = await _enter(mailing, client, catcher)
    page = await client.get(inside, params={"lang": "en"})
    assert f"{inside}/export.json?lang=en" in page.text
    left = await send(client, page, "/leave")
    assert left.headers["location"] == "/sites/musterstadt/my-data?left=1&lang=en"
    assert "The page with your data is closed." in (await client.get(left.headers["location"])).text
