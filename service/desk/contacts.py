"""Whom readers can write to, as the desk arranges it; and what could not be delivered, until somebody has seen to it.

The words of a message are not shown here: they are for the person they were written to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from models.audit import note
from models.contact import Contact, Contacts, contacts_of, remove_contact
from models.private_message import PrivateMessage, erase_message, send_again, stuck_messages
from models.site import Site
from service.contact_fields import FIELDS, LANGUAGES, Typed, read_contact
from service.contacting import languages_of, names_of_languages
from service.desk.administered import administered
from service.desk.guard import Desk, signed_in
from service.errors import Problem, _
from service.state import service_of

log = structlog.get_logger()
_NO_CONTACT = _("There is no such contact.")
_DONE = {
    "added": _("The contact is added."),
    "changed": _("The contact is changed."),
    "removed": _("The contact is removed."),
    "duties": _("The choice is saved."),
    "again": _("The message is tried once more."),
    "erased": _("The message is deleted."),
}


@dataclass(frozen=True, slots=True)
class _Shown:
    """A contact as its row shows it: `reader` is who gets its messages now."""

    contact: Contact
    languages: list[str]
    reader: Contact | None
    away: bool
    substitute: str


@dataclass(frozen=True, slots=True)
class _Stuck:
    """A message that could not be delivered: to whom, since when, and what the mail server said."""

    id: str
    to: str
    created_at: datetime
    problem: str


@signed_in
async def get_contacts(desk: Desk) -> Response:
    """`GET /desk/sites/{site}/contacts`: everybody, what waits for somebody, and a form for one more."""
    site = await administered(desk, "contacts")
    return await _list(desk, site, told=_DONE.get(desk.request.query_params.get("done", ""), ""))


@signed_in
async def post_contact(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/contacts`: one more contact."""
    site = await administered(desk, "contacts")
    service = service_of(desk.request)
    async with service.db.writing() as session:
        typed = read_contact({"active": "on", **desk.form}, await contacts_of(session, site), None)
        if not typed.faults:
            contact = Contact(site_id=site.id or 0, created_at=service.clock(), **typed.values)
            session.add(contact)
            await session.flush()
            await _note(desk, session, "contact_added", site, contact.id)
    return await _list(desk, site, typed=typed) if typed.faults else _onward(desk, site, "added")


@signed_in
async def get_contact(desk: Desk) -> Response:
    """`GET /desk/sites/{site}/contacts/{id}`."""
    site = await administered(desk, "contacts")
    async with service_of(desk.request).db.reading() as session:
        known = await contacts_of(session, site)
    return _one(desk, site, known, _found(known, desk))


@signed_in
async def post_change(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/contacts/{id}`: all that was typed, or nothing and what is wrong with it."""
    site = await administered(desk, "contacts")
    async with service_of(desk.request).db.writing() as session:
        known = await contacts_of(session, site)
        contact = _found(known, desk)
        typed = read_contact(desk.form, known, contact)
        if not typed.faults:
            contact.sqlmodel_update(dict(typed.values))
            session.add(contact)
            await _note(desk, session, "contact_changed", site, contact.id)
    return _one(desk, site, known, contact, typed) if typed.faults else _onward(desk, site, "changed")


@signed_in
async def post_removal(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/contacts/{id}/remove`."""
    site = await administered(desk, "contacts")
    async with service_of(desk.request).db.writing() as session:
        contact = _found(await contacts_of(session, site), desk)
        stored = await session.get_one(Site, site.id, with_for_update=True)
        await _note(desk, session, "contact_removed", site, contact.id)
        await remove_contact(session, stored, contact)
    return _onward(desk, site, "removed")


@signed_in
async def post_duties(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/contact-duties`: who takes what nobody else can, and what is for the editors alone."""
    site = await administered(desk, "contacts")
    async with service_of(desk.request).db.writing() as session:
        known = await contacts_of(session, site)
        stored = await session.get_one(Site, site.id, with_for_update=True)
        chosen = {name: desk.form.get(name, "") or None for name in ("last_resort", "private")}
        if any(each and each not in known.by_id for each in chosen.values()):
            raise Problem(422, _NO_CONTACT)
        stored.last_resort_id, stored.private_contact_id = chosen["last_resort"], chosen["private"]
        session.add(stored)
        await _note(desk, session, "setting", site, "contact_duties")
    return _onward(desk, site, "duties")


@signed_in
async def post_again(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/private-messages/{id}/again`: try once more, to whoever reads for the contact now."""
    site = await administered(desk, "contacts")
    async with service_of(desk.request).db.writing() as session:
        message = await _undelivered(session, desk, site)
        await send_again(session, message, service_of(desk.request).clock())
        await _note(desk, session, "message_again", site, message.id)
    return _onward(desk, site, "again")


@signed_in
async def post_erase(desk: Desk) -> Response:
    """`POST /desk/sites/{site}/private-messages/{id}/erase`: give it up for good."""
    site = await administered(desk, "contacts")
    async with service_of(desk.request).db.writing() as session:
        message = await _undelivered(session, desk, site)
        await _note(desk, session, "message_erased", site, message.id)
        await erase_message(session, message.id)
    return _onward(desk, site, "erased")


async def _note(desk: Desk, session: AsyncSession, action: str, site: Site, subject: str) -> None:
    now = service_of(desk.request).clock()
    await note(session, action, subject, now, site_id=site.id, moderator_id=desk.deciding.id)
    log.info(action, site=site.key, subject=subject, moderator=desk.deciding.id)


def _found(known: Contacts, desk: Desk) -> Contact:
    contact = known.by_id.get(desk.request.path_params["id"])
    if contact is None:
        raise Problem(404, _NO_CONTACT)
    return contact


async def _undelivered(session: AsyncSession, desk: Desk, site: Site) -> PrivateMessage:
    stuck = {each.id: each for each, _problem in await stuck_messages(session, site.id or 0)}
    message = stuck.get(desk.request.path_params["id"])
    if message is None:
        raise Problem(404, _("This message no longer waits for anybody."))
    return message


def _onward(desk: Desk, site: Site, done: str) -> Response:
    return desk.go(f"/desk/sites/{site.key}/contacts?done={done}")


async def _list(desk: Desk, site: Site, *, told: str = "", typed: Typed | None = None) -> Response:
    service = service_of(desk.request)
    async with service.db.reading() as session:
        known = await contacts_of(session, site)
        stuck = await stuck_messages(session, site.id or 0)
        site = await session.get_one(Site, site.id)
    names = {each.id: each.name for each in known.by_id.values()}
    gone = desk.tell(_("somebody who is no longer a contact"))
    return desk.page(
        "desk/contacts.html",
        422 if typed else 200,
        site=site,
        rows=[_shown(desk, known, each) for each in known.by_id.values()],
        stuck=[
            _Stuck(each.id, names.get(each.contact_id or "", gone), each.created_at, problem) for each, problem in stuck
        ],
        told=desk.say(told),
        service=service.settings.base_url,
        **_form(desk, known, None, typed),
    )


def _one(desk: Desk, site: Site, known: Contacts, contact: Contact, typed: Typed | None = None) -> Response:
    status = 422 if typed else 200
    return desk.page("desk/contact.html", status, site=site, contact=contact, **_form(desk, known, contact, typed))


def _form(desk: Desk, known: Contacts, contact: Contact | None, typed: Typed | None) -> dict[str, object]:
    """What the fields hold: what was just typed, or else what is stored."""
    stored = _stored(contact)
    fields: Mapping[str, object] = {**stored, **{name: desk.form[name] for name in FIELDS if name in desk.form}}
    if typed:
        fields = {**fields, "languages": typed.values["languages"], "active": typed.values["active"]}
    return {
        "fields": fields,
        "faults": {name: desk.tell(text) for name, text in (typed.faults if typed else {}).items()},
        "languages": names_of_languages(LANGUAGES, desk.language),
        "others": [each for each in known.by_id.values() if contact is None or each.id != contact.id],
    }


def _stored(contact: Contact | None) -> dict[str, object]:
    if contact is None:
        return {**dict.fromkeys(FIELDS, ""), "languages": ["de"], "active": True}
    return {
        **{name: getattr(contact, name) for name in ("name", "function", "key", "address", "languages", "active")},
        "absent_from": contact.absent_from.isoformat() if contact.absent_from else "",
        "absent_until": contact.absent_until.isoformat() if contact.absent_until else "",
        "substitute": contact.substitute_id or "",
    }


def _shown(desk: Desk, known: Contacts, contact: Contact) -> _Shown:
    now = service_of(desk.request).clock()
    substitute = known.by_id.get(contact.substitute_id or "")
    return _Shown(
        contact=contact,
        languages=languages_of(contact, desk.language),
        reader=known.reader_of(contact.id, now),
        away=contact.active and not contact.reads_at(now),
        substitute=substitute.name if substitute else "",
    )
