"""The digest of a talk: what it counts, what it quotes, what is open, and that nobody is named in it."""

import csv
import io
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import docx
import pytest

from models.comment import Comment
from models.discussion import Discussion, Said
from service.digest.choosing import MOST, chosen, shortened
from service.digest.gathering import asks, sum_up
from service.digest.voice import Voice
from tests.builders import PAGE, a_session, add_site, ask, at_work, both_databases, publish
from tests.service.desk.conftest import AtDesk, words_of

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
QUERY = urlencode({"page": PAGE})


def voice(key: str, text: str = "Kurz.", *, helpful: int = 0, featured: bool = False, hours: int = 0) -> Voice:
    return Voice(key, "Person 1", text, NOON + timedelta(hours=hours), helpful, featured, reply=False)


def said(key: str, html: str = "<p>Ja.</p>", *, parent=None, name="", role=None, mark=None, hours=0) -> Said:
    return Said(key, parent, None, name, role, html, NOON + timedelta(hours=hours), False, 0, mark)


def test_featured_come_first_then_helpful_then_short_and_long_in_turn() -> None:
    voices = [
        voice("long1", "x" * 300, hours=1), voice("short1", hours=2), voice("helpful2", helpful=2, hours=3),
        voice("long2", "x" * 200, hours=4), voice("short2", hours=5), voice("helpful9", helpful=9, hours=6),
        voice("featured", featured=True, hours=7),
    ]  # fmt: skip
    assert [each.id for each in chosen(voices)] == ["featured", "helpful9", "helpful2", "short1", "long1", "short2"]
    assert len(chosen([voice(str(each), featured=True) for each in range(9)])) == 9
    assert len(chosen([voice(str(each)) for each in range(9)])) == MOST


def test_a_long_quote_ends_behind_a_sentence() -> None:
    told = shortened(voice("a", "Ein Satz steht hier, und er ist recht lang geraten. " * 20))
    assert told.text.endswith("geraten. …")
    assert len(told.text) <= 425
    assert shortened(voice("a", "x" * 2000)).text == "x" * 420 + " …"


@pytest.mark.parametrize(
    ("html", "open_"),
    [
        ("<p>Was kostet das?</p>", True),
        ("<p>Was kostet das?)</p>", True),
        ("<p>Was kostet das? Danke!</p>", False),
        ("<blockquote><p>Was kostet das?</p></blockquote><p>Viel.</p>", False),
        ("<p>Gut.</p><blockquote><p>Was?</p></blockquote>", False),
        ("", False),
    ],
)
def test_an_open_point_ends_with_a_question_in_own_words(html: str, open_: bool) -> None:
    assert asks(html) is open_


def test_a_question_is_open_until_the_editors_say_something_below_it() -> None:
    spoken = [
        said("asked", "<p>Wann?</p>"), said("guess", parent="asked"), said("reply", parent="guess", role="editor"),
        said("other", "<p>Und wo?</p>"), said("chat", parent="other"),
    ]  # fmt: skip
    digest = sum_up(Discussion(spoken, 3), [], "de")
    assert [each.id for each in digest.sections[0].open_points] == ["other"]
    assert (digest.voices, digest.answers, digest.waiting) == (4, 1, 3)


def test_people_are_told_apart_by_confirmed_address_or_by_name() -> None:
    spoken = [
        said("1", name="Ines", mark="m1"), said("2", name="INES"), said("3", name="Ines Muster", mark="m1"),
        said("4", name="Jo"), said("5"),
    ]  # fmt: skip
    digest = sum_up(Discussion(spoken, 0), [], "en")
    assert (digest.people, digest.unnamed) == (2, 1)
    assert [each.who for each in digest.sections[0].voices] == ["Person 1", "Person 1", "Person 1", "Person 2", ""]


async def _a_talk(service, site, clock) -> list[Comment]:
    """Two questions, answers to one, a comment in general; with names and an address in the texts."""
    first, _second = await ask(service, site, "Was fehlt noch?", "Und wann?")
    top = await publish(service, site, "=SUMME(A1) von Henrike Vollmers, Telefon 0151 23456789.", name="Henrike Vollmers",
                        email="henrike@post.example", question=first.id)  # fmt: skip
    clock.advance(days=1)
    reply = await publish(service, site, "Liebe Henrike, wer bezahlt das?", name="Ayşe Demir", parent=top.id)
    other = await publish(service, site, "Ein schöner Bericht von Frau Hoyer.")
    return [top, reply, other]


@both_databases
async def test_the_page_counts_and_quotes_by_question_and_names_nobody(client, service, site_and_desk, clock):
    site, desk = site_and_desk
    await _a_talk(service, site, clock)
    shown = await desk.get(f"/desk/sites/musterstadt/digest?{QUERY}")
    told = words_of(shown)
    for part in (
        "2. März 2026 bis 3. März 2026", "1. Was fehlt noch? 2 Kommentare von Leser:innen · 1 offener Punkt",
        "2. Und wann? Noch keine Antworten", "von Person 1, Telefon [ausgelassen].", "Liebe Person 1, wer bezahlt das?",
        "Weitere Kommentare zum Beitrag", "Frau [Name]", "2 Personen und 1 Kommentar ohne Namen",
    ):  # fmt: skip
        assert part in told, part
    for name in ("Henrike", "Vollmers", "Ayşe", "Demir", "Hoyer", "@", "23456789"):
        assert name not in told, name
    english = words_of(await desk.get(f"/desk/sites/musterstadt/digest?{QUERY}&lang=en"))
    assert "2 comments by readers · 1 open point" in english


async def test_the_document_opens_again_and_says_the_same(client, service, site_and_desk, clock):
    site, desk = site_and_desk
    await _a_talk(service, site, clock)
    answer = await desk.get(f"/desk/sites/musterstadt/digest.docx?{QUERY}")
    assert "digest-musterstadt-artikel-handlungsmut.docx" in answer.headers["content-disposition"]
    document = docx.Document(io.BytesIO(answer.content))
    headings = [each.text for each in document.paragraphs if each.style.name == "Heading 1"]
    assert headings == [
        "1. Was fehlt noch?", "2. Und wann?", "Weitere Kommentare zum Beitrag", "So ist diese Auswertung entstanden",
    ]  # fmt: skip
    told = "\n".join(each.text for each in document.paragraphs)
    assert "„=SUMME(A1) von Person 1, Telefon [ausgelassen].“" in told
    assert "Henrike" not in told
    assert [cell.text for cell in document.tables[0].columns[1].cells][:3] == [
        "2. März 2026 bis 3. März 2026",
        "3",
        "0",
    ]
    assert (document.core_properties.language, document.core_properties.author) == ("de-DE", "Musterstadt")


async def test_the_table_has_every_comment_and_no_formula(client, service, site_and_desk, clock):
    site, desk = site_and_desk
    await _a_talk(service, site, clock)
    answer = await desk.get(f"/desk/sites/musterstadt/digest.csv?{QUERY}")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:5] == ["Nr.", "Frage", "Wer", "Tag", "Text"]
    assert [row[4].partition(" ")[0] for row in rows[1:]] == ["'=SUMME(A1)", "Liebe", "Ein"]
    assert [row[-1] for row in rows[1:]] == ["", "ja", ""]


async def test_what_cannot_stand_in_a_document_is_left_out(client, service, site_and_desk):
    site, desk = site_and_desk
    await publish(service, site, "Ein Zeichen \x0c und \ufffe noch eines, gut?")
    answer = await desk.get(f"/desk/sites/musterstadt/digest.docx?{QUERY}")
    assert "noch eines, gut?" in "\n".join(each.text for each in docx.Document(io.BytesIO(answer.content)).paragraphs)


@pytest.mark.parametrize("part", ["digest", "digest.docx", "digest.csv"])
async def test_only_who_decides_at_the_site_takes_a_digest_along(client, service, site_and_desk, part):
    site, desk = site_and_desk
    assert (await desk.get(f"/desk/sites/musterstadt/{part}?page=/leer")).status_code == 404
    await publish(service, site)
    auditor = AtDesk(client, service, await at_work(service, site, "auditor"))
    assert (await auditor.get(f"/desk/sites/musterstadt/{part}?{QUERY}")).status_code == 403
    stranger = await client.get(f"/desk/sites/musterstadt/{part}?{QUERY}")
    assert stranger.headers["location"].startswith("/desk/sign-in")


@pytest.fixture
async def site_and_desk(client, service):
    site = await add_site(service)
    return site, AtDesk(client, service, await a_session(service, site))
