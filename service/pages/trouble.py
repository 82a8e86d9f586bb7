"""What stopped a form, in words for its reader. The form comes back with everything that was typed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from moderation.netiquette import Netiquette
from moderation.netiquette.rules import title_of
from moderation.verdict import Finding
from service.errors import as_problem, problem_body
from service.wire import FindingShape

log = structlog.get_logger()
AROUND = 40


@dataclass(frozen=True, slots=True)
class Passage:
    """A place in a text with `AROUND` characters on either side."""

    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule noticed: its title, and each piece of advice with the passages that it is about."""

    rule: str
    title: str
    advice: Mapping[str, list[Passage]]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a form comes back: status and headers of the answer, a title, what to do, what is wrong in which field.

    `findings` are those of a text that was refused with advice; they point into the text as it was typed.
    """

    status: int
    title: str
    detail: str
    code: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    findings: Sequence[FindingShape] = ()


def trouble_of(error: Exception, language: str) -> Trouble:
    """The trouble that an exception means for the reader; one that `errors` knows."""
    problem = as_problem(error)
    if problem.status >= 500:
        log.error("request_failed", kind=type(error).__name__)
    body = problem_body(problem, language)
    faults: dict[str, str] = {}
    for each in body.get("errors", ()):
        faults.setdefault(each["field"], each["message"])
    if "findings" in body and problem.status == 422:
        faults = {"text": body["detail"]}
    return Trouble(
        status=problem.status,
        title=body["title"],
        detail="" if "text" in faults and "findings" in body else body["detail"],
        code=str(body.get("code", "")),
        faults=faults,
        headers=problem.headers,
        findings=body.get("findings", ()),
    )


def remarks_of(findings: Iterable[Finding], text: str, netiquette: Netiquette | None, language: str) -> list[Remark]:
    """The findings gathered by rule and title, with their passages; offsets point into `text`."""
    gathered: dict[tuple[str, str], dict[str, list[Passage]]] = {}
    for each in findings:
        title = title_of(netiquette, each.rule, language, each.case)
        places = gathered.setdefault((each.rule, title), {}).setdefault(each.message, [])
        passage = passage_of(text, each.start, each.end)
        if passage and passage not in places:
            places.append(passage)
    return [Remark(rule, title, advice) for (rule, title), advice in gathered.items()]


def passage_of(text: str, start: int | None, end: int | None) -> Passage | None:
    """The words from `start` to `end` with what stands around them; None for the whole text or for blanks."""
    if start is None or end is None or not text[start:end].strip():
        return None
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return Passage(
        before=("… " if start > AROUND else "") + before,
        words=_shortened(text[start:end]),
        after=after + (" …" if end + AROUND < len(text) else ""),
    )


def _shortened(words: str) -> str:
    """A passage of thousands of characters as its beginning and its end."""
    return words if len(words) <= 6 * AROUND else f"{words[: 4 * AROUND]} … {words[-AROUND:]}"
