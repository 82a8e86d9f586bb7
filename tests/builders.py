"""Short ways to what a test begins with. Comments come through the real judges, decisions through the real table."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from models.api_token import create_token
from models.comment import Comment
from models.contact import Contact
from models.deciding import decide
from models.decision import Decision
from models.desk_session import invite, sign_in_by_link
from models.filing import Circumstances, file_comment
from models.moderator import Moderator, Role, moderator_by_email
from models.outcome import put_outcome
from models.prompt import Prompt, add_prompts
from models.ruling import Ruling
from models.site import Site
from models.site import add_site as add
from models.thread import Thread, find_thread, open_thread
from moderation.draft import Draft
from moderation.judge import judge
from moderation.lifecycle import Action
from moderation.reading import Form, Standing
from service.concluding import read_outcome
from service.state import Service

ORIGIN = "https://www.musterstadt.example"
PAGE = "/artikel/handlungsmut"
TEXT = "Danke für den Bericht. In unserer Gemeinde hat der runde Tisch zwei Jahre gebraucht, bis er wirkte."

both_databases = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


async def add_site(
    service: Service, key: str = "musterstadt", *, origins: list[str] | None = None, language: str = "de"
) -> Site:
    """A site whose pages live at `ORIGIN`.

    Its threshold is beyond every score, so that what a test writes waits in review however the classifier was trained.
    """
    async with service.db.writing() as session:
        site = await add(session, key, origins or [ORIGIN], service.clock(), name="Musterstadt", language=language)
        site.spam_threshold = 1.0
        return site


async def file(
    service: Service,
    site: Site,
    text: str = TEXT,
    *,
    now: datetime | None = None,
    standing: Standing | None = None,
    wave: bool = False,
    **fields: object,
) -> Comment:
    """A comment that was judged and waits. `fields` are those of `Draft`; the page is `PAGE` unless named.

    Tests write the same text many times; only with `wave` do such comments belong together.
    """
    draft = Draft(**{"page": PAGE, "text": text, **fields})  # type: ignore[arg-type]
    standing = standing or Standing(language=site.language, form=Form(seconds=60))
    judged = judge(draft, standing, site.policy, service.judges)
    if not wave:
        judged = replace(judged, sketch=())
    at = now or service.clock()
    async with service.db.writing() as session:
        circumstances = Circumstances("sender", service.netiquette_version, site.language)
        return await file_comment(session, site, judged, circumstances, at)


async def ask(
    service: Service, site: Site, *texts: str, page: str = PAGE, closes_at: datetime | None = None
) -> list[Prompt]:
    """Questions that an editor has put under the page."""
    async with service.db.writing() as session:
        thread = await open_thread(session, site, page, "", service.clock())
        return await add_prompts(session, thread, texts, closes_at, service.clock())


async def publish(service: Service, site: Site, text: str = TEXT, **fields: object) -> Comment:
    """A comment that a moderator has approved."""
    comment = await file(service, site, text, **fields)
    changed, _decision = await rule(service, comment, Action.APPROVE, await a_moderator(service, site))
    return changed


async def rule(
    service: Service,
    comment: Comment,
    action: Action,
    moderator: Moderator,
    *,
    rule: str | None = None,
    statement: str = "",
) -> tuple[Comment, Decision]:
    """A moderator's decision about the comment as it stands now."""
    async with service.db.writing() as session:
        present = await session.get_one(Comment, comment.id)
        ruling = Ruling(action, present.revision, moderator.id, rule, statement, service.netiquette_version)
        return await decide(session, comment.id, ruling, service.clock())


async def a_moderator(service: Service, site: Site, email: str = "mira@musterstadt.example") -> Moderator:
    """A moderator of the site, invited if need be."""
    async with service.db.writing() as session:
        await invite(session, email, site, "moderator", service.clock())
        moderator = await moderator_by_email(session, email)
        assert moderator is not None
        return moderator


async def a_contact(service: Service, site: Site, key: str = "anna", **fields: Any) -> Contact:
    """Somebody of the site whom readers can write to; their address is made of the key."""
    values = {"name": f"{key.title()} Scheibe", "address": f"{key}@amt.example", "languages": ["de"], **fields}
    async with service.db.writing() as session:
        contact = Contact(site_id=site.id or 0, key=key, created_at=service.clock(), **values)
        session.add(contact)
        return contact


async def say_what_became(
    service: Service, site: Site, text: str = "Der Rat hat **zugestimmt**.", *, page: str = PAGE, title: str = ""
) -> Thread:
    """The note on top of the page's thread, which is closed by it."""
    words = (await read_outcome(site, {"text": text, "title": title}, service.clock())).words
    assert words is not None
    async with service.db.writing() as session:
        thread = await find_thread(session, site, page)
        assert thread is not None
        await put_outcome(session, thread, words, service.clock())
        return thread


async def a_session(service: Service, site: Site, email: str = "mira@musterstadt.example") -> str:
    """The secret of a signed-in moderator's session."""
    async with service.db.writing() as session:
        link = await invite(session, email, site, "moderator", service.clock())
        secret = await sign_in_by_link(session, link, service.clock())
        assert secret is not None
        return secret


async def a_token(service: Service, site: Site, email: str = "mira@musterstadt.example") -> str:
    """A moderator's bearer token."""
    moderator = await a_moderator(service, site, email)
    async with service.db.writing() as session:
        return await create_token(session, moderator, "tests", service.clock())


async def at_work(service: Service, site: Site, role: Role, email: str | None = None) -> str:
    """The secret of a session of somebody with the role at the site."""
    async with service.db.writing() as session:
        link = await invite(session, email or f"{role}@musterstadt.example", site, role, service.clock())
        secret = await sign_in_by_link(session, link, service.clock())
        assert secret is not None
        return secret
