"""What readers tell of a comment: that it helps, or that something is wrong with it, and then what a report must say.

The JSON API and the plain forms both come through here.
"""

from collections.abc import Mapping
from typing import Any, get_args

from starlette.requests import Request

from models.comment import Comment, count_helpful, find_comment
from models.report import Report, ReportReason, file_report
from models.site import Site
from models.telling import write_unasked
from moderation.draft import BadDraft, FieldFault, is_address
from moderation.lifecycle import Status
from service.admission import sender_of
from service.errors import Problem, _
from service.state import service_of

REASONS: tuple[str, ...] = get_args(ReportReason)
REASON_LABELS: dict[ReportReason, str] = {
    "insult": _("Insult, contempt or threat"),
    "illegal": _("Content that is against the law"),
    "personal_data": _("Private details of people"),
    "spam": _("Advertising or spam"),
    "copyright": _("Somebody else's text or picture"),
    "child_abuse": _("Danger to or abuse of children"),
    "other": _("Something else"),
}
LONGEST = {"statement": 4000, "name": 80, "email": 254}
GONE = _("The comment is no longer there.")


async def published_comment(request: Request) -> tuple[Comment, Site]:
    """The published comment that the path names, or 404: what is not public is not there."""
    async with service_of(request).db.reading() as session:
        comment = await find_comment(session, request.path_params["id"])
        if comment is None or comment.status != Status.APPROVED:
            raise Problem(404, GONE)
        site = await session.get_one(Site, comment.site_id)
    request.state.site = site
    return comment, site


async def receive_report(request: Request, comment: Comment, payload: object) -> Report:
    """File a report from a decoded body; raises `BadDraft` naming the fields that are wrong."""
    service = service_of(request)
    fields = parse_report(payload)
    await service.rates.count(sender_of(request), "report")
    async with service.db.writing() as session:
        report = await file_report(session, comment, now=service.clock(), **fields)
        if report.email_mark:
            told = {"report": report.id}
            await write_unasked(session, "letter_report_received", told, report.email_mark, service.clock())
        return report


async def find_helpful(request: Request, comment: Comment, site: Site) -> int:
    """Count one more reader, without storing who, and give how many there are. Off unless the site turns it on (403).

    One sender counts once an hour at most; that is an approximation, and all that can be had without a trace.
    """
    if not site.helpful:
        raise Problem(403, _("This site does not count helpful comments."))
    service, sender = service_of(request), sender_of(request)
    await service.rates.attempt(f"helpful {sender}")
    if not await service.rates.once(f"{sender} {comment.id}"):
        return comment.helpful
    async with service.db.writing() as session:
        helpful = await count_helpful(session, comment.id, service.clock())
    if helpful is None:
        raise Problem(404, GONE)
    return helpful


def parse_report(payload: object) -> dict[str, str]:
    """`reason`, `statement`, `name` and `email` of a report, or `BadDraft`."""
    if not isinstance(payload, Mapping):
        raise BadDraft((FieldFault("", "not_an_object"),))
    fields = {"reason": "", "statement": "", "name": "", "email": ""}
    faults = []
    for name, value in payload.items():
        fault = _fault(name, value)
        if fault:
            faults.append(fault)
        elif value is not None:
            fields[name] = value.strip()
    if "reason" not in payload:
        faults.append(FieldFault("reason", "required"))
    if faults:
        raise BadDraft(tuple(faults))
    return fields


def report_reason(reason: str) -> str:
    """A reason in words, as a source text."""
    labels: Mapping[str, str] = {str(each): label for each, label in REASON_LABELS.items()}
    return labels.get(reason, REASON_LABELS["other"])


def _fault(name: str, value: Any) -> FieldFault | None:
    if name not in ("reason", *LONGEST):
        return FieldFault(str(name)[:64], "unknown_field")
    if name == "reason":
        return None if value in REASONS else FieldFault(name, "not_allowed")
    if value is None:
        return None
    if not isinstance(value, str) or "\0" in value or any("\ud800" <= each <= "\udfff" for each in value):
        return FieldFault(name, "not_text")
    if len(value) > LONGEST[name]:
        return FieldFault(name, "too_long", LONGEST[name])
    if name == "name" and not value.strip().isprintable():
        return FieldFault(name, "not_allowed")
    if name == "email" and value.strip() and not is_address(value.strip()):
        return FieldFault(name, "not_an_address")
    return None
