"""Threads of a given size, put into the database as if they had been written, judged and approved long ago."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

from sqlmodel import insert

from models.api_token import create_token
from models.comment import Comment
from models.db import Database
from models.desk_session import invite
from models.moderator import moderator_by_email
from models.seal import Seal
from models.site import Site, add_site, site_by_key
from models.thread import advance, open_thread
from moderation.draft import Draft
from moderation.judge import show
from moderation.lifecycle import Status
from service.settings import SECRET_FILE, kept_secrets
from service.state import utc_now

SITE = "benchmark"
_BATCH = 2_000
_CHARACTERS = 300


def texts() -> list[str]:
    """Real sentences of our own, in German, about 300 characters each."""
    rows = (files("moderation") / "data" / "authored" / "ham_de.jsonl").read_text("utf-8").splitlines()
    whole = " ".join(json.loads(row)["text"].replace("\n", " ") for row in rows)
    return [whole[start : start + _CHARACTERS].strip() for start in range(0, len(whole) - _CHARACTERS, _CHARACTERS)]


def database_in(folder: str) -> Database:
    """The database that a service finds in this data directory, with the secret that it finds there."""
    return Database(f"sqlite:///{folder}/wortmeldung.db", Seal(kept_secrets(Path(folder) / SECRET_FILE)))


async def fill(db: Database, sizes: dict[str, int], site: str = SITE, status: Status = Status.APPROVED) -> None:
    """A thread for each page with so many comments: one in five a top comment, the others answer an earlier one."""
    now = datetime.now(UTC)
    bodies = [(text, show(Draft(page="/", text=text), "de").html) for text in texts()]
    async with db.writing() as session:
        known = await site_by_key(session, site)
        place = known or await add_site(session, site, ["http://127.0.0.1"], now)
    for page, size in sizes.items():
        async with db.writing() as session:
            thread = await open_thread(session, place, page, "", now)
            await advance(session, thread.id or 0)
        made = _comments(place, thread.id or 0, size, bodies, status, now)
        while batch := list(islice(made, _BATCH)):
            async with db.writing() as session:
                await (await session.connection()).execute(insert(Comment), batch)


def _comments(
    site: Site, thread: int, size: int, bodies: list[tuple[str, str]], status: Status, now: datetime
) -> Iterator[dict[str, Any]]:
    top = max(1, size // 5)
    for number in range(size):
        text, html = bodies[number % len(bodies)]
        answered = number - top if number < 2 * top else number // 2
        yield {
            "id": f"{thread:x}-{number:x}",
            "site_id": site.id,
            "thread_id": thread,
            "parent_id": None if number < top else f"{thread:x}-{answered:x}",
            "name": f"Gast {number}",
            "text": text,
            "html": html,
            "search": "",
            "status": status,
            "lane": "review",
            "sender": "",
            "language": "de",
            "netiquette": "",
            "findings": [],
            "reasons": [],
            "failed": [],
            "created_at": now - timedelta(days=30, seconds=-number),
        }


async def a_token(folder: str) -> str:
    """A token of a moderator of the site, for the database in the folder."""
    db = database_in(folder)
    async with db.writing() as session:
        site = await site_by_key(session, SITE)
        if site is None:
            raise LookupError(SITE)
        await invite(session, "mira@example.org", site, "moderator", utc_now())
        moderator = await moderator_by_email(session, "mira@example.org")
        if moderator is None:
            raise LookupError("mira")
        token = await create_token(session, moderator, "benchmark", utc_now())
    await db.close()
    return token
