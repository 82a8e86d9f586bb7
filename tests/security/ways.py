"""The ways by which strangers' and colleagues' words get into the service. A new field or way is one line in `WAYS`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from sqlmodel import col, select

from models.comment import Comment
from models.data_request import enter, new_visit
from models.deciding import decide
from models.desk_session import invite
from models.legal import Legal
from models.ruling import Ruling
from models.seal import mark_of
from models.sentence import add_sentence
from models.site import Site
from moderation.draft import LONGEST
from moderation.lifecycle import Action
from service.state import Service
from tests.builders import ORIGIN, PAGE, a_moderator, a_token, file, publish
from tests.conftest import Clock
from tests.security.imports import FILES
from tests.service.desk.conftest import AtDesk
from tests.service.exchange.conftest import Exchange
from tests.service.pages.reader import send
from tests.support.catcher import Caught

API = "/api/v1/sites/musterstadt"
FORM = f"/sites/musterstadt/thread?page={PAGE}"
READER = "leserin@post.example"
Case = Mapping[str, str]


@dataclass
class World:
    """The service with somebody at the desk; `own` are pages by whose secret an author comes back."""

    service: Service
    client: httpx2.AsyncClient
    site: Site
    clock: Clock
    desk: AtDesk
    folder: Path
    payloads: list[str]
    number: int = 0
    taken: int = 0
    own: list[str] = field(default_factory=list)
    caught: list[Caught] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)

    def later(self) -> int:
        """So much that nothing is too soon after what came before; and a number that no other case has."""
        self.clock.advance(minutes=11)
        self.number += 1
        return self.number

    async def waiting(self, text: str = "", **fields: str) -> Comment:
        number = self.later()
        return await file(self.service, self.site, f"{text}\n\nGedanke {number} zum Schulweg im Ort.", **fields)

    async def published(self, **fields: str) -> Comment:
        return await publish(self.service, self.site, f"Gedanke {self.later()} zum Marktplatz im Ort.", **fields)

    def took(self, answer: httpx2.Response) -> bool:
        """No attack costs more than a refusal; whether it was not even that."""
        assert answer.status_code < 500, answer.text
        self.taken += answer.is_success or answer.is_redirect
        return answer.is_success or answer.is_redirect


@dataclass(frozen=True)
class Way:
    """`write` takes the cases: each has a value for every field. `every`: with each payload, or with a share of them."""

    fields: Mapping[str, int]
    write: Callable[[World, list[Case]], Awaitable[None]]
    every: bool = False


def _each(write: Callable[[World, Case], Awaitable[None]]) -> Callable[[World, list[Case]], Awaitable[None]]:
    async def all_of_them(world: World, cases: list[Case]) -> None:
        for case in cases:
            await write(world, case)

    return all_of_them


async def _by_widget(world: World, case: Case) -> None:
    number = world.later()
    page = PAGE if number % 4 else f"/seite-{number}?{case['page']}"[: LONGEST["page"]]
    text = f"{case['text']}\n\nGedanke {number} zum Schulweg im Ort."
    body = {**case, "page": page, "text": text}
    if number % 8:
        body.pop("question")  # an invented one is refused
    answer = await world.client.post(f"{API}/comments", json=body, headers={"Origin": ORIGIN})
    for _ in range(2):
        faults = [each["field"] for each in answer.json().get("errors", ())] if answer.status_code == 422 else []
        for named in faults:  # a line break in a single line is refused: the rest goes its way
            body.pop(named, None)
        if faults:
            body |= {"page": PAGE} if "page" in faults else {}
            answer = await world.client.post(f"{API}/comments", json=body, headers={"Origin": ORIGIN})
    if world.took(answer):
        world.own.append(answer.json()["manage_url"])


async def _by_form(world: World, case: Case) -> None:
    page = await world.client.get(FORM)
    text = f"{case['text']}\n\nGedanke {world.later()} zum Schulweg im Ort."
    world.took(await send(world.client, page, "/thread", **{**case, "text": text}))


async def _by_edit(world: World, case: Case) -> None:
    comment = await world.waiting()
    headers = {"Authorization": f"Bearer {world.service.tokens.manage(comment.id)}", "Origin": ORIGIN}
    body = {**case, "text": f"{case['text']}\n\nGedanke {world.later()} zum Schulweg."}
    world.took(await world.client.patch(f"/api/v1/comments/{comment.id}", json=body, headers=headers))


async def _by_own_page(world: World, case: Case) -> None:
    comment = await world.waiting()
    path = f"/comments/{comment.id}/{world.service.tokens.manage(comment.id)}"
    body = {**case, "text": f"{case['text']}\n\nGedanke {world.later()} zum Schulweg."}
    if world.took(await send(world.client, await world.client.get(path), "/edit", **body)):
        world.own.append(path)


def _by_import(system: str) -> Callable[[World, list[Case]], Awaitable[None]]:
    async def bring(world: World, cases: list[Case]) -> None:
        path = world.folder / system
        FILES[system](cases, path)
        account = await Exchange(world.service, world.site).bring(system, path)
        world.taken += account.added

    return bring


async def _by_redaction(world: World, case: Case) -> None:
    comment = await world.waiting(f"{case['text']}\n\nHier steht eine Stelle, die gehen soll.")
    shown = {"action": "redact", "revision": str(comment.revision), "passage": "die gehen soll", "mark": "passage"}
    world.took(await world.desk.post(f"/desk/comments/{comment.id}/decisions", **shown))
    wrong = {**shown, "passage": case["passage"]}
    await world.desk.post(f"/desk/comments/{comment.id}/decisions", **wrong)


async def _by_answer(world: World, case: Case) -> None:
    comment = await world.published(email=READER)
    world.took(await world.desk.post(f"/desk/comments/{comment.id}/answer", answer=case["answer"]))


async def _by_note(world: World, case: Case) -> None:
    comment = await world.waiting()
    said = {"action": "note", "revision": str(comment.revision), "note": case["note"]}
    world.took(await world.desk.post(f"/desk/comments/{comment.id}/decisions", **said))


async def _by_rejection(world: World, case: Case) -> None:
    comment = await world.waiting(email=READER, title=case["title"], name=case["name"])
    said = {"action": "reject", "revision": str(comment.revision), "rule": "respect", "statement": case["statement"]}
    if world.took(await world.desk.post(f"/desk/comments/{comment.id}/decisions", **said)):
        path = f"/comments/{comment.id}/{world.service.tokens.manage(comment.id)}"
        world.own.append(path)
        world.took(await send(world.client, await world.client.get(path), "/object", statement=case["objection"]))


async def _by_report(world: World, case: Case) -> None:
    comment = await world.published()
    path = f"/api/v1/comments/{comment.id}/report"
    body = {"reason": "insult", **case, "email": READER}
    world.took(await world.client.post(path, json=body, headers={"Origin": ORIGIN}))
    wrong = {"reason": case["name"], "email": case["name"], "statement": case["statement"]}
    world.took(await world.client.post(path, json=wrong, headers={"Origin": ORIGIN}))


async def _by_report_form(world: World, case: Case) -> None:
    path = f"/comments/{(await world.published()).id}/report"
    world.took(await send(world.client, await world.client.get(path), "/report", reason="insult", **case))


async def _by_request(world: World, cases: list[Case]) -> None:
    async with world.service.db.writing() as session:
        mark, now = mark_of(session, READER), world.clock()
        secret = await enter(session, await new_visit(session, world.site.id or 0, READER, mark, now), now)
    path = f"/my-data/{secret}"
    world.own.append(path)
    page = await world.client.get(path)
    for case in cases:
        world.took(await send(world.client, page, "/request", kind="other", statement=case["statement"]))


async def _by_settings(world: World, case: Case) -> None:
    path = f"/desk/sites/{world.site.key}/settings"
    words = {f"text_{place}_{each}": case["words"] for place in ("form", "thanks", "closed") for each in ("de", "en")}
    world.took(await world.desk.post(f"{path}/words", **words))
    site = {"name": case["name"], "origins": ORIGIN, "language": "de", "names": case["names"]}
    for wrong in (
        await world.desk.post(f"{path}/site", **site, **dict.fromkeys(_ADDRESSES, case["url"])),
        await world.desk.post(f"/desk/sites/{world.site.key}/webhooks", url=case["url"]),
    ):
        assert wrong.status_code < 500
    # What an admin links to is the site's own affair; the rest of the matrix looks at strangers' links.
    world.took(await world.desk.post(f"{path}/site", **site, **dict.fromkeys(_ADDRESSES, f"{ORIGIN}/a")))


_ADDRESSES = ("imprint_url", "privacy_url", "contact_url")


async def _by_netiquette(world: World, case: Case) -> None:
    path = f"/desk/sites/{world.site.key}/netiquette/respect"
    page = await world.desk.get(path)
    texts = dict.fromkeys(("title_de", "explanation_de", "title_en", "explanation_en"), case["text"])
    answer = await world.desk.post(
        path, **{"enabled": "on", "severity": "hold", "do": "save", **texts}, note=case["note"]
    )
    assert page.status_code == 200
    world.took(answer)


async def _by_account(world: World, case: Case) -> None:
    world.took(await world.desk.post("/desk/account", name=case["name"], language="de"))
    people = f"/desk/sites/{world.site.key}/people"
    wrong = await world.desk.post(people, email=case["name"], role="moderator")
    assert wrong.status_code < 500


async def _by_operator(world: World, cases: list[Case]) -> None:
    """What operators set by command: whom readers are told to be responsible, and sentences for rejections."""
    async with world.service.db.writing() as session:
        site = await session.get_one(Site, world.site.id)
        names = ("controller", "address", "contact", "officer", "youth")
        told = {name: case["legal"] for name, case in zip(names, cases, strict=False)}
        site.legal = Legal(**told).as_json()
        session.add(site)
        for case in cases:
            await add_sentence(session, site.id or 0, "respect", "de", case["sentence"], world.clock())
    world.taken += len(cases)


async def _by_message(world: World, case: Case) -> None:
    world.later()
    body = {**case, "email": READER, "page": PAGE}
    path = f"{API}/contacts/anna/messages"
    answer = await world.client.post(path, json=body, headers={"Origin": ORIGIN})
    if answer.status_code == 422:  # a line break in the name
        answer = await world.client.post(path, json={**body, "name": "Jo"}, headers={"Origin": ORIGIN})
    world.took(answer)


async def _by_contact(world: World, case: Case) -> None:
    key = f"k-{world.later()}"
    told = {"name": case["name"], "function": case["function"], "key": key, "address": "k@amt.example"}
    if world.took(await world.desk.post("/desk/sites/musterstadt/contacts", **told, **{"language-de": "on"})):
        world.contacts.append(key)


async def _by_question(world: World, case: Case) -> None:
    asked = {"page": f"/frage-{world.later()}", "text": case["text"], "title": case["title"], "closes": ""}
    world.took(await world.desk.post("/desk/sites/musterstadt/talk", **asked))


async def _by_outcome(world: World, case: Case) -> None:
    page = f"/ergebnis-{world.later()}"
    await publish(world.service, world.site, page=page)
    told = {"page": page, "title": case["title"], "text": case["text"], "day": "2026-03-02", "do": "put"}
    world.took(await world.desk.post("/desk/sites/musterstadt/outcome", **told))


async def _by_rows(world: World, cases: list[Case]) -> None:
    token = await a_token(world.service, world.site, "zeilen@musterstadt.example")
    async with world.service.db.writing() as session:
        await invite(session, "zeilen@musterstadt.example", world.site, "admin", world.clock())
    pages = [f"{ORIGIN}/zeilen/{number}" for number in range(len(cases))]
    posts = [{"link": page, "title": case["title"]} for page, case in zip(pages, cases, strict=True)]
    rows = [
        {
            "id": str(number + 1), "link": page, "approved": "1", "author": case["name"], "author_url": case["url"],
            "date_gmt": "2020-01-01 00:00:00", "content": case["text"],
        }
        for number, (page, case) in enumerate(zip(pages, cases, strict=True))
    ]  # fmt: skip
    path = "/api/v1/moderation/sites/musterstadt/import/wordpress"
    body = {"blog": "https://zeilen.example", "posts": posts, "comments": rows}
    answer = await world.client.post(path, json=body, headers={"Authorization": f"Bearer {token}"})
    world.took(answer)


async def approve_all(world: World) -> None:
    """Publish what waits, in one transaction, but for a few that the queue goes on showing."""
    moderator = await a_moderator(world.service, world.site)
    async with world.service.db.writing() as session:
        waiting = list(await session.exec(select(Comment).where(col(Comment.status) == "pending")))
        for comment in waiting[:-8]:
            await decide(session, comment.id, Ruling(Action.APPROVE, comment.revision, moderator.id), world.clock())


_DRAFT = {"text": 60_000, "name": 80, "url": 500, "title": 300}
_IMPORTED = {**_DRAFT}
WAYS: dict[str, Way] = {
    "widget": Way({**_DRAFT, "page": 1900, "question": 64}, _each(_by_widget), every=True),
    "form": Way({"text": 60_000, "name": 80, "url": 500}, _each(_by_form)),
    "edit": Way({"text": 60_000, "name": 80, "url": 500}, _each(_by_edit)),
    "own page": Way({"text": 60_000, "name": 80, "url": 500}, _each(_by_own_page)),
    **{f"import {each}": Way(_IMPORTED, _by_import(each)) for each in FILES},
    "redaction": Way({"text": 60_000, "passage": 500}, _each(_by_redaction)),
    "answer": Way({"answer": 5000}, _each(_by_answer)),
    "note": Way({"note": 2000}, _each(_by_note)),
    "rejection": Way({"statement": 2000, "objection": 2000, "title": 300, "name": 80}, _each(_by_rejection)),
    "report": Way({"statement": 4000, "name": 80}, _each(_by_report)),
    "report form": Way({"statement": 4000, "name": 80}, _each(_by_report_form)),
    "request": Way({"statement": 4000}, _by_request),
    "operator": Way({"legal": 500, "sentence": 2000}, _by_operator),
    "netiquette": Way({"text": 500, "note": 300}, _each(_by_netiquette)),
    "account": Way({"name": 80}, _each(_by_account)),
    "message": Way({"text": 5000, "name": 80}, _each(_by_message)),
    "contact": Way({"name": 80, "function": 120}, _each(_by_contact)),
    "question": Way({"text": 280, "title": 200}, _each(_by_question)),
    "outcome": Way({"text": 5000, "title": 200}, _each(_by_outcome)),
    "import rows": Way(_IMPORTED, _by_rows),
    "settings": Way({"name": 200, "names": 80, "words": 500, "url": 500}, _each(_by_settings)),
}
