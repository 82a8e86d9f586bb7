"""Subscriptions from the first question to the last mail, and what authors and reporters are told."""

import re

import httpx2
import pytest
from sqlmodel import select

from models.comment import Comment
from models.deciding import dismiss
from models.outbox import Notice
from models.report import file_objection
from models.ruling import Ruling
from models.subscription import Subscription
from moderation.lifecycle import Action
from tests.builders import ORIGIN, PAGE, TEXT, a_moderator, add_site, both_databases, file, publish, rule
from tests.service.mail.test_courier import carry
from tests.service.pages.reader import send

POST = "/api/v1/sites/musterstadt/comments"
LESER = "leser@post.example"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def _post(client: httpx2.AsyncClient, **fields: object) -> httpx2.Response:
    return await client.post(POST, json={"page": PAGE, "text": TEXT, **fields}, headers={"Origin": ORIGIN})


async def _subscribe(client, mailing, catcher, kind: str = "thread", **fields: object) -> str:
    """The comment of somebody whose subscription is confirmed."""
    answer = await _post(client, email=LESER, notify=kind, consent=True, **fields)
    assert answer.status_code == 202, answer.text
    await carry(mailing)
    link = _link(catcher, "/confirm/")
    confirmed = await client.post(link, data={"yes": "on"})
    assert confirmed.status_code == 303
    return answer.json()["id"]


def _link(catcher, part: str) -> str:
    """The newest link of the kind in the reader's mails."""
    return re.findall(rf"http\S*{part}\S+", "\n".join(each.text for each in catcher.to(LESER)))[-1]


async def _rows(service, table):
    async with service.db.reading() as session:
        return list(await session.exec(select(table)))


@both_databases
async def test_nothing_is_mailed_before_the_yes_and_nothing_before_approval(mailing, client, catcher, clock):
    site = await add_site(mailing)
    answer = await _post(client, email=LESER, notify="thread", consent=True)
    await carry(mailing)
    assert len(catcher.to(LESER)) == 2  # its own link, and the question
    await publish(mailing, site, text="Ein anderer Beitrag zur Sache, freundlich und kurz.", email="b@post.example")
    clock.advance(minutes=1)
    await carry(mailing)
    assert len(catcher.to(LESER)) == 2
    await client.post(_link(catcher, "/confirm/"), data={"yes": "on"})
    waiting = await file(mailing, site, "Noch ein Beitrag, der erst gelesen werden muss, bevor er erscheint.")
    clock.advance(minutes=1)
    await carry(mailing)
    assert len(catcher.to(LESER)) == 2
    await rule(mailing, waiting, Action.APPROVE, await a_moderator(mailing, site))
    clock.advance(minutes=1)
    await carry(mailing)
    assert "Noch ein Beitrag" in catcher.to(LESER)[-1].text
    stored = next(each for each in await _rows(mailing, Comment) if each.id == answer.json()["id"])
    assert stored.email_confirmed


async def test_the_question_names_article_and_purpose_and_no_words_of_the_comment(mailing, client, catcher):
    await add_site(mailing)
    await _post(client, email=LESER, notify="replies", consent=True, title="Ein Tisch für alle")
    await carry(mailing)
    [asked] = [each for each in catcher.to(LESER) if "/confirm/" in each.text]
    assert "Ein Tisch für alle" in asked.text
    assert "Gemeinde" not in asked.text + asked.html
    assert LESER not in asked.text + asked.html


async def test_the_yes_and_the_list_of_subscriptions_keep_the_language_that_was_chosen(mailing, client, catcher):
    await add_site(mailing)
    await _post(client, email=LESER, notify="thread", consent=True)
    await carry(mailing)
    asked = await client.get(_link(catcher, "/confirm/"), params={"lang": "en"})
    assert "Yes, I want these mails." in asked.text
    answer = await send(client, asked, "/confirm/", yes="on")
    assert answer.headers["location"].endswith("?confirmed=1&lang=en")
    shown = await client.get(answer.headers["location"])
    assert re.findall(r'\?lang=([\w-]+)" lang', shown.text) == ["de", "de-leicht", "en"]


async def test_a_scanner_that_opens_and_sends_everything_confirms_and_ends_nothing(mailing, client, catcher):
    await add_site(mailing)
    await _post(client, email=LESER, notify="thread", consent=True)
    await carry(mailing)
    link = _link(catcher, "/confirm/")
    for _ in range(2):
        assert (await client.get(link)).status_code == 200
        assert (await client.post(link, content="", headers=FORM)).status_code == 422
    [subscription] = await _rows(mailing, Subscription)
    assert subscription.confirmed_at is None
    await client.post(link, data={"yes": "on"})
    assert (await client.post(link, data={"yes": "on"})).status_code == 303
    page = f"/subscriptions/{subscription.id}/{mailing.tokens.unsubscribe(subscription.id)}"
    for path in (page, page + "/end"):
        await client.get(path)
        await client.post(path, content="", headers=FORM)
    [subscription] = await _rows(mailing, Subscription)
    assert subscription.confirmed_at is not None
    assert subscription.ended_at is None


async def test_one_click_ends_the_subscription_and_keeps_the_proof_without_the_address(mailing, client, catcher, clock):
    site = await add_site(mailing)
    await _subscribe(client, mailing, catcher)
    await publish(mailing, site, text="Ein anderer Beitrag zur Sache, freundlich und kurz.")
    clock.advance(minutes=1)
    await carry(mailing)
    mail = catcher.to(LESER)[-1].mail
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = mail["List-Unsubscribe"].strip("<>")
    assert f"List-Unsubscribe: <{address}>".encode() in catcher.to(LESER)[-1].data
    done = await client.post(address, content="List-Unsubscribe=One-Click", headers=FORM)
    assert done.status_code == 200
    [proof] = await _rows(mailing, Subscription)
    assert (proof.email, proof.wording != "", proof.confirmed_at is not None) == (None, True, True)
    assert proof.ended_at is not None
    assert not [name for name in Subscription.model_fields if "ip" in name.split("_") or "sender" in name]
    await publish(mailing, site, text="Und noch einer, nach dem Ende der Benachrichtigung geschrieben.")
    clock.advance(hours=2)
    before = len(catcher.caught)
    await carry(mailing)
    assert len(catcher.to(LESER)) == len([each for each in catcher.caught[:before] if each.recipients == [LESER]])


async def test_an_answer_is_told_to_who_asked_for_answers_and_a_stranger_is_not(mailing, client, catcher, clock):
    site = await add_site(mailing)
    own = await _subscribe(client, mailing, catcher, "replies")
    moderator = await a_moderator(mailing, site)
    comment = next(each for each in await _rows(mailing, Comment) if each.id == own)
    await rule(mailing, comment, Action.APPROVE, moderator)
    await publish(mailing, site, text="Ein Beitrag daneben, der auf niemanden antwortet, sondern neu beginnt.")
    await publish(mailing, site, text="Eine Antwort darauf, die Sie interessieren wird.", parent=own)
    clock.advance(minutes=1)
    await carry(mailing)
    told = [each for each in catcher.to(LESER) if "Eine Antwort darauf" in each.text]
    assert len(told) == 1
    assert "Ein Beitrag daneben" not in told[0].text


async def test_a_known_and_an_unknown_address_get_the_same_answer(mailing, client, catcher):
    await add_site(mailing)
    await _subscribe(client, mailing, catcher)
    answers = []
    for address in (LESER, "neu@post.example"):
        answer = await _post(client, email=address, notify="thread", consent=True, text=f"{TEXT} {len(answers)}")
        body = re.sub(r"[0-9a-f]{24}|[A-Za-z0-9_-]{43}", "#", answer.text).replace(f"wirkte. {len(answers)}", "wirkte.")
        answers.append((answer.status_code, sorted(answer.headers), body))
    assert answers[0] == answers[1]
    asked = []
    for address in (LESER, "niemand@post.example"):
        answer = await client.post("/sites/musterstadt/my-data", data={"email": address})
        shown = await client.get(answer.headers["location"])
        asked.append((answer.status_code, answer.content, answer.headers["location"], shown.content))
    assert asked[0] == asked[1]


async def test_a_thousand_requests_bring_one_address_three_mails_a_day(mailing, client, catcher, clock):
    await add_site(mailing)
    for number in range(60):
        words = f"{number} {'abcdefghij'[number % 10] * 3} {number * 7919}"
        await _post(client, email=LESER, notify="thread", consent=True, text=f"Beitrag {words} zur Sache im Ort.")
        await client.post("/sites/musterstadt/my-data", data={"email": LESER})
    await carry(mailing)
    clock.advance(hours=1)
    await carry(mailing)
    assert 0 < len(catcher.to(LESER)) <= 3


@pytest.mark.parametrize("missing", ["email", "consent"])
async def test_a_subscription_needs_an_address_and_a_yes(service, client, missing):
    await add_site(service)
    fields = {"email": LESER, "notify": "thread", "consent": True}
    del fields[missing]
    answer = await _post(client, **fields)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [missing]


async def test_a_rejection_is_mailed_with_every_item_of_the_statement(mailing, catcher, clock):
    site = await add_site(mailing)
    comment = await file(mailing, site, email=LESER)
    moderator = await a_moderator(mailing, site)
    await rule(mailing, comment, Action.REJECT, moderator, rule="respect", statement="Der zweite Satz beleidigt.")
    clock.advance(minutes=1)
    await carry(mailing)
    mail = catcher.to(LESER)[-1]
    for item in (
        "Was entschieden wurde",
        "Worum es geht",
        "Welche Regel",
        "Was Software getan hat",
        "Was Sie tun können",
    ):
        assert item in mail.text
        assert item in mail.html
    assert "Der zweite Satz beleidigt." in mail.text
    assert "Rechtsweg" in mail.text
    assert f"/comments/{comment.id}/" in mail.text


async def test_spam_is_told_to_nobody_and_an_undone_decision_neither(mailing, catcher, clock):
    site = await add_site(mailing)
    moderator = await a_moderator(mailing, site)
    spam = await file(mailing, site, email=LESER)
    await rule(mailing, spam, Action.SPAM, moderator)
    other = await file(mailing, site, "Ein zweiter Beitrag, ebenso sachlich wie der erste.", email="zwei@post.example")
    await rule(mailing, other, Action.REJECT, moderator, rule="respect", statement="x")
    await rule(mailing, other, Action.HOLD, moderator)
    clock.advance(minutes=1)
    await carry(mailing)
    assert catcher.to(LESER) == []
    assert catcher.to("zwei@post.example") == []


@pytest.mark.parametrize("upheld", [True, False])
async def test_the_outcome_of_an_objection_is_mailed(mailing, catcher, clock, upheld):
    site = await add_site(mailing)
    comment = await file(mailing, site, email=LESER)
    comment, _ = await rule(
        mailing, comment, Action.REJECT, await a_moderator(mailing, site), rule="respect", statement="Zu scharf."
    )
    async with mailing.db.writing() as session:
        await file_objection(session, comment, "Ich bitte um eine neue Prüfung.", clock())
    clock.advance(minutes=2)
    second = await a_moderator(mailing, site, "zweite@musterstadt.example")
    if upheld:
        await rule(mailing, comment, Action.APPROVE, second)
    else:
        async with mailing.db.writing() as session:
            await dismiss(session, comment.id, Ruling(Action.HOLD, comment.revision, second.id), clock())
    clock.advance(minutes=1)
    await carry(mailing)
    [told] = [each for each in catcher.to(LESER) if "Widerspruch" in each.mail["Subject"]]
    assert ("ist jetzt veröffentlicht" in told.text) is upheld
    assert ("Es bleibt bei der Entscheidung" in told.text) is not upheld


async def test_who_reports_gets_a_receipt_and_the_outcome(mailing, client, catcher, clock):
    site = await add_site(mailing)
    comment = await publish(mailing, site)
    report = {"reason": "insult", "email": LESER, "statement": "Bitte ansehen."}
    await client.post(f"/api/v1/comments/{comment.id}/report", json=report, headers={"Origin": ORIGIN})
    await carry(mailing)
    assert "angekommen" in catcher.to(LESER)[0].mail["Subject"]
    clock.advance(minutes=1)
    await rule(mailing, comment, Action.REJECT, await a_moderator(mailing, site), rule="respect", statement="Stimmt.")
    clock.advance(minutes=1)
    await carry(mailing)
    decided = catcher.to(LESER)[1]
    assert "nicht mehr veröffentlicht" in decided.text
    assert "keine Software beteiligt" in decided.text
    assert decided.mail["References"] == catcher.to(LESER)[0].mail["References"]


async def test_the_outbox_holds_neither_address_nor_secret(mailing, client):
    await add_site(mailing)
    await _post(client, email=LESER, notify="thread", consent=True)
    await client.post("/sites/musterstadt/my-data", data={"email": LESER})
    stored = str([each.payload for each in await _rows(mailing, Notice)])
    assert "@" not in stored
