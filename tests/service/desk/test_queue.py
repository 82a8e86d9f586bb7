"""A card shows everything without a click, and what guests wrote stays text."""

import re
from datetime import timedelta

import pytest
from sqlmodel import col, update

from models.comment import Comment
from models.desk_session import invite
from models.moderator import Moderator
from models.report import file_objection, file_report
from models.site import Site
from moderation.lifecycle import Action
from service.desk import words
from service.state import Service
from service.texts import tell
from tests.builders import a_moderator, add_site, file, publish, rule
from tests.conftest import Clock
from tests.service.desk.conftest import AtDesk, words_of

HOSTILE = '<img src=x onerror="alert(1)"> & </textarea><script>alert(2)</script>'


async def test_a_card_shows_everything_without_a_click(
    desk: AtDesk, service: Service, site: Site, clock: Clock
) -> None:
    parent = await publish(service, site, "Wann tagt der runde Tisch wieder?", name="Uwe")
    await file(
        service,
        site,
        "Am Montag. Rufen Sie mich an: 0171 2345678.",
        parent=parent.id,
        name="Kim",
        email="kim@beispiel.example",
        url="https://kim.example/ueber-mich",
        title="Handlungsmut im Rathaus",
    )
    clock.advance(hours=3)
    answer = await desk.get("/desk")
    told = words_of(answer)
    assert "vor 3 Stunden" in told
    for expected in (
        "Kim", "Wann tagt der runde Tisch wieder?", "Antwort auf Uwe", "k…@beispiel.example", "nicht bestätigt",
        "kim.example", "Keine privaten Daten", "Freigeben", "Ablehnen", "Frühere Kommentare zählen wir nur",
    ):  # fmt: skip
        assert expected in told, expected
    assert '<mark class="rule">0171 2345678</mark>' in answer.text
    assert "kim@beispiel" not in answer.text
    assert 'href="https://www.musterstadt.example/artikel/handlungsmut"' in answer.text


@pytest.mark.parametrize(
    ("text", "title", "summary"),
    [
        ("Ich will nicht mehr leben.", "Jemand könnte in Gefahr sein", "Text zeigen: Jemand könnte in Gefahr sein"),
        ("Ich bringe dich um.", "Keine Drohungen", "Text zeigen: Er kann eine Drohung enthalten"),
    ],
)
async def test_who_needs_help_is_not_called_a_threat(
    desk: AtDesk, service: Service, site: Site, text: str, title: str, summary: str
) -> None:
    await file(service, site, text)
    shown = words_of(await desk.get("/desk"))
    assert f"{title} D" in shown  # the advice comes next
    assert summary in shown


async def test_who_gives_no_name_is_a_guest(desk: AtDesk, service: Service, site: Site) -> None:
    parent = await publish(service, site, "Wann tagt der runde Tisch wieder?")
    await file(service, site, "Am Montag um achtzehn Uhr.", parent=parent.id)
    told = words_of(await desk.get("/desk"))
    assert "Antwort auf Gast" in told
    assert "Gast zu" in told


async def test_probabilities_are_told_in_words_with_what_weighed(desk: AtDesk, service: Service, site: Site) -> None:
    comment = await file(service, site, "Zettel ohne Stempel, liebe Nachbarn")
    reasons = [
        {"head": "spam", "label": "word", "text": "Zettel", "start": 0, "end": 6, "weight": 2.1},
        {"head": "spam", "label": "word", "text": "Nachbarn", "start": 27, "end": 35, "weight": -0.8},
        {"head": "spam", "label": "name_host", "text": "", "start": None, "end": None, "weight": 0.4},
    ]
    await _set(service, comment, spam=0.934, violation=0.02, reasons=reasons, failed=[])
    answer = await desk.get("/desk")
    told = words_of(answer)
    assert "Spam wahrscheinlich 93 %" in told
    assert "Regelverstoß sehr unwahrscheinlich 2 %" in told
    assert "Dafür a „Zettel“ Adresse als Name" in told
    assert "Dagegen b „Nachbarn“" in told
    assert '<mark class="toward">Zettel</mark>' in answer.text
    assert '<mark class="against">Nachbarn</mark>' in answer.text
    assert 'aria-label="Grund a: „Zettel“"' in answer.text


async def test_words_are_not_marked_where_the_probability_is_low(desk: AtDesk, service: Service, site: Site) -> None:
    comment = await file(service, site, "Zettel ohne Stempel, liebe Nachbarn")
    reasons = [{"head": "spam", "label": "word", "text": "Zettel", "start": 0, "end": 6, "weight": 2.1}]
    await _set(service, comment, spam=0.04, violation=0.9, reasons=reasons, failed=[])
    answer = await desk.get("/desk")
    assert "Dafür „Zettel“" in words_of(answer)
    assert "<mark" not in answer.text


async def test_a_judge_that_failed_is_named(desk: AtDesk, service: Service, site: Site) -> None:
    await _set(service, await file(service, site), spam=None, violation=None, failed=["classifier", "netiquette"])
    told = words_of(await desk.get("/desk"))
    assert tell("de", words.JUDGES["classifier"]) in told
    assert tell("de", words.JUDGES["netiquette"]) in told
    assert "%" not in told


async def test_a_persons_earlier_decisions_are_counted_once_the_address_is_confirmed(
    desk: AtDesk, service: Service, site: Site
) -> None:
    for comment in [await publish(service, site, email="kim@beispiel.example") for _ in range(2)]:
        await _set(service, comment, email_confirmed=True)
    waiting = await file(service, site, email="kim@beispiel.example")
    assert "2 freigegeben" not in words_of(await desk.get("/desk"))
    await _set(service, waiting, email_confirmed=True)
    assert "Bisher: 2 freigegeben · 0 abgelehnt · 0 Spam" in words_of(await desk.get("/desk"))


async def test_reports_and_objections_are_told_with_their_statements(
    desk: AtDesk, service: Service, site: Site
) -> None:
    reported, rejected = await publish(service, site), await file(service, site)
    await rule(service, rejected, Action.REJECT, await a_moderator(service, site), rule="off_topic", statement="Satz.")
    async with service.db.writing() as session:
        await file_report(
            session, reported, "insult", f"Trifft mich. {HOSTILE}", "Anja", "a@b.example", service.clock()
        )
        await file_objection(session, await session.get_one(Comment, rejected.id), "Es war Kritik.", service.clock())
    told = await desk.get("/desk", lane="reports")
    assert "Gemeldet: Beleidigung oder Hass" in words_of(told)
    assert "Anja" in words_of(told)
    assert "a@b.example" not in told.text
    assert HOSTILE not in told.text
    objection = words_of(await desk.get("/desk", lane="objections"))
    assert "Es war Kritik." in objection
    assert "mira – abgelehnt · Beim Thema bleiben" in objection
    assert "Satz." in objection


async def test_what_guests_write_stays_text(desk: AtDesk, service: Service, site: Site) -> None:
    await file(service, site, HOSTILE, name="<b>Kim</b>", title=HOSTILE)
    comment = await file(service, site, "Unter dem ersten.")
    for page in (await desk.get("/desk"), await desk.get(f"/desk/comments/{comment.id}")):
        assert "<img" not in page.text
        assert "<script>" not in page.text
        assert "<b>Kim" not in page.text


async def test_lanes_are_counted(desk: AtDesk, service: Service, site: Site) -> None:
    await file(service, site)
    await _set(service, await file(service, site), lane="spam")
    await _set(service, await file(service, site), lane="spam")
    told = words_of(await desk.get("/desk"))
    assert "Zu prüfen 1 Spamverdacht 2 Meldungen 0 Widersprüche 0" in told


async def test_a_page_is_full_at_25_and_the_next_goes_on(desk: AtDesk, service: Service, site: Site) -> None:
    ids = [(await file(service, site, now=service.clock() + timedelta(minutes=each))).id for each in range(27)]
    first = await desk.get("/desk")
    path = first.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = await desk.get(path)
    assert [each for each in ids if f'id="c-{each}"' in first.text] == ids[:25]
    assert [each for each in ids if f'id="c-{each}"' in second.text] == ids[25:]
    assert 'rel="next"' not in second.text


async def test_a_search_and_a_site_narrow_the_queue(desk: AtDesk, service: Service, site: Site) -> None:
    other = await add_site(service, "andere")
    async with service.db.writing() as session:
        await invite(session, "mira@musterstadt.example", other, "moderator", service.clock())
    bus = await file(service, site, "Der Bus kommt nie, seit Jahren schon.")
    bahn = await file(service, other, "Die Bahn kommt immer, erstaunlich oft.")
    for query, found in (({"q": "BUS"}, [bus]), ({"site": "andere"}, [bahn]), ({}, [bus, bahn]), ({"q": "%"}, [])):
        page = (await desk.get("/desk", **query)).text
        assert [each for each in (bus, bahn) if f'id="c-{each.id}"' in page] == found


async def test_what_was_decided_can_be_found_by_status(desk: AtDesk, service: Service, site: Site) -> None:
    public = await publish(service, site)
    spam = await file(service, site)
    await rule(service, spam, Action.SPAM, await a_moderator(service, site))
    assert f'id="c-{public.id}"' in (await desk.get("/desk", lane="decided")).text
    assert f'id="c-{spam.id}"' in (await desk.get("/desk", lane="decided", status="spam")).text


@pytest.mark.parametrize("query", [{"lane": "x"}, {"status": "x"}, {"site": "x"}, {"q": "\0"}, {"done": "x"}])
async def test_a_wrong_link_still_shows_a_queue(desk: AtDesk, query: dict[str, str]) -> None:
    assert (await desk.get("/desk", **query)).status_code == 200


async def test_a_place_that_is_gone_is_told_so(desk: AtDesk) -> None:
    assert (await desk.get("/desk", after="x")).status_code == 422


async def test_an_empty_lane_says_so(desk: AtDesk) -> None:
    assert "Hier wartet nichts" in words_of(await desk.get("/desk"))


async def test_the_desk_speaks_the_moderators_language(desk: AtDesk, service: Service, site: Site) -> None:
    await file(service, site)
    async with service.db.writing() as session:
        await session.exec(update(Moderator).values(language="en"))
    answer = await desk.get("/desk")
    assert answer.headers["content-language"] == "en"
    assert '<html lang="en">' in answer.text
    assert "Approve" in words_of(answer)
    assert "Freigeben" not in words_of(answer)


async def test_a_comments_page_shows_it_as_readers_would(desk: AtDesk, service: Service, site: Site) -> None:
    comment = await file(service, site, "Das ist **wichtig** für alle hier.")
    answer = await desk.get(f"/desk/comments/{comment.id}")
    assert "<strong>wichtig</strong>" in answer.text
    # As it was typed, whatever the reasons mark in it.
    assert re.search(r"\*\*(<mark[^>]*>)?wichtig", answer.text)
    assert comment.id in words_of(answer)


async def _set(service: Service, comment: Comment, **values: object) -> None:
    async with service.db.writing() as session:
        await session.exec(update(Comment).where(col(Comment.id) == comment.id).values(**values))
