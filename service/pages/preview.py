"""How a comment would look, and what the judges noticed in it."""

from dataclasses import dataclass

from markupsafe import Markup
from starlette.requests import Request

from moderation.verdict import Finding, Judged
from service.errors import tone_of
from service.pages.trouble import Remark, Trouble, remarks_of
from service.state import service_of

# What is only known of a sent comment (how fast, from where, how often) is no advice for a writer.
_NOT_ABOUT_THE_TEXT = ("automation", "flooding")


@dataclass(frozen=True, slots=True)
class Preview:
    """`html` was sanitised by the judges' own renderer; `refused`: like this the comment will not be taken."""

    html: Markup
    name: str
    remarks: list[Remark]
    refused: bool


def preview_of(request: Request, judged: Judged) -> Preview:
    """What a page shows of a judged draft."""
    findings = [each for each in judged.verdict.findings if each.rule not in _NOT_ABOUT_THE_TEXT]
    netiquette = service_of(request).judges.netiquette
    return Preview(
        html=Markup(judged.shown.html),  # noqa: S704  # sanitised in moderation/sanitize.py
        name=judged.shown.name,
        remarks=remarks_of(findings, judged.shown.text, netiquette, tone_of(request)),
        refused=any(each.severity == "refuse" for each in findings),
    )


def refusal_of(request: Request, trouble: Trouble | None, text: str) -> list[Remark]:
    """Which rules sent a text back for certain passages; the advice itself stands at the field."""
    if trouble is None:
        return []
    told = (Finding(**each) for each in trouble.findings)
    refusing = [each for each in told if each.severity == "refuse" and each.start is not None]
    return remarks_of(refusing, text, service_of(request).judges.netiquette, tone_of(request))
