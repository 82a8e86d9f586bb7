"""What a moderator can do besides deciding: keep back, note, hand over, take a passage out, answer, look at the mail."""

from urllib.parse import parse_qsl

import pytest
from sqlmodel import col, select, update

from models.comment import Comment
from models.decision import history
from models.moderator import Membership, Moderator
from models.original import Original
from models.sentence import add_sentence
from models.site import Site
from service.desk.view import View, read_view
from service.state import Service
from tests.builders import PAGE, a_moderator, a_session, both_databases, file, publish
from tests.conftest import Clock
from tests.service.desk.conftest import AtDesk, words_of


@both_databases
async def test_what_is_kept_back_leaves_the_lane_and_can_be_found(desk: AtDesk, service: Service, site: Site) -> None:
    comment = await file(service, site)
    await _do(desk, comment, action="hold", note="Rückfrage beim Fachamt.")
    assert comment.id not in (await desk.get("/desk")).text
    held = await desk.get("/desk", lane="held")
    assert f'id="c-{comment.id}"' in held.text
    assert "Rückfrage beim Fachamt." in words_of(held)
    assert (await _do(desk, comment, action="hold")).status_code == 409
    await _do(desk, comment, action="undo")
    assert f'id="c-{comment.id}"' in (await desk.get("/desk")).text


async def test_a_note_is_kept_for_colleagues_and_changes_nothing(desk: AtDesk, service: Service, site: Site) -> None:
    comment = await publish(service, site)
    await _do(desk, comment, action="note", note="Bitte im Blick behalten.")
    assert "Bitte im Blick behalten." in words_of(await desk.get(f"/desk/comments/{comment.id}"))
    thread = await desk.client.get(f"/api/v1/sites/{site.key}/thread", params={"page": PAGE})
    assert "Blick" not in thread.text
    assert (await _present(service, comment)).revision == comment.revision
    assert (await _do(desk, comment, action="note", note=" ")).status_code == 422


async def test_a_comment_is_handed_over_to_a_colleague(desk: AtDesk, service: Service, site: Site) -> None:
    comment = await file(service, site)
    uwe = await a_moderator(service, site, "uwe@musterstadt.example")
    await _do(desk, comment, action="hand_over", to=str(uwe.id), note="Das ist Ihr Thema.")
    assert "Übergeben an uwe" in words_of(await desk.get("/desk"))
    assert comment.id not in (await desk.get("/desk", mine="yes")).text
    his = AtDesk(desk.client, service, await a_session(service, site, "uwe@musterstadt.example"))
    assert f'id="c-{comment.id}"' in (await his.get("/desk", mine="yes")).text
    for nobody in ("", "999", "1"):
        assert (await _do(desk, comment, action="hand_over", to=nobody, note="x")).status_code == 422


@both_databases
async def test_a_passage_is_taken_out_with_a_mark_and_can_come_back(desk: AtDesk, service: Service, site: Site) -> None:
    comment = await publish(service, site, "Rufen Sie mich an: 0171 2345678. Ich erzähle gern mehr, 0171 2345678!")
    await _do(desk, comment, action="redact", passage="0171 2345678", mark="contact")
    thread = (await desk.client.get(f"/api/v1/sites/{site.key}/thread", params={"page": PAGE})).text
    assert "0171" not in thread
    assert thread.count("[Kontaktdaten entfernt]") == 2
    assert "0171 2345678" in words_of(await desk.get(f"/desk/comments/{comment.id}"))
    present = await _present(service, comment)
    assert all("0171" not in present.text[each["start"] : each["end"]] for each in present.findings if each["start"])
    await _do(desk, comment, action="undo")
    assert (await _present(service, comment)).text == comment.text
    async with service.db.reading() as session:
        assert list(await session.exec(select(Original))) == []
    for wrong in ({"passage": "steht nicht da"}, {"passage": ""}, {"passage": comment.text}, {"mark": "x"}):
        fields = {"passage": "Ich", "mark": "contact", **wrong}
        assert (await _do(desk, comment, action="redact", **fields)).status_code == 422


@both_databases
async def test_an_answer_is_published_at_once_with_the_badge(desk: AtDesk, service: Service, site: Site) -> None:
    comment = await file(service, site)
    path = f"/desk/comments/{comment.id}/answer"
    assert (await desk.post(path, answer="Danke!", revision="1", approve="yes")).status_code == 403
    await _role(service, "editor")
    assert (await desk.post(path, answer="Danke!", revision="1")).status_code == 409
    answer = await desk.post(path, answer="Danke! Am **Montag** um 18 Uhr.", revision="1", approve="yes")
    assert answer.status_code == 303
    thread = (await desk.client.get(f"/api/v1/sites/{site.key}/thread", params={"page": PAGE})).json()
    assert [each["author"]["role"] for each in thread["comments"]] == [None, "editor"]
    assert thread["comments"][1]["parent"] == comment.id
    assert "<strong>Montag</strong>" in thread["comments"][1]["html"]
    async with service.db.reading() as session:
        assert [each.action for each in await history(session, thread["comments"][1]["id"])] == ["answer"]


async def test_the_mail_is_shown_before_anybody_rejects(desk: AtDesk, service: Service, site: Site) -> None:
    comment = await file(service, site, email="kim@beispiel.example")
    fields = {"rule": "off_topic", "statement": "Es ging um den runden Tisch.", "revision": "1"}
    answer = await desk.post(f"/desk/comments/{comment.id}/letter", accept="application/json", **fields)
    letter = answer.json()["letter"]
    assert "Es ging um den runden Tisch." in letter
    assert "Beim Thema" in letter
    assert service.tokens.manage(comment.id) not in letter
    page = await desk.post(f"/desk/comments/{comment.id}/letter", **fields)
    assert "Es ging um den runden Tisch." in words_of(page)
    async with service.db.reading() as session:
        assert await history(session, comment.id) == []


async def test_a_sites_own_sentences_are_offered(desk: AtDesk, service: Service, site: Site) -> None:
    async with service.db.writing() as session:
        sentence = "Für die Müllabfuhr gibt es das Bürgerbüro."
        await add_sentence(session, site.id or 0, "off_topic", "de", sentence, service.clock())
    await file(service, site)
    assert sentence in words_of(await desk.get("/desk"))


async def test_keys_are_chosen_and_switched_off(desk: AtDesk, service: Service, site: Site) -> None:
    await file(service, site)
    page = words_of(await desk.get("/desk/keys"))
    assert "freigeben" in page
    usual = {"next": "j", "previous": "k", "approve": "a", "reject": "r", "spam": "s", "hold": "h", "note": "n",
             "answer": "w", "feature": "f", "select": "x", "undo": "u", "search": "/", "help": "?"}  # fmt: skip
    assert (await desk.post("/desk/keys", **{**usual, "approve": "s"}, shortcuts="on")).status_code == 422
    assert (await desk.post("/desk/keys", **{**usual, "approve": ""}, shortcuts="on")).status_code == 422
    assert (await desk.post("/desk/keys", **{**usual, "approve": "ö"}, shortcuts="on")).status_code == 303
    assert "Freigeben ö" in words_of(await desk.get("/desk"))
    await desk.post("/desk/keys", **usual)
    assert "<kbd" not in (await desk.get("/desk")).text.split("<dialog")[0]


@pytest.mark.parametrize("role", ["auditor", "moderator", "editor", "admin"])
async def test_every_role_may_do_what_its_row_says(desk: AtDesk, service: Service, site: Site, role: str) -> None:
    comment = await file(service, site, email="kim@beispiel.example")
    await _role(service, role)
    decides, answers = role != "auditor", role in ("editor", "admin")
    at = f"/desk/comments/{comment.id}"
    newest = service.clock().isoformat()
    for path in ("/desk", "/desk?lane=held", at, f"{at}/card", "/desk/counts", "/desk/keys", "/desk/learning"):
        assert (await desk.get(path)).status_code == 200, path
    acts = [
        (f"{at}/claim", {"on": "yes"}, decides),
        (f"{at}/decisions", {"action": "note", "note": "x"}, decides),
        (f"{at}/wave", {"action": "spam", "newest": newest}, decides),
        (f"{at}/decisions", {"action": "hold"}, decides),
        (f"{at}/answer", {"answer": "Ja.", "approve": "yes"}, answers),
        (f"{at}/decisions", {"action": "close"}, decides),
        (f"{at}/decisions", {"action": "delete"}, decides),
    ]
    for path, fields, allowed in acts:
        revision = str((await _present(service, comment)).revision)
        answer = await desk.post(path, accept="application/json", revision=revision, **fields)
        assert (answer.status_code != 403) is allowed, (path, fields)
    if not decides:
        assert (await _present(service, comment)).revision == 1
        assert 'name="action"' not in (await desk.get("/desk")).text


def test_a_view_is_the_same_from_its_link() -> None:
    view = View(lane="spam", words="Bus & Bahn", page="/a", rule="links", spam="30-70", since="2026-03-01", mine="yes")
    assert read_view(dict(parse_qsl(view.path.partition("?")[2]))) == view
    assert read_view({"spam-from": "30", "spam-to": "70"}).spam == "30-70"
    for wrong in ({"spam": "x"}, {"since": "gestern"}, {"lane": "x"}, {"spam": "900-2"}, {"mine": "perhaps"}):
        assert read_view(wrong) == View()


async def test_age_is_told_in_working_time(desk: AtDesk, service: Service, site: Site, clock: Clock) -> None:
    await file(service, site)  # on a Monday at eleven
    clock.advance(days=1)
    told = words_of(await desk.get("/desk"))
    assert "8 h 0 min Arbeitszeit" in told
    assert "überfällig" in told


async def _do(desk: AtDesk, comment: Comment, **fields: str):  # type: ignore[no-untyped-def]
    revision = str((await _present(desk.service, comment)).revision)
    return await desk.post(f"/desk/comments/{comment.id}/decisions", revision=revision, **fields)


async def _present(service: Service, comment: Comment) -> Comment:
    async with service.db.reading() as session:
        return await session.get_one(Comment, comment.id)


async def _role(service: Service, role: str) -> None:
    async with service.db.writing() as session:
        mira = (await session.exec(select(Moderator.id).order_by(col(Moderator.id)))).first()
        await session.exec(update(Membership).where(col(Membership.moderator_id) == mira).values(role=role))
