"""Letters to the author of a comment: that it arrived, appeared, or did not, and why."""

from dataclasses import dataclass, replace

from models.comment import Comment
from models.outbox import was_sent
from models.report import objection_to
from models.site import Site
from models.subscription import asked_with
from models.thread import Thread
from moderation.lifecycle import Status
from service.links import one_click_url, own_url, subscriptions_url, thread_url
from service.mail.letter import Addressee, Letter, Writing, make_letter, page_title, quoted
from service.rules import rules_of
from service.statement import reasons_for
from service.texts import choose_language, tell


@dataclass(frozen=True, slots=True)
class _Matter:
    """The comment that a letter is about, with its place and its author."""

    comment: Comment
    thread: Thread
    to: Addressee

    @property
    def site(self) -> Site:
        assert self.to.site is not None  # an author's letter always has one
        return self.to.site


async def write_arrived(writing: Writing) -> Letter | None:
    """The link that manages the comment."""
    matter = await _matter(writing)
    if matter is None or matter.comment.status == Status.DELETED:
        return None
    return _letter(writing, matter, "arrived", _("Your comment on “%(page)s” has arrived"))


async def write_published(writing: Writing) -> Letter | None:
    """It can be read now."""
    matter = await _matter(writing)
    if matter is None or matter.comment.status != Status.APPROVED:
        return None
    comment = matter.comment
    published = f"{thread_url(writing.service.settings, matter.site, matter.thread.page, comment.id)}"
    return _letter(writing, matter, "published", _("Your comment on “%(page)s” is published"), published=published)


async def write_featured(writing: Writing) -> Letter | None:
    """The editors have made it stand out: once, and only for who has said yes to mails about this comment."""
    matter = await _matter(writing)
    if matter is None or matter.comment.status != Status.APPROVED or not matter.comment.featured:
        return None
    comment, settings = matter.comment, writing.service.settings
    asked = await asked_with(writing.session, comment.id)
    if asked is None or asked.email_mark != comment.email_mark:
        return None
    if await was_sent(writing.session, writing.notice.kind, comment.id):
        return None
    token = writing.service.tokens.unsubscribe(asked.id)
    letter = _letter(
        writing, matter, "featured", _("Your comment on “%(page)s” is featured"),
        published=thread_url(settings, matter.site, matter.thread.page, comment.id),
        unsubscribe=subscriptions_url(settings, asked.id, token),
    )  # fmt: skip
    return replace(letter, unsubscribe=one_click_url(settings, asked.id, token))


async def write_reasons(writing: Writing) -> Letter | None:
    """Why it is not, or no longer, published (DSA Art. 17)."""
    return await _with_reasons(writing, "reasons", _("Your comment on “%(page)s” is not published"))


async def write_objection_decided(writing: Writing) -> Letter | None:
    """What became of the author's objection."""
    matter = await _matter(writing)
    if matter is None:
        return None
    objection = await objection_to(writing.session, matter.comment.id)
    if objection is None or objection.settled_at is None:
        return None
    subject = _("Your objection about “%(page)s” is decided")
    if matter.comment.status != Status.APPROVED:
        return await _with_reasons(writing, "objection_decided", subject)
    published = thread_url(writing.service.settings, matter.site, matter.thread.page, matter.comment.id)
    return _letter(writing, matter, "objection_decided", subject, published=published, reasons=None)


async def write_expired(writing: Writing) -> Letter | None:
    """Nobody decided in time, and the comment was deleted."""
    matter = await _matter(writing)
    if matter is None:
        return None
    return _letter(writing, matter, "expired", _("Your comment on “%(page)s” was deleted undecided"))


async def _with_reasons(writing: Writing, template: str, subject: str) -> Letter | None:
    matter = await _matter(writing)
    if matter is None:
        return None
    site = await writing.session.get_one(Site, matter.comment.site_id)
    netiquette = await rules_of(writing.service, writing.session, site)
    reasons = await reasons_for(writing.session, matter.comment, netiquette, matter.to.language)
    # A decision that was taken back or changed since has letters of its own.
    if reasons is None or (reasons.spam and template == "reasons"):
        return None
    return _letter(writing, matter, template, subject, reasons=reasons)


def _letter(writing: Writing, matter: _Matter, template: str, subject: str, **values: object) -> Letter:
    comment, language = matter.comment, matter.to.language
    told = {
        "page": page_title(comment, matter.thread),
        "manage": own_url(writing.service.settings, comment.id, writing.service.tokens.manage(comment.id)),
        "words": quoted(comment.html, language),
        "sent_at": comment.created_at,
        **values,
    }
    line = tell(language, subject, page=told["page"])
    return make_letter(writing, matter.to, template, line, told, about=f"comment-{comment.id}")


async def _matter(writing: Writing) -> _Matter | None:
    comment = await writing.session.get(Comment, writing.notice.payload["comment"])
    if comment is None or not comment.email:
        return None
    thread = await writing.session.get_one(Thread, comment.thread_id)
    site = await writing.session.get_one(Site, comment.site_id)
    return _Matter(comment, thread, Addressee(comment.email, choose_language(comment.language, site.language), site))


def _(text: str) -> str:
    """Marks a text for the catalogue."""
    return text
