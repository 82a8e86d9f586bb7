"""Fills the demo site. Comments come through the real judges and the real table of decisions, with an earlier clock."""

import tomllib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.contact import Contact
from models.deciding import decide
from models.desk_session import invite
from models.filing import Circumstances, file_comment
from models.legal import Legal
from models.moderator import moderator_by_email
from models.outbox import Notice, settle
from models.prompt import add_prompts
from models.ruling import Ruling
from models.site import Site, add_site, set_links, site_by_key
from models.thread import normalise_page, open_thread
from moderation.draft import Draft
from moderation.lifecycle import Action
from service.arrival import Arrival
from service.demo.routes import CONTACT, PAGE, SITE
from service.judging import judge_draft
from service.own import withdraw_in
from service.state import Service

MODERATOR = "redaktion@demo.example"
_NAME = "Auf gutem Grund"
_LEGAL = Legal(controller=_NAME, address="Musterweg 1, 12345 Musterstadt", contact="daten@demo.example")
_TITLE = "Ein Tisch für alle: was ein Jahr gemeinsamer Planung bewirkt hat"
_SAMPLES = Path(__file__).parent / "samples.toml"
# A moderator looked this long after a comment came.
_DECIDED_AFTER = timedelta(minutes=40)


@dataclass(frozen=True, slots=True)
class Ready:
    """The demo, ready to be served: the secret of a fresh link that signs the moderator in, once."""

    link_secret: str
    filled: bool


async def prepare_demo(service: Service, origins: list[str]) -> Ready:
    """The demo's site, moderator and comments, made where they are not there. What is there stays."""
    now = service.clock()
    async with service.db.writing() as session:
        site = await _site(session, origins, now)
        secret = await invite(session, MODERATOR, site, "admin", now)
        moderator = await moderator_by_email(session, MODERATOR)
        if moderator is not None and not moderator.name:
            moderator.name = "Redaktion"
            session.add(moderator)
        filed = await session.exec(select(Comment.id).where(col(Comment.site_id) == site.id).limit(1))
        empty = filed.first() is None
    if empty and moderator is not None:
        await _fill(service, site, moderator.id or 0, now)
    return Ready(secret, empty)


async def _site(session: AsyncSession, origins: list[str], now: datetime) -> Site:
    site = await site_by_key(session, SITE)
    if site is None:
        site = await add_site(session, SITE, origins, now, name=_NAME)
        site.helpful = True
        # A site may be stricter than the classifier's own, very careful, threshold.
        site.spam_threshold = 0.95
        site.legal = _LEGAL.as_json()
        site.names = [_NAME, "Redaktion", "Merle Thomsen"]
        await _add_contact(session, site, now)
    # Another port than last time is another origin.
    site.origins = list(dict.fromkeys([*site.origins, *origins]))
    page = f"{origins[0]}{PAGE}"
    await set_links(session, site, f"{page}#impressum", f"{page}#datenschutz", f"{page}#kontakt")
    return site


async def _add_contact(session: AsyncSession, site: Site, now: datetime) -> None:
    """The person that the article names, who also gets what readers write for the editors alone."""
    contact = Contact(
        site_id=site.id or 0,
        key=CONTACT,
        name="Samira Okafor",
        function="Begleitung der Kommunen",
        address="okafor@demo.example",
        languages=["de", "en"],
        created_at=now,
    )
    session.add(contact)
    await session.flush()
    site.private_contact_id = contact.id


async def _fill(service: Service, site: Site, moderator_id: int, now: datetime) -> None:
    ids: dict[str, str] = {}
    told = tomllib.loads(_SAMPLES.read_text(encoding="utf-8"))
    samples = told["comment"]
    first = now - timedelta(hours=max(each["hours"] for each in samples))
    prompts = await _ask(service, site, told["question"], first)
    for sample in sorted(samples, key=lambda each: -each["hours"]):
        at = now - timedelta(hours=sample["hours"])
        then = replace(service, clock=partial(_stand_still, at))
        question = prompts.get(sample.get("question", ""))
        comment = await _file(then, site, sample, ids.get(sample.get("parent", "")), question)
        ids[sample["key"]] = comment.id
        for action in sample.get("actions", ()):
            if action != "withdraw":
                await _decide(then, comment.id, sample, Action(action), moderator_id)
    await _withdraw(service, [ids[each["key"]] for each in samples if "withdraw" in each.get("actions", ())])
    await _tell_nobody(service, now)


async def _ask(service: Service, site: Site, questions: list[str], at: datetime) -> dict[str, str]:
    """Put the article's questions under it; their ids by their numbers."""
    async with service.db.writing() as session:
        thread = await open_thread(session, site, normalise_page(PAGE), _TITLE, at)
        prompts = await add_prompts(session, thread, questions, None, at)
        return {str(number): each.id for number, each in enumerate(prompts, 1)}


async def _file(then: Service, site: Site, sample: dict[str, Any], parent: str | None, question: str | None) -> Comment:
    draft = Draft(
        page=normalise_page(PAGE),
        text=sample["text"].strip(),
        name=sample["name"],
        url=sample.get("url", ""),
        title=_TITLE,
        parent=parent,
        question=question,
        form_token=then.tokens.form(site.key, then.clock() - timedelta(minutes=2)),
    )
    sender = then.tokens.sender(sample["key"], then.clock())
    judged = await judge_draft(then, Arrival(site, sender, origin=True, language="de"), draft)
    async with then.db.writing() as session:
        circumstances = Circumstances(sender, then.netiquette_version, "de")
        comment = await file_comment(session, site, judged, circumstances, then.clock(), draft.title)
        comment.role = sample.get("role")
        comment.helpful = sample.get("helpful", 0)
        session.add(comment)
    return comment


async def _decide(then: Service, comment_id: str, sample: dict[str, Any], action: Action, moderator_id: int) -> None:
    async with then.db.writing() as session:
        seen = await session.get_one(Comment, comment_id)
        ruling = Ruling(
            action,
            seen.revision,
            moderator_id,
            sample.get("rule") if action is Action.REJECT else None,
            sample.get("statement", "") if action is Action.REJECT else "",
            then.netiquette_version,
        )
        await decide(session, comment_id, ruling, then.clock() + _DECIDED_AFTER)


def _stand_still(at: datetime) -> datetime:
    return at


async def _withdraw(service: Service, ids: list[str]) -> None:
    """Last, when their replies are there: a comment without replies would vanish instead of leaving its place."""
    async with service.db.writing() as session:
        for comment_id in ids:
            await withdraw_in(session, service, comment_id)


async def _tell_nobody(service: Service, now: datetime) -> None:
    """The samples are no news: their notices would be the first mails of somebody who tries out SMTP."""
    async with service.db.writing() as session:
        for notice in await session.exec(select(Notice).where(col(Notice.settled_at).is_(None))):
            await settle(session, notice.id, now)
