"""Every JSON shape that moderators get, one function each, as service/wire.py has those of readers.

No shape has a field for an e-mail address, but a masked one.
"""

from collections.abc import Mapping
from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict  # pydantic cannot read typing's own before Python 3.12

from models.approved import Entry
from models.chain import Answered
from models.decision import Logged
from models.dossier import Dossier
from models.report import OpenReport
from moderation.classifier import label_text
from moderation.lifecycle import Action, Status, actions
from service.wire import CommentShape, FindingShape, comment_shape, findings_shape, time_shape


class EarlierShape(TypedDict):
    approved: int
    rejected: int
    spam: int


class QueueAuthorShape(TypedDict):
    name: str
    url: str | None
    email_masked: str | None
    email_confirmed: bool
    earlier: EarlierShape


class ReasonShape(TypedDict):
    """`feature` is the same in every language; `label` says it in the moderator's."""

    head: Literal["spam", "violation"]
    feature: str
    label: str
    text: str
    start: int | None
    end: int | None
    weight: float


class DecisionShape(TypedDict):
    at: str
    by: str | None
    action: str
    from_status: str
    to_status: str
    rule: str | None
    statement: str
    proposed: str


class ReportShape(TypedDict):
    reason: str
    statement: str
    name: str
    at: str


class QueueItemShape(TypedDict):
    id: str
    site: str
    page: str
    title: str
    question: str | None
    question_text: str | None
    parent: CommentShape | None
    author: QueueAuthorShape
    text: str
    html: str
    status: Literal["pending", "approved", "rejected", "spam", "deleted"]
    lane: Literal["review", "spam"]
    priority: Literal["normal", "high", "urgent"]
    revision: int
    created_at: str
    spam: float | None
    violation: float | None
    findings: list[FindingShape]
    explanation: list[ReasonShape]
    failed: list[str]
    model: str
    pinned: bool
    featured: bool
    held: bool
    redacted: bool
    wave: int
    actions: list[str]
    reports: list[ReportShape]
    objection: str | None
    history: list[DecisionShape]


class QueueShape(TypedDict):
    items: list[QueueItemShape]
    next: str | None


class BulkResultShape(TypedDict):
    """What became of one of several decisions: the comment as it is now, or a problem as RFC 9457 describes it."""

    id: str
    status: int
    comment: QueueItemShape | None
    problem: dict[str, Any] | None


class BulkShape(TypedDict):
    results: list[BulkResultShape]


class FieldErrorShape(TypedDict):
    field: str
    message: str


class ProblemShape(TypedDict):
    """RFC 9457. `code` tells programs why; `findings` come with a refused comment, `comment` with a stale decision."""

    type: str
    title: str
    status: int
    detail: str
    errors: NotRequired[list[FieldErrorShape]]
    code: NotRequired[str]
    findings: NotRequired[list[FindingShape]]
    comment: NotRequired[QueueItemShape]


def queue_item_shape(dossier: Dossier, language: str) -> QueueItemShape:
    """A comment as moderators get it."""
    case, earlier = dossier.case, dossier.earlier
    comment = case.comment
    return {
        "id": comment.id,
        "site": case.site.key,
        "page": case.thread.page,
        "title": case.thread.title or comment.title,
        "question": comment.question,
        "question_text": dossier.prompt.text if dossier.prompt else None,
        "parent": _parent_shape(dossier.parent) if dossier.parent else None,
        "author": {
            "name": comment.name,
            "url": comment.url,
            "email_masked": masked_address(comment.email),
            "email_confirmed": comment.email_confirmed,
            "earlier": {"approved": earlier.approved, "rejected": earlier.rejected, "spam": earlier.spam},
        },
        "text": comment.text,
        "html": comment.html,
        "status": Status(comment.status).value,
        "lane": "spam" if comment.lane == "spam" else "review",
        "priority": _PRIORITIES[comment.priority],
        "revision": comment.revision,
        "created_at": time_shape(comment.created_at),
        "spam": comment.spam,
        "violation": comment.violation,
        "findings": findings_shape(comment.findings),
        "explanation": [reason_shape(each, language) for each in comment.reasons],
        "failed": comment.failed,
        "model": comment.model,
        "pinned": comment.pinned,
        "featured": comment.featured,
        "held": comment.held,
        "redacted": comment.redacted,
        "wave": dossier.crowd.size if dossier.crowd else 1,
        "actions": [each.value for each in moderators_actions(Status(comment.status))],
        "reports": [report_shape(each) for each in dossier.reports],
        "objection": dossier.objection.statement if dossier.objection else None,
        "history": [decision_shape(each, dossier.names) for each in dossier.history],
    }


_PRIORITIES: tuple[Literal["normal", "high", "urgent"], ...] = ("normal", "high", "urgent")


def moderators_actions(status: Status) -> tuple[Action, ...]:
    """What a moderator can do to a comment in this status; to edit and to withdraw are its author's."""
    return tuple(each for each in actions(status) if each not in (Action.EDIT, Action.WITHDRAW))


def reason_shape(stored: Mapping[str, Any], language: str) -> ReasonShape:
    """One thing that weighed in a score, in words."""
    return {
        "head": stored["head"],
        "feature": stored["label"],
        "label": label_text(stored["label"], language),
        "text": stored["text"],
        "start": stored["start"],
        "end": stored["end"],
        "weight": stored["weight"],
    }


def decision_shape(decision: Logged, names: Mapping[int, str]) -> DecisionShape:
    """A row of the history; `by` is None where the author acted."""
    return {
        "at": time_shape(decision.created_at),
        "by": names.get(decision.moderator_id, "") if decision.moderator_id is not None else None,
        "action": decision.action,
        "from_status": decision.from_status,
        "to_status": decision.to_status,
        "rule": decision.rule,
        "statement": decision.statement,
        "proposed": decision.proposed,
    }


def report_shape(report: OpenReport) -> ReportShape:
    """A reader's report as moderators get it."""
    return {
        "reason": report.reason,
        "statement": report.statement,
        "name": report.name,
        "at": time_shape(report.created_at),
    }


def masked_address(address: str | None) -> str | None:
    """`m…@example.org`: enough to recognise one's own correspondents, too little to write to anybody."""
    if not address:
        return None
    local, _, host = address.rpartition("@")
    return f"{local[:1]}…@{host}"


def _parent_shape(parent: Answered) -> CommentShape:
    return comment_shape(
        Entry(
            id=parent.id,
            parent=parent.parent_id,
            depth=0,
            name=parent.name,
            url=parent.url,
            role=parent.role,
            html=parent.html,
            created_at=parent.created_at,
            edited_at=parent.edited_at,
            pinned=parent.pinned,
            featured=parent.featured,
            helpful=parent.helpful,
            question=parent.question,
            removed=None,
        )
    )
