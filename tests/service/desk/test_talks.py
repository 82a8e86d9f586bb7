"""The talks at the desk: what is said page by page, and what editors ask there."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from models.prompt import Prompt, prompts_of
from models.thread import find_thread
from tests.builders import PAGE, add_site, ask, at_work, file, publish
from tests.service.desk.conftest import AtDesk, words_of

TALK = f"/desk/sites/musterstadt/talk?{urlencode({'page': PAGE})}"
FORM = "/desk/sites/musterstadt/talk"


@pytest.fixture
async def editor(client, service, site):
    return AtDesk(client, service, await at_work(service, site, "editor"))


async def prompts(service, site) -> list[Prompt]:
    async with service.db.reading() as session:
        thread = await find_thread(session, site, PAGE)
        return await prompts_of(session, thread.id) if thread else []


async def test_every_page_is_listed_with_what_is_said_waits_and_is_asked(service, site, editor):
    await publish(service, site)
    await file(service, site)
    await ask(service, site, "Was fehlt?", "Und wann?")
    await publish(service, site, page="/anderes")
    said = words_of(await editor.get("/desk/talks"))
    assert f"{PAGE} {PAGE} 2 Fragen 1 wartet 1 Kommentar" in said
    assert PAGE not in words_of(await editor.get("/desk/talks", q="anderes"))
    assert "keine Seite gefunden" in words_of(await editor.get("/desk/talks", q="gibt es nicht"))


async def test_three_questions_are_put_with_one_form_even_where_nobody_wrote(service, site, editor):
    text = "Wo wird gesprochen?\n\n  Wie wirkt das?  \nWie gelingt es?\n"
    answer = await editor.post(
        FORM, page=f"https://www.musterstadt.example{PAGE}#x", text=text, closes="2026-07-01T13:00", title="Mut"
    )
    assert answer.status_code == 303
    shown = await editor.get(answer.headers["location"].partition("#")[0])
    assert "Die Fragen stehen jetzt unter dem Beitrag" in words_of(shown)
    found = await prompts(service, site)
    assert [each.text for each in found] == ["Wo wird gesprochen?", "Wie wirkt das?", "Wie gelingt es?"]
    assert found[0].closes_at.isoformat() == "2026-07-01T11:00:00+00:00"  # by the clocks of Berlin
    assert 'value="2026-07-01T13:00"' in shown.text
    assert "<h1>Mut</h1>" in shown.text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"text": " \n "}, "mindestens eine Frage"),
        ({"text": "x" * 501}, "höchstens 500 Zeichen"),
        ({"text": "Was?", "closes": "morgen"}, "mit Tag und Uhrzeit"),
        ({"text": "\n".join("Was?" for _ in range(21))}, "höchstens 20 Fragen"),
    ],
)
async def test_what_cannot_be_asked_stays_in_the_form(service, site, editor, fields, told):
    answer = await editor.post(FORM, page=PAGE, **fields)
    assert answer.status_code in (409, 422)
    assert told in words_of(answer)
    assert fields["text"].strip() in answer.text
    assert await prompts(service, site) == []


async def test_a_page_that_is_none_is_told_so(editor):
    answer = await editor.get("/desk/sites/musterstadt/talk", page="ftp://x")
    assert answer.status_code == 422
    assert "Adresse oder Pfad der Seite" in words_of(answer)
    assert 'value="ftp://x"' in answer.text


async def test_each_button_does_what_it_says_and_keeps_what_was_typed(service, site, editor, clock):
    first, second = await ask(service, site, "Eins?", "Zwei?")

    async def press(do, prompt, text, closes=""):
        answer = await editor.post(f"/desk/questions/{prompt.id}", do=do, text=text, closes=closes)
        assert answer.status_code == 303, answer.text
        found = {each.id: each for each in await prompts(service, site)}
        return found[prompt.id], list(found)

    changed, order = await press("up", second, "Zwei, anders?")
    assert (changed.text, order) == ("Zwei, anders?", [second.id, first.id])
    assert (await press("down", second, "Zwei?"))[1] == [first.id, second.id]
    assert not (await press("close", first, "Eins?"))[0].open
    past = (clock() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert (await press("open", first, "Eins?", past))[0].takes_answers(clock())
    changed, order = await press("retire", first, "Eins?")
    assert (changed.retired, order) == (True, [second.id, first.id])
    assert (await press("restore", first, "Eins?"))[1] == [second.id, first.id]
    assert (await press("save", first, "Eins.", "2026-05-01T08:00"))[0].closes_at is not None
    empty = await editor.post(f"/desk/questions/{first.id}", do="save", text=" ", closes="2026-05-01T08:00")
    assert empty.status_code == 422
    assert "Eine Frage braucht einen Text" in words_of(empty)


async def test_moderators_see_questions_and_cannot_change_them(service, site, desk):
    [asked] = await ask(service, site, "Was fehlt?")
    shown = await desk.get(TALK)
    assert "Was fehlt?" in shown.text
    assert 'name="text"' not in shown.text
    refused = [
        await desk.post(FORM, page=PAGE, text="Und?"),
        await desk.post(f"/desk/questions/{asked.id}", do="retire"),
    ]
    assert [each.status_code for each in refused] == [403, 403]
    assert len(await prompts(service, site)) == 1


async def test_nothing_of_other_sites_is_seen(service, site, editor):
    other = await add_site(service, "anderswo")
    [asked] = await ask(service, other, "Geheim?")
    await publish(service, other, page="/geheim")
    assert "/geheim" not in (await editor.get("/desk/talks")).text
    for path in (
        "/desk/sites/anderswo/talk?page=/geheim", "/desk/sites/anderswo/digest?page=/geheim",
        f"/desk/questions/{asked.id}/answers.csv",
    ):  # fmt: skip
        assert (await editor.get(path)).status_code == 403
    assert (await editor.get("/desk/questions/gibt-es-nicht/answers.csv")).status_code == 404


async def test_cards_say_which_question_is_answered_and_the_queue_can_be_narrowed_to_it(service, site, desk):
    first, second = await ask(service, site, "Was fehlt?", "Und wann?")
    for name, question in (("Anna", first.id), ("Berta", second.id), ("Carla", None)):
        await file(service, site, f"{name} schreibt, was sie denkt.", name=name, question=question)
    assert (await desk.get("/desk")).text.count("Antwort auf die Frage") == 2
    narrow = (await desk.get("/desk", question=first.id)).text
    assert [f"<bdi>{name}</bdi>" in narrow for name in ("Anna", "Berta", "Carla")] == [True, False, False]
    assert f'name="question" value="{first.id}"' in narrow
    assert "<bdi>Anna</bdi>" not in (await desk.get("/desk", question="gibt-es-nicht")).text


async def test_the_answers_to_a_question_can_be_taken_along(service, site, desk):
    first, second = await ask(service, site, "Was fehlt?", "Und wann?")
    answer = await publish(
        service, site, "=cmd ist kein Befehl.", name="Ines", email="ines@post.example", question=first.id
    )
    await publish(service, site, "Morgen.", question=second.id)
    table = await desk.get(f"/desk/questions/{first.id}/answers.csv")
    assert "attachment" in table.headers["content-disposition"]
    assert "'=cmd ist kein Befehl." in table.text
    assert ("Was fehlt?" in table.text, "Morgen." in table.text, "@" in table.text) == (True, False, False)
    lines = [
        json.loads(each) for each in (await desk.get(f"/desk/questions/{first.id}/answers.jsonl")).text.splitlines()
    ]
    assert [each["text"] for each in lines[1]["thread"]["questions"]] == ["Was fehlt?"]
    assert [each["comment"]["id"] for each in lines[2:]] == [answer.id]
    assert (await desk.get(f"/desk/questions/{first.id}/answers.pdf")).status_code == 404
