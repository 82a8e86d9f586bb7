"""The letter that takes a reader's private words to the person they were written to, or to who stands in."""

from dataclasses import replace

from models.contact import Contact, contacts_of
from models.private_message import PrivateMessage
from models.site import Site
from service.mail.letter import Addressee, Letter, Undeliverable, Writing, make_letter
from service.texts import LANGUAGES, choose_language, tell


async def write_private(writing: Writing) -> Letter | None:
    """The message, whole and as it was typed, answered to its writer. None where it was taken back.

    Who reads it is decided now: somebody may be away since yesterday. Raises `Undeliverable` where nobody is left.
    """
    message = await writing.session.get(PrivateMessage, writing.notice.payload["message"])
    if message is None or message.delivered_at is not None:
        return None
    site = await writing.session.get_one(Site, message.site_id)
    contacts = await contacts_of(writing.session, site)
    reader = contacts.reader_of(message.contact_id, writing.now)
    if reader is None:
        raise Undeliverable("nobody reads what is written to this contact")
    asked = contacts.by_id.get(message.contact_id or "")
    language = _language(reader, site)
    values = {
        "asked": asked.name if asked and asked.id != reader.id else "",
        "reader": reader.name,
        "from_name": message.name,
        "from_address": message.email or "",
        "words": message.text,
        "page": site.origins[0] + message.page if message.page else "",
        "sent_at": message.created_at,
        "hints": message.hints,
        "spam": round(100 * (message.spam or 0)),
    }
    subject = _subject(message, site, language)
    letter = make_letter(writing, Addressee(reader.address, language, site), "private", subject, values)
    answers_to = (message.name, message.email) if message.email else None
    return replace(letter, answers_to=answers_to, spam=message.spam)


def _subject(message: PrivateMessage, site: Site, language: str) -> str:
    if "urgent" in message.hints:
        return tell(language, _("Urgent: a message by way of %(site)s"), site=site.name)
    if message.name:
        return tell(language, _("Message from %(name)s by way of %(site)s"), name=message.name, site=site.name)
    return tell(language, _("A message by way of %(site)s"), site=site.name)


def _language(reader: Contact, site: Site) -> str:
    """The first language of theirs that our mails speak."""
    return next((each for each in reader.languages if each in LANGUAGES), choose_language("", site.language))


def _(text: str) -> str:
    """Marks a text for the catalogue."""
    return text
