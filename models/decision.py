"""A person's rulings: append-only, one row for each thing that was done to a comment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UtcDateTime
from models.comment import Comment
from models.happening import happens
from models.lesson import forget_lesson
from models.original import KEPT, Original
from models.outbox import enqueue
from models.report import open_objection, reopen_cases, settle_cases
from models.site import Site
from models.telling import tell_of_decision
from models.thread import Thread, advance, entitle, set_open
from models.wave import lead_wave
from moderation.lifecycle import Action, NotAllowed, Status, after

UNDO_WITHIN = timedelta(seconds=30)
UNDO = "undo"
DISMISS = "dismiss"
OPINION = "opinion"
NOTE = "note"
HAND_OVER = "hand_over"
ANSWER = "answer"
CLOSE, REOPEN = "close", "reopen"
# What says something and changes nothing; it stands in nobody's way when a decision is taken back.
SAYINGS = (NOTE, HAND_OVER)


class Stale(Exception):
    """Somebody changed the comment after it was shown; `comment` is its present state."""

    def __init__(self, comment: Comment) -> None:
        super().__init__(f"comment {comment.id} is at revision {comment.revision}")
        self.comment = comment


class RuleMissing(Exception):
    """A rejection names the rule that the comment breaks."""


class TooLateToUndo(Exception):
    """The decision is older than the time for undoing, or not the last one, or somebody else's."""


class NothingToDismiss(Exception):
    """No report and no objection about the comment is open."""


class AnotherMustDecide(Exception):
    """An objection is not decided by who decided before; nor is a second opinion given by who gave the first."""


class Decision(SQLModel, table=True):
    """Who decided what, when, from which status to which, by which rule and with which sentence.

    `moderator_id` is None where the author acted. `seen_revision` is the comment's revision before the decision.
    `proposed`: what a first opinion would do, where a second person must agree. `batch` is shared by what was decided
    with one press. `policy`: what the site holds (models/release.py), where it published and no person did.
    """

    id: int | None = Field(default=None, primary_key=True)
    comment_id: str = Field(foreign_key="comment.id", index=True, max_length=64)
    moderator_id: int | None = Field(default=None, foreign_key="moderator.id")
    action: str = Field(max_length=12)
    from_status: str = Field(max_length=12)
    to_status: str = Field(max_length=12)
    rule: str | None = Field(default=None, max_length=40)
    statement: str = Field(default="", max_length=2000)
    seen_revision: int
    netiquette: str = Field(default="", max_length=80)
    proposed: str = Field(default="", max_length=12)
    batch: str | None = Field(default=None, max_length=24, index=True)
    policy: str = Field(default="", max_length=12)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a moderator (or the author, without a moderator) wants done, and the revision they saw.

    `settles`: the moderator has the last word where two opinions differ.
    """

    action: Action
    seen_revision: int
    moderator_id: int | None = None
    rule: str | None = None
    statement: str = ""
    netiquette: str = ""
    batch: str | None = None
    settles: bool = False


@dataclass(frozen=True, slots=True)
class Revised:
    """A comment's content without a passage: text and HTML to show, and what the judges' findings still point to."""

    text: str
    html: str
    search: str
    findings: Sequence[dict[str, object]]
    reasons: Sequence[dict[str, object]]


async def decide(session: AsyncSession, comment_id: str, ruling: Ruling, now: datetime) -> tuple[Comment, Decision]:
    """Carry out a ruling with everything that follows from it, in the caller's transaction.

    Where the site wants two people to agree, a first ruling is only noted as an opinion; the row says so. Raises
    `LookupError` for an unknown comment, `Stale` when the comment is not at the revision that was seen, `RuleMissing`
    for a rejection without a rule, `NotAllowed` when the status knows no such action, `AnotherMustDecide`.
    """
    comment = await lock(session, comment_id, ruling)
    if ruling.action is Action.REJECT and not ruling.rule:
        raise RuleMissing
    status = after(Status(comment.status), ruling.action)
    if _changes_nothing(comment, ruling.action):
        raise NotAllowed(Status(comment.status), ruling.action)
    await _require_another(session, comment, ruling)
    if not await _agreed(session, comment, ruling):
        return await _note_opinion(session, comment, ruling, now)
    decision = record(comment, ruling.action, status, ruling, now)
    session.add(decision)
    await _carry_out(session, comment, ruling.action, status, now)
    if ruling.moderator_id is not None:
        await settle_cases(session, comment.id, now)
    await _close_case(session, comment, decision, now)
    if ruling.moderator_id is not None:
        await tell_of_decision(session, comment, decision.id or 0, ruling.action, now)
    return comment, decision


async def undo(session: AsyncSession, comment_id: str, ruling: Ruling, now: datetime) -> tuple[Comment, Decision]:
    """Take back the caller's own last decision within `UNDO_WITHIN`; the log keeps both rows.

    `ruling.action` is not looked at. Raises `LookupError`, `Stale` or `TooLateToUndo`.
    """
    comment = await lock(session, comment_id, ruling)
    last = last_act(await history(session, comment_id))
    if last is None or last.moderator_id != ruling.moderator_id or last.action == UNDO:
        raise TooLateToUndo
    if now - last.created_at > UNDO_WITHIN:
        raise TooLateToUndo
    await _restore(session, comment, last)
    # A decision settles cases with its own time, so the cases that it settled can be told from older ones.
    await reopen_cases(session, comment.id, last.created_at)
    status = Status(last.from_status)
    decision = record(comment, UNDO, status, ruling, now)
    session.add(decision)
    await _carry_out(session, comment, UNDO, status, now)
    await _close_case(session, comment, decision, now)
    return comment, decision


async def dismiss(session: AsyncSession, comment_id: str, ruling: Ruling, now: datetime) -> tuple[Comment, Decision]:
    """Settle the open reports and objection and leave the comment as it is; the log says who did.

    `ruling.action` is not looked at. Raises `LookupError`, `Stale`, `NothingToDismiss` or `AnotherMustDecide`.
    """
    comment = await lock(session, comment_id, ruling)
    await _require_another(session, comment, ruling)
    if not await settle_cases(session, comment.id, now):
        raise NothingToDismiss
    comment, decision = await note_act(session, comment, DISMISS, ruling, now)
    await tell_of_decision(session, comment, decision.id or 0, DISMISS, now)
    return comment, decision


async def redact(
    session: AsyncSession, comment_id: str, ruling: Ruling, revised: Revised, now: datetime
) -> tuple[Comment, Decision]:
    """Put the text without a passage in the place of the whole one, which is kept for a while.

    `ruling.statement` says what stands in the passage's place. Raises what `decide` raises.
    """
    comment = await lock(session, comment_id, ruling)
    status = after(Status(comment.status), Action.REDACT)
    decision = record(comment, Action.REDACT, status, ruling, now)
    session.add(decision)
    await session.flush()
    content = {name: getattr(comment, name) for name in _CONTENT}
    session.add(Original(comment_id=comment.id, decision_id=decision.id or 0, content=content, until=now + KEPT))
    comment.text, comment.html, comment.search = revised.text, revised.html, revised.search
    comment.findings, comment.reasons = list(revised.findings), list(revised.reasons)
    comment.redacted = True
    await _carry_out(session, comment, Action.REDACT, status, now)
    await _close_case(session, comment, decision, now)
    return comment, decision


async def set_thread(
    session: AsyncSession, comment_id: str, ruling: Ruling, now: datetime, *, open_: bool
) -> tuple[Comment, Decision]:
    """Close the comment's page to new ones, or open it again; the log of the comment says who did. As `decide`."""
    comment = await lock(session, comment_id, ruling)
    thread = await session.get_one(Thread, comment.thread_id)
    if thread.open == open_:
        raise NotAllowed(Status(comment.status), REOPEN if open_ else CLOSE)
    await set_open(session, thread, open_)
    await enqueue(session, "thread_changed", {"thread": thread.id, "site": thread.site_id}, now)
    return await note_act(session, comment, REOPEN if open_ else CLOSE, ruling, now)


async def note_act(
    session: AsyncSession, comment: Comment, action: str, ruling: Ruling, now: datetime
) -> tuple[Comment, Decision]:
    """Write down what leaves the comment's status as it is; a saying does not even count as a change."""
    decision = record(comment, action, Status(comment.status), ruling, now)
    session.add(decision)
    if action not in SAYINGS:
        comment.revision += 1
        session.add(comment)
    await session.flush()
    await happens(session, "noted", comment.site_id, comment.id, now, ruling.moderator_id)
    return comment, decision


async def history(session: AsyncSession, comment_id: str) -> list[Decision]:
    """All decisions about a comment, oldest first."""
    found = await session.exec(
        select(Decision).where(col(Decision.comment_id) == comment_id).order_by(col(Decision.id))
    )
    return list(found)


async def batch_of(session: AsyncSession, batch: str, moderator_id: int) -> list[Decision]:
    """What the moderator decided with one press, in order."""
    found = await session.exec(
        select(Decision)
        .where(col(Decision.batch) == batch, col(Decision.moderator_id) == moderator_id, col(Decision.action) != UNDO)
        .order_by(col(Decision.id))
    )
    return list(found)


def last_act(history: Sequence[Decision]) -> Decision | None:
    """The last row that is more than a saying."""
    return next((each for each in reversed(history) if each.action not in SAYINGS), None)


def open_opinions(history: Sequence[Decision]) -> list[Decision]:
    """The opinions that stand: given since the last ruling, and not taken back."""
    standing: list[Decision] = []
    before: list[list[Decision]] = []
    for each in history:
        if each.action in SAYINGS:
            continue
        if each.action == UNDO:
            standing = before.pop() if before else []
            continue
        before.append(standing)
        if each.action == OPINION:
            standing = [*standing, each]
        elif each.from_status != each.to_status:
            standing = []
    return standing


async def lock(session: AsyncSession, comment_id: str, ruling: Ruling) -> Comment:
    """The comment at the revision that was seen, or `Stale`.

    A second decider on PostgreSQL waits for the first and then sees the new revision.
    """
    found = await session.exec(
        select(Comment).where(col(Comment.id) == comment_id).with_for_update().execution_options(populate_existing=True)
    )
    comment = found.first()
    if comment is None:
        raise LookupError(comment_id)
    if comment.revision != ruling.seen_revision:
        raise Stale(comment)
    return comment


def record(
    comment: Comment, action: str, status: Status, ruling: Ruling, now: datetime, proposed: str = ""
) -> Decision:
    """The row that says what is about to be done."""
    return Decision(
        comment_id=comment.id,
        moderator_id=ruling.moderator_id,
        action=action,
        from_status=comment.status,
        to_status=status,
        rule=ruling.rule,
        statement=ruling.statement,
        seen_revision=comment.revision,
        netiquette=ruling.netiquette,
        proposed=proposed,
        batch=ruling.batch,
        created_at=now,
    )


async def _require_another(session: AsyncSession, comment: Comment, ruling: Ruling) -> None:
    """Stop who decided against a comment from deciding about the objection to it."""
    if ruling.moderator_id is None or await open_objection(session, comment.id) is None:
        return
    against = [each for each in await history(session, comment.id) if each.to_status in (Status.REJECTED, Status.SPAM)]
    if any(each.moderator_id == ruling.moderator_id for each in against):
        raise AnotherMustDecide


async def _agreed(session: AsyncSession, comment: Comment, ruling: Ruling) -> bool:
    """Whether the ruling may be carried out: nobody else is needed, or somebody else has said the same.

    After two opinions that differ, a third person's counts if it is one of the two, and that of whoever settles
    counts in any case.
    """
    if ruling.moderator_id is None or ruling.action not in _NEED_AGREEMENT:
        return True
    site = await session.get_one(Site, comment.site_id)
    if not needs_second(site, comment, ruling.rule):
        return True
    given = open_opinions(await history(session, comment.id))
    if any(each.moderator_id == ruling.moderator_id for each in given):
        raise AnotherMustDecide
    return any(each.proposed == ruling.action for each in given) or (ruling.settles and len(given) > 1)


def needs_second(site: Site, comment: Comment, rule: str | None = None) -> bool:
    """Whether the site wants two people to agree about this comment, or about rejecting it by this rule."""
    if any(each == rule or f" {each} " in comment.rules for each in site.second_rules):
        return True
    probabilities = {"spam": comment.spam, "violation": comment.violation}
    return any(
        (probability := probabilities.get(band["head"])) is not None and band["least"] <= probability <= band["most"]
        for band in site.second_bands
    )


async def _note_opinion(
    session: AsyncSession, comment: Comment, ruling: Ruling, now: datetime
) -> tuple[Comment, Decision]:
    decision = record(comment, OPINION, Status(comment.status), ruling, now, proposed=ruling.action)
    comment.revision += 1
    session.add_all((comment, decision))
    await _close_case(session, comment, decision, now)
    return comment, decision


async def _carry_out(session: AsyncSession, comment: Comment, action: str, status: Status, now: datetime) -> None:
    """Change the comment, count the change, and tell the thread and the outbox what follows."""
    was_public = comment.status == Status.APPROVED
    if comment.status != status:
        await forget_lesson(session, comment.site_id, comment.id)
        comment.assignee_id = None
    if action in (Action.HOLD, Action.EDIT):
        comment.held = action == Action.HOLD and comment.status == Status.PENDING
    comment.status = status
    comment.revision += 1
    if action == Action.WITHDRAW:
        comment.withdrawn = True
    if action in _MARKS:
        mark, value = _MARKS[action]
        setattr(comment, mark, value)
    if status == Status.APPROVED and comment.published_at is None:
        comment.published_at = now
    session.add(comment)
    await session.flush()
    await lead_wave(session, comment)
    if status == Status.APPROVED:
        await entitle(session, comment.thread_id, comment.title)
    if was_public or status == Status.APPROVED:
        await advance(session, comment.thread_id)
    if was_public != (status == Status.APPROVED):
        kind = "comment_approved" if status == Status.APPROVED else "comment_removed"
        await enqueue(session, kind, {"comment": comment.id, "site": comment.site_id}, now)
    elif was_public:
        await enqueue(session, "thread_changed", {"thread": comment.thread_id, "site": comment.site_id}, now)


async def _close_case(session: AsyncSession, comment: Comment, decision: Decision, now: datetime) -> None:
    await session.flush()
    await happens(session, "decided", comment.site_id, comment.id, now, decision.moderator_id)


async def _restore(session: AsyncSession, comment: Comment, last: Decision) -> None:
    """Put back what a decision changed besides the status."""
    if last.action in _MARKS:
        mark, value = _MARKS[last.action]
        setattr(comment, mark, not value)
    if last.action == Action.HOLD and last.from_status == Status.PENDING:
        comment.held = False
    if last.action in (CLOSE, REOPEN):
        await set_open(session, await session.get_one(Thread, comment.thread_id), last.action == CLOSE)
    if last.action == Action.REDACT:
        await _put_back(session, comment, last)
    if comment.published_at == last.created_at:
        comment.published_at = None


async def _put_back(session: AsyncSession, comment: Comment, last: Decision) -> None:
    kept = (await session.exec(select(Original).where(col(Original.decision_id) == last.id))).one()
    for name, value in kept.content.items():
        setattr(comment, name, value)
    await session.delete(kept)


_CONTENT = ("text", "html", "search", "findings", "reasons", "redacted")
_NEED_AGREEMENT = (Action.APPROVE, Action.REJECT, Action.SPAM, Action.DELETE)
_MARKS: dict[str, tuple[str, bool]] = {
    Action.PIN: ("pinned", True),
    Action.UNPIN: ("pinned", False),
    Action.FEATURE: ("featured", True),
    Action.UNFEATURE: ("featured", False),
}


def _changes_nothing(comment: Comment, action: Action) -> bool:
    if action is Action.HOLD:
        return comment.status == Status.PENDING and comment.held
    return action in _MARKS and getattr(comment, _MARKS[action][0]) == _MARKS[action][1]
