"""A long queue at the desk: what its pages, searches and filters cost once so many comments wait for a person."""

import asyncio
import html
import json
import re
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from sqlmodel import insert

from benchmarks import servers
from benchmarks.fill import SITE, database_in
from benchmarks.servers import Server
from benchmarks.tables import table
from models.api_token import create_token
from models.comment import Comment, judged_fields
from models.db import Database
from models.desk_session import invite, sign_in_by_link
from models.moderator import moderator_by_email
from models.report import Report
from models.search import take_up_words, words_wait
from models.site import Site, add_site
from models.thread import open_thread
from moderation.classifier.corpus import authored_paths, read_rows
from moderation.draft import Draft
from moderation.judge import judge
from moderation.policy import Policy
from moderation.reading import Standing
from service.bench import load_judges
from service.state import utc_now

RARE_WORD = "zwergpinguin"
AFTER_DECISION = "first page after a decision"
_EVERY = 16  # of the rows that were written for this project; each is judged once and stored many times
_PAGES = 200
_BATCH = 2_000
_TIMES = 11
_DAYS = 90
_NEXT = re.compile(r'rel="next" href="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Keys:
    """What a moderator asks with: the secret of a session at the desk, a token, and a comment of a known author."""

    session: str
    token: str
    author: str


@dataclass(frozen=True, slots=True)
class Cost:
    """One request: milliseconds until its answer was read, of the service's processor time, and KiB of the answer."""

    name: str
    passed: float
    processor: float
    size: float


def time_queue(comments: int, say: Callable[[str], None]) -> str:
    """The table, in Markdown: medians of `_TIMES` requests, and the means of their processor time."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        say(f"a queue of {comments:,}")
        keys = asyncio.run(_fill(folder, comments, say))
        with servers.ours(Path(folder)) as service:
            costs = []
            for name, path in _asked(service, keys):
                say(name)
                costs.append(_cost(service, name, path, keys))
    rows = [(each.name, f"{each.passed:.0f}", f"{each.processor:.0f}", f"{each.size:.0f}") for each in costs]
    return table((f"{comments:,} comments wait", "ms", "ms of processor time", "KiB"), rows)


def _asked(service: Server, keys: Keys) -> Iterator[tuple[str, str]]:
    first = _answer(service, "/desk", keys).decode()
    found = _NEXT.search(first)
    if found is None:
        raise LookupError("next page")
    today = utc_now().date()
    yield "desk, first page", "/desk"
    yield AFTER_DECISION, "/desk"
    yield "next page", html.unescape(found[1])
    for lane in ("spam", "reports", "held", "decided"):
        yield f"lane “{lane}”", f"/desk?lane={lane}"
    words = (("many hits", "gemeinde"), ("few hits", RARE_WORD), ("two words", "schule danke"), ("no hit", "qwyx"))
    for name, asked in words:
        yield f"search, {name}", "/desk?" + urlencode({"q": asked})
    filters: tuple[tuple[str, dict[str, str]], ...] = (
        ("page", {"page": "artikel/17"}),
        ("rule", {"rule": "personal_data"}),
        ("rule, no hit", {"rule": "copied"}),
        ("spam 90–100 %", {"spam": "90-100"}),
        ("breach 40–50 %", {"violation": "40-50"}),
        ("breach, no hit", {"violation": "100-100"}),
        ("one day", {"since": str(today - timedelta(days=9)), "until": str(today - timedelta(days=9))}),
        ("handed over to me", {"mine": "yes"}),
        ("author", {"author": keys.author}),
        ("four at once", {"rule": "respect", "violation": "20-95", "page": "artikel/3", "until": str(today)}),
    )
    for name, asked_for in filters:
        yield f"filter, {name}", "/desk?" + urlencode(asked_for)
    yield "counts of the lanes", "/desk/counts"
    yield "API, first page", f"/api/v1/moderation/queue?site={SITE}"


def _cost(service: Server, name: str, path: str, keys: Keys) -> Cost:
    size = len(_answer(service, path, keys)) / 1024
    passed, spent = [], 0.0
    for number in range(_TIMES):
        if name == AFTER_DECISION:
            _approve(service, _id(1000 + number), keys)
        before, started = service.cpu(), time.perf_counter()
        _answer(service, path, keys)
        passed.append((time.perf_counter() - started) * 1000)
        spent += service.cpu() - before
    return Cost(name, median(passed), spent / _TIMES * 1000, size)


def _approve(service: Server, comment: str, keys: Keys) -> None:
    """Then all that is counted must be counted anew."""
    body = json.dumps({"action": "approve", "revision": 1}).encode()
    known = {"Authorization": f"Bearer {keys.token}", "Content-Type": "application/json"}
    path = f"{service.url}/api/v1/moderation/comments/{comment}/decisions"
    with urllib.request.urlopen(urllib.request.Request(path, body, known), timeout=60) as answer:
        answer.read()


def _answer(service: Server, path: str, keys: Keys) -> bytes:
    known = {"Authorization": f"Bearer {keys.token}"} if "/api/" in path else {"Cookie": f"wortmeldung={keys.session}"}
    with urllib.request.urlopen(urllib.request.Request(service.url + path, headers=known), timeout=60) as answer:
        if answer.url != service.url + path:
            raise LookupError(answer.url)
        body: bytes = answer.read()
        return body


async def _fill(folder: str, comments: int, say: Callable[[str], None]) -> Keys:
    db = database_in(folder)
    await db.migrate()
    async with db.writing() as session:
        site = await add_site(session, SITE, ["http://127.0.0.1"], utc_now())
        threads = [
            (await open_thread(session, site, f"/artikel/{number}", f"Artikel {number}", utc_now())).id or 0
            for number in range(_PAGES)
        ]
    say("judging")
    made = _waiting(site, threads, _judged(), comments)
    say("filling")
    while batch := list(islice(made, _BATCH)):
        async with db.writing() as session:
            await session.execute(insert(Comment), batch)
            await session.execute(insert(Report), _reports(batch))
            await take_up_words(session)
    async with db.writing() as session:
        while await words_wait(session):
            await take_up_words(session)
    keys = await _keys(db, site)
    await db.close()
    return keys


async def _keys(db: Database, site: Site) -> Keys:
    async with db.writing() as session:
        link = await invite(session, "mira@example.org", site, "moderator", utc_now())
        secret = await sign_in_by_link(session, link, utc_now())
        moderator = await moderator_by_email(session, "mira@example.org")
        if secret is None or moderator is None:
            raise LookupError("mira")
        token = await create_token(session, moderator, "benchmark", utc_now())
    return Keys(secret, token, _id(0))


def _judged() -> list[dict[str, Any]]:
    """What the judges store with comments of every kind: praise, complaints, spam, breaches of the rules."""
    judges, standing, policy = load_judges(), Standing(), Policy()
    rows = [row.reading for row in read_rows(authored_paths()) if row.reading.text][::_EVERY]
    drafts = [Draft(page="/", text=each.text, name=each.name or "Gast", email="", url=each.url or "") for each in rows]
    return [judged_fields(judge(draft, standing, policy, judges)) for draft in drafts]


def _waiting(site: Site, threads: list[int], judged: list[dict[str, Any]], comments: int) -> Iterator[dict[str, Any]]:
    """Over days and pages evenly; one in 5 answers another, one in 20 is kept back, 20 come from each sender."""
    now = utc_now()
    for number in range(comments):
        fields = judged[number % len(judged)]
        rare = f"{RARE_WORD} " if number % 9000 == 0 else ""
        yield fields | {
            "id": _id(number),
            "site_id": site.id,
            "thread_id": threads[number % len(threads)],
            "parent_id": _id(number - len(threads)) if number % 5 == 4 and number >= len(threads) else None,
            "text": f"{fields['text']} {rare}".rstrip(),
            "search": f"{fields['search']}{rare}",
            "language": "de",
            "sender": f"sender-{number // 20}",
            "netiquette": "",
            "held": number % 20 == 19,
            "created_at": now - timedelta(days=_DAYS) * (1 - number / comments),
        }


def _reports(batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"id": f"r{each['id']}", "comment_id": each["id"], "reason": "insult", "created_at": each["created_at"]}
        for each in batch[::50]
    ]


def _id(number: int) -> str:
    return f"waits-{number:07}"
