"""What a notice says to its recipient, as things stand when it is written."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.moderator import LINK_LASTS, Membership, Moderator, new_link
from models.outbox import Notice
from models.queue import lane_counts
from models.report import Objection, Report
from models.site import Site
from models.thread import Thread
from moderation.lifecycle import Status
from moderation.personal_data import mask_text
from moderation.render import render as as_html
from service.links import case_url, desk_url, sign_in_url
from service.mail.quoting import quote, quote_line
from service.mail.spread import NEW_COMMENTS, OBJECTION, REPORT
from service.pages.report import REASON_LABELS
from service.settings import Settings
from service.state import Service
from service.templating import absolute, render
from service.texts import choose_language, tell

_MOST_SHOWN = 10
_LABELS: dict[str, str] = {str(reason): label for reason, label in REASON_LABELS.items()}
_URGENT = 2
_PRIVATE = ("personal_data", "case_description")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail before it is made into bytes. `subject` may hold strangers' words."""

    recipient: str
    language: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A comment as letters show it. `about` are the titles of rules that found something, in the reader's language.

    `text` is empty where it may hold private details of people: mail is read on many screens and kept in many places.
    """

    name: str
    page: str
    text: str
    url: str
    created_at: datetime
    urgent: bool
    spam: bool
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Writing:
    """What every letter is written with."""

    service: Service
    session: AsyncSession
    notice: Notice
    moderator: Moderator
    site: Site | None

    @property
    def settings(self) -> Settings:
        return self.service.settings

    @property
    def language(self) -> str:
        return choose_language(self.moderator.language, self.site.language if self.site else "de")


async def write_letter(service: Service, notice: Notice) -> Letter | None:
    """The letter for the notice's one recipient, or None when there is nothing to tell any more.

    A moderator who left, a comment that somebody decided meanwhile: the mail would only send people to look at
    what is done.
    """
    payload = notice.payload
    # Links are made while writing: the outbox holds no secret that signs in.
    opened = service.db.writing() if notice.kind in _WITH_LINK else service.db.reading()
    async with opened as session:
        moderator = await session.get(Moderator, payload["moderator"])
        site = await session.get(Site, payload["site"]) if "site" in payload else None
        if moderator is None or (site and not await session.get(Membership, (moderator.id, site.id))):
            return None
        return await _WRITERS[notice.kind](_Writing(service, session, notice, moderator, site))


async def _new_comments(writing: _Writing) -> Letter | None:
    session, site = writing.session, writing.site
    if site is None:
        return None
    found = await session.exec(
        select(Comment, Thread)
        .join(Thread, col(Thread.id) == col(Comment.thread_id))
        .where(col(Comment.id).in_(writing.notice.payload["comments"]), Comment.status == Status.PENDING)
        .order_by(col(Comment.priority).desc(), col(Comment.lane), col(Comment.created_at), col(Comment.id))
    )
    rows = list(found)
    if not rows:
        return None
    shown = [_excerpt(writing, comment, thread) for comment, thread in rows[:_MOST_SHOWN]]
    waiting = await lane_counts(session, (site.id or 0,))
    values = {"comments": shown, "more": len(rows) - len(shown), "waiting": waiting, "site": site.name}
    return _letter(writing, "new_comments", _subject(writing, site, shown, len(rows)), values)


def _subject(writing: _Writing, site: Site, shown: list[Excerpt], number: int) -> str:
    if shown[0].urgent:
        return tell(writing.language, _("Urgent: new comment on %(site)s"), site=site.name)
    if number == 1:
        return tell(writing.language, _("New comment on %(site)s: %(page)s"), site=site.name, page=shown[0].page)
    return tell(writing.language, _("%(number)s new comments on %(site)s"), site=site.name, number=number)


async def _report(writing: _Writing) -> Letter | None:
    report = await writing.session.get(Report, writing.notice.payload["report"])
    case = await _case(writing)
    if report is None or case is None or report.settled_at:
        return None
    reason = tell(writing.language, _LABELS.get(report.reason, _LABELS["other"]))
    statement = _statement(writing, report.statement)
    subject = tell(writing.language, _("Comment reported on %(site)s: %(reason)s"), site=_name(writing), reason=reason)
    return _letter(writing, "report", subject, {"comment": case, "reason": reason, "statement": statement})


async def _objection(writing: _Writing) -> Letter | None:
    comment_id = writing.notice.payload["comment"]
    found = await writing.session.exec(select(Objection).where(col(Objection.comment_id) == comment_id))
    objection, case = found.first(), await _case(writing)
    if objection is None or case is None or objection.settled_at:
        return None
    statement = _statement(writing, objection.statement)
    subject = tell(writing.language, _("An author objects to a decision on %(site)s"), site=_name(writing))
    return _letter(writing, "objection", subject, {"comment": case, "statement": statement})


async def _sign_in(writing: _Writing) -> Letter | None:
    return await _with_link(writing, "sign_in", tell(writing.language, _("Your link to sign in to the desk")))


async def _invitation(writing: _Writing) -> Letter | None:
    subject = tell(writing.language, _("You now moderate the comments on %(site)s"), site=_name(writing))
    return await _with_link(writing, "invitation", subject)


async def _with_link(writing: _Writing, template: str, subject: str) -> Letter:
    secret = await new_link(writing.session, writing.moderator, writing.service.clock())
    values = {"link": sign_in_url(writing.settings, secret), "days": LINK_LASTS.days, "site": _name(writing)}
    return _letter(writing, template, subject, values)


_WRITERS: dict[str, Callable[[_Writing], Awaitable[Letter | None]]] = {
    NEW_COMMENTS: _new_comments,
    REPORT: _report,
    OBJECTION: _objection,
    "sign_in_link": _sign_in,
    "invitation": _invitation,
}
_WITH_LINK = ("sign_in_link", "invitation")


def _letter(writing: _Writing, template: str, subject: str, values: dict[str, object]) -> Letter:
    language = writing.language
    values = {
        "now": writing.service.clock(),
        "moment": absolute,
        "desk": desk_url(writing.settings),
        "site": _name(writing),
        "subject": subject,
        **values,
    }
    return Letter(
        recipient=writing.moderator.email,
        language=language,
        subject=subject,
        text=render(None, f"mail/{template}.txt", language, **values),
        html=render(None, f"mail/{template}.html", language, **values),
    )


async def _case(writing: _Writing) -> Excerpt | None:
    comment = await writing.session.get(Comment, writing.notice.payload["comment"])
    if comment is None or comment.status == Status.DELETED:
        return None
    return _excerpt(writing, comment, await writing.session.get_one(Thread, comment.thread_id))


def _excerpt(writing: _Writing, comment: Comment, thread: Thread) -> Excerpt:
    language = writing.language
    return Excerpt(
        name=quote_line(comment.name, 80) or tell(language, _("without a name")),
        page=quote_line(thread.title or comment.title or thread.page, 100),
        text="" if _is_private(comment) else quote(comment.html, tell(language, _LINK)),
        url=case_url(writing.settings, comment.id),
        created_at=comment.created_at,
        urgent=comment.priority >= _URGENT,
        spam=comment.lane == "spam",
        about=_about(writing, comment),
    )


def _is_private(comment: Comment) -> bool:
    return any(each["rule"] in _PRIVATE for each in comment.findings)


def _statement(writing: _Writing, text: str) -> str:
    """What somebody wrote to the moderators; like a comment, with addresses hidden and nothing to click."""
    return quote(as_html(mask_text(text, writing.language).text), tell(writing.language, _LINK))


def _about(writing: _Writing, comment: Comment) -> tuple[str, ...]:
    netiquette = writing.service.judges.netiquette
    titles = {each.id: each.text(writing.language).title for each in netiquette.rules} if netiquette else {}
    return tuple(dict.fromkeys(titles.get(each["rule"], each["rule"]) for each in comment.findings))


def _name(writing: _Writing) -> str:
    return writing.site.name if writing.site else ""


def _(text: str) -> str:
    """Marks a text for the catalogue."""
    return text


_LINK = _("link left out")
