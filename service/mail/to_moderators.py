"""Letters to moderators: what waits for them, as things stand when it is written."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.backlog import lane_counts
from models.comment import Comment
from models.desk_session import LINK_LASTS, new_link
from models.moderator import Membership, Moderator
from models.prompt import LONGEST_PROMPT, Prompt, prompts_by_id
from models.report import Objection, Report
from models.site import Site
from models.thread import Thread
from moderation.lifecycle import Status
from moderation.netiquette.rules import title_of
from service.links import case_url, desk_url, security_url, sign_in_url
from service.mail.letter import Addressee, Letter, Writing, make_letter, page_title, quoted, quoted_plain
from service.mail.quoting import quote_line
from service.mail.spread import NEW_COMMENTS, OBJECTION, REPORT
from service.reporting import report_reason
from service.texts import choose_language, tell

FactorChange = Literal["app_added", "app_removed", "passkey_added", "passkey_removed", "codes_made", "reset"]

_MOST_SHOWN = 10
_URGENT = 2
_PRIVATE = ("personal_data", "case_description")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A comment as letters show it. `about` are the titles of rules that found something, in the reader's language;
    `question` is the one of the page that it answers.

    `text` is empty where it may hold private details of people: mail is read on many screens and kept in many places.
    """

    name: str
    page: str
    question: str
    text: str
    url: str
    created_at: datetime
    urgent: bool
    spam: bool
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _ToModerator:
    """Whom it goes to, besides what every letter is written with."""

    writing: Writing
    moderator: Moderator
    site: Site | None

    @property
    def session(self) -> AsyncSession:
        return self.writing.session

    @property
    def payload(self) -> dict[str, Any]:
        payload: dict[str, Any] = self.writing.notice.payload
        return payload

    @property
    def language(self) -> str:
        return choose_language(self.moderator.language, self.site.language if self.site else "de")


async def write_to_moderator(writing: Writing) -> Letter | None:
    """The letter for the notice's one moderator, or None when there is nothing to tell any more.

    A moderator who left, a comment that somebody decided meanwhile: the mail would only send people to look at
    what is done.
    """
    session, payload = writing.session, writing.notice.payload
    moderator = await session.get(Moderator, payload["moderator"])
    site = await session.get(Site, payload["site"]) if "site" in payload else None
    if moderator is None or (site and not await session.get(Membership, (moderator.id, site.id))):
        return None
    return await _WRITERS[writing.notice.kind](_ToModerator(writing, moderator, site))


async def _new_comments(to: _ToModerator) -> Letter | None:
    session, site = to.session, to.site
    if site is None:
        return None
    found = await session.exec(
        select(Comment, Thread)
        .join(Thread, col(Thread.id) == col(Comment.thread_id))
        .where(col(Comment.id).in_(to.payload["comments"]), Comment.status == Status.PENDING)
        .order_by(col(Comment.priority).desc(), col(Comment.lane), col(Comment.created_at), col(Comment.id))
    )
    rows = list(found)
    if not rows:
        return None
    asked = await prompts_by_id(session, {each.question for each, _thread in rows[:_MOST_SHOWN] if each.question})
    shown = [_excerpt(to, *row, asked.get(row[0].question or "")) for row in rows[:_MOST_SHOWN]]
    waiting = await lane_counts(session, (site.id or 0,))
    values = {"comments": shown, "more": len(rows) - len(shown), "waiting": waiting, "site": site.name}
    return _letter(to, "new_comments", _subject(to, site, shown, len(rows)), values)


def _subject(to: _ToModerator, site: Site, shown: list[Excerpt], number: int) -> str:
    if shown[0].urgent:
        return tell(to.language, _("Urgent: new comment on %(site)s"), site=site.name)
    if number == 1:
        return tell(to.language, _("New comment on %(site)s: %(page)s"), site=site.name, page=shown[0].page)
    return tell(to.language, _("%(number)s new comments on %(site)s"), site=site.name, number=number)


async def _report(to: _ToModerator) -> Letter | None:
    report = await to.session.get(Report, to.payload["report"])
    case = await _case(to)
    if report is None or case is None or report.settled_at:
        return None
    reason = tell(to.language, report_reason(report.reason))
    statement = quoted_plain(report.statement, to.language)
    subject = tell(to.language, _("Comment reported on %(site)s: %(reason)s"), site=_name(to), reason=reason)
    return _letter(to, "report", subject, {"comment": case, "reason": reason, "statement": statement})


async def _objection(to: _ToModerator) -> Letter | None:
    comment_id = to.payload["comment"]
    found = await to.session.exec(select(Objection).where(col(Objection.comment_id) == comment_id))
    objection, case = found.first(), await _case(to)
    if objection is None or case is None or objection.settled_at:
        return None
    statement = quoted_plain(objection.statement, to.language)
    subject = tell(to.language, _("An author objects to a decision on %(site)s"), site=_name(to))
    return _letter(to, "objection", subject, {"comment": case, "statement": statement})


async def _sign_in(to: _ToModerator) -> Letter | None:
    return await _with_link(to, "sign_in", tell(to.language, _("Your link to sign in to the desk")))


async def _invitation(to: _ToModerator) -> Letter | None:
    subject = tell(to.language, _("You now moderate the comments on %(site)s"), site=_name(to))
    return await _with_link(to, "invitation", subject)


async def _factors(to: _ToModerator) -> Letter | None:
    told = tell(to.language, _FACTORS[to.payload["change"]])
    values = {"told": told, "at": to.writing.notice.created_at, "link": security_url(to.writing.service.settings)}
    return _letter(to, "factors", tell(to.language, _("A change to how you sign in")), values)


async def _with_link(to: _ToModerator, template: str, subject: str) -> Letter:
    secret = await new_link(to.session, to.moderator, to.writing.service.clock())
    values = {"link": sign_in_url(to.writing.service.settings, secret), "days": LINK_LASTS.days, "site": _name(to)}
    return _letter(to, template, subject, values)


_WRITERS: dict[str, Callable[[_ToModerator], Awaitable[Letter | None]]] = {
    NEW_COMMENTS: _new_comments,
    REPORT: _report,
    OBJECTION: _objection,
    "sign_in_link": _sign_in,
    "invitation": _invitation,
    "letter_factors": _factors,
}
_WITH_LINK = ("sign_in_link", "invitation")


def _letter(to: _ToModerator, template: str, subject: str, values: dict[str, object]) -> Letter:
    addressee = Addressee(to.moderator.email, to.language, to.site)
    desk = desk_url(to.writing.service.settings)
    return make_letter(to.writing, addressee, template, subject, {"desk": desk, **values}, about=_about_of(to))


def _about_of(to: _ToModerator) -> str:
    """Mails about one comment belong together; those about new comments do not."""
    return f"comment-{to.payload['comment']}" if "comment" in to.payload else ""


async def _case(to: _ToModerator) -> Excerpt | None:
    comment = await to.session.get(Comment, to.payload["comment"])
    if comment is None or comment.status == Status.DELETED:
        return None
    asked = await prompts_by_id(to.session, [comment.question] if comment.question else [])
    thread = await to.session.get_one(Thread, comment.thread_id)
    return _excerpt(to, comment, thread, asked.get(comment.question or ""))


def _excerpt(to: _ToModerator, comment: Comment, thread: Thread, prompt: Prompt | None) -> Excerpt:
    language = to.language
    return Excerpt(
        name=quote_line(comment.name, 80) or tell(language, _("without a name")),
        page=page_title(comment, thread),
        question=quote_line(prompt.text, LONGEST_PROMPT) if prompt else "",
        text="" if _is_private(comment) else quoted(comment.html, language),
        url=case_url(to.writing.service.settings, comment.id),
        created_at=comment.created_at,
        urgent=comment.priority >= _URGENT,
        spam=comment.lane == "spam",
        about=_about(to, comment),
    )


def _is_private(comment: Comment) -> bool:
    return any(each["rule"] in _PRIVATE for each in comment.findings)


def _about(to: _ToModerator, comment: Comment) -> tuple[str, ...]:
    netiquette = to.writing.service.judges.netiquette
    titles = (title_of(netiquette, each["rule"], to.language, each.get("case", "")) for each in comment.findings)
    return tuple(dict.fromkeys(titles))


def _name(to: _ToModerator) -> str:
    return to.site.name if to.site else ""


def _(text: str) -> str:
    """Marks a text for the catalogue."""
    return text


_FACTORS: dict[FactorChange, str] = {
    "app_added": _("Codes from an app were set up for signing in."),
    "app_removed": _("Codes from an app are no longer asked for."),
    "passkey_added": _("A passkey was added."),
    "passkey_removed": _("A passkey was removed."),
    "codes_made": _("New recovery codes were made. The old ones no longer work."),
    "reset": _("Whoever runs the service took all second factors away. Until you set one up, a link is enough."),
}
