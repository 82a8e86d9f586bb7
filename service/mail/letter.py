"""A letter: what one mail says to one person, before it is made into bytes; and how letters show comments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.outbox import Notice
from models.site import Site
from models.thread import Thread
from moderation.personal_data import mask_text
from moderation.render import render as as_html
from service.mail.quoting import quote, quote_line
from service.mail.templates_of import render_mail
from service.state import Service
from service.templating import absolute
from service.texts import tell


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail before it is made into bytes. `subject` may hold strangers' words.

    `about` is the same for all letters about one matter, so that mail programs show them together; `unsubscribe` is
    the address that ends a subscription with one POST (RFC 8058). `answers_to` are name and address of whom an answer
    goes to, where that is not us; `spam` is what the classifier says of what we pass on for somebody.
    """

    recipient: str
    language: str
    subject: str
    text: str
    html: str
    about: str = ""
    unsubscribe: str = ""
    answers_to: tuple[str, str] | None = None
    spam: float | None = None


class Undeliverable(Exception):
    """There is nobody to send it to, and it must not be lost: it stays in the outbox as given up."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What every letter is written with."""

    service: Service
    session: AsyncSession
    notice: Notice

    @property
    def base(self) -> str:
        return self.service.settings.base_url

    @property
    def now(self) -> datetime:
        return self.service.clock()


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom, in which language, and on behalf of which site."""

    email: str
    language: str
    site: Site | None


def make_letter(
    writing: Writing,
    to: Addressee,
    template: str,
    subject: str,
    values: Mapping[str, object],
    *,
    about: str = "",
    unsubscribe: str = "",
) -> Letter:
    """The letter from its two templates, text and HTML, which say the same."""
    site = to.site.name if to.site else ""
    told = {"now": writing.now, "moment": absolute, "site": site, "subject": subject, **values}
    folder, key = writing.service.settings.data_dir, to.site.key if to.site else ""
    text = render_mail(folder, key, f"mail/{template}.txt", to.language, **told)
    html = render_mail(folder, key, f"mail/{template}.html", to.language, **told)
    return Letter(to.email, to.language, subject, text, html, about, unsubscribe)


def page_title(comment: Comment, thread: Thread) -> str:
    """What a mail calls the page, in one line and with nothing to click."""
    return quote_line(thread.title or comment.title or thread.page, 100)


def quoted(html: str, language: str) -> str:
    """A comment's words, without a link in them."""
    return quote(html, tell(language, _LINK))


def quoted_plain(text: str, language: str) -> str:
    """What somebody typed into a field; like a comment, with addresses hidden and nothing to click."""
    return quoted(as_html(mask_text(text, language).text), language)


def _(text: str) -> str:
    """Marks a text for the catalogue."""
    return text


_LINK = _("link left out")
