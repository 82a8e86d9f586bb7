"""Letters to readers: whether they want a subscription, new comments, their data, what became of a report."""

from sqlmodel import col, select

from models.comment import Comment
from models.data_request import Visit, has_data, new_visit
from models.decision import Decision
from models.outcome import outcome_of
from models.report import Report
from models.site import Site
from models.subscription import Subscription
from models.thread import Thread
from moderation.lifecycle import Status
from moderation.netiquette.rules import text_of
from service.links import confirm_url, my_data_url, one_click_url, subscriptions_url, thread_url
from service.mail.letter import Addressee, Letter, Writing, make_letter, page_title, quoted
from service.mail.quoting import quote_line
from service.reporting import report_reason
from service.rules import rules_of
from service.texts import choose_language, tell

_MOST_SHOWN = 10


async def write_confirm(writing: Writing) -> Letter | None:
    """The one mail before the yes: it names the article and the purpose, and nothing else (UWG § 7)."""
    found = await _subscription(writing)
    if found is None or found.confirmed_at is not None:
        return None
    comment = await writing.session.get_one(Comment, found.comment_id)
    thread = await writing.session.get_one(Thread, found.thread_id)
    to = await _to(writing, found)
    settings, tokens = writing.service.settings, writing.service.tokens
    values = {
        "page": page_title(comment, thread),
        "kind": found.kind,
        "confirm": confirm_url(settings, tokens.confirm(found.id, writing.now)),
    }
    subject = tell(to.language, _("Please confirm: mails about “%(page)s”"), page=values["page"])
    return make_letter(writing, to, "confirm", subject, values, about=f"subscription-{found.id}")


async def write_replies(writing: Writing) -> Letter | None:
    """New comments for who asked for them; only what is public at this moment."""
    found = await _subscription(writing)
    if found is None or found.confirmed_at is None:
        return None
    asked = writing.notice.payload["comments"]
    rows = await writing.session.exec(
        select(Comment)
        .where(col(Comment.id).in_(asked), Comment.status == Status.APPROVED)
        .order_by(col(Comment.published_at), col(Comment.id))
    )
    comments = list(rows)
    if not comments:
        return None
    thread = await writing.session.get_one(Thread, found.thread_id)
    to = await _to(writing, found)
    settings, token = writing.service.settings, writing.service.tokens.unsubscribe(found.id)
    page = page_title(comments[0], thread)
    values = {
        "page": page,
        "kind": found.kind,
        "comments": [_shown(writing, each, thread, to) for each in comments[:_MOST_SHOWN]],
        "more": max(0, len(comments) - _MOST_SHOWN),
        "thread": thread_url(settings, to.site, thread.page) if to.site else "",
        "unsubscribe": subscriptions_url(settings, found.id, token),
    }
    subject = tell(to.language, _("New comment on “%(page)s”"), page=page)
    click = one_click_url(settings, found.id, token)
    about = f"subscription-{found.id}"
    return make_letter(writing, to, "replies", subject, values, about=about, unsubscribe=click)


async def write_outcome(writing: Writing) -> Letter | None:
    """What became of a talk, for who follows it; nothing where the note was taken back meanwhile."""
    found = await _subscription(writing)
    thread = await writing.session.get_one(Thread, found.thread_id) if found else None
    outcome = await outcome_of(writing.session, thread)
    if found is None or thread is None or outcome is None or found.confirmed_at is None:
        return None
    to = await _to(writing, found)
    settings, token = writing.service.settings, writing.service.tokens.unsubscribe(found.id)
    there = thread_url(settings, to.site, thread.page) if to.site else ""
    values = {
        "page": quote_line(thread.title or thread.page, 100),
        "kind": found.kind,
        "title": quote_line(outcome.title, 200),
        "day_of": outcome.day.isoformat(),
        "words": quoted(outcome.html, to.language),
        "thread": f"{there}#was-daraus-wurde",
        "unsubscribe": subscriptions_url(settings, found.id, token),
    }
    subject = tell(to.language, _("What became of “%(page)s”"), page=values["page"])
    click = one_click_url(settings, found.id, token)
    about = f"subscription-{found.id}"
    return make_letter(writing, to, "outcome", subject, values, about=about, unsubscribe=click)


async def write_my_data(writing: Writing) -> Letter | None:
    """The link that opens what is stored about an address, once; no mail where nothing is."""
    asked = await writing.session.get(Visit, writing.notice.payload["visit"])
    if asked is None or not await has_data(writing.session, asked.site_id, asked.email_mark):
        return None
    site = await writing.session.get_one(Site, asked.site_id)
    secret = await new_visit(writing.session, asked.site_id, asked.email, asked.email_mark, writing.now)
    to = Addressee(asked.email, choose_language(writing.notice.payload["language"], site.language), site)
    values = {"link": my_data_url(writing.service.settings, secret)}
    return make_letter(writing, to, "my_data", tell(to.language, _("Your data on %(site)s"), site=site.name), values)


async def write_report_received(writing: Writing) -> Letter | None:
    """The receipt for a report (DSA Art. 16(4))."""
    return await _about_report(writing, "report_received", _("Your report on %(site)s has arrived"))


async def write_report_decided(writing: Writing) -> Letter | None:
    """What became of it, and how (DSA Art. 16(5) and (6))."""
    return await _about_report(writing, "report_decided", _("Your report on %(site)s is decided"))


async def _about_report(writing: Writing, template: str, subject: str) -> Letter | None:
    session = writing.session
    report = await session.get(Report, writing.notice.payload["report"])
    if report is None or not report.email or (template == "report_decided") != (report.settled_at is not None):
        return None
    comment = await session.get_one(Comment, report.comment_id)
    thread = await session.get_one(Thread, comment.thread_id)
    site = await session.get_one(Site, comment.site_id)
    to = Addressee(report.email, choose_language(site.language, "de"), site)
    decision = await session.get(Decision, writing.notice.payload.get("decision", 0))
    netiquette = await rules_of(writing.service, session, site)
    values = {
        "page": page_title(comment, thread),
        "reason": tell(to.language, report_reason(report.reason)),
        "reported_at": report.created_at,
        "removed": comment.status != Status.APPROVED,
        "rule": text_of(netiquette, decision.rule if decision else None, to.language),
        "thread": thread_url(writing.service.settings, site, thread.page),
    }
    line = tell(to.language, subject, site=site.name)
    return make_letter(writing, to, template, line, values, about=f"report-{report.id}")


def _shown(writing: Writing, comment: Comment, thread: Thread, to: Addressee) -> dict[str, object]:
    assert to.site is not None  # a subscription always has one
    return {
        "name": quote_line(comment.name, 80) or tell(to.language, _("Guest")),
        "text": quoted(comment.html, to.language),
        "url": thread_url(writing.service.settings, to.site, thread.page, comment.id),
        "created_at": comment.published_at or comment.created_at,
    }


async def _subscription(writing: Writing) -> Subscription | None:
    found = await writing.session.get(Subscription, writing.notice.payload["subscription"])
    return None if found is None or found.ended_at is not None or not found.email else found


async def _to(writing: Writing, found: Subscription) -> Addressee:
    site = await writing.session.get_one(Site, found.site_id)
    return Addressee(found.email or "", choose_language(found.language, site.language), site)


def _(text: str) -> str:
    """Marks a text for the catalogue."""
    return text
