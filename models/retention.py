"""The retention clock: what is kept no longer than it is needed (GDPR Art. 5(1)(e)).

One function a class of data. Each gives how many rows it took something from; what is under legal hold is passed over.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, update
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import AuditEntry
from models.comment import Comment
from models.data_request import DataRequest, Visit
from models.decision import Decision
from models.desk_session import SESSION_IDLES, DeskSession, SignInLink
from models.erasure import clear_words
from models.evidence import Evidence, held
from models.happening import forget_happenings
from models.legal import DataClass
from models.original import purge_originals
from models.outbox import Notice, enqueue
from models.private_message import PrivateMessage
from models.report import Objection, Report
from models.site import Site, all_sites
from models.subscription import CONFIRM_WITHIN, Subscription
from moderation.lifecycle import Status

EXPIRE = "expire"
_DECIDED = (Status.APPROVED, Status.REJECTED, Status.SPAM, Status.DELETED)
# A class is worked through in portions, so that nobody waits long for the database.
PORTION = 500


async def purge_site(session: AsyncSession, site: Site, now: datetime) -> dict[DataClass, int]:
    """End what is due at one site, at most a portion of each class; gives how much, by class."""
    legal = site.terms
    return {
        what: await end(session, site, now - timedelta(days=legal.keeps(what)), now) for what, end in _OF_A_SITE.items()
    }


async def purge_installation(session: AsyncSession, now: datetime) -> dict[DataClass, int]:
    """End what is due and belongs to no site alone, by the strictest site's periods."""
    sites = await all_sites(session)
    days: Mapping[DataClass, int] = {
        what: min((each.terms.keeps(what) for each in sites), default=30) for what in ("mail", "session")
    }
    return {what: await _OF_ALL[what](session, now - timedelta(days=days[what]), now) for what in days}


async def _end_pending(session: AsyncSession, site: Site, before: datetime, now: datetime) -> int:
    """Undecided comments: the author hears of it, then the words go."""
    due = await _due(session, site, Comment.status == Status.PENDING, col(Comment.created_at) <= before)
    for comment in due:
        if comment.email:
            await enqueue(session, "letter_expired", {"comment": comment.id}, now)
        session.add(_expired(comment, now))
        address = comment.email, comment.email_mark
        await clear_words(session, comment)
        # The letter needs the address; it goes with the others of its class.
        comment.email, comment.email_mark = address
        comment.status = Status.DELETED
        comment.revision += 1
        session.add(comment)
    return len(due)


async def _end_rejected(session: AsyncSession, site: Site, before: datetime, _now: datetime) -> int:
    """Rejected and removed texts: rule and date stay, the words go. An open objection keeps them."""
    return await _end_words(session, site, before, (Status.REJECTED, Status.DELETED))


async def _end_spam(session: AsyncSession, site: Site, before: datetime, _now: datetime) -> int:
    """The words of spam."""
    return await _end_words(session, site, before, (Status.SPAM,))


async def _end_addresses(session: AsyncSession, site: Site, before: datetime, _now: datetime) -> int:
    """Addresses of decided comments; a subscription has its own."""
    due = await _due(
        session, site, col(Comment.status).in_(_DECIDED), col(Comment.email_mark).is_not(None), _decided(before)
    )
    for comment in due:
        comment.email = comment.email_mark = None
        session.add(comment)
    return len(due)


async def _end_unconfirmed(session: AsyncSession, site: Site, before: datetime, now: datetime) -> int:
    """Subscriptions that nobody said yes to; the link to confirm one lasts no longer than a week in any case."""
    latest = max(before, now - CONFIRM_WITHIN)
    return await _delete(
        session,
        delete(Subscription).where(
            col(Subscription.site_id) == site.id,
            col(Subscription.confirmed_at).is_(None),
            col(Subscription.created_at) <= latest,
        ),
    )


async def _end_proofs(session: AsyncSession, site: Site, before: datetime, _now: datetime) -> int:
    """Proofs of consent, long after the subscription ended."""
    return await _delete(
        session,
        delete(Subscription).where(col(Subscription.site_id) == site.id, col(Subscription.ended_at) <= before),
    )


async def _end_senders(session: AsyncSession, site: Site, before: datetime, _now: datetime) -> int:
    """The keyed hash by which too many comments at once are noticed."""
    return await _delete(
        session,
        update(Comment)
        .where(col(Comment.site_id) == site.id, col(Comment.sender) != "", col(Comment.created_at) <= before)
        .values(sender=""),
    )


async def _end_reporters(session: AsyncSession, site: Site, before: datetime, _now: datetime) -> int:
    """Who reported, after the case was closed; and settled requests about data."""
    here = select(Comment.id).where(col(Comment.site_id) == site.id)
    told = or_(col(Report.email_mark).is_not(None), col(Report.name) != "", col(Report.statement) != "")
    ended = await _delete(
        session,
        update(Report)
        .where(
            col(Report.comment_id).in_(here),
            col(Report.comment_id).not_in(held()),
            col(Report.settled_at) <= before,
            told,
        )
        .values(name="", email="", email_mark=None, statement=""),
    )
    return ended + await _delete(
        session,
        delete(DataRequest).where(col(DataRequest.site_id) == site.id, col(DataRequest.settled_at) <= before),
    )


async def _end_messages(session: AsyncSession, site: Site, before: datetime, now: datetime) -> int:
    """What tells that a private message was delivered; and those that nobody could be brought to read, which the desk
    has shown for as long as comments wait for a decision.
    """
    here = col(PrivateMessage.site_id) == site.id
    given_up = now - timedelta(days=site.terms.keeps("pending"))
    undelivered = and_(col(PrivateMessage.delivered_at).is_(None), col(PrivateMessage.created_at) <= given_up)
    return await _delete(
        session, delete(PrivateMessage).where(here, or_(col(PrivateMessage.delivered_at) <= before, undelivered))
    )


async def _end_audit(session: AsyncSession, site: Site, before: datetime, _now: datetime) -> int:
    """The audit log, released evidence, and the words of old decisions; the decisions themselves stay."""
    ended = await _delete(
        session,
        delete(AuditEntry).where(col(AuditEntry.site_id) == site.id, col(AuditEntry.created_at) <= before),
    )
    ended += await _delete(
        session, delete(Evidence).where(col(Evidence.site_id) == site.id, col(Evidence.released_at) <= before)
    )
    here = select(Comment.id).where(col(Comment.site_id) == site.id)
    return ended + await _delete(
        session,
        update(Decision)
        .where(
            col(Decision.comment_id).in_(here),
            col(Decision.comment_id).not_in(held()),
            col(Decision.created_at) <= before,
            col(Decision.statement) != "",
        )
        .values(statement=""),
    )


async def _end_mail(session: AsyncSession, before: datetime, _now: datetime) -> int:
    """Notices: sent, given up, or waiting for so long that they would be no news any more."""
    return await _delete(session, delete(Notice).where(col(Notice.created_at) <= before))


async def _end_sessions(session: AsyncSession, before: datetime, now: datetime) -> int:
    """Sessions, links and visits that open nothing any more, what desks were told, and texts from before a cut."""
    idle = col(DeskSession.seen_at) <= now - SESSION_IDLES
    ended = await _delete(session, delete(DeskSession).where(or_(idle, col(DeskSession.created_at) <= before)))
    ended += await _delete(session, delete(SignInLink).where(col(SignInLink.expires_at) <= now))
    ended += await _delete(session, delete(Visit).where(col(Visit.expires_at) <= now))
    return ended + await forget_happenings(session, now) + await purge_originals(session, now)


_OF_A_SITE: Mapping[DataClass, Callable[[AsyncSession, Site, datetime, datetime], Awaitable[int]]] = {
    "pending": _end_pending,
    "rejected": _end_rejected,
    "spam": _end_spam,
    "address": _end_addresses,
    "unconfirmed": _end_unconfirmed,
    "proof": _end_proofs,
    "sender": _end_senders,
    "reporter": _end_reporters,
    "audit": _end_audit,
    "message": _end_messages,
}
_OF_ALL: Mapping[DataClass, Callable[[AsyncSession, datetime, datetime], Awaitable[int]]] = {
    "mail": _end_mail,
    "session": _end_sessions,
}


async def _end_words(session: AsyncSession, site: Site, before: datetime, statuses: tuple[Status, ...]) -> int:
    objecting = select(Objection.comment_id).where(col(Objection.settled_at).is_(None))
    due = await _due(
        session,
        site,
        col(Comment.status).in_(statuses),
        col(Comment.text) != "",
        col(Comment.id).not_in(objecting),
        _decided(before),
    )
    for comment in due:
        address = comment.email, comment.email_mark
        await clear_words(session, comment)
        # An address has a period of its own, which may be longer: complaints stay possible for six months.
        comment.email, comment.email_mark = address
        session.add(comment)
    return len(due)


async def _due(session: AsyncSession, site: Site, *conditions: ColumnElement[bool] | bool) -> list[Comment]:
    free = col(Comment.id).not_in(held())
    query = select(Comment).where(col(Comment.site_id) == site.id, free, *conditions).limit(PORTION)
    return list(await session.exec(query.with_for_update(skip_locked=True)))


def _decided(before: datetime) -> ColumnElement[bool]:
    """Whether the last ruling about a comment is that old."""
    last = select(func.max(Decision.created_at)).where(col(Decision.comment_id) == col(Comment.id)).scalar_subquery()
    return func.coalesce(last, col(Comment.created_at)) <= before


def _expired(comment: Comment, now: datetime) -> Decision:
    return Decision(
        comment_id=comment.id,
        action=EXPIRE,
        from_status=comment.status,
        to_status=Status.DELETED,
        seen_revision=comment.revision,
        created_at=now,
    )


async def _delete(session: AsyncSession, statement: object) -> int:
    result = await session.exec(statement)  # type: ignore[call-overload]  # a delete or an update
    return int(result.rowcount)
