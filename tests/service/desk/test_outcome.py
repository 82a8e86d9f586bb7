""" "Was daraus wurde": on top of the closed thread wherever it is read, and mailed once to who follows it."""

import re

import httpx2
import pytest
from sqlmodel import select

from models.audit import latest_entries
from models.outcome import TOLD_AFTER
from models.site import Site
from models.subscription import Subscription, ask_to_subscribe, confirm
from models.thread import find_thread
from models.webhook import Delivery, add_webhook
from service.state import Service
from tests.builders import PAGE, at_work, both_databases, publish
from tests.conftest import Clock
from tests.service.desk.conftest import AtDesk, words_of
from tests.service.mail.conftest import catcher, mailing
from tests.service.mail.test_courier import carry
from tests.service.pages.reader import talking_to
from tests.support.catcher import Catcher

__all__ = ["catcher", "mailing"]
API = f"/api/v1/sites/musterstadt/thread?page={PAGE}"
PLACES = (
    API, f"/sites/musterstadt/thread?page={PAGE}", f"/sites/musterstadt/fragment?page={PAGE}",
    f"/sites/musterstadt/feed.atom?page={PAGE}", "/sites/musterstadt/feed.atom",
)  # fmt: skip
DESK = "/desk/sites/musterstadt/outcome"
NOTE = "Der Rat hat am Montag **zugestimmt**. Fragen an rat@stadt.example <script>alert(1)</script>"
LESER, NUR_ANTWORTEN = "leser@post.example", "antworten@post.example"


@pytest.fixture
async def editor(desk: AtDesk, service: Service, site: Site) -> AtDesk:
    return AtDesk(desk.client, service, await at_work(service, site, "editor"))


async def _follow(service: Service, site: Site, address: str, kind: str, *, confirmed: bool = True) -> None:
    """Somebody who wants mails about the page, or about the answers to their comment."""
    comment = await publish(service, site, f"Ein Beitrag von {address[:4]} zum Platz am Fluss.", email=address)
    async with service.db.writing() as session:
        await ask_to_subscribe(session, comment, kind, service.clock())  # type: ignore[arg-type]
        asked = await session.exec(select(Subscription).where(Subscription.comment_id == comment.id))
        if confirmed:
            await confirm(session, asked.one().id, service.clock())


async def _put(desk: AtDesk, text: str = NOTE, **fields: str) -> httpx2.Response:
    return await desk.post(
        DESK, page=PAGE, text=text, **{"title": "Der Beschluss", "day": "2026-03-02", "do": "put", **fields}
    )


async def test_the_note_stands_wherever_the_thread_is_read_and_closes_it(
    editor: AtDesk, client: httpx2.AsyncClient, service: Service, site: Site
) -> None:
    await publish(service, site)
    before = {
        path: (await client.get(path)).headers["etag"] for path in PLACES if "/thread?" not in path or "api" in path
    }
    shown = await _put(editor, do="preview")
    assert "<strong>zugestimmt</strong>" in shown.text
    assert (await client.get(API)).json()["outcome"] is None
    assert (await _put(editor)).headers["location"].endswith("&done=put")
    told = (await client.get(API)).json()
    assert (told["open"], told["outcome"]["title"], told["outcome"]["day"]) == (False, "Der Beschluss", "2026-03-02")
    for path in PLACES:
        answer = await client.get(path)
        assert "zugestimmt" in answer.text, path
        assert "Der Beschluss" in answer.text, path
        assert "rat@stadt" not in answer.text
        assert "<script>alert" not in answer.text
        assert answer.headers.get("etag") != before.get(path, "")
    assert "2. März 2026" in (await client.get(PLACES[1])).text
    await editor.post(DESK, page=PAGE, do="take")
    for path in PLACES:
        assert "zugestimmt" not in (await client.get(path)).text, path
    assert (await client.get(API)).json()["open"] is False
    async with service.db.reading() as session:
        log = [each.action for each in await latest_entries(session, (site.id or 0,))]
    assert log[:2] == ["outcome_taken_back", "outcome_put"]


@both_databases
async def test_who_follows_the_page_is_mailed_once_and_never_for_a_change(
    mailing: Service, catcher: Catcher, site: Site, clock: Clock
) -> None:
    await _follow(mailing, site, LESER, "thread")
    await _follow(mailing, site, NUR_ANTWORTEN, "replies")
    await _follow(mailing, site, "offen@post.example", "thread", confirmed=False)
    async with mailing.db.writing() as session:
        webhook = await add_webhook(
            session, site, "https://cdn.example/purge", ["thread.changed"], clock(), private=False
        )
    clock.advance(hours=2)
    await carry(mailing)
    catcher.caught.clear()
    async with talking_to(mailing) as client:
        editor = AtDesk(client, mailing, await at_work(mailing, site, "editor"))
        await _put(editor)
        await carry(mailing)
        assert catcher.caught == []
        await _put(editor, text="Der Rat hat **abgelehnt**.")
        clock.now += TOLD_AFTER
        await carry(mailing)
        [mail] = catcher.caught
        assert mail.recipients == [LESER]
        assert mail.mail["Subject"] == f"Was aus „{PAGE}“ wurde"
        assert "abgelehnt" in mail.text
        assert "zugestimmt" not in mail.text
        assert f"thread?page={PAGE.replace('/', '%2F')}#was-daraus-wurde" in mail.text
        assert mail.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        ending = re.findall(r"<(\S+)>", mail.mail["List-Unsubscribe"])[0]
        await _put(editor, text="Der Rat hat doch zugestimmt.")
        await editor.post(DESK, page=PAGE, do="take")
        await _put(editor, text="Und noch einmal von vorn.")
        clock.advance(days=1)
        await carry(mailing)
        assert len(catcher.caught) == 1
        assert (await client.post(ending, data={"List-Unsubscribe": "One-Click"})).status_code == 200
    async with mailing.db.reading() as session:
        events = list(await session.exec(select(Delivery.event).where(Delivery.webhook_id == webhook.id)))
        assert (await find_thread(session, site, PAGE)).revision >= 5
    assert "thread.changed" in events


async def test_a_note_that_is_taken_back_in_time_is_mailed_to_nobody(
    mailing: Service, catcher: Catcher, site: Site, clock: Clock
) -> None:
    await _follow(mailing, site, LESER, "thread")
    await carry(mailing)
    catcher.caught.clear()
    async with talking_to(mailing) as client:
        editor = AtDesk(client, mailing, await at_work(mailing, site, "editor"))
        await _put(editor)
        await editor.post(DESK, page=PAGE, do="take")
    clock.advance(days=1)
    await carry(mailing)
    assert [each for each in catcher.caught if "wurde" in str(each.mail["Subject"])] == []


@pytest.mark.parametrize(
    "fields, told",
    [
        ({"text": "  "}, "Bitte füllen Sie dieses Feld aus."),
        ({"text": "x" * 10_001}, "Das ist zu lang."),
        ({"title": "x" * 201}, "Das ist zu lang."),
        ({"day": "gestern"}, "Das ist kein Tag."),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_put(
    editor: AtDesk, service: Service, site: Site, fields: dict[str, str], told: str
) -> None:
    await publish(service, site)
    answer = await _put(editor, **fields)
    assert (answer.status_code, told in words_of(answer)) == (422, True)
    assert (await editor.client.get(API)).json()["outcome"] is None


async def test_moderators_see_it_and_do_not_write_it(
    desk: AtDesk, editor: AtDesk, service: Service, site: Site
) -> None:
    await publish(service, site)
    assert "von Redaktion und Administration" in words_of(await desk.get(DESK, page=PAGE))
    assert (await _put(desk)).status_code == 403
    assert (await editor.get(DESK, page="/unbekannt")).status_code == 404
    assert (await editor.post(DESK, page="/unbekannt", text="Etwas.")).status_code == 404
