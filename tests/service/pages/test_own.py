from dataclasses import dataclass

import httpx2
import pytest

from models.comment import Comment
from models.report import objection_to
from models.site import Site
from moderation.lifecycle import Action
from service.state import Service
from tests.builders import TEXT, a_moderator, add_site, both_databases, file, publish, rule
from tests.conftest import Clock
from tests.service.pages.reader import form_on, send


@dataclass
class Place:
    client: httpx2.AsyncClient
    service: Service
    site: Site

    def path(self, comment: Comment, told: str = "") -> str:
        return f"/comments/{comment.id}/{self.service.tokens.manage(comment.id)}{told}"

    async def open(self, comment: Comment, told: str = "") -> httpx2.Response:
        return await self.client.get(self.path(comment, told))

    async def now(self, comment: Comment) -> Comment:
        async with self.service.db.reading() as session:
            return await session.get_one(Comment, comment.id)

    async def reject(self, comment: Comment, statement: str = "Bitte ohne Kraftausdruck.") -> None:
        moderator = await a_moderator(self.service, self.site)
        await rule(self.service, comment, Action.REJECT, moderator, rule="respect", statement=statement)


@pytest.fixture
async def place(client: httpx2.AsyncClient, service: Service) -> Place:
    return Place(client, service, await add_site(service))


async def test_a_waiting_comment_says_what_happens_next_and_how_to_come_back(place: Place) -> None:
    comment = await file(place.service, place.site, name="Jo")
    page = await place.open(comment, "?sent=1")
    assert page.status_code == 200
    assert "Vielen Dank! Ihr Kommentar ist angekommen." in page.text
    assert "Als Nächstes liest ihn ein Mensch" in page.text
    assert "Gelesen wird er voraussichtlich morgen." in page.text
    assert "Merken Sie sich diesen Link" in page.text
    assert f'value="{place.service.settings.base_url}{place.path(comment)}"' in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "same-origin"
    assert '<meta name="robots" content="noindex">' in page.text


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "ä"])
async def test_a_wrong_secret_tells_nothing(place: Place, token: str) -> None:
    comment = await file(place.service, place.site)
    wrong = await place.client.get(f"/comments/{comment.id}/{token}")
    unknown = await place.client.get(f"/comments/nowhere/{token}")
    assert wrong.status_code == unknown.status_code == 404
    assert wrong.text == unknown.text
    assert TEXT[:20] not in wrong.text


async def test_opening_the_page_changes_nothing(place: Place) -> None:
    comment = await file(place.service, place.site)
    for doing in ("edit", "withdraw", "object"):
        answer = await place.client.get(place.path(comment, f"/{doing}"))
        assert answer.status_code == 405
    assert await place.now(comment) == comment


@both_databases
async def test_a_change_is_judged_and_takes_the_old_texts_place(place: Place) -> None:
    comment = await file(place.service, place.site, name="Jo")
    page = await place.open(comment)
    changed = "Danke für den Bericht. Ich möchte **etwas** ergänzen, das mir erst später einfiel."
    answer = await send(place.client, page, "/edit", text=changed, name="")
    assert answer.status_code == 303
    present = await place.now(comment)
    assert present.text == changed
    assert "<strong>etwas</strong>" in present.html
    assert present.name == ""
    assert "Ihre Änderung ist gespeichert" in (await place.client.get(answer.headers["location"])).text


async def test_a_preview_of_a_change_stores_nothing(place: Place) -> None:
    comment = await file(place.service, place.site)
    page = await place.open(comment)
    answer = await send(place.client, page, "/edit", text="Ein *anderer* Satz zum Artikel.", do="preview")
    assert "<em>anderer</em>" in answer.text
    assert form_on(answer, "/edit").fields["text"] == "Ein *anderer* Satz zum Artikel."
    assert (await place.now(comment)).text == TEXT


async def test_an_empty_change_is_refused_and_the_old_text_stays(place: Place) -> None:
    comment = await file(place.service, place.site)
    answer = await send(place.client, await place.open(comment), "/edit", text="")
    assert answer.status_code == 422
    assert "Bitte füllen Sie dieses Feld aus." in answer.text
    assert (await place.now(comment)).text == TEXT


async def test_a_change_that_comes_too_late_is_kept_for_copying(place: Place, clock: Clock) -> None:
    comment = await file(place.service, place.site)
    page = await place.open(comment)
    await rule(place.service, comment, Action.APPROVE, await a_moderator(place.service, place.site))
    clock.advance(hours=1)
    answer = await send(place.client, page, "/edit", text="Eine Änderung, die zu spät kommt.")
    assert answer.status_code == 409
    assert "Eine Änderung, die zu spät kommt." in answer.text
    assert "Ihr Kommentar ist veröffentlicht." in answer.text
    assert (await place.now(comment)).text == TEXT


async def test_a_published_comment_that_is_changed_in_time_waits_again(place: Place) -> None:
    comment = await publish(place.service, place.site)
    page = await place.open(comment)
    assert "wartet er wieder auf Freischaltung" in page.text
    await send(place.client, page, "/edit", text="Eine schnelle Korrektur am eigenen Kommentar.")
    assert (await place.now(comment)).status == "pending"


async def test_withdrawing_asks_first_and_then_deletes_what_was_written(place: Place) -> None:
    comment = await publish(place.service, place.site, name="Jo", email="jo@example.org")
    page = await place.open(comment)
    assert "Das lässt sich nicht rückgängig machen" in page.text
    answer = await send(place.client, page, "/withdraw")
    assert answer.status_code == 303
    present = await place.now(comment)
    assert (present.status, present.text, present.name, present.email) == ("deleted", "", "", None)
    own = await place.client.get(answer.headers["location"])
    assert "Ihr Kommentar ist zurückgezogen." in own.text
    assert "<form" not in own.text


async def test_withdrawing_twice_is_the_same_as_once(place: Place) -> None:
    comment = await file(place.service, place.site)
    page = await place.open(comment)
    await send(place.client, page, "/withdraw")
    assert (await send(place.client, page, "/withdraw")).status_code == 303


async def test_a_rejection_names_the_rule_the_sentence_and_the_way_to_object(place: Place) -> None:
    comment = await file(place.service, place.site)
    await place.reject(comment, "Bitte ohne Kraftausdruck.\nDanke!")
    page = await place.open(comment)
    assert "Ihr Kommentar wurde nicht veröffentlicht." in page.text
    assert "Bitte ohne Kraftausdruck." in page.text
    assert "Entschieden hat ein Mensch." in page.text
    netiquette = place.service.judges.netiquette
    assert netiquette is not None
    assert netiquette.rule("respect").text("de").title in page.text
    assert form_on(page, "/object").fields == {"statement": ""}


async def test_an_objection_is_possible_once(place: Place) -> None:
    comment = await file(place.service, place.site)
    await place.reject(comment)
    page = await place.open(comment)
    answer = await send(place.client, page, "/object", statement="Das Wort ist bei uns üblich.")
    assert answer.status_code == 303
    assert "Ihr Widerspruch ist angekommen" in (await place.client.get(answer.headers["location"])).text
    async with place.service.db.reading() as session:
        objection = await objection_to(session, comment.id)
    assert objection is not None
    assert objection.statement == "Das Wort ist bei uns üblich."
    again = await send(place.client, page, "/object", statement="Noch ein Gedanke dazu.")
    assert again.status_code == 409
    assert "Noch ein Gedanke dazu.</textarea>" in again.text


@pytest.mark.parametrize("statement", ["", "   ", "x" * 4001, "a\0b"])
async def test_an_objection_needs_words_that_can_be_kept(place: Place, statement: str) -> None:
    comment = await file(place.service, place.site)
    await place.reject(comment)
    answer = await send(place.client, await place.open(comment), "/object", statement=statement)
    assert answer.status_code == 422
    assert 'href="#feld-statement"' in answer.text


async def test_a_waiting_comment_cannot_be_objected_to(place: Place) -> None:
    comment = await file(place.service, place.site)
    answer = await place.client.post(place.path(comment, "/object"), data={"statement": "Bitte schnell!"})
    assert answer.status_code == 409


@pytest.mark.parametrize("doing", ["edit", "withdraw", "object"])
async def test_a_foreign_origin_may_not_act_for_the_author(place: Place, doing: str) -> None:
    comment = await file(place.service, place.site)
    headers = {"Origin": "https://boese.example"}
    answer = await place.client.post(place.path(comment, f"/{doing}"), data={"text": "Gekapert!"}, headers=headers)
    assert answer.status_code == 403
    assert await place.now(comment) == comment


async def test_spam_says_so_without_a_rule(place: Place) -> None:
    comment = await file(place.service, place.site)
    await rule(place.service, comment, Action.SPAM, await a_moderator(place.service, place.site))
    page = await place.open(comment)
    assert "für Werbung oder eine automatische Nachricht" in page.text


async def test_what_the_editors_remove_is_not_called_withdrawn(place: Place) -> None:
    comment = await publish(place.service, place.site)
    await rule(place.service, comment, Action.DELETE, await a_moderator(place.service, place.site))
    page = await place.open(comment)
    assert "Die Redaktion hat Ihren Kommentar entfernt." in page.text
