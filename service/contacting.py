"""Writing to one person of a site in private: what a message must say, who reads it, and its receipt.

The JSON API and the plain forms both come through here. The machine passes on what it noticed as a hint; it refuses and
drops nothing for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import anyio.to_thread
import structlog
from babel import Locale
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request

from models.base import new_id
from models.comment import IdTaken
from models.contact import Contact, Contacts, contact_by_key, contacts_of
from models.private_message import PrivateMessage, file_message
from models.seal import mark_of
from models.site import Site
from models.thread import normalise_page
from moderation.draft import LONGEST_JUDGED, BadDraft, Draft, FieldFault, parse_draft
from moderation.judge import judge
from moderation.reading import Form, Standing
from moderation.verdict import Verdict
from service.admission import sender_of
from service.errors import Problem, _, language_of
from service.learning import own_judges
from service.links import contact_url, message_url
from service.state import Service, service_of
from service.texts import language_in, tell

log = structlog.get_logger()
LONGEST = LONGEST_JUDGED
FIELDS = ("text", "name", "email", "page", "consent", "form_token", "id", "homepage")
_UNKNOWN = _("There is no such contact.")
_NOBODY = _(
    "%(name)s cannot be reached this way at the moment, and nobody stands in. Please try again later, or use another "
    "way that the site offers."
)
_SENT = _("Thank you. Your message is on its way to %(name)s. It is published nowhere.")


@dataclass(frozen=True, slots=True)
class Reach:
    """A contact as somebody wants to write to it: who was asked for, and who reads it now, if anybody does."""

    site: Site
    asked: Contact
    reader: Contact | None

    @property
    def stands_in(self) -> Contact | None:
        """Who reads instead of the person that was asked for."""
        return self.reader if self.reader is not None and self.reader.id != self.asked.id else None


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that is on its way."""

    message: PrivateMessage
    reach: Reach


async def reach_of(request: Request, site: Site, key: str) -> Reach:
    """The contact of that key, or 404."""
    service = service_of(request)
    async with service.db.reading() as session:
        asked = await contact_by_key(session, site, key)
        if asked is None:
            raise Problem(404, _UNKNOWN)
        return await _reach(session, service, site, asked)


async def private_reach(service: Service, session: AsyncSession, site: Site) -> Reach | None:
    """Who gets what readers write for the editors alone; None where the site does not offer it, or nobody is there."""
    contacts = await contacts_of(session, site) if site.private_contact_id else Contacts({})
    asked = contacts.by_id.get(site.private_contact_id or "")
    reader = contacts.reader_of(asked.id, service.clock()) if asked else None
    return Reach(site, asked, reader) if asked and reader else None


async def receive_message(request: Request, reach: Reach, payload: object, *, origin: bool) -> Sent:
    """File a message from a decoded body. Raises `BadDraft` naming what is wrong, `TooMany`, `IdTaken`, or `Problem`
    (409) where nobody would read it; then nothing is stored.

    The same `id` with the same words twice is one message.
    """
    service, language = service_of(request), language_of(request)
    draft = parse_message(payload, needs_consent=reach.site.terms.basis == "a")
    async with service.db.reading() as session:
        earlier = await _find_repeated(session, reach, draft)
    if earlier is not None:
        return Sent(earlier, reach)
    if reach.reader is None:
        raise Problem(409, _NOBODY, {"name": reach.asked.name}, more={"code": "unreachable"})
    await service.rates.count(sender_of(request), "message")
    verdict = await _judge(service, reach.site, draft, language, origin=origin)
    async with service.db.writing() as session:
        message_id = draft.id or new_id()
        if await session.get(PrivateMessage, message_id) is not None:
            raise IdTaken
        message = PrivateMessage(
            id=message_id,
            site_id=reach.site.id or 0,
            contact_id=reach.asked.id,
            page=draft.page,
            name=" ".join(draft.name.split()),
            email=draft.email or None,
            email_mark=mark_of(session, draft.email) if draft.email else None,
            text=draft.text,
            language=language,
            spam=verdict.score.spam,
            hints=_hints(verdict),
            created_at=service.clock(),
        )
        await file_message(session, message, service.clock())
    log.info("message_filed", message=message.id, site=reach.site.key, hints=message.hints)
    return Sent(message, reach)


def parse_message(payload: object, *, needs_consent: bool) -> Draft:
    """The message as a draft without what only comments have, or `BadDraft`."""
    if not isinstance(payload, Mapping):
        raise BadDraft((FieldFault("", "not_an_object"),))
    faults = [FieldFault(str(name)[:64], "unknown_field") for name in payload if name not in FIELDS]
    text = payload.get("text")
    if isinstance(text, str) and len(text) > LONGEST:
        faults.append(FieldFault("text", "too_long", LONGEST))
    if needs_consent and payload.get("consent") is not True:
        faults.append(FieldFault("consent", "required"))
    known = {name: value for name, value in payload.items() if name in FIELDS}
    blank = {"text": ""} if isinstance(text, str) and not text.strip() else {}
    try:
        draft = parse_draft({**known, **blank, "page": known.get("page") or "/"})
    except BadDraft as error:
        told = {each.field for each in faults}
        raise BadDraft((*faults, *(each for each in error.faults if each.field not in told))) from None
    if faults:
        raise BadDraft(tuple(faults))
    page = normalise_page(draft.page) if known.get("page") else ""
    return Draft(
        page=page, text=draft.text, name=draft.name, email=draft.email,
        form_token=draft.form_token, id=draft.id, homepage=draft.homepage,
    )  # fmt: skip


def told_of(reach: Reach, language: str) -> str:
    """Who reads a message, where it is not the person that was asked for, or nobody; empty where it is."""
    asked, instead = reach.asked, reach.stands_in
    if reach.reader is None:
        return tell(language, _NOBODY, name=asked.name)
    if instead is None:
        return ""
    if asked.active:
        return tell(language, _("%(name)s is away. %(other)s reads your message."), name=asked.name, other=instead.name)
    text = _("%(name)s is no longer responsible for this. %(other)s reads your message.")
    return tell(language, text, name=asked.name, other=instead.name)


def sent_words(sent: Sent, language: str) -> str:
    """What the writer is told."""
    name = (sent.reach.reader or sent.reach.asked).name
    return tell(language, _SENT, name=name)


def receipt_url(service: Service, message: PrivateMessage) -> str:
    """Where its writer sees what became of it."""
    return message_url(service.settings, message.id, service.tokens.message(message.id))


def form_url(service: Service, reach: Reach) -> str:
    """The contact's page with a form."""
    return contact_url(service.settings, reach.site, reach.asked.key)


def languages_of(contact: Contact, language: str) -> list[str]:
    """The languages that the person reads, by their names in the reader's language."""
    return [name for _code, name in names_of_languages(contact.languages, language)]


def names_of_languages(codes: Iterable[str], language: str) -> list[tuple[str, str]]:
    """Languages by code, each with its name in the given one."""
    known = Locale.parse(language_in(language))
    return [(each, str(known.languages.get(each, each))) for each in codes]


async def _reach(session: AsyncSession, service: Service, site: Site, asked: Contact) -> Reach:
    contacts = await contacts_of(session, site)
    return Reach(site, asked, contacts.reader_of(asked.id, service.clock()))


async def _find_repeated(session: AsyncSession, reach: Reach, draft: Draft) -> PrivateMessage | None:
    """The message that the same client has sent already under this id, when its first answer got lost.

    One that was delivered meanwhile has no words to compare any more; whoever knows its random id is its writer.
    """
    found = await session.get(PrivateMessage, draft.id) if draft.id else None
    if found is None:
        return None
    same = found.delivered_at is not None or found.text == draft.text
    if found.contact_id != reach.asked.id or not same:
        raise IdTaken
    return found


async def _judge(service: Service, site: Site, draft: Draft, language: str, *, origin: bool) -> Verdict:
    age = service.tokens.form_age(draft.form_token, site.key, service.clock())
    form = Form(trapped=bool(draft.homepage), token=age is not None, origin=origin, seconds=age)
    judges, policy = await own_judges(service, site)
    judged = await anyio.to_thread.run_sync(judge, draft, Standing(language=language, form=form), policy, judges)
    return judged.verdict


def _hints(verdict: Verdict) -> list[str]:
    """What the reader of the mail should know: that it looks urgent, like advertising, or like a program's."""
    automatic = any(each.rule == "automation" for each in verdict.findings)
    noticed = {"urgent": verdict.priority == "urgent", "spam": verdict.lane == "spam", "automatic": automatic}
    return [name for name, seen in noticed.items() if seen]
