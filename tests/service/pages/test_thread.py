from dataclasses import dataclass, replace

import httpx2
import pytest
from pydantic import SecretStr
from sqlmodel import select

from models.comment import Comment
from models.outbox import Notice
from models.site import Site
from models.subscription import Subscription
from models.thread import Thread, find_thread, set_open
from moderation.lifecycle import Action
from service.own import withdraw
from service.rates import Rates
from service.state import Service
from tests.builders import PAGE, TEXT, a_moderator, add_site, both_databases, publish, rule
from tests.conftest import Clock
from tests.service.pages.reader import form_on, send, talking_to

PATH = f"/sites/musterstadt/thread?page={PAGE}"


@dataclass
class Place:
    client: httpx2.AsyncClient
    service: Service
    site: Site

    async def comments(self) -> list[Comment]:
        async with self.service.db.reading() as session:
            return list(await session.exec(select(Comment)))


@pytest.fixture
async def place(client: httpx2.AsyncClient, service: Service) -> Place:
    return Place(client, service, await add_site(service))


async def test_a_page_without_comments_invites_to_write_the_first(place: Place) -> None:
    page = await place.client.get(PATH)
    assert page.status_code == 200
    assert "Machen Sie den Anfang" in page.text
    assert page.headers["cache-control"] == "private, no-cache"
    assert page.headers["content-language"] == "de"


async def test_the_thread_shows_approved_comments_alone(place: Place) -> None:
    await publish(place.service, place.site, "Ein **lesbarer** Kommentar zum Artikel.", name="Ayşe Demir")
    page = await place.client.get(PATH)
    await send(place.client, page, "thread", text="Ein Kommentar, den noch niemand gelesen hat.")
    page = await place.client.get(PATH)
    assert "<strong>lesbarer</strong>" in page.text
    assert "niemand gelesen" not in page.text
    assert "1 Kommentar<" in page.text


@both_databases
async def test_a_sent_comment_waits_and_leads_to_its_authors_own_page(place: Place) -> None:
    page = await place.client.get(PATH)
    answer = await send(place.client, page, "thread", text=TEXT, name="Jo", email="jo@example.org")
    assert answer.status_code == 303
    [comment] = await place.comments()
    assert comment.status == "pending"
    assert comment.email == "jo@example.org"
    assert answer.headers["location"].startswith(f"/comments/{comment.id}/")
    own = await place.client.get(answer.headers["location"])
    assert "wartet auf Freischaltung" in own.text
    assert "jo@example.org" not in own.text


async def test_the_same_form_sent_twice_is_one_comment(place: Place) -> None:
    page = await place.client.get(PATH)
    first = await send(place.client, page, "thread", text=TEXT)
    second = await send(place.client, page, "thread", text=TEXT)
    assert first.headers["location"] == second.headers["location"]
    assert len(await place.comments()) == 1
    async with place.service.db.reading() as session:
        assert len(list(await session.exec(select(Notice)))) == 1


async def test_another_text_under_a_used_id_is_not_taken_for_the_first_but_kept(place: Place) -> None:
    page = await place.client.get(PATH)
    await send(place.client, page, "thread", text=TEXT)
    answer = await send(place.client, page, "thread", text="Ein ganz anderer Gedanke zum selben Artikel.")
    assert answer.status_code == 409
    form = form_on(answer, "thread")
    assert form.fields["text"] == "Ein ganz anderer Gedanke zum selben Artikel."
    assert form.fields["id"] != form_on(page, "thread").fields["id"]


async def test_a_form_with_faults_comes_back_with_everything_in_it(place: Place) -> None:
    typed = {"text": "", "name": "Jo <b>", "email": "keine-adresse", "url": "https://example.org"}
    page = await place.client.get(PATH)
    answer = await send(place.client, page, "thread", **typed)
    assert answer.status_code == 422
    assert "<title>Fehler: " in answer.text
    assert 'href="#feld-text"' in answer.text
    assert 'aria-describedby="feld-email-fehler feld-email-hinweis"' in answer.text
    assert typed.items() <= form_on(answer, "thread").fields.items()
    assert await place.comments() == []


async def test_a_text_that_begins_with_a_line_break_keeps_it(place: Place) -> None:
    page = await place.client.get(PATH)
    answer = await send(place.client, page, "thread", text="\nerst eine leere Zeile", email="x")
    assert form_on(answer, "thread").fields["text"] == "\nerst eine leere Zeile"


async def test_what_is_too_long_is_refused_with_advice_at_the_field(place: Place) -> None:
    page = await place.client.get(PATH)
    answer = await send(place.client, page, "thread", text="Das ist ein langer Satz. " * 400)
    assert answer.status_code == 422
    assert 'id="feld-text-fehler"' in answer.text
    assert await place.comments() == []


async def test_a_whole_book_comes_back_with_advice(place: Place) -> None:
    page = await place.client.get(PATH)
    book = "Ein Satz aus einem Buch. " * 4000
    answer = await send(place.client, page, "thread", text=book)
    assert answer.status_code == 422
    assert form_on(answer, "thread").fields["text"] == book


async def test_a_megabyte_is_refused_before_it_is_read(place: Place) -> None:
    page = await place.client.get(PATH)
    answer = await send(place.client, page, "thread", text="x" * 1_000_000)
    assert answer.status_code == 413
    assert "kürzen" in answer.text


async def test_broken_utf_8_is_no_crash(place: Place) -> None:
    answer = await place.client.post(
        PATH, content=b"text=%ff%fe\xff&name=%00", headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 422
    assert await place.comments() == []


async def test_who_sends_too_much_too_fast_is_told_when_to_try_again_and_keeps_the_text(service: Service) -> None:
    await add_site(service)
    async with talking_to(replace(service, rates=Rates("1/10 minutes"))) as client:
        await send(client, await client.get(PATH), "thread", text=TEXT)
        answer = await send(client, await client.get(PATH), "thread", text="Der zweite Gedanke in derselben Minute.")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert form_on(answer, "thread").fields["text"] == "Der zweite Gedanke in derselben Minute."


async def test_a_form_of_another_origin_is_refused(place: Place) -> None:
    answer = await place.client.post(PATH, data={"text": TEXT}, headers={"Origin": "https://boese.example"})
    assert answer.status_code == 403
    assert await place.comments() == []


async def test_a_preview_shows_what_would_appear_and_stores_nothing(place: Place) -> None:
    page = await place.client.get(PATH)
    answer = await send(place.client, page, "thread", text="Ganz **fett** an max@example.org", do="preview")
    assert answer.status_code == 200
    assert "So wird Ihr Kommentar aussehen" in answer.text
    assert "<strong>fett</strong>" in answer.text
    assert form_on(answer, "thread").fields["text"] == "Ganz **fett** an max@example.org"
    assert await place.comments() == []


async def test_a_preview_marks_the_passage_that_a_rule_saw(place: Place) -> None:
    page = await place.client.get(PATH)
    answer = await send(
        place.client, page, "thread", text="Rufen Sie mich an: 0171 2345678, gern abends.", do="preview"
    )
    assert "<mark>0171 2345678</mark>" in answer.text
    assert "Sie können ihn danach trotzdem absenden" in answer.text


async def test_after_a_preview_the_comment_can_be_sent_in_the_time_it_took(place: Place, clock: Clock) -> None:
    page = await place.client.get(PATH)
    clock.advance(seconds=20)
    preview = await send(place.client, page, "thread", text=TEXT, do="preview")
    answer = await send(place.client, preview, "thread")
    assert answer.status_code == 303
    [comment] = await place.comments()
    assert "automation" not in {each["rule"] for each in comment.findings}


async def test_a_filled_honeypot_is_marked_for_the_moderator(place: Place) -> None:
    page = await place.client.get(PATH)
    await send(place.client, page, "thread", text=TEXT, homepage="https://example.com")
    [comment] = await place.comments()
    assert "automation" in {each["rule"] for each in comment.findings}


async def test_a_reply_shows_what_it_answers_and_hangs_below_it(place: Place) -> None:
    parent = await publish(place.service, place.site, name="Ayşe Demir")
    page = await place.client.get(f"{PATH}&reply={parent.id}")
    assert "Ihre Antwort an Ayşe Demir" in page.text
    assert "Antwort abbrechen" in page.text
    await send(place.client, page, "thread", text="Danke, das hilft uns bei der Planung weiter.")
    [reply] = [each for each in await place.comments() if each.id != parent.id]
    assert reply.parent_id == parent.id


@pytest.mark.parametrize("comment_id", ["unknown-comment", "%00", "x" * 300])
async def test_a_reply_to_nothing_says_so_and_offers_a_comment_of_its_own(place: Place, comment_id: str) -> None:
    page = await place.client.get(f"{PATH}&reply={comment_id}")
    assert page.status_code == 200
    assert "ist nicht mehr da" in page.text
    assert form_on(page, "thread").fields["parent"] == ""


async def test_a_parent_that_vanished_meanwhile_costs_no_word(place: Place) -> None:
    parent = await publish(place.service, place.site)
    page = await place.client.get(f"{PATH}&reply={parent.id}")
    await withdraw(place.service, parent)
    answer = await send(place.client, page, "thread", text="Danke, das hilft uns bei der Planung weiter.")
    assert answer.status_code == 404
    assert form_on(answer, "thread").fields["text"].startswith("Danke")
    again = await send(place.client, answer, "thread")
    assert again.status_code == 303


async def test_a_closed_thread_can_be_read_but_not_written_in(place: Place) -> None:
    await publish(place.service, place.site)
    page = await place.client.get(PATH)
    await close(place)
    assert "geschlossen" in (await place.client.get(PATH)).text
    assert "<form" not in (await place.client.get(PATH)).text
    answer = await send(place.client, page, "thread", text="Ein Kommentar, der eine Minute zu spät kommt.")
    assert answer.status_code == 409
    assert "Ein Kommentar, der eine Minute zu spät kommt." in answer.text


async def test_a_removed_comment_with_replies_stays_as_a_tombstone(place: Place) -> None:
    parent = await publish(place.service, place.site, "Ein Satz, der wieder verschwinden soll, und zwar ganz.")
    await publish(place.service, place.site, "Eine Antwort, die bleibt, auch wenn die Frage geht.", parent=parent.id)
    await withdraw(place.service, parent)
    page = await place.client.get(PATH)
    assert "Kommentar auf Wunsch entfernt" in page.text
    assert "verschwinden soll" not in page.text
    assert f'id="kommentar-{parent.id}"' in page.text


async def test_marks_and_badge_are_shown(place: Place) -> None:
    comment = await publish(place.service, place.site)
    moderator = await a_moderator(place.service, place.site)
    await rule(place.service, comment, Action.PIN, moderator)
    await rule(place.service, comment, Action.FEATURE, moderator)
    async with place.service.db.writing() as session:
        present = await session.get_one(Comment, comment.id)
        present.role = "editor"
        session.add(present)
    page = await place.client.get(PATH)
    for word in ("Angeheftet", "Hervorgehoben", "Redaktion"):
        assert f'">{word}</span>' in page.text


async def test_a_guest_who_calls_themselves_redaktion_gets_no_badge(place: Place) -> None:
    await publish(place.service, place.site, name="Redaktion")
    assert 'class="chip editor"' not in (await place.client.get(PATH)).text


async def test_sorting_is_a_link(place: Place, clock: Clock) -> None:
    await publish(place.service, place.site, "Der ältere von zwei Kommentaren zum Artikel.")
    clock.advance(hours=1)
    await publish(place.service, place.site, "Der jüngere von zwei Kommentaren zum Artikel.")
    oldest = (await place.client.get(PATH)).text
    newest = (await place.client.get(f"{PATH}&sort=newest")).text
    assert oldest.index("Der ältere") < oldest.index("Der jüngere")
    assert newest.index("Der jüngere") < newest.index("Der ältere")
    assert 'sort=newest" aria-current="true"' in newest


async def test_a_long_thread_comes_in_pages(place: Place, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.pages.view.PER_PAGE", 2)
    for number in range(3):
        clock.advance(minutes=1)
        last = await publish(place.service, place.site, f"Kommentar Nummer {number} zu diesem Artikel.")
    first = await place.client.get(PATH)
    assert "3 Kommentare" in first.text
    assert last.id not in first.text
    link = first.text.split("Weitere Kommentare</a>")[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = await place.client.get(link)
    assert last.id in second.text
    assert "Teil 2 von 2" in second.text
    assert 'rel="prev"' in second.text


async def test_a_permalink_opens_the_part_of_a_long_thread_that_holds_its_comment(
    place: Place, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.pages.view.PER_PAGE", 2)
    comments = []
    for number in range(5):
        clock.advance(minutes=1)
        comments.append(await publish(place.service, place.site, f"Kommentar Nummer {number} zu diesem Artikel."))
    for number, shown in [(0, (0, 1)), (1, (0, 1)), (2, (2, 3)), (4, (4,))]:
        page = await place.client.get(f"{PATH}&comment={comments[number].id}")
        assert tuple(at for at, each in enumerate(comments) if f'id="kommentar-{each.id}"' in page.text) == shown
    reply = await place.client.get(f"{PATH}&reply={comments[4].id}")
    assert f'id="kommentar-{comments[4].id}"' in reply.text


async def test_a_permalink_to_what_is_gone_shows_the_thread(place: Place) -> None:
    comment = await publish(place.service, place.site)
    page = await place.client.get(f"{PATH}&comment=gone")
    assert f'id="kommentar-{comment.id}"' in page.text


async def test_an_unknown_place_in_the_list_is_said_so(place: Place) -> None:
    await publish(place.service, place.site)
    page = await place.client.get(f"{PATH}&after=nowhere")
    assert page.status_code == 404
    assert "Diese Stelle der Liste gibt es nicht mehr." in page.text
    assert TEXT in page.text


async def test_a_name_with_markup_stays_a_name(place: Place) -> None:
    await publish(place.service, place.site, name='"><script>alert(1)</script>')
    page = await place.client.get(PATH)
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize("path", ["/sites/nirgends/thread?page=/a", "/sites/nirgends/netiquette"])
async def test_an_unknown_site_is_not_found(place: Place, path: str) -> None:
    page = await place.client.get(path)
    assert page.status_code == 404
    assert "text/html" in page.headers["content-type"]


async def test_a_page_that_is_none_is_said_so(place: Place) -> None:
    page = await place.client.get("/sites/musterstadt/thread")
    assert page.status_code == 422


async def test_english_is_complete_beside_german(place: Place) -> None:
    page = await place.client.get(f"{PATH}&lang=en")
    assert 'lang="en"' in page.text
    assert "Write a comment" in page.text
    assert "Kommentar" not in page.text.replace("#kommentar", "").replace('"kommentare"', "")
    answer = await send(place.client, page, "thread", text=TEXT)
    assert "lang=en" in answer.headers["location"]


async def close(place: Place) -> None:
    async with place.service.db.writing() as session:
        site = await session.merge(place.site)
        thread = await find_thread(session, site, PAGE)
        assert isinstance(thread, Thread)
        await set_open(session, thread, False)


async def test_what_is_too_long_comes_back_with_the_passage_that_is_too_much(place: Place) -> None:
    text = "Ein langer Satz zum Artikel. " * 200 + "Das Ende."
    answer = await send(place.client, await place.client.get(PATH), "thread", text=text)
    assert answer.status_code == 422
    assert "Um diese Stellen geht es" in answer.text
    marked = answer.text.split("<mark>")[1].split("</mark>")[0]
    assert text[5000:5100] in marked
    assert marked.endswith("Das Ende.")
    assert len(marked) < 300


async def _with_consent(place: Place) -> None:
    async with place.service.db.writing() as session:
        site = await session.merge(place.site)
        site.legal = {"controller": "Stadt Musterstadt", "address": "Markt 1", "basis": "a"}


async def test_where_consent_is_the_basis_nothing_is_taken_without_the_tick(place: Place) -> None:
    await _with_consent(place)
    page = await place.client.get(PATH)
    assert "Verantwortlich für Ihre Angaben: „Stadt Musterstadt“." in page.text
    refused = await send(place.client, page, "thread", text=TEXT)
    assert refused.status_code == 422
    assert "Ohne Ihre Einwilligung dürfen wir den Kommentar nicht annehmen." in refused.text
    assert 'href="#feld-consent"' in refused.text
    assert form_on(refused, "thread").fields["text"] == TEXT
    assert (await send(place.client, refused, "thread", consent="yes")).status_code == 303


async def test_a_tick_stays_ticked_through_a_preview(place: Place) -> None:
    await _with_consent(place)
    answer = await send(place.client, await place.client.get(PATH), "thread", text=TEXT, consent="yes", do="preview")
    assert 'value="yes" checked' in answer.text


async def test_mails_are_offered_only_where_they_leave(place: Place) -> None:
    assert "Benachrichtigung per E-Mail" not in (await place.client.get(PATH)).text
    posting = replace(
        place.service,
        settings=place.service.settings.model_copy(
            update={"smtp_url": SecretStr("smtp://mail.example"), "mail_from": "post@musterstadt.example"}
        ),
    )
    async with talking_to(posting) as client:
        page = await client.get(PATH)
        without = await send(client, page, "thread", text=TEXT, notify="replies")
        assert without.status_code == 422
        assert 'href="#feld-email"' in without.text
        assert '<option value="replies" selected>' in without.text
        sent = await send(client, without, "thread", notify="replies", email="jo@example.org")
        assert sent.status_code == 303
    async with place.service.db.reading() as session:
        [subscription] = list(await session.exec(select(Subscription)))
    assert (subscription.kind, subscription.confirmed_at) == ("replies", None)


async def test_readers_can_choose_how_they_are_spoken_to(place: Place) -> None:
    page = await place.client.get(f"{PATH}&sort=newest&helped=x")
    where = "/sites/musterstadt/thread?page=%2Fartikel%2Fhandlungsmut&amp;sort=newest&amp;lang=de-leicht"
    assert f'<a href="{where}"' in page.text
    assert (await place.client.get(where.replace("&amp;", "&"))).text.count('aria-current="true"') == 1
    answer = await send(place.client, page, "thread", text="")
    assert "Leichte Sprache" not in answer.text
