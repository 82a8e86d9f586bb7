"""From what happened to who is told: each notice of a cause becomes one notice for each person, or none.

This touches only the database, in one transaction: a cause is settled exactly if all its letters are in the outbox.
From then on each letter succeeds or fails on its own, and nobody gets one again because a colleague's was refused.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.moderator import moderators_of
from models.outbox import Notice, claim, enqueue, settle
from models.outcome import TELL as TELL_OUTCOME
from models.outcome import followers
from models.site import Site
from service.mail.replies import tell_subscribers
from service.templating import ZONE
from service.webhooks.messenger import tell_programs

NEW_COMMENTS, REPORT, OBJECTION = "letter_new_comments", "letter_report", "letter_objection"
REPLIES = "letter_replies"
OUTCOME = "letter_outcome"
TOLD_BY_LETTER = ("comment_waits", "comment_reported", "objection_waits", "tell_subscribers", TELL_OUTCOME)
TOLD_TO_PROGRAMS = ("comment_approved", "comment_removed", "thread_changed")

# A busy day must not become a flood of mail: three letters about new comments in ten minutes for each person and
# site, and whatever comes meanwhile waits for the next. What looks like a threat does not wait.
MOST_LETTERS, WITHIN = 3, timedelta(minutes=10)
# The spam lane interrupts nobody. But even if nothing else comes, one letter a day says that something lies there.
SPAM_WAITS = timedelta(hours=24)
# The digest of those who want one mail a day, when offices open.
DIGEST_HOUR = 7
_URGENT = 2
_BATCH = 200


async def spread(session: AsyncSession, now: datetime, with_letters: bool) -> int:
    """Settle due causes, at most a batch, after enqueueing their letters; gives how many there were.

    Without letters (no SMTP server is set) causes that need one are left to wait.
    """
    kinds = TOLD_TO_PROGRAMS + (TOLD_BY_LETTER if with_letters else ())
    causes = await claim(session, now, kinds, _BATCH)
    waiting: defaultdict[int, list[str]] = defaultdict(list)
    for cause in causes:
        if cause.kind == "comment_waits":
            waiting[cause.payload["site"]].append(cause.payload["comment"])
        elif cause.kind == "tell_subscribers":
            await tell_subscribers(session, cause.payload["comment"], now)
        elif cause.kind == TELL_OUTCOME:
            for each in await followers(session, cause.payload["thread"]):
                await enqueue(session, OUTCOME, {"subscription": each.id}, now)
        elif cause.kind in TOLD_TO_PROGRAMS:
            await tell_programs(session, cause, now)
        elif cause.kind in _ONE_BY_ONE:
            await _tell_each(session, cause, now)
        await settle(session, cause.id, now)
    for site_id, comments in sorted(waiting.items()):
        await _gather(session, site_id, comments, now)
    return len(causes)


_ONE_BY_ONE = {"comment_reported": REPORT, "objection_waits": OBJECTION}


async def _tell_each(session: AsyncSession, cause: Notice, now: datetime) -> None:
    for moderator in await moderators_of(session, cause.payload["site"]):
        await enqueue(session, _ONE_BY_ONE[cause.kind], {**cause.payload, "moderator": moderator.id}, now)


async def _gather(session: AsyncSession, site_id: int, comment_ids: list[str], now: datetime) -> None:
    # Two couriers on two machines stand in line here, or each would begin a letter of its own.
    locked = await session.exec(select(Site).where(col(Site.id) == site_id).with_for_update())
    site = locked.first()
    comments = list(await session.exec(select(Comment).where(col(Comment.id).in_(comment_ids))))
    if site is None or not comments:
        return
    letters = await _recent(session, site_id, now)
    for moderator in await moderators_of(session, site_id):
        to = {"moderator": moderator.id, "site": site_id}
        wanted = [each for each in comments if moderator.mail != "urgent" or each.priority >= _URGENT]
        if wanted:
            await _tell(session, letters[moderator.id or 0], to, wanted, _usual(moderator.mail, now), now)


@dataclass
class _Letters:
    """A person's letters about a site's new comments: when they leave, and the one that can still take more."""

    leave: list[datetime] = field(default_factory=list)
    open: Notice | None = None


async def _recent(session: AsyncSession, site_id: int, now: datetime) -> defaultdict[int, _Letters]:
    """By moderator, the letters of the last while and those still to leave."""
    found = await session.exec(
        select(Notice)
        .where(
            col(Notice.kind) == NEW_COMMENTS,
            col(Notice.given_up_at).is_(None),
            col(Notice.due_at) > now - WITHIN,
        )
        .with_for_update()
    )
    letters: defaultdict[int, _Letters] = defaultdict(_Letters)
    for notice in found:
        if notice.payload["site"] != site_id:
            continue
        mine = letters[notice.payload["moderator"]]
        if notice.settled_at is None and notice.leased_until is None and notice.attempts == 0:
            mine.open = notice
        else:
            mine.leave.append(notice.due_at)
    return letters


async def _tell(
    session: AsyncSession,
    letters: _Letters,
    to: dict[str, int | None],
    comments: list[Comment],
    usual: datetime,
    now: datetime,
) -> None:
    due = max(_due(letters.leave, comments, now), usual)
    if any(each.priority >= _URGENT for each in comments):
        due = now
    ids = [each.id for each in comments]
    if letters.open is None:
        notice = await enqueue(session, NEW_COMMENTS, {**to, "comments": ids}, now)
        notice.due_at = due
    else:
        notice = letters.open
        notice.payload = {**notice.payload, "comments": [*notice.payload["comments"], *ids]}
        notice.due_at = min(notice.due_at, due)
    session.add(notice)
    await session.flush()


def _usual(choice: str, now: datetime) -> datetime:
    """When somebody wants to hear of what is not urgent: at once, or with the next morning's digest."""
    if choice != "digest":
        return now
    here = now.astimezone(ZONE)
    morning = here.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return (morning if morning > here else morning + timedelta(days=1)).astimezone(UTC)


def _due(leave: Iterable[datetime], comments: list[Comment], now: datetime) -> datetime:
    if all(each.lane == "spam" for each in comments):
        return now + SPAM_WAITS
    latest = sorted(leave)[-MOST_LETTERS:]
    # A letter that is being retried may be due far ahead; it must not hold back the next.
    return min(latest[0], now) + WITHIN if len(latest) == MOST_LETTERS else now
