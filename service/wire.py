"""Every JSON shape that readers and authors get, one function each. No shape has a field for an e-mail address.

The shapes are TypedDicts, from which the OpenAPI document is made, so document and answer cannot drift apart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Literal

import orjson
from typing_extensions import TypedDict  # pydantic cannot read typing's own before Python 3.12

from models.approved import Entry, Excerpt
from models.asked import Asked
from models.outcome import Shown
from models.thread import Spot
from moderation.verdict import Finding

Severity = Literal["note", "hold", "refuse"]


class FindingShape(TypedDict):
    rule: str
    severity: Severity
    message: str
    start: int | None
    end: int | None


class AuthorShape(TypedDict):
    name: str
    url: str | None
    role: Literal["editor"] | None


class CommentShape(TypedDict):
    """Its times, in UTC, leave by `as_json`: to make text of them here was a tenth of what a thread costs."""

    id: str
    parent: str | None
    depth: int
    author: AuthorShape | None
    html: str
    created_at: datetime
    edited_at: datetime | None
    pinned: bool
    featured: bool
    helpful: int
    question: str | None
    removed: Literal["author", "moderation"] | None


class QuestionShape(TypedDict):
    """A question that the page asks; its answers are the comments whose `question` is its id. `count`: how many."""

    id: str
    text: str
    open: bool
    closes_at: str | None
    count: int


class OutcomeShape(TypedDict):
    """What became of a talk, in the editors' words. `day` is a date such as `2026-11-22`."""

    title: str
    html: str
    day: str
    edited_at: str | None


class ThreadShape(TypedDict):
    site: str
    page: str
    title: str
    open: bool
    count: int
    outcome: OutcomeShape | None
    questions: list[QuestionShape]
    comments: list[CommentShape]
    next: str | None


class PlaceShape(TypedDict):
    """A page, and whether comments can be written there."""

    site: str
    page: str
    open: bool


class CountsShape(TypedDict):
    counts: dict[str, int]


class ReceiptShape(TypedDict):
    """`private`: it went to the editors alone; `manage_url` is where its writer sees what became of it."""

    id: str
    status: Literal["pending", "approved", "private"]
    html: str
    findings: list[FindingShape]
    manage_token: str
    manage_url: str
    edit_until: str
    message: str


class PreviewShape(TypedDict):
    html: str
    findings: list[FindingShape]


class ConfidenceShape(TypedDict):
    """Who reads what is written for the editors alone. `told`: that somebody stands in; `notice` and `consent` take the
    place of those for comments.
    """

    name: str
    told: str
    notice: str
    consent: str


class FormShape(TypedDict):
    """What a form needs to know. `notify`: whether it may offer mails about answers.

    `notice` says who is responsible for the data; `consent` is what an author must agree to. Either may be empty.
    `private` is null where the site takes public comments only.
    """

    form_token: str
    netiquette_url: str
    privacy_url: str
    imprint_url: str
    contact_url: str
    page_url: str
    max_length: int
    edit_minutes: int
    helpful: bool
    notify: bool
    notice: str
    consent: str
    paused: str
    expected: str
    promise: str
    words: str
    my_data_url: str
    private: ConfidenceShape | None


class ContactShape(TypedDict):
    """Somebody whom readers can write to, and what their form needs; no shape has a field for the address.

    `told`: who reads instead, or that nobody does; then `reachable` is false and nothing is taken.
    """

    key: str
    name: str
    function: str
    languages: list[str]
    reachable: bool
    told: str
    form_token: str
    page_url: str
    privacy_url: str
    imprint_url: str
    max_length: int
    notice: str
    consent: str


class SentShape(TypedDict):
    """The receipt for a private message; `receipt_url` is its writer's alone."""

    id: str
    message: str
    receipt_url: str


class OwnShape(TypedDict):
    """A comment as its author sees it."""

    id: str
    page: str
    status: Literal["pending", "approved", "rejected", "spam", "deleted"]
    name: str
    text: str
    html: str
    findings: list[FindingShape]
    created_at: str
    edit_until: str
    editable: bool


class HelpfulShape(TypedDict):
    helpful: int


class ReportedShape(TypedDict):
    id: str
    message: str


def thread_shape(
    spot: Spot, page: str, excerpt: Excerpt, asked: Iterable[Asked] = (), outcome: Shown | None = None
) -> ThreadShape:
    """A thread as readers get it; a page without comments gives an empty, open thread."""
    return {
        "site": spot.site,
        "page": page,
        "title": spot.title,
        "open": spot.open,
        "count": excerpt.count,
        "outcome": outcome_shape(outcome) if outcome else None,
        "questions": [question_shape(each) for each in asked],
        "comments": [comment_shape(each) for each in excerpt.entries],
        "next": excerpt.next,
    }


def outcome_shape(outcome: Shown) -> OutcomeShape:
    """A note as readers get it."""
    return {
        "title": outcome.title,
        "html": outcome.html,
        "day": outcome.day.isoformat(),
        "edited_at": time_shape(outcome.changed_at) if outcome.changed_at else None,
    }


def question_shape(asked: Asked) -> QuestionShape:
    """A question as readers get it."""
    return {
        "id": asked.id,
        "text": asked.text,
        "open": asked.open,
        "closes_at": time_shape(asked.closes_at) if asked.closes_at else None,
        "count": asked.count,
    }


def comment_shape(entry: Entry) -> CommentShape:
    """A comment as readers get it; of a tombstone only that something was there."""
    # By place, not by name: a thread has up to a thousand.
    (
        comment_id, parent, depth, name, url, stored_role, html,
        created_at, edited_at, pinned, featured, helpful, question, removed,
    ) = entry  # fmt: skip
    author: AuthorShape | None = None
    if removed is None:
        role: Literal["editor"] | None = "editor" if stored_role == "editor" else None
        author = {"name": name or "", "url": url, "role": role}
    return {
        "id": comment_id,
        "parent": parent,
        "depth": depth,
        "author": author,
        "html": html,
        "created_at": created_at,
        "edited_at": edited_at,
        "pinned": pinned,
        "featured": featured,
        "helpful": helpful,
        "question": question,
        "removed": removed,
    }


def finding_shape(finding: Finding | Mapping[str, Any]) -> FindingShape:
    """A finding, fresh from the judges or as it was stored."""
    seen = finding if isinstance(finding, Mapping) else asdict(finding)
    return {
        "rule": seen["rule"],
        "severity": seen["severity"],
        "message": seen["message"],
        "start": seen["start"],
        "end": seen["end"],
    }


def findings_shape(findings: Iterable[Finding | Mapping[str, Any]]) -> list[FindingShape]:
    return [finding_shape(each) for each in findings]


def time_shape(time: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return time.astimezone(UTC).isoformat()[:19] + "Z"


def as_json(shape: object) -> bytes:
    """A shape as it leaves, in UTF-8; a time in UTC as `time_shape` has it."""
    return orjson.dumps(shape, option=orjson.OPT_OMIT_MICROSECONDS | orjson.OPT_UTC_Z)
